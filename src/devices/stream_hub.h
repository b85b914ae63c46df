// Live readings for those who watch: a ring of events and the subscribers that read from it.
//
// An event is turned into its text once, whoever watches, and only while somebody does (or did a
// minute ago, for Last-Event-ID): without watchers a reading costs a few nanoseconds.
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "readings/consumer.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace caredian::devices {

struct StreamOptions {
    std::size_t events = 4'096;                       // the ring: what a client may have missed
    std::size_t bytes = std::size_t{2} * 1024 * 1024; // of the ring's texts; the oldest go first
    std::size_t subscribers = 256;
    std::chrono::milliseconds heartbeat{15'000};
    // After a write the next one waits so long: what comes meanwhile shares it. The first event
    // after a quiet time is not held up. 0: each batch is written as it comes.
    std::chrono::milliseconds pace{100};
    std::chrono::seconds linger{60}; // the ring is filled so long after the last one left
};

// May somebody see what comes from this source now? By measurement, and the tags device and path.
using SourceTest = std::function<bool(std::string_view measurement, std::string_view device,
                                      std::string_view path)>;

struct StreamFilter {
    std::string device;      // empty = any
    std::string measurement; // empty = any
    // Asked on the subscription's worker, once for each write: so hours and rooms that change are
    // followed. Empty: everything may be seen.
    std::function<SourceTest()> sees = {};
};

class Subscription;

// take() by one thread; it wakes each worker at most once per batch. subscribe(): any worker.
class StreamHub final : public readings::Consumer {
public:
    StreamHub(StreamOptions options, const Clock& clock, Random& random);
    StreamHub(const StreamHub&) = delete;
    StreamHub& operator=(const StreamHub&) = delete;
    ~StreamHub() override; // closes every subscription; workers must have stopped or still run

    std::string_view name() const override { return "stream"; }
    bool keeps() const override { return false; }
    readings::Row cursor() const override;
    void take(std::span<const readings::Reading> readings, readings::Row last_row) override;
    void save() override {}

    // Starts after `last_event_id` when the ring still holds what followed it, else with the event
    // `reset` and from now; an empty id starts from now without a reset. `executor` is the
    // worker's, `worker` its index: what it awaits is completed there. nullptr: too many
    // subscribers.
    std::unique_ptr<Subscription> subscribe(boost::asio::any_io_executor executor,
                                            std::size_t worker, StreamFilter filter,
                                            std::string_view last_event_id);
    std::size_t subscribers() const;

    struct State;

private:
    std::shared_ptr<State> state_;
};

// One client's place in the ring. Belongs to one worker; leaving = destroying it.
class Subscription {
public:
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    // The next events as Server-Sent Events text (at most about 64 kB), or a comment line after a
    // quiet heartbeat. A client that fell out of the ring gets `reset` and goes on from now.
    // Empty: close() was called or the hub is gone.
    boost::asio::awaitable<std::string> next();
    // Ends next() and every later one. On the subscription's worker only.
    void close();

    struct Impl;

private:
    friend class StreamHub;
    explicit Subscription(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

} // namespace caredian::devices
