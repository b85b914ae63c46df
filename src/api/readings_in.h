// Readings from devices that have no MQTT: POST /api/v1/devices/{id}/readings.
//
// They go into the journal that MQTT's messages go into, and are answered when they are on disk
// there. Who may: administrators who signed in, and keys with the scope readings:write (of an
// administrator; perhaps of this device alone).
#pragma once

#include "base/clock.h"
#include "base/pool.h"
#include "history/exchange/posted.h"
#include "ingest/ingest.h"
#include "net/http/router.h"

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

namespace caredian::api {

// Brings posted readings into the journal. Any worker.
class ReadingsIn {
public:
    static constexpr std::size_t body_limit = std::size_t{1024} * 1024; // also unpacked

    // All outlive it. `pool` reads large bodies. `home`: where devices and latest values hear of
    // them too, when `ingest` only stores (of several gateways); what is answered is what `ingest`
    // said.
    ReadingsIn(ingest::Ingest& ingest, Pool& pool, const Clock& clock,
               ingest::Ingest* home = nullptr)
        : ingest_(ingest), home_(home == &ingest ? nullptr : home), pool_(pool), clock_(clock) {}

    // Why this caller may not write readings under that name: the answer.
    static std::optional<net::http::Response> refused(const net::http::Context& context,
                                                      std::string_view device);
    // POST /api/v1/devices/{id}/readings
    net::http::awaitable<net::http::Response> handle(net::http::Context& context);

    // Stores what was read: 204 when it is on disk, else the problem. `body` is what came, for
    // Idempotency-Key.
    net::http::awaitable<net::http::Response> store(const net::http::Context& context,
                                                    std::string device, history::Posted posted,
                                                    std::string body);
    const Clock& clock() const { return clock_; }

private:
    struct Place; // in what is under way
    net::http::awaitable<history::Posted> read(bool json, std::string body,
                                               history::PostedOptions options);

    ingest::Ingest& ingest_;
    ingest::Ingest* home_;
    Pool& pool_;
    const Clock& clock_;
    std::atomic<std::size_t> waiting_{0}, waiting_bytes_{0};
};

void add_readings_in_routes(net::http::Router& router, std::shared_ptr<ReadingsIn> readings);

} // namespace caredian::api
