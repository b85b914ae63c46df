#include "history/influx/downsample.h"

#include "base/json.h"
#include "history/influx/answer.h"
#include "history/influx/pull.h"
#include "history/influx/select.h"
#include "history/influx/verdict.h"

namespace caredian::history::influx {

namespace {

constexpr nanoseconds shortest_kept = std::chrono::hours(1); // InfluxDB 1 takes no less

std::string quote_flux(std::string_view text) {
    std::string out;
    append_json_string(out, text); // Flux has the same escapes
    return out;
}

// One request and its whole answer.
class Caller {
public:
    explicit Caller(const Options& options) : options_(options) {}

    std::string open() {
        auto made = Pull::make(options_, options_.version);
        if (!made) return made.error().message();
        version_ = options_.version;
        if (version_ == Version::find) {
            auto found = (*made)->find_version();
            if (!found) return found.error().message();
            version_ = *found;
        }
        made = Pull::make(options_, version_);
        if (!made) return made.error().message();
        pull_ = std::move(*made);
        return {};
    }
    Version version() const { return version_; }

    // Empty: the server did it. 422 of something that is there already is fine.
    std::string call(const Setup& setup, std::string* answer = nullptr) {
        const std::atomic<bool> never{false};
        std::string all, line;
        pull_->begin(setup);
        for (;;) {
            auto more = pull_->next(line, never);
            if (!more) return more.error().message();
            if (!*more) break;
            all += line;
        }
        auto status = pull_->status();
        if (status / 100 != 2 && !pull_->refusal().empty()) all = pull_->refusal();
        if (answer) *answer = all;
        if (status / 100 == 2) {
            auto chunk = parse_chunk(all); // InfluxQL: refused under status 200
            bool known = chunk && chunk->error.find("already exists") != std::string::npos;
            return chunk && !known ? chunk->error : std::string();
        }
        auto reason = judge(version_, status, {}, all).reason;
        bool there = status == 422 && reason.find("exists") != std::string::npos;
        return there ? std::string() : reason;
    }

private:
    const Options& options_;
    Version version_ = Version::find;
    std::unique_ptr<Pull> pull_;
};

std::string set_up_v1(Caller& caller, const Options& options, const Downsampling& what) {
    for (const auto& statement : downsampling_statements(options, what))
        if (auto problem = caller.call(ask(options, statement)); !problem.empty()) return problem;
    return {};
}

std::string set_up_v2(Caller& caller, const Options& options, const Downsampling& what) {
    std::string answer;
    if (auto problem = caller.call(find_org(options), &answer); !problem.empty()) return problem;
    auto id = org_id(answer);
    if (!id) return "the organisation is not there, or may not be seen";
    Options bucket;
    bucket.database = downsampling_bucket(options, what);
    bucket.retention = what.keep;
    if (auto problem = caller.call(make_bucket(bucket, *id)); !problem.empty()) return problem;
    std::string body;
    JsonWriter w(body);
    w.begin_object().member("orgID", *id).member("status", "active");
    w.member("flux", downsampling_task(options, what)).end_object();
    return caller.call({"POST", "/api/v2/tasks", "application/json", std::move(body)});
}

} // namespace

std::string interval_name(nanoseconds time) {
    auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
    if (seconds % 86'400 == 0) return std::to_string(seconds / 86'400) + "d";
    if (seconds % 3'600 == 0) return std::to_string(seconds / 3'600) + "h";
    if (seconds % 60 == 0) return std::to_string(seconds / 60) + "m";
    return std::to_string(seconds) + "s";
}

std::vector<std::string> downsampling_statements(const Options& options, const Downsampling& what) {
    auto name = interval_name(what.every);
    auto database = quote_name(options.database);
    auto keep =
        influxql_duration(what.keep.count() == 0 ? what.keep : std::max(what.keep, shortest_kept));
    auto query = quote_name("caredian_" + name);
    auto from = options.retention_policy.empty() ? std::string("/.*/")
                                                 : quote_name(options.retention_policy) + "./.*/";
    return {
        "CREATE RETENTION POLICY " + quote_name(name) + " ON " + database + " DURATION " + keep +
            " REPLICATION 1",
        "ALTER RETENTION POLICY " + quote_name(name) + " ON " + database + " DURATION " + keep,
        "DROP CONTINUOUS QUERY " + query + " ON " + database,
        "CREATE CONTINUOUS QUERY " + query + " ON " + database + " BEGIN SELECT mean(*) INTO " +
            database + "." + quote_name(name) + ".:MEASUREMENT FROM " + from + " GROUP BY time(" +
            name + "), * END",
    };
}

std::string downsampling_bucket(const Options& options, const Downsampling& what) {
    return options.database + "_" + interval_name(what.every);
}

std::string downsampling_task(const Options& options, const Downsampling& what) {
    auto name = interval_name(what.every);
    return "import \"types\"\n\noption task = {name: \"caredian " + name + "\", every: " + name +
           "}\n\nfrom(bucket: " + quote_flux(options.database) +
           ")\n  |> range(start: -task.every)\n  |> filter(fn: (r) => types.isType(v: r._value, "
           "type: \"float\"))\n  |> aggregateWindow(every: " +
           name + ", fn: mean, createEmpty: false)\n  |> to(bucket: " +
           quote_flux(downsampling_bucket(options, what)) + ", org: " + quote_flux(options.org) +
           ")\n";
}

std::string set_up(const Options& options, const Downsampling& what) {
    Caller caller(options);
    if (auto problem = caller.open(); !problem.empty()) return problem;
    switch (caller.version()) {
    case Version::v1:
        return set_up_v1(caller, options, what);
    case Version::v2:
        return set_up_v2(caller, options, what);
    case Version::find:
    case Version::v3:
        break;
    }
    return "InfluxDB 3 has no downsampling of its own";
}

} // namespace caredian::history::influx
