#include "app/control_history.h"

#include "api/import_job.h"
#include "api/point_chunks.h"
#include "api/readings_query.h"
#include "base/encoding.h"

#include <charconv>
#include <mutex>
#include <utility>

namespace caredian::app {

namespace {

constexpr std::size_t most_open = 4;
constexpr std::chrono::minutes idle_limit{5};
constexpr std::size_t piece_bytes = std::size_t{256} * 1024;

std::string argument(const json::object& arguments, std::string_view name) {
    const auto* value = arguments.if_contains(name);
    if (!value || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

struct Transfer {
    std::mutex mutex; // one piece at a time
    std::unique_ptr<api::ChunkSource> source;
    std::unique_ptr<api::ImportJob> job;
    MonoTime used{};
};

class Transfers {
public:
    Transfers(history::LocalHistory& history, const Clock& clock)
        : history_(history), clock_(clock) {}

    ControlAnswer begin_export(const json::object& arguments) {
        std::string query;
        for (const char* name : {"format", "measurement", "device", "field", "from", "to"})
            if (auto value = argument(arguments, name); !value.empty())
                query +=
                    (query.empty() ? "" : "&") + std::string(name) + "=" + percent_encode(value);
        auto parsed = api::parse_export_query(query, clock_.wall());
        if (auto* wrong = std::get_if<std::string>(&parsed)) return ControlAnswer::failure(*wrong);
        const auto& asked = std::get<api::ExportQuery>(parsed);
        auto writer = [&](const history::Cursor& cursor) {
            return history::export_writer(asked.format, cursor.tag_names());
        };
        auto source = api::open_points(history_, asked.query, writer, piece_bytes);
        if (!source) return ControlAnswer::failure(source.error().message());
        auto transfer = std::make_shared<Transfer>();
        transfer->source = std::move(*source);
        return keep(std::move(transfer));
    }

    ControlAnswer begin_import(const json::object& arguments) {
        auto options = api::read_import_options(argument(arguments, "format"),
                                                argument(arguments, "precision"),
                                                argument(arguments, "device_tag"), clock_.wall());
        if (auto* wrong = std::get_if<std::string>(&options)) return ControlAnswer::failure(*wrong);
        auto job = api::ImportJob::open(history_, std::get<history::ImportOptions>(options));
        if (!job) return ControlAnswer::failure(job.error().message());
        auto transfer = std::make_shared<Transfer>();
        transfer->job = std::move(*job);
        return keep(std::move(transfer));
    }

    ControlAnswer more(const json::object& arguments) {
        auto transfer = find(arguments);
        if (!transfer || !transfer->source) return unknown();
        std::lock_guard lock(transfer->mutex);
        std::string piece;
        auto made = transfer->source->produce(piece);
        if (!made) return ControlAnswer::failure(made.error().message());
        ControlAnswer out;
        out.result.clear();
        JsonWriter(out.result)
            .begin_object()
            .member("data", base64url_encode(piece))
            .member("end", !*made)
            .end_object();
        return out;
    }

    ControlAnswer put(const json::object& arguments) {
        auto transfer = find(arguments);
        if (!transfer || !transfer->job) return unknown();
        auto piece = base64url_decode(argument(arguments, "data"));
        if (!piece) return ControlAnswer::failure("the data is not base64url");
        std::lock_guard lock(transfer->mutex);
        ControlAnswer out;
        out.result = transfer->job->add(*piece) ? "{\"more\":true}" : "{\"more\":false}";
        return out;
    }

    ControlAnswer end(const json::object& arguments) {
        auto transfer = find(arguments);
        if (!transfer) return unknown();
        {
            std::lock_guard lock(mutex_);
            open_.erase(id_of(arguments));
        }
        std::lock_guard lock(transfer->mutex);
        ControlAnswer out;
        if (!transfer->job) return out;
        transfer->job->finish();
        if (auto wrong = transfer->job->failure(); !wrong.empty())
            return ControlAnswer::failure(wrong);
        out.result = transfer->job->report_json();
        return out;
    }

private:
    static std::uint64_t id_of(const json::object& arguments) {
        auto text = argument(arguments, "id");
        std::uint64_t id = 0;
        (void)std::from_chars(text.data(), text.data() + text.size(), id);
        return id;
    }
    static ControlAnswer unknown() {
        return ControlAnswer::failure("the transfer is unknown: it was idle for too long");
    }
    std::shared_ptr<Transfer> find(const json::object& arguments) {
        std::lock_guard lock(mutex_);
        auto at = open_.find(id_of(arguments));
        if (at == open_.end()) return nullptr;
        at->second->used = clock_.mono();
        return at->second;
    }
    ControlAnswer keep(std::shared_ptr<Transfer> transfer) {
        std::lock_guard lock(mutex_);
        MonoTime now = clock_.mono();
        std::erase_if(open_, [&](const auto& o) { return now - o.second->used > idle_limit; });
        if (open_.size() >= most_open)
            return ControlAnswer::failure("other exports or imports are under way; try again");
        transfer->used = now;
        open_.emplace(++last_id_, std::move(transfer));
        ControlAnswer out;
        out.result = "{\"id\":\"" + std::to_string(last_id_) + "\"}";
        return out;
    }

    history::LocalHistory& history_;
    const Clock& clock_;
    std::mutex mutex_;
    std::map<std::uint64_t, std::shared_ptr<Transfer>> open_;
    std::uint64_t last_id_ = 0;
};

} // namespace

ControlHandlers history_commands(history::LocalHistory& history, const Clock& clock) {
    auto transfers = std::make_shared<Transfers>(history, clock);
    ControlHandlers all;
    auto add = [&](const char* name, ControlAnswer (Transfers::*work)(const json::object&)) {
        all[name] = [transfers, work](const json::object& arguments) {
            return (transfers.get()->*work)(arguments);
        };
    };
    add("history.export", &Transfers::begin_export);
    add("history.more", &Transfers::more);
    add("history.import", &Transfers::begin_import);
    add("history.put", &Transfers::put);
    add("history.end", &Transfers::end);
    return all;
}

} // namespace caredian::app
