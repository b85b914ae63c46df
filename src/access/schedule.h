// Times of day, days of the week, and from when to when: pure, on local time.
#pragma once

#include "base/time_zone.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caredian::access {

// "08:00-20:00" on some days of the week. Over midnight the rest belongs to the day it began on:
// "22:00-06:00" on "fri" ends on Saturday at 6. When clocks change, what they show counts: an hour
// that comes twice is in it twice.
class Schedule {
public:
    // Empty lists: always, every day. nullopt: one of the words is none; `wrong` is it.
    static std::optional<Schedule> parse(std::span<const std::string> hours,
                                         std::span<const std::string> days, std::string& wrong);
    bool always() const { return hours_.empty() && days_ == every_day; }
    bool holds(TimeZone::Local at) const;

private:
    static constexpr std::uint8_t every_day = 0x7f;
    struct Span {
        std::int16_t begin = 0, end = 0; // minutes of the day; end < begin: over midnight
    };
    bool on(int weekday) const { return ((days_ >> ((weekday + 7) % 7)) & 1) != 0; }
    std::vector<Span> hours_;
    std::uint8_t days_ = every_day; // bit 0: Monday
};

// A moment as people write it: RFC 3339, or a date. `end`: of a date its last moment.
std::optional<WallTime> parse_moment(const std::string& text, bool end, const TimeZone& zone);

} // namespace caredian::access
