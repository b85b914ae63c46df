#include "app/control_sinks.h"

#include "api/readings_query.h"
#include "base/encoding.h"
#include "history/influx/downsample.h"
#include "history/influx/sink_store.h"

#include <charconv>
#include <mutex>

namespace caredian::app {

namespace influx = history::influx;

namespace {

constexpr std::size_t most_jobs = 4, most_lines = 100;
constexpr std::size_t longest_line = 400; // shown of one: an answer holds 64 kB

std::string argument(const json::object& arguments, std::string_view name) {
    const auto* value = arguments.if_contains(name);
    if (!value || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

class Sinks {
public:
    Sinks(const SinkSide& side, history::QuerySource& history, const Settings& settings,
          const Clock& clock)
        : side_(side), history_(history), settings_(settings), clock_(clock) {}

    ControlAnswer list() const {
        ControlAnswer out;
        out.result.clear();
        JsonWriter w(out.result);
        w.begin_array();
        for (const auto* sink : side_.influx()) {
            const auto& stats = sink->stats();
            w.begin_object().member("name", sink->name()).member("url", sink->options().url);
            w.member("cursor", sink->cursor()).member("lines", stats.written.value());
            w.member("failures", stats.failures.value());
            w.member("set_aside", stats.set_aside.value());
            w.member("buffered_bytes", stats.buffered.value()).key("last_write");
            if (auto s = stats.last_write_s.value())
                w.value(from_ns(s * 1'000'000'000));
            else
                w.value(nullptr);
            w.end_object();
        }
        w.end_array();
        return out;
    }

    ControlAnswer set_aside(const json::object& arguments) const {
        auto* sink = find(arguments);
        if (!sink) return no_sink(arguments);
        std::size_t most = 20;
        auto asked = argument(arguments, "most");
        (void)std::from_chars(asked.data(), asked.data() + asked.size(), most);
        auto path = sink_path(settings_, std::string(sink->name()));
        auto lines = influx::read_set_aside(path, std::min(most, most_lines));
        if (!lines) return ControlAnswer::failure(lines.error().message());
        ControlAnswer out;
        out.result.clear();
        JsonWriter w(out.result);
        w.begin_array();
        for (const auto& kept : *lines)
            w.begin_object()
                .member("time", kept.time)
                .member("reason", sanitize_utf8(kept.reason, longest_line))
                .member("line", sanitize_utf8(kept.line, longest_line))
                .end_object();
        w.end_array();
        return out;
    }

    ControlAnswer backfill(const json::object& arguments) {
        auto* sink = find(arguments);
        if (!sink) return no_sink(arguments);
        std::string query = "format=lp";
        for (const char* name : {"measurement", "device", "field", "from", "to"})
            if (auto value = argument(arguments, name); !value.empty())
                query += "&" + std::string(name) + "=" + percent_encode(value);
        auto parsed = api::parse_export_query(query, clock_.wall());
        if (auto* wrong = std::get_if<std::string>(&parsed)) return ControlAnswer::failure(*wrong);
        auto points = history_.query(std::get<api::ExportQuery>(parsed).query);
        if (!points) return ControlAnswer::failure(points.error().message());
        std::lock_guard lock(mutex_);
        std::erase_if(jobs_, [](const auto& job) {
            return job.second.use_count() == 1 && job.second->progress().ended;
        });
        if (jobs_.size() >= most_jobs)
            return ControlAnswer::failure("too many backfills run already");
        auto id = std::to_string(next_++);
        jobs_[id] = sink->backfill(std::move(*points));
        ControlAnswer out;
        out.result = R"({"id":")" + id + "\"}";
        return out;
    }

    ControlAnswer progress(const json::object& arguments) {
        auto job = find_job(arguments);
        if (!job) return ControlAnswer::failure("there is no such backfill");
        auto now = job->progress();
        ControlAnswer out;
        out.result.clear();
        JsonWriter w(out.result);
        w.begin_object().member("lines", now.lines).member("set_aside", now.set_aside);
        w.member("ended", now.ended).member("failed", now.failed).end_object();
        return out;
    }

    ControlAnswer cancel(const json::object& arguments) {
        auto job = find_job(arguments);
        if (!job) return ControlAnswer::failure("there is no such backfill");
        job->cancel();
        return {};
    }

    ControlAnswer downsample(const json::object& arguments) const {
        auto* sink = find(arguments);
        if (!sink) return no_sink(arguments);
        auto every = parse_duration(argument(arguments, "every"));
        auto asked = argument(arguments, "keep");
        auto keep = asked.empty() ? result<nanoseconds>(nanoseconds(0)) : parse_duration(asked);
        constexpr nanoseconds second = std::chrono::seconds(1);
        if (!every || *every < second || every->count() % second.count() != 0)
            return ControlAnswer::failure("every is a length of time such as 5m or 1h");
        if (!keep) return ControlAnswer::failure("keep is a length of time such as 730d");
        auto problem = influx::set_up(sink->options(), {*every, *keep});
        return problem.empty() ? ControlAnswer{} : ControlAnswer::failure(problem);
    }

private:
    influx::Sink* find(const json::object& arguments) const {
        auto name = argument(arguments, "sink");
        auto all = side_.influx();
        if (name.empty()) return all.size() == 1 ? all.front() : nullptr;
        for (auto* sink : all)
            if (sink->name() == name) return sink;
        return nullptr;
    }
    ControlAnswer no_sink(const json::object& arguments) const {
        auto all = side_.influx();
        if (all.empty()) return ControlAnswer::failure("no server is set (influxdb.url)");
        std::string names;
        for (const auto* sink : all)
            names += (names.empty() ? "" : ", ") + std::string(sink->name());
        auto asked = argument(arguments, "sink");
        return ControlAnswer::failure(
            (asked.empty() ? "which of them: " : "there is no such sink: ") + names);
    }
    std::shared_ptr<influx::Backfill> find_job(const json::object& arguments) {
        std::lock_guard lock(mutex_);
        auto found = jobs_.find(argument(arguments, "id"));
        return found == jobs_.end() ? nullptr : found->second;
    }

    const SinkSide& side_;
    history::QuerySource& history_;
    const Settings& settings_;
    const Clock& clock_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<influx::Backfill>> jobs_;
    std::uint64_t next_ = 1;
};

} // namespace

ControlHandlers sink_commands(const SinkSide& sinks, history::QuerySource& history,
                              const Settings& settings, const Clock& clock) {
    auto all = std::make_shared<Sinks>(sinks, history, settings, clock);
    ControlHandlers out;
    out["sink.list"] = [all](const json::object&) { return all->list(); };
    out["sink.set_aside"] = [all](const json::object& a) { return all->set_aside(a); };
    out["sink.backfill"] = [all](const json::object& a) { return all->backfill(a); };
    out["sink.progress"] = [all](const json::object& a) { return all->progress(a); };
    out["sink.downsample"] = [all](const json::object& a) { return all->downsample(a); };
    out["sink.cancel"] = [all](const json::object& a) { return all->cancel(a); };
    return out;
}

} // namespace caredian::app
