#include "app/sink_side.h"

#include "devices/units.h"

#include <algorithm>
#include <stdexcept>

namespace caredian::app {

namespace influx = history::influx;

influx::Options influx_options(const InfluxServer& s) {
    influx::Options o;
    o.name = s.name;
    o.url = s.url;
    o.version = s.version;
    o.database = s.database;
    o.retention_policy = s.retention_policy;
    o.org = s.org;
    o.token = s.token;
    o.username = s.username;
    o.password = s.password;
    o.layout = s.layout;
    o.gzip = s.gzip;
    o.create = s.create;
    o.retention = s.retention;
    o.flush_interval = s.flush_interval;
    o.timeout = s.timeout;
    o.buffer_bytes = s.buffer;
    o.batch_bytes = std::min<std::size_t>(o.batch_bytes, s.buffer);
    if (!s.url.starts_with("https:")) return o;
    auto tls = net::make_client_tls({.ca_file = s.ca, .alpn = {"http/1.1"}});
    if (!tls) throw std::runtime_error(s.name + ": " + tls.error().message());
    o.tls = *tls;
    return o;
}

namespace {

// Home Assistant says the unit of an entity as one of its attributes.
std::string unit_for(const devices::Latest& latest, const readings::SeriesKey& series,
                     std::string_view field) {
    if (series.measurement != "ha") return std::string(devices::unit_of(series.measurement, field));
    for (const auto& one : latest.series(series.tag("device")))
        for (const auto& known : one.fields)
            if (known.name == "unit_of_measurement")
                if (const auto* text = std::get_if<std::string>(&known.value)) return *text;
    return {};
}

} // namespace

std::vector<InfluxServer> influx_servers(const InfluxServer& first) {
    std::vector<InfluxServer> all;
    if (first.enabled()) all.push_back(first);
    all.insert(all.end(), first.more.begin(), first.more.end());
    return all;
}

std::string sink_path(const Settings& settings, const std::string& name) {
    return settings.data_path("sink-" + name + ".db");
}

SinkSide::SinkSide(const Settings& settings, const Clock& clock, Random& random, Metrics& metrics,
                   HealthRegister& health, const devices::Latest& latest) {
    auto unit_of = [&latest](const readings::SeriesKey& series, std::string_view field) {
        return unit_for(latest, series, field);
    };
    for (const auto& server : influx_servers(settings.influxdb)) {
        auto opened = influx::Sink::open(influx_options(server), sink_path(settings, server.name),
                                         clock, random, metrics, health, unit_of);
        if (!opened)
            throw std::runtime_error("the sink " + server.name +
                                     " cannot be opened: " + opened.error().message());
        influx_.push_back(std::move(*opened));
    }
}

std::vector<influx::Sink*> SinkSide::influx() const {
    std::vector<influx::Sink*> all;
    for (const auto& sink : influx_) all.push_back(sink.get());
    return all;
}

std::vector<readings::Sink*> SinkSide::sinks() const {
    std::vector<readings::Sink*> all;
    for (const auto& sink : influx_) all.push_back(sink.get());
    return all;
}

} // namespace caredian::app
