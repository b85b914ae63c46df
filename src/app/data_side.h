// The message flow, built from the settings: ingest and those who take its readings.
#pragma once

#include "app/settings.h"
#include "app/sink_side.h"
#include "base/clock.h"
#include "base/health.h"
#include "base/metrics.h"
#include "base/random.h"
#include "devices/latest.h"
#include "devices/registry.h"
#include "devices/stream_hub.h"
#include "history/local_history.h"
#include "history/maintenance.h"
#include "ingest/ingest.h"

#include <memory>

namespace caredian::app {

// Settings in the words of the rooms.
ingest::DecodeOptions decode_options(const Settings& settings);
ingest::IngestOptions ingest_options(const Settings& settings, Random& random);
history::Retention retention(const HistorySettings& settings);

// Members are built in this order and end in the reverse one: ingest stops before its consumers go.
class DataSide {
public:
    // Opens the files in data_dir. Throws std::runtime_error with a sentence for the operator.
    DataSide(const Settings& settings, const Clock& clock, Random& random, Metrics& metrics,
             HealthRegister& health);

    history::LocalHistory& history() { return *history_; }
    devices::Latest& latest() { return *latest_; }
    devices::Registry& registry() { return *registry_; }
    devices::StreamHub& stream() { return stream_; }
    const SinkSide& sinks() const { return sinks_; }
    ingest::Ingest& ingest() { return *ingest_; }
    void follow_rooms() { sinks_.follow_rooms(); } // see SinkSide
    void apply(const Settings& settings);          // what can change while it runs

private:
    std::unique_ptr<history::LocalHistory> history_;
    std::unique_ptr<devices::Latest> latest_;
    std::unique_ptr<devices::Registry> registry_;
    devices::StreamHub stream_;
    SinkSide sinks_;
    std::unique_ptr<ingest::Ingest> ingest_;
    history::Maintenance maintenance_;
};

} // namespace caredian::app
