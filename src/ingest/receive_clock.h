// When a message came, as a time that no other message of its series has.
#pragma once

#include "base/clock.h"
#include "readings/message.h"

#include <optional>

namespace caredian::ingest {

// The last three digits of a time. A gateway of several has a number, and no other writes points
// whose hundreds are that number.
struct Digits {
    std::optional<int> gateway; // 0 to 9
    std::int64_t of(readings::Row row) const {
        return gateway ? *gateway * 100 + static_cast<std::int64_t>(row % 100)
                       : static_cast<std::int64_t>(row % 1000);
    }
};

// The clock in µs, at least the previous time + 1 µs, unless the clock stepped back by more than
// 1 s: then it is believed. The row mod 1000 is the last three digits. So two messages of a series
// don't meet; only after a step back they can, in the same µs with rows 1000·k apart. Order is the
// row, not the time.
class ReceiveClock {
public:
    static constexpr std::int64_t believed_step_us = 1'000'000;

    explicit ReceiveClock(std::int64_t last_us = never, Digits digits = {})
        : last_us_(last_us), digits_(digits) {}

    WallTime next(WallTime now, readings::Row row) {
        std::int64_t us = floor_us(to_ns(now));
        if (us <= last_us_ && last_us_ - us <= believed_step_us) us = last_us_ + 1;
        last_us_ = us;
        return from_ns(us * 1000 + digits_.of(row));
    }

    // Kept with every commit, so that the rule holds over a restart.
    std::int64_t last_us() const { return last_us_; }

    static constexpr std::int64_t never = INT64_MIN / 2;

private:
    static std::int64_t floor_us(std::int64_t ns) {
        return ns >= 0 ? ns / 1000 : -((-ns + 999) / 1000);
    }
    std::int64_t last_us_;
    Digits digits_;
};

} // namespace caredian::ingest
