#include "history/influx/dialect.h"

#include "base/encoding.h"
#include "base/json.h"

namespace caredian::history::influx {

namespace {

using std::chrono::duration_cast;

std::string form(std::string_view name, std::string_view value) {
    return std::string(name) + "=" + percent_encode(value);
}

Setup json_setup(std::string target, std::string body) {
    return {"POST", std::move(target), "application/json", std::move(body)};
}

} // namespace

std::optional<Version> parse_version(std::string_view header) {
    if (header.starts_with('v')) header.remove_prefix(1);
    if (header.starts_with("1.")) return Version::v1;
    if (header.starts_with("2.")) return Version::v2;
    if (header.starts_with("3.")) return Version::v3;
    return std::nullopt;
}

std::string write_target(const Options& options, Version version) {
    std::string out;
    switch (version) {
    case Version::find:
    case Version::v1:
        out = "/write";
        add_parameter(out, "db", options.database);
        if (!options.retention_policy.empty()) add_parameter(out, "rp", options.retention_policy);
        add_parameter(out, "precision", "ns");
        break;
    case Version::v2:
        out = "/api/v2/write";
        add_parameter(out, "org", options.org);
        add_parameter(out, "bucket", options.database);
        add_parameter(out, "precision", "ns");
        break;
    case Version::v3:
        // accept_partial: the good lines are stored, and the bad ones named. Without no_sync: an
        // answer means that it is durable.
        out = "/api/v3/write_lp";
        add_parameter(out, "db", options.database);
        add_parameter(out, "precision", "nanosecond");
        add_parameter(out, "accept_partial", "true");
        break;
    }
    return out;
}

std::string authorization(const Options& options, Version version) {
    if (!options.token.empty())
        return (version == Version::v3 ? "Bearer " : "Token ") +
               std::string(options.token.reveal());
    if (options.username.empty()) return {};
    return "Basic " +
           base64_encode(options.username + ":" + std::string(options.password.reveal()));
}

std::string quote_name(std::string_view name) {
    std::string out = "\"";
    for (char c : name) {
        if (c == '"' || c == '\\') out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out + '"';
}

std::string influxql_duration(nanoseconds time) {
    auto hours = duration_cast<std::chrono::hours>(time).count();
    if (time.count() == 0) return "INF";
    if (hours < 1) return "1h"; // the shortest that InfluxDB takes
    return hours % 24 == 0 ? std::to_string(hours / 24) + "d" : std::to_string(hours) + "h";
}

Setup make_database(const Options& options, Version version) {
    if (version == Version::v3) {
        std::string body;
        JsonWriter w(body);
        w.begin_object().member("db", options.database);
        if (options.retention.count() > 0)
            w.member("retention_period", influxql_duration(options.retention));
        w.end_object();
        return json_setup("/api/v3/configure/database", std::move(body));
    }
    std::string statement = "CREATE DATABASE " + quote_name(options.database);
    if (options.retention.count() > 0 || !options.retention_policy.empty()) {
        statement += " WITH DURATION " + influxql_duration(options.retention);
        if (!options.retention_policy.empty())
            statement += " NAME " + quote_name(options.retention_policy);
    }
    return {"POST", "/query", "application/x-www-form-urlencoded", form("q", statement)};
}

Setup find_org(const Options& options) {
    std::string target = "/api/v2/orgs";
    add_parameter(target, "org", options.org);
    return {"GET", std::move(target), {}, {}};
}

std::optional<std::string> org_id(std::string_view answer) {
    auto parsed = parse_json(answer);
    if (!parsed || !parsed->is_object()) return std::nullopt;
    const auto* orgs = parsed->get_object().if_contains("orgs");
    if (!orgs || !orgs->is_array() || orgs->get_array().empty()) return std::nullopt;
    const auto& first = orgs->get_array()[0];
    const auto* id = first.is_object() ? first.get_object().if_contains("id") : nullptr;
    if (!id || !id->is_string()) return std::nullopt;
    return std::string(id->get_string().data(), id->get_string().size());
}

Setup make_bucket(const Options& options, std::string_view id) {
    std::string body;
    JsonWriter w(body);
    w.begin_object().member("orgID", id).member("name", options.database);
    w.key("retentionRules").begin_array();
    if (options.retention.count() > 0)
        w.begin_object()
            .member("type", "expire")
            .member("everySeconds", duration_cast<std::chrono::seconds>(options.retention).count())
            .end_object();
    w.end_array().end_object();
    return json_setup("/api/v2/buckets", std::move(body));
}

} // namespace caredian::history::influx
