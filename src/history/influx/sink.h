// A sink that stores in InfluxDB (1, 2 or 3, or what speaks as they do).
//
//   offer() ──▶ outbox ──▶ sender: delivery ──▶ server          on a thread of its own
//
// A batch is everything that came while the last one was written. What the server does not take
// now is sent again (429, 5xx, a connection that broke, for ever); what it will never take is set
// aside line by line, with its reason, and the others get through (delivery.h). The cursor moves
// when all lines of a row are stored or set aside.
#pragma once

#include "base/clock.h"
#include "base/health.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/result.h"
#include "history/influx/backfill.h"
#include "history/influx/encoder.h"
#include "history/influx/options.h"
#include "readings/sink.h"

#include <memory>
#include <string>

namespace caredian::history::influx {

// Each has one writing thread; any thread reads.
struct SinkStats {
    Counter written;    // lines that are stored
    Counter bytes;      // of their text, before gzip
    Counter writes;     // requests that stored something
    Counter failures;   // that did not: answered with an error, or not at all
    Counter set_aside;  // lines that the server refused
    Gauge buffered;     // bytes of text in memory
    Gauge left_out;     // values that line protocol or the server's types have no place for
    Gauge last_write_s; // when something was stored last; seconds since 1970, 0: never
};

class Sink final : public readings::Sink {
public:
    // Whom it asks. All outlive it.
    struct Known {
        UnitOf unit_of{};               // for Home Assistant's layout
        AreaSource* areas = nullptr;    // for our own; nullptr: no rooms
        QuerySource* history = nullptr; // what the journal had no room for; nullptr: it must have
    };
    // Opens or makes `path`. Everything handed in outlives it. Errors: those of
    // store::Sqlite::open, invalid_argument (the URL).
    static result<std::unique_ptr<Sink>> open(Options options, const std::string& path,
                                              const Clock& clock, Random& random, Metrics& metrics,
                                              HealthRegister& health, Known known);
    // Sends what is in memory for some seconds at most, puts the cursor on disk.
    ~Sink() override;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    std::string_view name() const override;
    readings::Row cursor() const override;
    bool offer(std::span<const readings::Reading> readings, readings::Row last_row) override;
    void wait_for_room(std::chrono::milliseconds wait) override;
    void save() override;
    // False without a history.
    bool let_go(WallTime first, WallTime last) override;

    // Sends these points beside what comes. It ends with the sink at the latest; `points` must not
    // outlive its source, which outlives the sink. Any thread.
    std::shared_ptr<Backfill> backfill(std::unique_ptr<Cursor> points);

    const SinkStats& stats() const;
    const Options& options() const;

private:
    struct Impl;
    explicit Sink(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace caredian::history::influx
