#include "guard/client_key.h"
#include "guard/rate_buckets.h"

#include <gtest/gtest.h>
#include <string>
#include <thread>

namespace caredian::guard {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class RateBucketsTest : public ::testing::Test {
protected:
    RateKey key(std::string_view who) const { return keys_.of(1, 'a', who); }
    // How many of `tries` at once are allowed.
    unsigned at_once(RateBuckets& buckets, const RateKey& who, unsigned tries) {
        unsigned allowed = 0;
        for (unsigned i = 0; i < tries; ++i)
            if (buckets.take(who, rate_, now_).allowed) ++allowed;
        return allowed;
    }
    RateKeys keys_{"a secret"};
    RateBuckets buckets_;
    Rate rate_{seconds(1), 5};
    MonoTime now_{hours(1)};
};

TEST_F(RateBucketsTest, RulesHold) {
    struct {
        nanoseconds interval;
        std::uint32_t burst;
        nanoseconds pause; // between two requests
        unsigned requests;
        unsigned allowed;
    } cases[] = {
        {seconds(1), 1, seconds(0), 10, 1},         // one at once
        {seconds(1), 5, seconds(0), 10, 5},         // a burst
        {seconds(1), 5, seconds(1), 100, 100},      // as fast as it fills
        {seconds(1), 1, milliseconds(999), 10, 5},  // a little faster: every second one
        {seconds(1), 5, milliseconds(500), 20, 14}, // twice as fast: the burst, then every second
        {milliseconds(50), 600, seconds(0), 700, 600},
        {minutes(1), 3, hours(1), 10, 10},
        {hours(24), 1, hours(23), 3, 2},
    };
    for (const auto& c : cases) {
        RateBuckets buckets;
        unsigned allowed = 0;
        auto now = now_;
        for (unsigned i = 0; i < c.requests; ++i, now += c.pause)
            if (buckets.take(key("ann"), {c.interval, c.burst}, now).allowed) ++allowed;
        EXPECT_EQ(allowed, c.allowed)
            << c.burst << " at " << c.interval.count() << ", every " << c.pause.count();
    }
}

TEST_F(RateBucketsTest, SaysWhatIsLeftAndWhenToComeAgain) {
    auto first = buckets_.take(key("ann"), rate_, now_);
    EXPECT_TRUE(first.allowed);
    EXPECT_EQ(first.left, 4u);
    EXPECT_EQ(first.until_full, seconds(1));
    EXPECT_EQ(at_once(buckets_, key("ann"), 9), 4u);
    now_ += milliseconds(300);
    auto refused = buckets_.take(key("ann"), rate_, now_);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.left, 0u);
    EXPECT_EQ(refused.retry_after, milliseconds(700));
    EXPECT_EQ(refused.until_full, milliseconds(4700));
    now_ += milliseconds(699);
    EXPECT_FALSE(buckets_.take(key("ann"), rate_, now_).allowed);
    now_ += milliseconds(1);
    EXPECT_TRUE(buckets_.take(key("ann"), rate_, now_).allowed) << "refused ones cost nothing";
    now_ += seconds(60);
    EXPECT_EQ(at_once(buckets_, key("ann"), 9), 5u) << "it is full, not fuller";
}

TEST_F(RateBucketsTest, KeysAreApart) {
    EXPECT_EQ(at_once(buckets_, key("ann"), 9), 5u);
    EXPECT_EQ(at_once(buckets_, key("bob"), 9), 5u);
    EXPECT_EQ(at_once(buckets_, keys_.of(2, 'a', "ann"), 9), 5u) << "another rule";
    EXPECT_EQ(at_once(buckets_, keys_.of(1, 'p', "ann"), 9), 5u) << "another kind";
    EXPECT_EQ(key("ann"), RateKeys("a secret").of(1, 'a', "ann")) << "the same at every gateway";
    EXPECT_FALSE(key("ann") == RateKeys("another").of(1, 'a', "ann"));
    EXPECT_EQ(key("ann").hex().size(), 32u);
    EXPECT_EQ(RateKey({0x0123456789abcdef, 0xfedcba9876543210}).hex(),
              "0123456789abcdeffedcba9876543210");
}

TEST_F(RateBucketsTest, AnAddressOfIpv6CountsByItsNetwork) {
    auto of = [&](std::string_view text) { return key(client_key(*net::parse_address(text))); };
    EXPECT_EQ(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
    EXPECT_FALSE(of("2001:db8:1:2::1") == of("2001:db8:1:3::1"));
    EXPECT_FALSE(of("192.0.2.1") == of("192.0.2.2"));
    EXPECT_EQ(of("192.0.2.1"), of("::ffff:192.0.2.1"));
}

TEST_F(RateBucketsTest, MemoryIsBoundedAndWhoOwesMostStays) {
    RateBuckets small(false, 1);
    ASSERT_EQ(small.places(), 512u);
    EXPECT_EQ(at_once(small, key("greedy"), 9), 5u);
    for (int i = 0; i < 20'000; ++i) small.take(key("other " + std::to_string(i)), rate_, now_);
    EXPECT_EQ(small.places(), 512u);
    EXPECT_EQ(at_once(small, key("greedy"), 9), 0u);
    EXPECT_EQ(at_once(small, key("other 0"), 9), 5u) << "it made room and begins anew";
}

TEST_F(RateBucketsTest, ANewRateHoldsAtOnce) {
    EXPECT_EQ(at_once(buckets_, key("ann"), 9), 5u);
    rate_.burst = 8;
    EXPECT_EQ(at_once(buckets_, key("ann"), 9), 3u);
}

TEST_F(RateBucketsTest, WhatIsOwedByASlowerRateIsCutToTheNewOne) {
    rate_ = {hours(1), 5};
    EXPECT_EQ(at_once(buckets_, key("ann"), 9), 5u);
    rate_ = {seconds(1), 5};
    auto refused = buckets_.take(key("ann"), rate_, now_);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.retry_after, seconds(6)) << "another burst, and not five hours";
}

TEST_F(RateBucketsTest, TheLongestRateDoesNotOverflow) {
    rate_ = {hours(24), 366};
    ASSERT_EQ(rate_.full(), longest_full);
    RateBuckets shared(true);
    EXPECT_EQ(at_once(shared, key("ann"), 400), 366u);
    shared.learn(key("ann"), 2 * longest_full, now_);
    EXPECT_EQ(shared.take(key("ann"), rate_, now_).retry_after, longest_full + hours(24));
}

TEST_F(RateBucketsTest, WhatIsGivenBackIsThereAgain) {
    RateBuckets shared(true);
    EXPECT_EQ(at_once(shared, key("ann"), 9), 5u);
    shared.give_back(key("ann"), rate_);
    shared.give_back(key("nobody"), rate_);
    EXPECT_EQ(at_once(shared, key("ann"), 9), 1u);
    shared.give_back(key("ann"), rate_);
    std::vector<RateBuckets::Spent> spent;
    shared.collect(spent, 9);
    ASSERT_EQ(spent.size(), 1u);
    EXPECT_EQ(spent[0].spent, seconds(4)) << "nobody is told of it";
    shared.give_back(key("ann"), rate_); // of before
    spent.clear();
    shared.collect(spent, 9);
    EXPECT_TRUE(spent.empty());
}

// ---- what others took -------------------------------------------------------------------------

class SharedBuckets : public RateBucketsTest {
protected:
    std::vector<RateBuckets::Spent> collect(std::size_t most = 100) {
        std::vector<RateBuckets::Spent> out;
        shared_.collect(out, most);
        return out;
    }
    RateBuckets shared_{true};
};

TEST_F(SharedBuckets, TellOnceWhatWasTaken) {
    EXPECT_TRUE(collect().empty());
    at_once(shared_, key("ann"), 3);
    at_once(shared_, key("bob"), 9);
    auto spent = collect();
    ASSERT_EQ(spent.size(), 2u);
    auto ann = spent[0].key == key("ann") ? spent[0] : spent[1];
    EXPECT_EQ(ann.key, key("ann"));
    EXPECT_EQ(ann.spent, seconds(3));
    EXPECT_EQ(ann.full, seconds(5));
    EXPECT_TRUE(collect().empty());
    at_once(shared_, key("bob"), 9);
    EXPECT_TRUE(collect().empty()) << "refused requests take nothing";
    at_once(buckets_, key("ann"), 3);
    std::vector<RateBuckets::Spent> none;
    buckets_.collect(none, 100);
    EXPECT_TRUE(none.empty()) << "these are not shared";
}

TEST_F(SharedBuckets, ARoundIsBoundedAndNobodyIsLeftOut) {
    for (int i = 0; i < 250; ++i) shared_.take(key(std::to_string(i)), rate_, now_);
    std::size_t sum = 0;
    for (int round = 0; round < 3; ++round) {
        auto spent = collect(100);
        EXPECT_LE(spent.size(), 100u);
        sum += spent.size();
    }
    EXPECT_EQ(sum, 250u);
    EXPECT_TRUE(collect(100).empty());
}

TEST_F(SharedBuckets, WhoTakesAPlaceOverIsNotChargedWithWhatItsOwnerTook) {
    RateBuckets small(true, 1);
    for (int i = 0; i < 20'000; ++i) {
        small.take(key("other " + std::to_string(i)), rate_, now_);
        now_ += seconds(1); // all are full again: each may be the one that makes room
    }
    std::vector<RateBuckets::Spent> spent;
    small.collect(spent, 100'000);
    EXPECT_LE(spent.size(), small.places());
    for (const auto& one : spent) EXPECT_EQ(one.spent, seconds(1));
}

TEST_F(SharedBuckets, NothingPilesUpWhileNobodyCanBeTold) {
    for (int i = 0; i < 100; ++i, now_ += seconds(1)) {
        shared_.take(key("ann"), rate_, now_);
        shared_.forget_spent();
    }
    shared_.take(key("ann"), rate_, now_);
    auto spent = collect();
    ASSERT_EQ(spent.size(), 1u);
    EXPECT_EQ(spent[0].spent, seconds(1));
}

TEST_F(SharedBuckets, WhatOthersTookIsMissingHere) {
    shared_.take(key("ann"), rate_, now_);
    collect();
    shared_.take(key("ann"), rate_, now_);       // after the question
    shared_.learn(key("ann"), seconds(3), now_); // 1 here, 2 elsewhere
    EXPECT_EQ(at_once(shared_, key("ann"), 9), 1u);
    now_ += seconds(2);
    EXPECT_EQ(at_once(shared_, key("ann"), 9), 2u);
}

TEST_F(SharedBuckets, LearningMakesNoBucketFullerAndBansNobodyForLong) {
    at_once(shared_, key("ann"), 5);
    collect();
    shared_.learn(key("ann"), seconds(0), now_);
    EXPECT_EQ(at_once(shared_, key("ann"), 9), 0u);
    shared_.learn(key("ann"), hours(24), now_);
    EXPECT_EQ(shared_.take(key("ann"), rate_, now_).retry_after, seconds(6)) << "another burst";
    shared_.learn(key("nobody"), seconds(3), now_);
    EXPECT_EQ(at_once(shared_, key("nobody"), 9), 5u) << "who is not known here is none of ours";
}

TEST_F(SharedBuckets, ThreadsTakeNoMoreThanThereIs) {
    std::atomic<unsigned> allowed{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 200; ++i)
                if (shared_.take(key("ann"), {seconds(1), 300}, now_).allowed) ++allowed;
        });
    for (int i = 0; i < 20; ++i) collect();
    for (auto& t : threads) t.join();
    EXPECT_EQ(allowed, 300u);
}

} // namespace
} // namespace caredian::guard
