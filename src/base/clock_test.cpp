#include "base/clock.h"

#include <gtest/gtest.h>

namespace caredian {
namespace {

TEST(Rfc3339, FormatsNineDigitsInUtc) {
    EXPECT_EQ(format_rfc3339(from_ns(0)), "1970-01-01T00:00:00.000000000Z");
    EXPECT_EQ(format_rfc3339(from_ns(1'767'999'300'123'456'789)), "2026-01-09T22:55:00.123456789Z");
    EXPECT_EQ(format_rfc3339(from_ns(-1)), "1969-12-31T23:59:59.999999999Z");
}

TEST(Rfc3339, ReadsWhatPeopleWrite) {
    EXPECT_EQ(to_ns(*parse_rfc3339("1970-01-01T09:00:00+09:00")), 0);
    EXPECT_EQ(to_ns(*parse_rfc3339("1970-01-01T00:00:01.5Z")), 1'500'000'000);
    EXPECT_EQ(to_ns(*parse_rfc3339("1970-01-02")), 86'400'000'000'000);
    EXPECT_EQ(to_ns(*parse_rfc3339("2026-01-09T22:55:00.123456789Z")), 1'767'999'300'123'456'789);
}

TEST(Rfc3339, RefusesEverythingElse) {
    for (auto text :
         {"", "now", "2026", "2026-13-01", "2026-02-30", "2026-01-01T", "2026-01-01T25:00:00Z",
          "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z",
          "2026-01-01T00:00:00Z ", "2026-01-01T00:00:00+9", "1677-01-01", "2262-05-01",
          "-2026-01-01T00:00:00Z", "2026-01-01T00:00:00+24:00"})
        EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(Duration, ReadsAndWrites) {
    EXPECT_EQ(parse_duration("90s")->count(), 90'000'000'000);
    EXPECT_EQ(parse_duration("15m")->count(), 900'000'000'000);
    EXPECT_EQ(parse_duration("7d")->count(), 604'800'000'000'000);
    EXPECT_EQ(parse_duration("5")->count(), 5'000'000'000);
    EXPECT_EQ(parse_duration("500ms")->count(), 500'000'000);
    for (auto text : {"", "m", "-1s", "1.5h", "1y", "99999999999d", "5 m"})
        EXPECT_FALSE(parse_duration(text)) << text;
    for (auto text : {"90s", "15m", "7d", "500ms", "0s"})
        EXPECT_EQ(format_duration(*parse_duration(text)), text);
}

} // namespace
} // namespace caredian
