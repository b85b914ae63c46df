// How often something speaks, learned from its live messages, and when its silence is too long.
#pragma once

#include "base/clock.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

namespace caredian::devices {

// Pure. Messages within a second count as one. A gap that no clock should show (backwards, more
// than 30 days) is left out, so a clock that starts in 1970 or stood in 2099 teaches nothing.
class Rhythm {
public:
    static constexpr std::size_t kept = 15; // recent gaps
    static constexpr std::size_t needed = 3;

    void hear(WallTime at);
    void pause() { last_ns_ = 0; } // the next gap is not the device's: we were away

    // Median of the recent gaps, 10 s to 24 h. Nothing before `needed` gaps.
    std::optional<std::chrono::seconds> interval() const;
    // Longer than this is overdue: three intervals and the longest recent gap, at least 2 min; a
    // day while no interval is known.
    std::chrono::seconds patience() const;

    // For keeping it: gaps in s, oldest first, and the longest, which fades by half in three days.
    std::array<float, kept> gaps{};
    std::uint8_t count = 0, next = 0;
    float longest = 0;

private:
    std::int64_t last_ns_ = 0;
};

} // namespace caredian::devices
