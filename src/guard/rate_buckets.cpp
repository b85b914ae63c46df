#include "guard/rate_buckets.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <mutex>
#include <sodium.h>
#include <string>

namespace caredian::guard {

namespace {

constexpr std::size_t part_count = 64;
constexpr std::size_t ways = 8; // places that a key may have
constexpr std::size_t longest_who = 128;
constexpr nanoseconds never{std::numeric_limits<std::int64_t>::min() / 2};

} // namespace

std::string RateKey::hex() const {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (auto word : {a, b})
        for (int shift = 60; shift >= 0; shift -= 4) out += digits[(word >> shift) & 15U];
    return out;
}

RateKeys::RateKeys(std::string_view secret) {
    static constexpr std::string_view purpose = "caredian rate limits";
    static_assert(sizeof key_ == crypto_shorthash_siphashx24_KEYBYTES);
    crypto_generichash_state state;
    crypto_generichash_init(&state, reinterpret_cast<const unsigned char*>(purpose.data()),
                            purpose.size(), sizeof key_);
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(secret.data()),
                              secret.size());
    crypto_generichash_final(&state, key_, sizeof key_);
}

RateKey RateKeys::of(std::uint64_t rule, char kind, std::string_view who) const {
    unsigned char text[sizeof rule + 1 + longest_who];
    who = who.substr(0, longest_who);
    std::memcpy(text, &rule, sizeof rule);
    text[sizeof rule] = static_cast<unsigned char>(kind);
    std::memcpy(text + sizeof rule + 1, who.data(), who.size());
    RateKey key;
    static_assert(sizeof key == crypto_shorthash_siphashx24_BYTES);
    crypto_shorthash_siphashx24(reinterpret_cast<unsigned char*>(&key), text,
                                sizeof rule + 1 + who.size(), key_);
    return key;
}

struct RateBuckets::Bucket {
    RateKey key;
    nanoseconds full_at = never; // since the clock's beginning
    nanoseconds full{};
    nanoseconds spent{}; // not collected yet
    bool listed = false; // in Part::spent
};

struct alignas(64) RateBuckets::Part {
    std::mutex mutex;
    std::vector<Bucket> buckets; // sets of `ways`
    std::vector<std::uint32_t> spent;

    Bucket* set_of(const RateKey& key, std::size_t sets) {
        return buckets.data() + (key.b % sets) * ways;
    }
    void list(Bucket& bucket) {
        if (bucket.listed) return;
        bucket.listed = true;
        spent.push_back(static_cast<std::uint32_t>(&bucket - buckets.data()));
    }
};

RateBuckets::RateBuckets(bool shared, std::size_t places)
    : shared_(shared),
      sets_(std::max<std::size_t>(1, (places + part_count * ways - 1) / (part_count * ways))),
      parts_(std::make_unique<Part[]>(part_count)) {
    for (std::size_t i = 0; i < part_count; ++i) {
        parts_[i].buckets.resize(sets_ * ways);
        if (shared_) parts_[i].spent.reserve(sets_ * ways);
    }
}

RateBuckets::~RateBuckets() = default;

std::size_t RateBuckets::places() const {
    return part_count * sets_ * ways;
}

RateBuckets::Part& RateBuckets::part_of(const RateKey& key) {
    return parts_[key.a % part_count];
}

RateAnswer RateBuckets::take(const RateKey& key, const Rate& rate, MonoTime now) {
    const nanoseconds at = now.time_since_epoch();
    const nanoseconds full = rate.full();
    Part& part = part_of(key);
    std::lock_guard lock(part.mutex);
    Bucket* set = part.set_of(key, sets_);
    Bucket* found = nullptr;
    Bucket* fullest = set;
    for (Bucket* b = set; b != set + ways; ++b) {
        if (b->key == key) {
            found = b;
            break;
        }
        if (b->full_at < fullest->full_at) fullest = b;
    }
    if (!found) {
        found = fullest;
        found->key = key;
        found->full_at = never;
        found->spent = nanoseconds(0);
    }
    found->full = full;
    const nanoseconds begin = std::clamp(found->full_at, at, at + 2 * full);
    const nanoseconds end = begin + rate.interval;
    RateAnswer answer;
    if (end - at > full) {
        answer.allowed = false;
        answer.retry_after = end - at - full;
        answer.until_full = begin - at;
        return answer;
    }
    found->full_at = end;
    answer.until_full = end - at;
    answer.left = static_cast<std::uint32_t>((full - answer.until_full) / rate.interval);
    if (shared_) {
        found->spent += rate.interval;
        part.list(*found);
    }
    return answer;
}

void RateBuckets::give_back(const RateKey& key, const Rate& rate) {
    Part& part = part_of(key);
    std::lock_guard lock(part.mutex);
    Bucket* set = part.set_of(key, sets_);
    for (Bucket* b = set; b != set + ways; ++b) {
        if (!(b->key == key)) continue;
        b->full_at -= rate.interval;
        // Told already: it comes back with what the others have taken.
        if (b->spent >= rate.interval) b->spent -= rate.interval;
        return;
    }
}

void RateBuckets::collect(std::vector<Spent>& out, std::size_t most) {
    for (std::size_t i = 0; i < part_count && most > 0; ++i, ++next_) {
        Part& part = parts_[next_ % part_count];
        std::lock_guard lock(part.mutex);
        while (most > 0 && !part.spent.empty()) {
            Bucket& bucket = part.buckets[part.spent.back()];
            part.spent.pop_back();
            bucket.listed = false;
            if (bucket.spent == nanoseconds(0)) continue; // another's place meanwhile
            out.push_back({bucket.key, bucket.spent, bucket.full});
            bucket.spent = nanoseconds(0);
            --most;
        }
        if (most == 0 && !part.spent.empty()) return; // goes on here
    }
}

void RateBuckets::forget_spent() {
    for (std::size_t i = 0; i < part_count; ++i) {
        Part& part = parts_[i];
        std::lock_guard lock(part.mutex);
        for (auto index : part.spent) {
            part.buckets[index].spent = nanoseconds(0);
            part.buckets[index].listed = false;
        }
        part.spent.clear();
    }
}

void RateBuckets::learn(const RateKey& key, nanoseconds until_full, MonoTime now) {
    const nanoseconds at = now.time_since_epoch();
    Part& part = part_of(key);
    std::lock_guard lock(part.mutex);
    Bucket* set = part.set_of(key, sets_);
    for (Bucket* b = set; b != set + ways; ++b) {
        if (!(b->key == key)) continue;
        auto owed = std::min(until_full + b->spent, 2 * b->full);
        b->full_at = std::max(b->full_at, at + owed);
        return;
    }
}

} // namespace caredian::guard
