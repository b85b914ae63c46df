// One gateway among several: enters the table, keeps or awaits the home's lease, follows the pinned
// types, and watches who is away.
//
// A thread of its own looks at the clock ten times a second and asks nothing itself, so that a term
// ends in time though a call to the database hangs; those run on a small pool.
#pragma once

#include "base/clock.h"
#include "base/health.h"
#include "base/pool.h"
#include "base/random.h"
#include "gateways/home_state.h"
#include "gateways/lease.h"
#include "gateways/lease_store.h"
#include "gateways/peers.h"
#include "gateways/queue_watch.h"
#include "gateways/type_pins.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace caredian::gateways {

struct MemberOptions {
    std::string home = "home";
    std::string name, version;
    std::string address; // where others reach it, "http://host:port"; empty: not told
    std::chrono::seconds term{10};
    std::uint64_t queue = 1000; // messages the broker keeps for one client
};

// How it stands, at one moment.
struct Standing {
    std::string name;
    bool holds = false;         // works()
    bool aside = false;         // another program has our name
    std::string holder;         // its name; empty: nobody
    std::string holder_address; // empty: not told
    std::int64_t fence = 0;
    std::vector<Away> away;
};
// {"holds_home"}, and with `details` also "name","holder","fence","away":[{"name","seconds",
// "waiting","full_in"}].
void append_json(std::string& out, const Standing& standing, bool details = true);

class Member {
public:
    struct Hooks { // on the member's thread
        std::function<void(std::int64_t fence)> gained = [](std::int64_t) {};
        std::function<void()> lost = [] {};
        // Another program has entered under our name: take no more messages.
        std::function<void()> aside = [] {};
        std::function<std::uint64_t()> received = [] { return std::uint64_t{0}; }; // of our share
        // Whether the home's messages reach this gateway. While it works for the home, does not
        // hear them for long, and another gateway is there that hears its share, it lets go.
        std::function<bool()> hears = [] { return true; };
    };

    // Everything outlives it. Reports as health `gateways` and `broker_queue`.
    Member(MemberOptions options, store::Database& database, const Clock& clock, Random& random,
           HealthRegister& health);
    ~Member(); // stop()

    // Tables, number, pinned types. Blocks. `kept`: the number of an earlier start. Where the
    // database is away, the thread tries it again with that number; until then this gateway does
    // not ask for the lease. Before start().
    result<int> join(std::optional<int> kept);

    void start(Hooks hooks);
    void stop(); // lets the lease go, for the next one to begin at once
    // What the thread does again and again. Tests only: without start(), with these hooks.
    void tick(const Hooks& hooks);
    void settle() { pool_.wait_idle(); } // what tick() began is done

    Standing standing() const;
    bool holds() const;
    // What the gateway before left has been taken over, for this term: from now on what state()
    // keeps is written. Until then nothing is: it would be older than what is there.
    void ready(std::int64_t fence);
    bool works() const;                     // holds(), and ready() for that term
    bool goes_on(std::int64_t fence) const; // that term, which has not ended
    // Waits a moment, for another try. False: that term is over, or stop() was called.
    bool await_retry(std::int64_t fence);
    TypePins& pins() { return pins_; }
    // What the gateway that works for the home leaves: written behind while that is this one.
    HomeState& state() { return state_; }
    // On the member's pool: for what blocks. False: it has too much to do.
    bool later(std::function<void()> job) { return pool_.submit(std::move(job)); }

private:
    Member(MemberOptions options, const std::string& instance, store::Database& database,
           const Clock& clock, HealthRegister& health);
    void ask();
    void mind_hearing(const Hooks& hooks, bool held);
    result<int> enter();
    result<std::vector<Peer>> seen_now(std::int64_t rate);
    void beat();
    void stand_aside(const std::string& why);
    void leave_state();
    std::optional<std::int64_t> held() const; // under mutex_
    std::int64_t rate();

    const MemberOptions options_;
    const Clock& clock_;
    HealthRegister& health_;
    LeaseStore store_;
    Peers peers_;
    TypePins pins_;
    HomeState state_;
    store::Database& database_;
    std::optional<int> kept_;         // of join(); then of beat() alone
    std::atomic<bool> joined_{false}; // the table has this start of the gateway

    mutable std::mutex mutex_; // of what follows
    Lease lease_;
    std::vector<Peer> seen_;
    std::vector<Away> away_;
    bool aside_ = false;
    std::optional<std::int64_t> ready_; // the fence of ready()
    std::function<std::uint64_t()> received_;
    std::deque<std::pair<MonoTime, std::uint64_t>> counts_; // of the last minute

    Hooks hooks_;                      // of start()
    std::optional<std::int64_t> told_; // of tick(): the fence that gained() was told
    bool told_aside_ = false;
    std::optional<MonoTime> deaf_since_; // of tick()
    MonoTime next_beat_{};
    std::atomic<bool> asking_{false}, beating_{false};

    std::mutex life_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
    Pool pool_; // after what its jobs use
};

} // namespace caredian::gateways
