#include "identity/coherence.h"

#include <gtest/gtest.h>

namespace caredian::identity {
namespace {

constexpr std::int64_t second = 1'000'000'000;

TEST(Coherence, AnEntryIsBelievedWhileItsEpochLasts) {
    Coherence c(300 * second);
    EXPECT_FALSE(c.lasting());
    auto before = c.epoch();
    EXPECT_FALSE(c.honoured(before, 0)) << "no epoch yet";
    c.began();
    auto stamp = c.epoch();
    EXPECT_NE(stamp, before);
    EXPECT_TRUE(c.honoured(stamp, 1'000'000 * second));
    c.ended(10 * second);
    EXPECT_NE(c.epoch(), stamp) << "to be confirmed";
    EXPECT_FALSE(c.lasting());
}

TEST(Coherence, TheGraceCountsFromTheEndOfTheEntrysOwnEpoch) {
    Coherence c(300 * second);
    c.began();
    auto first = c.epoch();
    c.ended(100 * second);
    c.ended(200 * second); // again: nothing new
    EXPECT_TRUE(c.honoured(first, 399 * second));
    EXPECT_FALSE(c.honoured(first, 400 * second));
    c.began();
    auto second_epoch = c.epoch();
    c.ended(350 * second);
    EXPECT_TRUE(c.honoured(first, 399 * second)) << "still within its own grace";
    EXPECT_FALSE(c.honoured(first, 400 * second));
    EXPECT_TRUE(c.honoured(second_epoch, 649 * second));
    EXPECT_FALSE(c.honoured(second_epoch, 650 * second));
    EXPECT_FALSE(c.honoured(c.epoch(), 350 * second)) << "between two epochs nothing is stamped";
    EXPECT_FALSE(c.honoured(77, 350 * second));
}

TEST(Coherence, OneAsksWhileTheStoreIsAway) {
    Coherence c(300 * second);
    EXPECT_TRUE(c.may_ask(second));
    EXPECT_TRUE(c.may_ask(second)) << "not known to be away";
    c.silent();
    EXPECT_FALSE(c.may_ask(second + 1));
    EXPECT_FALSE(c.may_ask(2 * second - 1));
    EXPECT_TRUE(c.may_ask(2 * second));
    EXPECT_FALSE(c.may_ask(2 * second)) << "one";
    c.answered();
    EXPECT_TRUE(c.may_ask(2 * second));
    c.silent();
    c.began();
    EXPECT_TRUE(c.may_ask(2 * second)) << "connected again";
}

TEST(Coherence, ManyEpochsAreBounded) {
    Coherence c(300 * second);
    for (int i = 0; i < 5000; ++i) {
        c.began();
        c.ended(second);
    }
    EXPECT_TRUE(c.honoured(c.epoch() - 1, second));
    EXPECT_FALSE(c.honoured(2, second));
}

} // namespace
} // namespace caredian::identity
