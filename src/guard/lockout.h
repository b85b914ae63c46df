// What failed sign-ins cost: a delay that grows, per account and per true client.
#pragma once

#include "base/clock.h"
#include "net/address.h"

#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace caredian::guard {

struct LockoutOptions {
    std::uint32_t free_attempts = 5;                   // failures before the first delay
    nanoseconds first_delay = std::chrono::seconds(1); // doubles with each further failure
    nanoseconds max_delay = std::chrono::seconds(900); //
    nanoseconds forget_after = std::chrono::hours(24); // without a failure; >= max_delay
    std::size_t max_entries = 10'000;                  // per table; the least recently used go
};

// Decides for one kind of key; no clock, no lock. The caller owns it and gives the time.
class LockoutTable {
public:
    explicit LockoutTable(LockoutOptions options) : options_(options) {}
    // How long `key` has to wait; zero: it may try now.
    nanoseconds wait(std::string_view key, MonoTime now) const;
    // An attempt begins. It counts as failed until `undo` or `clear` say otherwise, so that
    // attempts made at the same time count each.
    void count(std::string_view key, MonoTime now);
    void undo(std::string_view key);  // the attempt was no failure; earlier ones stay
    void clear(std::string_view key); // nothing is held against it any more
    std::size_t size() const { return entries_.size(); }
    void set_options(LockoutOptions options) { options_ = options; }

private:
    struct Entry {
        std::uint32_t failures = 0;
        MonoTime last{};
        MonoTime previous{}; // for undo
        std::list<std::string>::iterator order;
    };
    LockoutOptions options_;
    std::map<std::string, Entry, std::less<>> entries_;
    std::list<std::string> order_; // the most recently counted first
};

// Who tries. `client` is empty for a client that must not be delayed as such: loopback, and a
// trusted proxy that did not say for whom it speaks.
struct Attempt {
    std::string account;                // as typed; compared without case, cut at 64 bytes
    std::optional<net::Address> client; // IPv6: its /64 counts
};

// All tables. Any thread; never blocks for long.
class Lockout {
public:
    Lockout(const Clock& clock, LockoutOptions options)
        : clock_(clock), accounts_(options), clients_(options), keys_(options) {}
    // Zero: go on, and report the outcome. Else: refuse, and say how long to wait; refused attempts
    // don't count.
    nanoseconds begin(const Attempt& attempt);
    void succeeded(const Attempt& attempt); // frees the account; the client keeps its failures
    void withdrawn(const Attempt& attempt); // not tried after all (the queue was full)
    // API keys that were refused count per client, apart from sign-ins: a device that goes on with
    // a key that has ended does not keep the people behind the same address out.
    nanoseconds key_wait(const net::Address& client); // zero: the key may be looked at
    void key_failed(const net::Address& client);
    void set_options(LockoutOptions options);

private:
    const Clock& clock_;
    std::mutex mutex_;
    LockoutTable accounts_;
    LockoutTable clients_;
    LockoutTable keys_;
};

} // namespace caredian::guard
