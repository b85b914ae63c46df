// Against a real Redis: pipelines, epochs, what happens when it goes.
#include "net/redis/client.h"
#include "net/redis/test_redis.h"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace caredian::net::redis {
namespace {

using namespace std::chrono_literals;

class RedisClient : public ::testing::Test {
protected:
    void SetUp() override {
        if (!TestRedis::available()) GTEST_SKIP() << "redis-server is not installed";
        server_.emplace();
        ClientHooks hooks;
        hooks.prefix = "caredian:session:";
        hooks.began = [this] { events_.emplace_back("began"); };
        hooks.ended = [this] { events_.emplace_back("ended"); };
        hooks.invalidated = [this](std::string_view key) { events_.emplace_back(key); };
        client_.emplace(io_, server_->options(), random_, std::move(hooks));
        other_.emplace(io_, server_->options(), random_, ClientHooks{});
        client_->start();
        other_->start();
        ASSERT_TRUE(until([&] { return client_->up() && other_->up(); }));
    }
    bool until(const std::function<bool()>& done, std::chrono::milliseconds limit = 20s) {
        auto end = std::chrono::steady_clock::now() + limit;
        io_.restart();
        while (!done() && std::chrono::steady_clock::now() < end) io_.run_one_for(20ms);
        return done();
    }
    result<Reply> ask(Client& client, std::vector<std::string_view> words,
                      std::chrono::milliseconds timeout = 5s) {
        std::optional<result<Reply>> got;
        client.send(words, timeout, [&](result<Reply> r) { got = std::move(r); });
        EXPECT_TRUE(until([&] { return got.has_value(); }));
        return std::move(*got);
    }
    std::vector<std::string> take_events() { return std::exchange(events_, {}); }
    bool seen(std::string_view event) {
        return until([&] { return std::count(events_.begin(), events_.end(), event) > 0; });
    }

    boost::asio::io_context io_;
    SystemRandom random_;
    std::optional<TestRedis> server_;
    std::vector<std::string> events_;
    std::optional<Client> client_, other_;
};

TEST_F(RedisClient, AnswersInOrder) {
    std::vector<long long> got;
    for (int i = 0; i < 5000; ++i) {
        const std::string_view words[] = {"INCR", "n"};
        client_->send(words, 5s, [&](result<Reply> r) { got.push_back(r.value().integer); });
    }
    ASSERT_TRUE(until([&] { return got.size() == 5000; }));
    for (std::size_t i = 0; i < got.size(); ++i) ASSERT_EQ(got[i], static_cast<long long>(i + 1));
    EXPECT_TRUE(ask(*client_, {"NONSENSE"}).value().is_error());
    EXPECT_EQ(ask(*client_, {"SET", "k", std::string_view("\0\r\n", 3)}).value().text, "OK");
    EXPECT_EQ(ask(*client_, {"GET", "k"}).value().text, std::string("\0\r\n", 3));
}

TEST_F(RedisClient, TellsOfEveryChangeUnderThePrefixAndOfNoOther) {
    EXPECT_EQ(take_events(), std::vector<std::string>{"began"});
    ASSERT_TRUE(ask(*other_, {"SET", "caredian:session:a", "1"}));
    ASSERT_TRUE(seen("caredian:session:a"));
    take_events();
    ASSERT_TRUE(ask(*other_, {"SET", "caredian:used:a", "1"}));
    ASSERT_TRUE(ask(*other_, {"DEL", "caredian:session:a"}));
    ASSERT_TRUE(seen("caredian:session:a"));
    EXPECT_EQ(take_events(), std::vector<std::string>{"caredian:session:a"});
    ASSERT_TRUE(ask(*client_, {"SET", "caredian:session:b", "1", "PX", "30"}));
    ASSERT_TRUE(seen("caredian:session:b"));
    take_events();
    EXPECT_TRUE(seen("caredian:session:b")) << "it ran out";
}

TEST_F(RedisClient, FlushallBeginsANewEpoch) {
    take_events();
    ASSERT_TRUE(ask(*other_, {"FLUSHALL"}));
    ASSERT_TRUE(seen("began"));
    EXPECT_EQ(take_events(), (std::vector<std::string>{"ended", "began"}));
}

TEST_F(RedisClient, AnEpochEndsWithTheTrackingConnectionToo) {
    take_events();
    ASSERT_TRUE(ask(*other_, {"CLIENT", "KILL", "TYPE", "pubsub"}));
    ASSERT_TRUE(seen("ended"));
    ASSERT_TRUE(seen("began"));
}

TEST_F(RedisClient, GoesAndComesBack) {
    take_events();
    server_->kill();
    ASSERT_TRUE(seen("ended"));
    EXPECT_FALSE(client_->up());
    EXPECT_EQ(ask(*client_, {"PING"}).error(), Errc::away);
    server_->start();
    ASSERT_TRUE(seen("began"));
    EXPECT_TRUE(ask(*client_, {"PING"}));
}

TEST_F(RedisClient, AFrozenServerEndsTheEpochInAboutASecond) {
    take_events();
    server_->freeze();
    auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(ask(*client_, {"PING"}, 250ms).error(), Errc::timeout);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 600ms);
    ASSERT_TRUE(seen("ended"));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 2500ms);
    server_->thaw();
    EXPECT_TRUE(seen("began"));
}

TEST_F(RedisClient, StopsWithoutAWord) {
    take_events();
    std::optional<error_code> told;
    const std::string_view words[] = {"BLPOP", "nothing", "0"};
    client_->send(words, 60s, [&](result<Reply> r) { told = r.error(); });
    client_->stop();
    EXPECT_EQ(told, Errc::away);
    until([] { return false; }, 100ms);
    EXPECT_TRUE(events_.empty());
}

} // namespace
} // namespace caredian::net::redis
