#include "access/schedule.h"

#include <gtest/gtest.h>

namespace caredian::access {
namespace {

using Words = std::vector<std::string>;

TEST(Schedule, HoldsByTheClockOnTheWall) {
    enum { mon, tue, wed, thu, fri, sat, sun };
    struct {
        Words hours, days;
        int hour, minute, weekday;
        bool holds;
    } cases[] = {
        {{}, {}, 3, 0, wed, true},
        {{"08:00-20:00"}, {}, 7, 59, mon, false},
        {{"08:00-20:00"}, {}, 8, 0, mon, true},
        {{"08:00-20:00"}, {}, 19, 59, sun, true},
        {{"08:00-20:00"}, {}, 20, 0, mon, false},
        {{"08:00 - 20:00"}, {}, 8, 0, mon, true},
        {{"00:00-24:00"}, {}, 23, 59, mon, true},
        {{"22:00-06:00"}, {}, 21, 59, mon, false},
        {{"22:00-06:00"}, {}, 22, 0, mon, true},
        {{"22:00-06:00"}, {}, 5, 59, mon, true},
        {{"22:00-06:00"}, {}, 6, 0, mon, false},
        {{"08:00-09:00", "18:00-19:00"}, {}, 18, 30, mon, true},
        {{"08:00-09:00", "18:00-19:00"}, {}, 12, 0, mon, false},
        {{}, {"mon"}, 12, 0, mon, true},
        {{}, {"mon"}, 12, 0, tue, false},
        {{}, {"mon-fri"}, 12, 0, fri, true},
        {{}, {"Mon-Fri"}, 12, 0, sat, false},
        {{}, {"fri-mon"}, 12, 0, sun, true},
        {{}, {"fri-mon"}, 12, 0, tue, false},
        {{}, {"mon-sun"}, 12, 0, thu, true},
        // Over midnight, the morning belongs to the day before.
        {{"22:00-06:00"}, {"fri"}, 23, 0, fri, true},
        {{"22:00-06:00"}, {"fri"}, 5, 0, fri, false},
        {{"22:00-06:00"}, {"fri"}, 5, 0, sat, true},
        {{"22:00-06:00"}, {"sun"}, 5, 0, mon, true},
        {{"22:00-06:00"}, {"sun"}, 23, 0, mon, false},
    };
    for (const auto& c : cases) {
        std::string wrong;
        auto schedule = Schedule::parse(c.hours, c.days, wrong);
        ASSERT_TRUE(schedule) << wrong;
        EXPECT_EQ(schedule->holds({c.hour * 60 + c.minute, c.weekday}), c.holds) << &c - cases;
    }
}

TEST(Schedule, Always) {
    std::string wrong;
    auto always = [&](const Words& hours, const Words& days) {
        return Schedule::parse(hours, days, wrong).value().always();
    };
    EXPECT_TRUE(always({}, {}) && always({}, {"mon-sun"}));
    EXPECT_FALSE(always({"00:00-23:59"}, {}) || always({}, {"mon-sat"}));
}

TEST(Schedule, WhenTheClockIsChanged) {
    auto york = TimeZone::find("America/New_York").value();
    std::string wrong;
    auto night = Schedule::parse(Words{"01:30-02:30"}, {}, wrong).value();
    struct {
        const char* time;
        bool holds;
    } cases[] = {
        {"2026-03-08T06:29:00Z", false}, // 01:29
        {"2026-03-08T06:30:00Z", true},  // 01:30
        {"2026-03-08T06:59:59Z", true},  // 01:59
        {"2026-03-08T07:00:00Z", false}, // 03:00: half of it is skipped
        {"2026-11-01T05:30:00Z", true},  // 01:30
        {"2026-11-01T06:00:00Z", false}, // 01:00 again
        {"2026-11-01T06:30:00Z", true},  // 01:30 again
        {"2026-11-01T07:29:00Z", true},  // 02:29
        {"2026-11-01T07:30:00Z", false}, // 02:30
    };
    for (const auto& c : cases)
        EXPECT_EQ(night.holds(york.local(parse_rfc3339(c.time).value())), c.holds) << c.time;
}

TEST(Schedule, WhatIsNone) {
    std::string wrong;
    for (const char* hours : {"", "8-20", "08:00", "08:00-", "-20:00", "08:00-08:00", "25:00-26:00",
                              "08:60-09:00", "24:00-06:00", "08:00-24:01", "8:00-9:00",
                              "08.00-09.00", "08:00-20:00x", "+8:00-20:00", "08:00-20:00-22:00"}) {
        EXPECT_FALSE(Schedule::parse(Words{hours}, {}, wrong)) << hours;
        EXPECT_EQ(wrong, hours);
    }
    for (const char* days : {"", "monday", "mon-", "-fri", "mon-fri-sun", "1", "월"})
        EXPECT_FALSE(Schedule::parse({}, Words{days}, wrong)) << days;
}

TEST(ParseMoment, ADateIsTheWholeDayThere) {
    auto seoul = TimeZone::find("Asia/Seoul").value();
    EXPECT_EQ(parse_moment("2026-12-31", false, seoul),
              parse_rfc3339("2026-12-30T15:00:00Z").value());
    EXPECT_EQ(parse_moment("2026-12-31", true, seoul),
              parse_rfc3339("2026-12-31T15:00:00Z").value());
    EXPECT_EQ(parse_moment("2026-12-31T12:00:00+09:00", true, seoul),
              parse_rfc3339("2026-12-31T03:00:00Z").value());
    for (const char* text : {"", "tomorrow", "2026-13-01", "2026-12-31T25:00:00Z", "31.12.2026"})
        EXPECT_FALSE(parse_moment(text, false, seoul)) << text;
}

} // namespace
} // namespace caredian::access
