// GET /api/v1/system: how the gateway is doing, for its administrators.
#pragma once

#include "base/clock.h"
#include "base/health.h"
#include "devices/latest.h"
#include "devices/registry.h"
#include "devices/stream_hub.h"
#include "history/local_history.h"
#include "ingest/stats.h"
#include "net/http/router.h"

#include <atomic>
#include <string>

namespace caredian::api {

// Messages per second over the last sampling interval. sample() by one thread, the rest any.
class RateMeter {
public:
    void sample(MonoTime now, std::uint64_t total);
    double per_second() const { return rate_.load(std::memory_order_relaxed); }

private:
    MonoTime last_time_{};
    std::uint64_t last_total_ = 0;
    bool started_ = false;
    std::atomic<double> rate_{0};
};

// Everything must outlive the router.
struct SystemSources {
    const ingest::IngestStats& ingest;
    const history::LocalHistory& history;
    const devices::Latest& devices;
    const devices::Registry& registry;
    const devices::StreamHub& stream;
    const HealthRegister& health;
    const RateMeter& rate;
    const Clock& clock;
    std::string version;
    WallTime started;
    MonoTime started_mono;
};

// Access: "admin".
void add_system_routes(net::http::Router& router, SystemSources sources);

} // namespace caredian::api
