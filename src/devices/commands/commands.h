// Commands to devices: kept, sent, awaited.
//
//   begin (pool: SQL) → send (ingest thread: flights) → the result kept (pool) → whoever waits
//
// Nothing is sent that could not be written down before, and nothing is kept to be sent later: with
// the broker away a command is refused.
#pragma once

#include "base/clock.h"
#include "base/pool.h"
#include "base/random.h"
#include "devices/commands/command_store.h"
#include "devices/commands/errc.h"
#include "devices/commands/flight.h"
#include "guard/audit.h"
#include "ingest/talker.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace caredian::devices::commands {

struct Asked {
    std::string device, entity;
    std::string request; // JSON, as it is kept
    std::string account; // whose it is, for keys of requests
    guard::Actor by;
    Plan plan;
    FlightLimits limits;
    Once once;
};

class Commands final : public ingest::Talker {
public:
    static constexpr std::size_t most_in_flight = 64;

    // Runs work on the thread that calls the talker (Ingest::post). False: it does not run.
    using Post = std::function<bool(std::function<void()> work)>;

    // All outlive it; `pool` is its own, so that a result is always written.
    Commands(store::Database& database, guard::Audit& audit, Post post, Pool& pool,
             const Clock& clock, Random& random);

    // Pool: block (SQL).
    result<std::optional<Record>> find(std::string_view id);
    result<std::vector<Record>> list(std::string_view device, std::size_t most); // newest first
    void maintain(); // at the start, and once an hour; returns at once

    std::int64_t procedure_number(); // for plan()

    // Pool: blocks (SQL). Writes it down and holds its entities; `fresh`: now send() it. Errors:
    // busy, too_many, away, or the store's.
    result<CommandStore::Outcome> begin(const Asked& asked);

    // `done` is called once, on a pool thread, when it has ended and that is kept; also when it
    // could not be sent (state pending, no attempts: nothing was sent). Any thread.
    using Done = std::function<void(Record record)>;
    void send(const Record& record, Plan plan, FlightLimits limits, Done done);
    // Joins the one that is under way; with none of this id here, `done` gets what is kept: a
    // record without an id when it was taken back, as nothing was sent.
    void join(const Record& record, Done done);

    // Ends all that is under way; what comes after is refused. Before ingest stops.
    void stop();
    void wait_idle() { pool_.wait_idle(); }

    // ingest::Talker
    void begin(ingest::Line& line) override { line_ = &line; }
    void end() override;
    void connection(bool stands) override;
    void heard(std::string_view topic, std::string_view payload, bool old) override;
    void timer() override;
    std::optional<MonoTime> deadline() const override;

private:
    struct Under {
        Record record;
        std::unique_ptr<Flight> flight;
        std::vector<Done> waiting;
        bool told = false; // its end was written
    };
    using UnderPtr = std::shared_ptr<Under>;

    result<void> prepare();
    result<void> hold(const Plan& plan, const std::string& device);
    void release(const Plan& plan, const std::string& device);
    void start(UnderPtr under);
    void step(const UnderPtr& under);
    bool publish(const UnderPtr& under);
    void settle(const UnderPtr& under);
    void forget(const UnderPtr& under);
    void keep(const UnderPtr& under, const std::vector<Done>& answered);
    void refuse(const Record& record, const Plan& plan, Done done);

    store::Database& database_;
    CommandStore store_;
    guard::Audit& audit_;
    Post post_;
    Pool& pool_;
    const Clock& clock_;
    Random& random_;

    std::mutex mutex_;                                   // of the three
    std::set<std::pair<std::string, std::string>> held_; // device, entity
    std::size_t under_way_ = 0;
    bool stopped_ = false;
    std::atomic<bool> connected_{false}, prepared_{false};
    std::atomic<std::int64_t> number_;

    // Ingest thread.
    ingest::Line* line_ = nullptr;
    std::map<std::string, UnderPtr> flights_; // by id
    std::unordered_map<std::string, std::vector<UnderPtr>> topics_;
    bool ended_ = false;
};

} // namespace caredian::devices::commands
