// Two gateways' buckets on one real Redis.
#include "base/log.h"
#include "guard/rate_exchange.h"
#include "net/redis/client.h"
#include "net/redis/test_redis.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace caredian::guard {
namespace {

using namespace std::chrono_literals;

class RateExchangeTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (!net::redis::TestRedis::available()) GTEST_SKIP() << "redis-server is not installed";
        log::configure(log::Level::info, log::Format::text);
        log::set_capture([this](std::string_view line) { log_ += std::string(line) + "\n"; });
        server_.emplace();
        one_.emplace(io_, server_->options(), random_, clock_, here_);
        two_.emplace(io_, server_->options(), random_, clock_, there_);
        one_->start();
        two_->start();
        ASSERT_TRUE(until([&] { return one_->up() && two_->up(); }));
    }
    void TearDown() override { log::set_capture({}); }

    bool until(const std::function<bool()>& done, std::chrono::milliseconds limit = 20s) {
        auto end = std::chrono::steady_clock::now() + limit;
        io_.restart();
        while (!done() && std::chrono::steady_clock::now() < end) io_.run_one_for(20ms);
        return done();
    }
    // Whatever was taken at either has been exchanged.
    void exchange(RateExchange& who) {
        const auto before = who.rounds();
        ASSERT_TRUE(until([&] { return who.rounds() > before; })) << log_;
    }
    unsigned take(RateBuckets& buckets, unsigned tries, std::string_view who = "ann") {
        unsigned allowed = 0;
        for (unsigned i = 0; i < tries; ++i)
            if (buckets.take(key(who), rate_, clock_.mono()).allowed) ++allowed;
        return allowed;
    }
    RateKey key(std::string_view who) const { return keys_.of(1, 'p', who); }
    net::redis::Reply ask(std::vector<std::string_view> words) {
        net::redis::Client client(io_, server_->options(), random_, {});
        client.start();
        EXPECT_TRUE(until([&] { return client.up(); }));
        std::optional<result<net::redis::Reply>> got;
        client.send(words, 5s, [&](result<net::redis::Reply> r) { got = std::move(r); });
        EXPECT_TRUE(until([&] { return got.has_value(); }));
        return got->value();
    }
    // How often Redis was asked this.
    long calls(const std::string& command, std::string_view figure = "calls=") {
        const auto all = ask({"INFO", "commandstats"}).text;
        auto line = all.find("cmdstat_" + command + ":");
        if (line == std::string::npos) return 0;
        return std::stol(all.substr(all.find(figure, line) + figure.size()));
    }
    std::size_t count(std::string_view what) const {
        std::size_t n = 0;
        for (auto at = log_.find(what); at != std::string::npos; at = log_.find(what, at + 1)) ++n;
        return n;
    }

    boost::asio::io_context io_;
    SystemRandom random_;
    SystemClock clock_;
    RateKeys keys_{"the secret of both"};
    RateBuckets here_{true}, there_{true};
    // Slow enough that nothing comes back while the test runs.
    Rate rate_{1h, 10};
    std::string log_;
    std::optional<net::redis::TestRedis> server_;
    std::optional<RateExchange> one_, two_;
};

TEST_F(RateExchangeTest, WhatOneLetsThroughIsMissingAtTheOther) {
    EXPECT_EQ(take(here_, 6), 6u);
    exchange(*one_);
    EXPECT_EQ(take(there_, 1), 1u) << "it does not know yet, and asks nobody";
    exchange(*two_);
    EXPECT_EQ(take(there_, 9), 3u) << "6 there and 1 here of 10";
    exchange(*two_);
    EXPECT_EQ(take(there_, 9, "bob"), 9u) << "another's bucket is full";
    // Who took more than there was, at two places within 100 ms, owes it.
    EXPECT_EQ(take(here_, 9), 4u);
    exchange(*one_);
    auto refused = here_.take(key("ann"), rate_, clock_.mono());
    EXPECT_FALSE(refused.allowed);
    EXPECT_GT(refused.retry_after, 4h);
    EXPECT_LE(refused.retry_after, 5h);
}

TEST_F(RateExchangeTest, RedisHoldsHashesThatEndByThemselves) {
    rate_ = {500ms, 10};
    take(here_, 3, "person:ann@example.org");
    exchange(*one_);
    auto keys = ask({"KEYS", "*"}).items;
    ASSERT_EQ(keys.size(), 1u);
    EXPECT_EQ(keys[0].text, "caredian:limit:" + key("person:ann@example.org").hex());
    EXPECT_TRUE(until([&] { return ask({"DBSIZE"}).integer == 0; }));
}

TEST_F(RateExchangeTest, WithoutRedisEachCountsByItselfAndSaysSoOnce) {
    take(here_, 1);
    exchange(*one_);
    server_->kill();
    ASSERT_TRUE(until([&] { return count("count for this gateway alone") == 2; })) << log_;
    EXPECT_EQ(take(here_, 20), 9u);
    EXPECT_EQ(take(there_, 20), 10u);
    const auto rounds = one_->rounds();
    (void)until([] { return false; }, 500ms);
    EXPECT_EQ(one_->rounds(), rounds);
    server_->start(); // empty
    take(here_, 5, "bob");
    ASSERT_TRUE(until([&] {
        take(here_, 1, "eve" + std::to_string(random_.next_unit()));
        return one_->rounds() > rounds;
    }));
    EXPECT_EQ(count("count for this gateway alone"), 2u) << log_;
    EXPECT_EQ(count("shared through Redis again"), 1u) << log_;
    EXPECT_EQ(take(here_, 9), 0u) << "what was taken is not given back";
}

TEST_F(RateExchangeTest, AServerThatRefusesTheScriptIsNamed) {
    ASSERT_EQ(ask({"ACL", "SETUSER", "default", "-eval", "-evalsha"}).text, "OK");
    take(here_, 1);
    ASSERT_TRUE(until([&] { return count("NOPERM") == 1; })) << log_;
    EXPECT_EQ(take(here_, 20), 9u);
    (void)until([] { return false; }, 300ms);
    EXPECT_EQ(count("NOPERM"), 1u) << log_;
    ASSERT_EQ(ask({"ACL", "SETUSER", "default", "+eval"}).text, "OK");
    take(here_, 1, "bob");
    exchange(*one_);
    EXPECT_EQ(count("shared through Redis again"), 1u);
}

TEST_F(RateExchangeTest, NothingIsCaughtUpOnAfterwards) {
    server_->kill();
    ASSERT_TRUE(until([&] { return !one_->up() && !two_->up(); }));
    EXPECT_EQ(take(here_, 6), 6u);
    (void)until([] { return false; }, 300ms);
    server_->start();
    ASSERT_TRUE(until([&] { return one_->up() && two_->up(); }));
    EXPECT_EQ(take(here_, 1), 1u);
    exchange(*one_);
    EXPECT_EQ(take(there_, 1), 1u);
    exchange(*two_);
    EXPECT_EQ(take(there_, 20), 8u) << "1 there and 1 here of 10";
}

TEST_F(RateExchangeTest, TheScriptIsSentWholeOnceAndAgainWhenRedisForgetsIt) {
    for (unsigned i = 0; i < 4; ++i) {
        EXPECT_EQ(take(here_, 1), 1u);
        exchange(*one_);
    }
    EXPECT_EQ(calls("eval"), 1) << "the other three went by its hash";
    EXPECT_EQ(calls("evalsha"), 4);
    ASSERT_EQ(ask({"SCRIPT", "FLUSH"}).text, "OK");
    EXPECT_EQ(take(here_, 1), 1u);
    exchange(*one_);
    EXPECT_EQ(calls("eval"), 2);
    EXPECT_EQ(take(there_, 1), 1u);
    exchange(*two_);
    EXPECT_EQ(take(there_, 9), 4u) << "5 there and 1 here of 10: nothing was added twice";
    EXPECT_EQ(count("count for this gateway alone"), 0u) << log_;
}

TEST_F(RateExchangeTest, AUserWhoMaySendWholeScriptsOnlyCountsToo) {
    ASSERT_EQ(ask({"ACL", "SETUSER", "default", "-evalsha"}).text, "OK");
    for (unsigned i = 0; i < 3; ++i) {
        EXPECT_EQ(take(here_, 1), 1u);
        exchange(*one_);
    }
    EXPECT_EQ(calls("eval"), 3);
    EXPECT_EQ(calls("evalsha", "rejected_calls="), 1) << "asked once";
    EXPECT_EQ(count("count for this gateway alone"), 0u) << log_;
}

TEST_F(RateExchangeTest, AFrozenRedisHoldsNobodyUp) {
    take(here_, 1);
    exchange(*one_);
    server_->freeze();
    EXPECT_EQ(take(here_, 4), 4u);
    EXPECT_TRUE(until([&] { return count("count for this gateway alone") >= 1; })) << log_;
    EXPECT_EQ(take(here_, 20), 5u);
    server_->thaw();
}

} // namespace
} // namespace caredian::guard
