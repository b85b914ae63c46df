// Rate limits: a bucket for each key, as GCRA (one time for each: when it will be full again).
// Fixed memory: where all places of a key are taken, the bucket that is nearest to full makes room.
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace caredian::guard {

inline constexpr std::chrono::hours longest_full{24 * 366};

// One request every `interval` for ever, and `burst` of them at once after a pause.
struct Rate {
    nanoseconds interval{};
    std::uint32_t burst = 1;
    // Until an empty bucket is full; at most longest_full.
    nanoseconds full() const { return interval * burst; }
};

// Whose bucket it is: a keyed hash, so that neither memory nor Redis tells who called.
struct RateKey {
    std::uint64_t a = 0, b = 0;
    bool operator==(const RateKey&) const = default;
    std::string hex() const; // 32 digits
};

// Makes keys. Gateways of one secret make the same. Any thread; allocates nothing.
class RateKeys {
public:
    explicit RateKeys(std::string_view secret);
    // `kind` keeps apart what only looks equal. Beyond 128 bytes `who` is cut.
    RateKey of(std::uint64_t rule, char kind, std::string_view who) const;

private:
    unsigned char key_[16];
};

struct RateAnswer {
    bool allowed = true;
    std::uint32_t left = 0;    // requests that would be allowed at once
    nanoseconds retry_after{}; // until the next is allowed; refused ones only
    nanoseconds until_full{};
};

// Any thread: a short lock on one of many parts. The caller gives the time.
class RateBuckets {
public:
    // `places`: buckets, rounded up. `shared`: what is taken is remembered for `collect`.
    explicit RateBuckets(bool shared = false, std::size_t places = 8'192);
    ~RateBuckets();

    // Takes one request out of the bucket; one that is refused takes nothing. What is owed is at
    // most another burst, by the rate of now: a rule may have been slower before.
    RateAnswer take(const RateKey& key, const Rate& rate, MonoTime now);
    // Undoes a take of a moment ago.
    void give_back(const RateKey& key, const Rate& rate);

    // What was taken since the last time, for others to know.
    struct Spent {
        RateKey key;
        nanoseconds spent{}; // interval for each request
        nanoseconds full{};  // of the bucket
    };
    // Appends at most `most`; the rest keeps.
    void collect(std::vector<Spent>& out, std::size_t most);
    void forget_spent(); // nobody can be told: the buckets stay as they are
    // What all gateways have taken together, as the time until the bucket is full; what was taken
    // here since `collect` comes on top. Never makes a bucket fuller; and none owes more than
    // another burst.
    void learn(const RateKey& key, nanoseconds until_full, MonoTime now);
    std::size_t places() const;

private:
    struct Bucket;
    struct Part;
    Part& part_of(const RateKey& key);

    const bool shared_;
    std::size_t sets_; // in each part
    std::unique_ptr<Part[]> parts_;
    std::size_t next_ = 0; // where collect goes on
};

} // namespace caredian::guard
