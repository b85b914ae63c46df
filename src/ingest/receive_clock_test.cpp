#include "ingest/receive_clock.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

constexpr std::int64_t base_us = 1'767'999'300'000'000;
WallTime at_us(std::int64_t us, std::int64_t ns = 0) {
    return from_ns(us * 1000 + ns);
}

TEST(ReceiveClock, TakesMicrosecondsAndTheRowsLastDigits) {
    ReceiveClock clock;
    EXPECT_EQ(to_ns(clock.next(at_us(base_us, 999), 1'234'567)), base_us * 1000 + 567);
    EXPECT_EQ(to_ns(clock.next(at_us(base_us + 5), 1'235'000)), (base_us + 5) * 1000);
}

TEST(ReceiveClock, IsAtLeastAMicrosecondAfterTheOneBefore) {
    ReceiveClock clock;
    (void)clock.next(at_us(base_us), 1);
    EXPECT_EQ(to_ns(clock.next(at_us(base_us), 2)), (base_us + 1) * 1000 + 2);
    EXPECT_EQ(to_ns(clock.next(at_us(base_us + 1), 3)), (base_us + 2) * 1000 + 3);
    // a step back of one second exactly is not believed
    EXPECT_EQ(to_ns(clock.next(at_us(base_us + 2 - 1'000'000), 4)), (base_us + 3) * 1000 + 4);
}

TEST(ReceiveClock, BelievesAStepBackOfMoreThanASecond) {
    ReceiveClock clock;
    (void)clock.next(at_us(base_us), 1);
    EXPECT_EQ(to_ns(clock.next(at_us(base_us - 1'000'001), 2)), (base_us - 1'000'001) * 1000 + 2);
    EXPECT_EQ(to_ns(clock.next(at_us(base_us - 1'000'001), 3)), (base_us - 1'000'000) * 1000 + 3);
}

TEST(ReceiveClock, GoesOnAfterARestart) {
    ReceiveClock before;
    (void)before.next(at_us(base_us), 1);
    ReceiveClock after(before.last_us());
    EXPECT_EQ(to_ns(after.next(at_us(base_us - 10), 2)), (base_us + 1) * 1000 + 2);
}

TEST(ReceiveClock, GivesABurstDifferentTimes) {
    ReceiveClock clock;
    WallTime last{};
    for (readings::Row row = 1; row <= 5000; ++row) {
        WallTime t = clock.next(at_us(base_us), row);
        EXPECT_GT(t, last);
        last = t;
    }
}

// Two gateways of a home never write the same point, whatever their clocks and rows.
TEST(ReceiveClock, AGatewayOfSeveralHasADigitOfItsOwn) {
    ReceiveClock zero(ReceiveClock::never, {0}), seven(ReceiveClock::never, {7});
    for (readings::Row row = 990; row < 1010; ++row) {
        EXPECT_EQ(to_ns(zero.next(at_us(base_us), row)) / 100 % 10, 0);
        EXPECT_EQ(to_ns(seven.next(at_us(base_us), row)) / 100 % 10, 7);
    }
    EXPECT_EQ(to_ns(seven.next(at_us(base_us + 1000), 1234)), (base_us + 1000) * 1000 + 734);
}

} // namespace
} // namespace caredian::ingest
