#include "api/system.h"

#include "api/health.h"
#include "base/json.h"

#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

namespace caredian::api {

namespace http = net::http;

namespace {

std::uint64_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t total = 0, resident = 0;
    statm >> total >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
    ::rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    auto seconds = [](const ::timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void put_counters(JsonWriter& w, const ingest::IngestStats& stats) {
    w.member("received", stats.received.value());
    w.member("acknowledged", stats.acknowledged.value());
    w.member("journaled", stats.journaled.value());
    w.member("redelivered", stats.redelivered.value());
    w.member("decoded", stats.decoded.value()).member("described", stats.described.value());
    w.member("mapped", stats.mapped.value()).member("dead", stats.dead.value());
    w.member("dropped_rows", stats.dropped_rows.value());
    w.member("broker_dropped", stats.broker_dropped.value());
    w.key("ignored").begin_object();
    for (std::size_t i = 0; i < stats.ignored.size(); ++i)
        if (auto n = stats.ignored[i].value())
            w.member(to_string(static_cast<ingest::Ignored>(i)), n);
    w.end_object();
}

void put_sinks(JsonWriter& w, const ingest::IngestStats& stats) {
    w.key("sinks").begin_array();
    for (const auto& sink : stats.consumers) {
        w.begin_object().member("name", sink.name).member("written", sink.written.value());
        w.member("cursor", sink.cursor.value()).end_object();
    }
    w.end_array();
}

void put_journal(JsonWriter& w, const ingest::IngestStats& stats) {
    w.key("journal").begin_object().member("rows", stats.journal_rows.value());
    w.member("bytes", stats.journal_bytes.value());
    w.member("max_bytes", stats.journal_max_bytes.value()).key("oldest");
    if (auto us = stats.journal_oldest_us.value())
        w.value(from_ns(us * 1000));
    else
        w.value(nullptr);
    auto state = static_cast<ingest::JournalState>(stats.journal_state.value());
    w.member("state", to_string(state)).end_object();
}

void put_history(JsonWriter& w, const SystemSources& s) {
    auto history = s.history.stats();
    w.key("history").begin_object().member("series", history.series);
    w.member("blocks", history.blocks).member("points", history.points);
    w.member("values", history.values).member("bytes", history.bytes);
    w.key("first");
    if (history.first)
        w.value(from_ns(*history.first));
    else
        w.value(nullptr);
    w.member("size_bytes", history.file_bytes).member("rollup_bytes", history.rollup_bytes);
    w.key("bytes_per_value");
    if (history.values > 0)
        w.value(static_cast<double>(history.bytes) / static_cast<double>(history.values));
    else
        w.value(nullptr);
    w.member("memory", history.memory).member("dropped_series", history.dropped_series);
    w.member("corrupt_blocks", history.corrupt_blocks).end_object();
    auto devices = s.devices.stats();
    auto registry = s.registry.stats();
    w.key("devices").begin_object().member("count", registry.devices);
    w.member("stale", registry.stale).member("flood", registry.flood);
    w.member("known", devices.devices).member("dropped", devices.dropped).end_object();
}

std::string system_json(const SystemSources& s) {
    std::string body;
    JsonWriter w(body);
    std::chrono::duration<double> uptime = s.clock.mono() - s.started_mono;
    w.begin_object().member("version", s.version).member("started", s.started);
    w.member("uptime_s", uptime.count());
    put_counters(w, s.ingest);
    put_sinks(w, s.ingest);
    put_journal(w, s.ingest);
    put_history(w, s);
    w.key("rates").begin_object().member("messages_per_s", s.rate.per_second()).end_object();
    w.key("stream").begin_object().member("subscribers", s.stream.subscribers()).end_object();
    std::string dependencies;
    append_dependencies(dependencies, s.health, true);
    w.key("dependencies").raw(dependencies);
    w.key("process").begin_object().member("rss_bytes", resident_bytes());
    w.member("cpu_s", cpu_seconds()).end_object().end_object();
    return body;
}

} // namespace

void RateMeter::sample(MonoTime now, std::uint64_t total) {
    std::chrono::duration<double> span = now - last_time_;
    if (started_ && span.count() > 0)
        rate_.store(static_cast<double>(total - last_total_) / span.count(),
                    std::memory_order_relaxed);
    started_ = true;
    last_time_ = now;
    last_total_ = total;
}

void add_system_routes(http::Router& router, SystemSources sources) {
    http::Route route;
    route.path = "/api/v1/system";
    route.methods = {http::Method::get};
    route.access = "admin";
    route.summary = "How the gateway is doing: counters, journal, history, dependencies.";
    route.body_limit = 0;
    route.quick = [s = std::move(sources)](http::Context&) {
        return http::Response::json(200, system_json(s));
    };
    router.add(std::move(route));
}

} // namespace caredian::api
