#include "app/data_side.h"

#include "app/broker_side.h"
#include "base/log.h"
#include "devices/enrol/name.h"
#include "ingest/decode/mapping.h"
#include "net/mqtt/url.h"
#include "store/key_file.h"

#include <stdexcept>

namespace caredian::app {

namespace {

// The next gateway of several lacks at most this of what the one before knew.
constexpr std::chrono::seconds handover_interval{15};

// The name our session has at the broker. Made once: another name would leave the old session's
// messages behind.
std::string client_id(const Settings& settings, Random& random) {
    if (!settings.mqtt.client_id.empty()) return settings.mqtt.client_id;
    auto kept = store::load_or_make_key(settings.data_path("mqtt_client_id"), random);
    if (!kept)
        throw std::runtime_error("the MQTT client id cannot be kept in " + settings.data_dir +
                                 ": " + kept.error().message());
    return "caredian-" + kept->reveal().substr(0, 12);
}

net::mqtt::ClientOptions mqtt_options(const Settings& settings, Random& random) {
    const auto& m = settings.mqtt;
    net::mqtt::ClientOptions o;
    // The URL was checked when the settings were loaded; it has no user part.
    if (auto wrong = net::mqtt::apply_url(o, m.url); !wrong.empty())
        throw std::runtime_error("mqtt.url: " + wrong);
    o.ca_file = m.ca;
    o.certificate_file = m.certificate;
    o.key_file = m.key;
    use_own_certificate(o, settings, devices::enrol::gateway_name);
    o.client_id = client_id(settings, random);
    o.username = m.username;
    o.password = m.password;
    o.keep_alive = m.keep_alive;
    o.session_expiry = m.session_expiry;
    o.receive_maximum = static_cast<std::uint16_t>(m.receive_maximum);
    o.max_packet = static_cast<std::uint32_t>(m.max_packet);
    for (const auto& topic : m.topics)
        o.subscriptions.push_back({topic, static_cast<std::uint8_t>(m.qos)});
    return o;
}

ingest::JournalOptions journal_options(const JournalSettings& s) {
    ingest::JournalOptions o;
    o.max_bytes = s.max_bytes;
    o.max_age = s.max_age;
    o.when_full = s.when_full == WhenFull::drop_oldest ? ingest::WhenFull::drop_oldest
                                                       : ingest::WhenFull::refuse;
    o.sync_interval = s.sync_interval;
    o.urgent = s.urgent;
    return o;
}

template <class Part, class Options, class... With>
std::unique_ptr<Part> open_or_throw(std::string_view what, Options options, const Clock& clock,
                                    With&... with) {
    auto path = options.path;
    auto opened = Part::open(std::move(options), clock, with...);
    if (!opened)
        throw std::runtime_error("the " + std::string(what) + " cannot be opened (" + path +
                                 "): " + opened.error().message());
    return std::move(*opened);
}

history::LocalHistoryOptions history_options(const Settings& settings, Random& random) {
    history::LocalHistoryOptions o;
    o.path = settings.data_path("history.db");
    o.retention = retention(settings.history);
    o.hash_seed = random.next_u64();
    return o;
}

devices::LatestOptions latest_options(const Settings& settings) {
    devices::LatestOptions o;
    o.path = settings.data_path("devices.db");
    if (settings.gateways.enabled()) o.save_interval = handover_interval;
    return o;
}

devices::RegistryOptions registry_options(const Settings& settings) {
    devices::RegistryOptions o;
    o.path = settings.data_path("registry.db");
    if (settings.gateways.enabled()) o.save_interval = handover_interval;
    return o;
}

} // namespace

ingest::DecodeOptions decode_options(const Settings& settings) {
    ingest::DecodeOptions o;
    o.mappings = settings.ingest.mappings;
    o.zigbee2mqtt_base = settings.ingest.zigbee2mqtt_base;
    o.discovery_prefix = settings.ingest.discovery_prefix;
    o.statestream_bases = settings.ingest.statestream_bases;
    o.max_payload = settings.ingest.max_payload;
    return o;
}

ingest::IngestOptions ingest_options(const Settings& settings, Random& random) {
    ingest::IngestOptions o;
    o.data_dir = settings.data_dir;
    o.journal = journal_options(settings.journal);
    o.ignore = settings.ingest.ignore;
    o.decode = decode_options(settings);
    if (settings.mqtt.enabled()) o.mqtt = mqtt_options(settings, random);
    return o;
}

history::Retention retention(const HistorySettings& s) {
    auto keep = [](seconds all, const std::map<std::string, seconds>& by_measurement) {
        history::Keep k;
        k.keep = all;
        for (const auto& [measurement, own] : by_measurement)
            k.by_measurement.emplace(measurement, own);
        return k;
    };
    return {.raw = keep(s.retention, s.retention_by_measurement),
            .five_minutes = keep(s.retention_5m, s.retention_5m_by_measurement),
            .hour = keep(s.retention_1h, s.retention_1h_by_measurement)};
}

namespace {

void expose(Metrics& metrics, const history::LocalHistory& history) {
    using Number = std::uint64_t history::HistoryStats::*;
    auto gauge = [&](const char* name, const char* help, Number number) {
        metrics.add(MetricKind::gauge, name, help, {},
                    [&history, number] { return static_cast<double>(history.stats().*number); });
    };
    gauge("history_series", "Series that are kept.", &history::HistoryStats::series);
    gauge("history_points", "Points that are kept.", &history::HistoryStats::points);
    gauge("history_values", "Field values of these points.", &history::HistoryStats::values);
    gauge("history_block_bytes", "Bytes of points on disk.", &history::HistoryStats::bytes);
    gauge("history_rollup_bytes", "Bytes of rollups on disk.",
          &history::HistoryStats::rollup_bytes);
    gauge("history_file_bytes", "Size of history.db with its write-ahead log.",
          &history::HistoryStats::file_bytes);
    gauge("history_memory_bytes", "Points that are not on disk yet.",
          &history::HistoryStats::memory);
    metrics.add(MetricKind::gauge, "history_first_timestamp_seconds",
                "The earliest time that is kept; 0: nothing is.", {}, [&history] {
                    return static_cast<double>(history.stats().first.value_or(0)) / 1e9;
                });
}

} // namespace

namespace {

// The registry's file is new, or of an earlier version, while the journal's is not: what devices
// said about themselves is asked for once more.
ingest::IngestOptions with_descriptions(ingest::IngestOptions o,
                                        const devices::Registry& registry) {
    o.describe_again = registry.lacks_descriptions();
    return o;
}

// Rules describe the units of a topic when it speaks; what rules say no more would stay.
void forget_units_of_old_rules(devices::Registry& registry,
                               const std::vector<ingest::MappingRule>& rules) {
    const ingest::Mapping mapping(rules);
    registry.forget_described(mapping.name(), [&](std::string_view topic) {
        return mapping.gives_units(ingest::TopicLevels(topic));
    });
}

} // namespace

namespace {

std::unique_ptr<devices::EventBook> open_events(const Settings& settings, const Clock& clock) {
    auto path = settings.data_path("events.db");
    auto opened = devices::EventBook::open(path, clock);
    if (!opened)
        throw std::runtime_error("the events cannot be opened (" + path +
                                 "): " + opened.error().message());
    return std::move(*opened);
}

} // namespace

DataSide::DataSide(const Settings& settings, GatewaysSide& gateways, const Clock& clock,
                   Random& random, Metrics& metrics, HealthRegister& health)
    : home_health_(clock), history_(open_or_throw<history::LocalHistory>(
                               "history", history_options(settings, random), clock)),
      latest_(open_or_throw<devices::Latest>("latest values", latest_options(settings), clock)),
      registry_(open_or_throw<devices::Registry>("device registry", registry_options(settings),
                                                 clock, *latest_, health)),
      stream_({}, clock, random), events_(open_events(settings, clock)),
      sinks_(settings, clock, random, metrics, health, *latest_, *registry_, *history_),
      maintenance_(*history_) {
    auto options = ingest_options(settings, random);
    auto several = gateways.ingest();
    std::vector<readings::Consumer*> of_home{latest_.get(), registry_.get(), &stream_,
                                             events_.get()};
    std::vector<readings::Consumer*> of_stores{history_.get()};
    if (gateways.several()) {
        several.attend = false;
        home_ = std::make_unique<ingest::Ingest>(
            with_descriptions(app::home_ingest(options, settings), *registry_), clock, random,
            home_metrics_, home_health_, of_home, std::vector<readings::Sink*>{}, several);
        options = shared_ingest(std::move(options), settings);
        several.attend = true;
        several.shared = true;
    } else {
        options = with_descriptions(std::move(options), *registry_);
        of_stores.insert(of_stores.end(), of_home.begin(), of_home.end());
    }
    ingest_ = std::make_unique<ingest::Ingest>(std::move(options), clock, random, metrics, health,
                                               of_stores, sinks_.sinks(), several);
    expose(metrics, *history_);
    forget_units_of_old_rules(*registry_, settings.ingest.mappings);
}

void DataSide::apply(const Settings& settings) {
    history_->set_retention(retention(settings.history));
    for (auto* one : {ingest_.get(), home_.get()})
        if (one)
            one->apply(journal_options(settings.journal), settings.ingest.ignore,
                       settings.ingest.mappings);
    forget_units_of_old_rules(*registry_, settings.ingest.mappings);
}

DataSide::~DataSide() {
    if (member_) member_->stop();
}

void DataSide::start() {
    ingest_->start();
    if (home_) home_->start();
}

void DataSide::stop() {
    ingest_->stop();
    if (home_) home_->stop();
}

void DataSide::lack(std::int64_t fence, const std::string& why) {
    std::lock_guard lock(home_mutex_);
    if (home_fence_ != fence || home_lacks_ == why) return;
    home_lacks_ = why;
    log::warning("gateways", "the home's work waits for what the gateway before knew",
                 {{"reason", why}});
}

// What the gateway before left comes first, so that what devices say from now on is newer. Without
// it nothing begins: what is known here is older, and would be written over it.
void DataSide::begin_for_home(gateways::Member& member, std::int64_t fence) {
    // The same term once more (the database was away): nobody had it meanwhile, and what waits here
    // to be written is the newest.
    if (member.goes_on(fence) && member.works()) {
        std::lock_guard lock(home_mutex_);
        if (home_fence_ == fence) home_->attend(true);
        return;
    }
    devices::HomeRecords left;
    for (;;) {
        left.clear();
        auto loaded = member.state().load([&](char kind, std::string name, std::string data) {
            left.push_back({kind, std::move(name), std::move(data)});
        });
        if (loaded) break;
        lack(fence, loaded.error().message());
        if (!member.await_retry(fence)) return;
    }
    std::lock_guard taking(taking_over_);
    if (!member.goes_on(fence)) return; // a later term may have read newer things
    member.state().drop();              // of earlier terms
    registry_->take_over(left);
    latest_->take_over(std::move(left));
    std::lock_guard lock(home_mutex_);
    if (home_fence_ != fence) return; // it has ended meanwhile
    home_lacks_.clear();
    member.ready(fence);
    home_->attend(true);
}

void DataSide::show_home(HealthRegister& health, bool ours) const {
    if (!ours) return health.set("home", HealthState::up, "another gateway works for the home");
    Health worst;
    worst.state = HealthState::up;
    {
        std::lock_guard lock(home_mutex_);
        if (!home_lacks_.empty())
            return health.set("home", HealthState::down,
                              "what the gateway before knew cannot be read: " + home_lacks_);
    }
    for (auto& part : home_health_.snapshot())
        if (part.state != HealthState::up && worst.state == HealthState::up) worst = part;
    health.set("home", worst.state, worst.reason);
}

gateways::Member::Hooks DataSide::hooks(gateways::Member& member) {
    auto told = [&state = member.state()](devices::HomeRecord record) {
        state.put(record.kind, std::move(record.key), std::move(record.value));
    };
    member_ = &member;
    registry_->on_record(told);
    latest_->on_record(told);
    gateways::Member::Hooks hooks;
    hooks.gained = [this, &member](std::int64_t fence) {
        {
            std::lock_guard lock(home_mutex_);
            home_fence_ = fence;
            home_lacks_.clear();
        }
        if (!member.later([this, &member, fence] { begin_for_home(member, fence); }))
            lack(fence, "too much is under way"); // unlikely: a term begins once
    };
    hooks.lost = [this] {
        std::lock_guard lock(home_mutex_);
        home_fence_ = 0;
        home_lacks_.clear();
        home_->attend(false);
    };
    hooks.aside = [this] { ingest_->leave_broker(); };
    hooks.hears = [this] {
        for (const auto& part : home_health_.snapshot())
            if (part.name == "mqtt")
                return part.state == HealthState::up || part.state == HealthState::degraded;
        return true; // without a broker nothing is to be heard
    };
    hooks.received = [this] { return ingest_->stats().received.value(); };
    return hooks;
}

} // namespace caredian::app
