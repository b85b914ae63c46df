// The sender of one sink: takes batches out of the outbox and gets them to the server. A coroutine
// on an io_context of its own. Only for sink.cpp.
#pragma once

#include "base/clock.h"
#include "base/health.h"
#include "base/random.h"
#include "history/influx/backfill.h"
#include "history/influx/delivery.h"
#include "history/influx/outbox.h"
#include "history/influx/server.h"
#include "history/influx/sink.h"
#include "history/influx/sink_store.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace caredian::history::influx {

// What the sender shares with other threads.
struct SinkState {
    SinkStats stats;
    std::atomic<readings::Row> kept{0}; // the cursor on disk
};

// What lines were made with: on disk before they are sent. `areas` may be nullptr.
struct Learned {
    ColumnTypes& types;
    Areas* areas;
};

class Sender {
public:
    Sender(boost::asio::io_context& context, const Options& options, Server server, Outbox& outbox,
           Learned learned, SinkStore store, SinkState& state, const Clock& clock, Random& random,
           HealthRegister& health);

    // Until stop(): never throws.
    net::http::awaitable<void> run();

    // Beside run(): points of the history, once more. The job is told how far it is.
    net::http::awaitable<void> backfill(std::shared_ptr<Backfill> job);

    // Beside run(): the times that the journal had no room for (Gap), one after the other. `points`
    // gives what the history has of one; nullptr: not now.
    using PointsOf = std::function<std::shared_ptr<Backfill>(const Gap&)>;
    net::http::awaitable<void> refill(PointsOf points);

    // --- on the io_context
    void wake();                                   // something is there to be sent
    void save();                                   // the cursor, now
    void stop(std::chrono::milliseconds patience); // send what is there, for so long

private:
    template <class T>
    using awaitable = net::http::awaitable<T>;

    // What each of the coroutines has for itself.
    struct Lane {
        explicit Lane(boost::asio::io_context& context) : timer(context) {}
        void wake() {
            woken = true;
            timer.cancel();
        }
        boost::asio::steady_timer timer;
        unsigned failures = 0; // one after the other
        bool woken = false;
    };
    struct Outcome {
        std::size_t stored = 0, set_aside = 0; // lines
        bool whole = false;                    // false: it was stopped before the end
    };

    awaitable<void> find_version();
    awaitable<void> deliver();
    awaitable<Outcome> push(Lane& lane, Lines& lines);
    awaitable<void> react(Lane& lane, const Verdict& verdict, Delivery::Then then);
    awaitable<void> make_missing();
    awaitable<Verdict> send(std::string_view lines);
    awaitable<void> rest(Lane& lane, nanoseconds time); // ends early when something wakes it
    awaitable<void> pause(Lane& lane, const Verdict& verdict);
    bool keep_learned();
    std::size_t keep_aside(Delivery& delivery);
    void keep_cursor();
    void tell(HealthState state, std::string reason = {});
    bool may_go_on(const Lane& lane) const;
    nanoseconds until_save() const;

    const Options& options_;
    Server server_;
    Outbox& outbox_;
    Learned learned_;
    SinkStore store_;
    SinkState& state_;
    const Clock& clock_;
    Random& random_;
    HealthRegister& health_;

    boost::asio::io_context& context_;
    Lane main_;
    std::vector<Lane*> others_;
    Version version_;
    Lines batch_;
    std::vector<KnownColumn> unkept_types_; // not on disk yet
    std::vector<KnownArea> unkept_areas_;
    readings::Row confirmed_ = 0;
    MonoTime last_write_{}, last_save_{}, last_make_{};
    bool stopping_ = false, disk_warned_ = false;
    MonoTime stop_at_{};
};

} // namespace caredian::history::influx
