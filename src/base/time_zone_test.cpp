#include "base/time_zone.h"

#include <gtest/gtest.h>

namespace caredian {
namespace {

using std::chrono::seconds;

WallTime at(const char* text) {
    return parse_rfc3339(text).value();
}

TEST(TimeZone, LocalTimeOfManyPlaces) {
    struct {
        const char *zone, *time;
        int minute, weekday;
    } cases[] = {
        {"UTC", "2026-01-05T00:00:00Z", 0, 0},
        {"UTC", "2026-01-04T23:59:59.999Z", 1439, 6},
        {"Asia/Seoul", "2026-01-05T15:00:00Z", 0, 1},
        {"Asia/Seoul", "2026-01-05T14:59:59Z", 1439, 0},
        {"Asia/Kolkata", "2026-01-05T00:00:00Z", 330, 0},
        {"America/New_York", "2026-01-05T02:00:00Z", 21 * 60, 6},
        // Summer time begins 2026-03-08 02:00 and ends 2026-11-01 02:00 there.
        {"America/New_York", "2026-03-08T06:59:59Z", 119, 6},
        {"America/New_York", "2026-03-08T07:00:00Z", 180, 6},
        {"America/New_York", "2026-11-01T05:30:00Z", 90, 6},
        {"America/New_York", "2026-11-01T06:30:00Z", 90, 6},
        {"Europe/Berlin", "2026-03-29T00:59:00Z", 119, 6},
        {"Europe/Berlin", "2026-03-29T01:00:00Z", 180, 6},
        {"Australia/Lord_Howe", "2026-07-01T00:00:00Z", 630, 2},
        {"Pacific/Kiritimati", "2026-01-05T10:00:00Z", 0, 1},
        {"Europe/Berlin", "1969-06-01T12:00:00Z", 13 * 60, 6},
    };
    for (const auto& c : cases) {
        auto zone = TimeZone::find(c.zone);
        ASSERT_TRUE(zone) << c.zone;
        auto local = zone->local(at(c.time));
        EXPECT_EQ(local.minute, c.minute) << c.zone << " " << c.time;
        EXPECT_EQ(local.weekday, c.weekday) << c.zone << " " << c.time;
    }
}

TEST(TimeZone, TheInstantOfALocalTime) {
    auto day = [](int y, unsigned m, unsigned d) {
        return std::chrono::sys_days(std::chrono::year(y) / std::chrono::month(m) /
                                     std::chrono::day(d));
    };
    auto seoul = TimeZone::find("Asia/Seoul").value();
    EXPECT_EQ(seoul.instant(day(2026, 1, 1), seconds(0)), at("2025-12-31T15:00:00Z"));
    auto york = TimeZone::find("America/New_York").value();
    EXPECT_EQ(york.instant(day(2026, 7, 1), seconds(0)), at("2026-07-01T04:00:00Z"));
    // Twice: the first. Never: as if the clock had not been set.
    EXPECT_EQ(york.instant(day(2026, 11, 1), seconds(5400)), at("2026-11-01T05:30:00Z"));
    EXPECT_EQ(york.instant(day(2026, 3, 8), seconds(9000)), at("2026-03-08T07:30:00Z"));
    // A midnight that is skipped.
    auto beirut = TimeZone::find("Asia/Beirut").value();
    EXPECT_EQ(beirut.instant(day(2026, 3, 29), seconds(0)), at("2026-03-28T22:00:00Z"));
}

TEST(TimeZone, WhatIsNoZone) {
    for (const char* name : {"Asia", "Asia/Atlantis", "../../etc/passwd", "Asia/Seoul ", "EST5"})
        EXPECT_FALSE(TimeZone::find(name)) << name;
    EXPECT_TRUE(TimeZone::find("")) << "the machine's";
    EXPECT_EQ(TimeZone().local(at("2026-01-05T01:02:03Z")).minute, 62);
}

} // namespace
} // namespace caredian
