#include "app/sink_side.h"

#include "devices/places.h"
#include "devices/units.h"

#include <algorithm>
#include <mutex>
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
    o.area_tag = s.area_tag;
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

// The registry's rooms, as look() found them last.
class SinkSide::Rooms final : public influx::AreaSource {
public:
    Rooms(const devices::Registry& registry, const Clock& clock)
        : registry_(registry), clock_(clock), book_(registry) {
        look();
    }
    Moment now() override {
        std::lock_guard lock(mutex_);
        return moment_;
    }
    std::optional<std::string> area(const readings::SeriesKey& key) const override {
        const auto places = book_.now();
        const auto* place = places->find(key.measurement, key.tag("device"), key.tag("path"));
        if (!place) return std::nullopt;
        return std::string(place->area);
    }

    // One thread.
    void look() {
        const auto generation = registry_.generation(); // what changes meanwhile is next
        if (moment_.number > 0 && generation == seen_) return;
        seen_ = generation;
        book_.refresh();
        std::lock_guard lock(mutex_);
        moment_ = {moment_.number + 1, to_ns(clock_.wall())};
    }

private:
    const devices::Registry& registry_;
    const Clock& clock_;
    devices::PlaceBook book_;
    std::uint64_t seen_ = 0; // of look()
    std::mutex mutex_;       // of moment_
    Moment moment_;
};

SinkSide::~SinkSide() = default;

void SinkSide::follow_rooms() {
    if (areas_) areas_->look();
}

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
                   HealthRegister& health, const devices::Latest& latest,
                   const devices::Registry& registry, history::QuerySource& history) {
    const auto servers = influx_servers(settings.influxdb);
    if (std::ranges::any_of(servers, &InfluxServer::area_tag))
        areas_ = std::make_unique<Rooms>(registry, clock);
    auto unit_of = [&latest](const readings::SeriesKey& series, std::string_view field) {
        return unit_for(latest, series, field);
    };
    for (const auto& server : servers) {
        auto opened =
            influx::Sink::open(influx_options(server), sink_path(settings, server.name), clock,
                               random, metrics, health, {unit_of, areas_.get(), &history});
        if (!opened)
            throw std::runtime_error("the sink " + server.name +
                                     " cannot be opened: " + opened.error().message());
        influx_.push_back(std::move(*opened));
        const auto& options = influx_.back()->options();
        if (options.layout == influx::Layout::caredian)
            sources_[server.name] = std::make_unique<influx::Source>(options);
    }
}

std::vector<influx::Sink*> SinkSide::influx() const {
    std::vector<influx::Sink*> all;
    all.reserve(influx_.size());
    for (const auto& sink : influx_) all.push_back(sink.get());
    return all;
}

std::vector<readings::Sink*> SinkSide::sinks() const {
    std::vector<readings::Sink*> all;
    all.reserve(influx_.size());
    for (const auto& sink : influx_) all.push_back(sink.get());
    return all;
}

} // namespace caredian::app
