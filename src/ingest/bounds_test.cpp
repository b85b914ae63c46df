#include "ingest/bounds.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

constexpr std::int64_t now_us = 1'767'999'300'000'000;
constexpr std::int64_t hour_us = 3'600'000'000;

TEST(JournalBounds, Decides) {
    const JournalBounds bounds(1000, std::chrono::hours(2));
    struct Case {
        const char* name;
        JournalLevel level;
        Room room;
    };
    const Case cases[] = {
        {"empty", {0, 10, {}}, Room::free},
        {"a message larger than the journal, alone", {0, 5000, {}}, Room::free},
        {"below half", {499, 10, now_us}, Room::free},
        {"half", {500, 10, now_us}, Room::save_soon},
        {"below three quarters", {749, 10, now_us}, Room::save_soon},
        {"three quarters", {750, 10, now_us}, Room::tight},
        {"exactly full", {900, 100, now_us}, Room::tight},
        {"one byte above", {900, 101, now_us}, Room::bytes},
        {"old enough", {10, 10, now_us - 2 * hour_us}, Room::free},
        {"too old", {10, 10, now_us - 2 * hour_us - 1}, Room::age},
        {"from the future, after a step back", {10, 10, now_us + hour_us}, Room::free},
    };
    for (const auto& c : cases)
        EXPECT_EQ(bounds.check(c.level, from_ns(now_us * 1000)), c.room) << c.name;
}

TEST(JournalBounds, NoAgeMeansNoLimit) {
    EXPECT_EQ(JournalBounds(1000, nanoseconds(0)).check({10, 10, 0}, from_ns(now_us * 1000)),
              Room::free);
}

TEST(JournalBounds, FreesATenth) {
    EXPECT_EQ(JournalBounds(1000, nanoseconds(0)).after_drop(50), 850u);
    EXPECT_EQ(JournalBounds(1000, nanoseconds(0)).after_drop(5000), 0u);
}

} // namespace
} // namespace caredian::ingest
