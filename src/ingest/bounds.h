// When the journal counts as full, as a pure decision.
#pragma once

#include "base/clock.h"
#include "ingest/options.h"

#include <cstdint>
#include <optional>

namespace caredian::ingest {

struct JournalLevel {
    std::uint64_t bytes = 0;               // of messages on disk
    std::uint64_t waiting = 0;             // bytes of the batch that is to be written
    std::optional<std::int64_t> oldest_us; // receive time of the oldest row that a sink lacks
};

enum class Room {
    free,      // write
    save_soon, // write, and have consumers save: half of max_bytes is reached
    tight,     // write, and have sinks let go of what they lack: three quarters are
    bytes,     // full
    age,       // full: a sink has not taken rows for longer than max_age
};

class JournalBounds {
public:
    JournalBounds(std::uint64_t max_bytes, nanoseconds max_age)
        : max_bytes_(max_bytes), max_age_us_(max_age.count() / 1000) {}

    Room check(const JournalLevel& level, WallTime now) const {
        // An empty journal takes anything, or a message above max_bytes would wait for ever.
        if (level.bytes > 0 && level.bytes + level.waiting > max_bytes_) return Room::bytes;
        if (max_age_us_ > 0 && level.oldest_us &&
            to_ns(now) / 1000 - *level.oldest_us > max_age_us_)
            return Room::age;
        if (level.bytes >= max_bytes_ - max_bytes_ / 4) return Room::tight;
        return level.bytes >= max_bytes_ / 2 ? Room::save_soon : Room::free;
    }
    // How many bytes `drop_oldest` leaves: a tenth is freed at once, so that not every commit cuts.
    std::uint64_t after_drop(std::uint64_t waiting) const {
        std::uint64_t target = max_bytes_ - max_bytes_ / 10;
        return target > waiting ? target - waiting : 0;
    }
    std::int64_t oldest_kept_us(WallTime now) const { return to_ns(now) / 1000 - max_age_us_; }

private:
    std::uint64_t max_bytes_;
    std::int64_t max_age_us_;
};

} // namespace caredian::ingest
