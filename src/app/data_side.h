// The message flow, built from the settings: ingest and those who take its readings.
#pragma once

#include "app/gateways_side.h"
#include "app/settings.h"
#include "app/sink_side.h"
#include "base/clock.h"
#include "base/health.h"
#include "base/metrics.h"
#include "base/random.h"
#include "devices/events/event_book.h"
#include "devices/latest.h"
#include "devices/registry.h"
#include "devices/stream_hub.h"
#include "history/local_history.h"
#include "history/maintenance.h"
#include "ingest/ingest.h"

#include <cstdint>
#include <memory>
#include <mutex>

namespace caredian::app {

// Settings in the words of the rooms.
ingest::DecodeOptions decode_options(const Settings& settings);
ingest::IngestOptions ingest_options(const Settings& settings, Random& random);
history::Retention retention(const HistorySettings& settings);

// Members are built in this order and end in the reverse one: ingest stops before its consumers go.
class DataSide {
public:
    // Opens the files in data_dir. Throws std::runtime_error with a sentence for the operator.
    DataSide(const Settings& settings, GatewaysSide& gateways, const Clock& clock, Random& random,
             Metrics& metrics, HealthRegister& health);
    ~DataSide();
    void start();
    void stop();
    // What follows when this gateway, of several, begins or ends to work for the home.
    // Before start().
    gateways::Member::Hooks hooks(gateways::Member& member);

    // How the home's own connection is, as health `home`. Once a second or so.
    void show_home(HealthRegister& health, bool ours) const;

    history::LocalHistory& history() { return *history_; }
    devices::Latest& latest() { return *latest_; }
    devices::Registry& registry() { return *registry_; }
    devices::StreamHub& stream() { return stream_; }
    devices::EventBook& events() { return *events_; }
    const SinkSide& sinks() const { return sinks_; }
    // Messages for the stores; of several gateways, this one's share of them.
    ingest::Ingest& ingest() { return *ingest_; }
    // Messages that devices, latest values and streams are made of.
    ingest::Ingest& home_ingest() { return home_ ? *home_ : *ingest_; }
    void follow_rooms() { sinks_.follow_rooms(); } // see SinkSide
    void apply(const Settings& settings);          // what can change while it runs

private:
    void begin_for_home(gateways::Member& member, std::int64_t fence);
    void lack(std::int64_t fence, const std::string& why);

    gateways::Member* member_ = nullptr; // whose thread calls hooks()
    mutable std::mutex home_mutex_;
    std::int64_t home_fence_ = 0; // of the term that was begun; 0: none
    std::string home_lacks_;      // why its work has not begun
    std::mutex taking_over_;      // of two terms, the later one comes last
    Metrics home_metrics_;        // of home_, which counts what the shares count as well
    HealthRegister home_health_;
    std::unique_ptr<history::LocalHistory> history_;
    std::unique_ptr<devices::Latest> latest_;
    std::unique_ptr<devices::Registry> registry_;
    devices::StreamHub stream_;
    std::unique_ptr<devices::EventBook> events_;
    SinkSide sinks_;
    std::unique_ptr<ingest::Ingest> ingest_;
    std::unique_ptr<ingest::Ingest> home_; // only of several gateways
    history::Maintenance maintenance_;
};

} // namespace caredian::app
