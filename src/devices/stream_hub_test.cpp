#include "devices/stream_hub.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <optional>

namespace caredian::devices {
namespace {

namespace asio = boost::asio;

readings::Reading reading(readings::Row row, std::string device) {
    readings::Reading r;
    r.series = {"zigbee", {{"area", "hall"}, {"device", std::move(device)}}};
    r.fields = {{"t", 21.5}, {"on", true}, {"s", std::string("a\nb")}};
    r.time = r.received = from_ns(1'767'999'300'000'000'001);
    r.row = r.first_row = row;
    return r;
}

class StreamTest : public testing::Test {
protected:
    StreamTest() {
        options.heartbeat = std::chrono::milliseconds(1);
        options.pace = std::chrono::milliseconds(0);
        hub.emplace(options, clock, random);
    }
    void make(StreamOptions o) { hub.emplace(o, clock, random); }
    std::unique_ptr<Subscription> subscribe(StreamFilter filter = {}, std::string_view last = {}) {
        return hub->subscribe(context.get_executor(), 0, std::move(filter), last);
    }
    void take(std::vector<readings::Reading> batch) {
        readings::Row last = batch.empty() ? 0 : batch.back().row;
        hub->take(batch, last);
    }
    // What next() gives, waited for on the worker.
    std::string next(Subscription& s) {
        std::optional<std::string> got;
        auto wait = [&]() -> asio::awaitable<void> { got = co_await s.next(); };
        asio::co_spawn(context, wait, asio::detached);
        context.restart();
        while (!got) context.run_one();
        return *got;
    }
    std::string boot_of(const std::string& greeting) {
        auto at = greeting.find("id: ") + 4;
        return greeting.substr(at, greeting.find('-', at) - at);
    }

    asio::io_context context{1};
    ManualClock clock;
    SeededRandom random{1};
    StreamOptions options;
    std::optional<StreamHub> hub;
};

TEST_F(StreamTest, GivesReadingsAsEventsWithIds) {
    auto s = subscribe();
    auto greeting = next(*s);
    auto boot = boot_of(greeting);
    EXPECT_EQ(greeting, "retry: 2000\nid: " + boot + "-0\n\n");
    take({reading(1, "a")});
    EXPECT_EQ(next(*s),
              "id: " + boot +
                  "-1\nevent: reading\ndata: "
                  "{\"time\":\"2026-01-09T22:55:00.000000001Z\",\"measurement\":\"zigbee\","
                  "\"device\":\"a\",\"tags\":{\"area\":\"hall\"},"
                  "\"fields\":{\"t\":21.5,\"on\":true,\"s\":\"a\\nb\"},\"initial\":false}\n\n");
}

TEST_F(StreamTest, GivesOnlyWhatMayBeSeen) {
    std::string seen = "a";
    StreamFilter filter;
    filter.sees = [&seen]() -> SourceTest {
        return [allowed = seen](std::string_view measurement, std::string_view device,
                                std::string_view path) {
            return measurement == "zigbee" && device == allowed && path.empty();
        };
    };
    auto s = subscribe(filter);
    auto all = subscribe();
    next(*s);
    next(*all);
    take({reading(1, "a"), reading(2, "b")});
    auto text = next(*s);
    EXPECT_NE(text.find("\"device\":\"a\""), std::string::npos);
    EXPECT_EQ(text.find("\"device\":\"b\""), std::string::npos);
    EXPECT_NE(next(*all).find("\"device\":\"b\""), std::string::npos);
    seen = "b";
    take({reading(3, "a"), reading(4, "b")});
    text = next(*s);
    EXPECT_EQ(text.find("\"device\":\"a\""), std::string::npos);
    EXPECT_NE(text.find("\"device\":\"b\""), std::string::npos);
    seen = "nobody";
    take({reading(5, "a"), reading(6, "b")});
    EXPECT_EQ(next(*s), ":\n\n") << "a heartbeat";
}

TEST_F(StreamTest, ATimeOfTheReadingsOwnComesWithWhenItCame) {
    auto s = subscribe();
    next(*s);
    auto own = reading(1, "a");
    own.time = from_ns(1'600'000'000'000'000'000);
    take({own});
    EXPECT_NE(next(*s).find("\"initial\":false,\"received\":\"2026-01-09T22:55:00.000000001Z\"}\n"),
              std::string::npos);
}

TEST_F(StreamTest, AQuietTimeGivesAHeartbeat) {
    auto s = subscribe();
    next(*s);
    EXPECT_EQ(next(*s), ":\n\n");
}

TEST_F(StreamTest, WhatComesAfterAWriteWaitsForTheBeatAndSharesTheNext) {
    StreamOptions paced;
    paced.heartbeat = std::chrono::hours(1);
    paced.pace = std::chrono::milliseconds(20);
    make(paced);
    auto s = subscribe();
    next(*s);
    take({reading(1, "a")});
    auto first = next(*s); // at once: nothing was written before
    EXPECT_NE(first.find("-1\n"), std::string::npos);
    auto begun = std::chrono::steady_clock::now();
    take({reading(2, "b")});
    take({reading(3, "c")});
    auto both = next(*s);
    EXPECT_GE(std::chrono::steady_clock::now() - begun, paced.pace);
    EXPECT_NE(both.find("-2\n"), std::string::npos);
    EXPECT_NE(both.find("-3\n"), std::string::npos);
}

TEST_F(StreamTest, TheHubOutlivesAWorkerThatHasABeatToCome) {
    StreamOptions paced;
    paced.pace = std::chrono::hours(1);
    make(paced);
    auto worker = std::make_unique<asio::io_context>(1);
    auto s = hub->subscribe(worker->get_executor(), 0, {}, {});
    for (readings::Row row = 1; row < 4; ++row) {
        take({reading(row, "a")});
        worker->restart();
        worker->poll();
    }
    s.reset();
    worker.reset();
    hub.reset();
}

TEST_F(StreamTest, AllOfAWorkerGetTheSamePieceAndGoOn) {
    auto one = subscribe(), other = subscribe();
    auto greeting = next(*one);
    EXPECT_EQ(next(*other), greeting);
    for (readings::Row row = 1; row < 4; ++row) {
        take({reading(row, "a")});
        auto piece = next(*one);
        EXPECT_NE(piece.find("-" + std::to_string(row) + "\n"), std::string::npos);
        EXPECT_EQ(next(*other), piece);
    }
}

TEST_F(StreamTest, ABatchWakesWhoWaits) {
    StreamOptions slow = options;
    slow.heartbeat = std::chrono::hours(1);
    make(slow);
    auto s = subscribe();
    auto other = subscribe({.device = "b", .measurement = {}});
    next(*s);
    next(*other);
    asio::post(context, [this] { take({reading(1, "a"), reading(2, "a"), reading(3, "b")}); });
    auto got = next(*s);
    EXPECT_NE(got.find("-1\n"), std::string::npos);
    EXPECT_NE(got.find("-3\n"), std::string::npos);
    auto filtered = next(*other);
    EXPECT_EQ(filtered.find("-1\n"), std::string::npos);
    EXPECT_NE(filtered.find("-3\n"), std::string::npos);
}

TEST_F(StreamTest, ComesBackWhereItWas) {
    auto s = subscribe();
    auto boot = boot_of(next(*s));
    take({reading(1, "a"), reading(2, "b"), reading(3, "c")});
    s.reset();
    take({reading(4, "d")});
    auto back = subscribe({}, boot + "-2");
    EXPECT_EQ(next(*back), "retry: 2000\nid: " + boot + "-2\n\n");
    auto missed = next(*back);
    EXPECT_EQ(missed.find("\"b\""), std::string::npos);
    EXPECT_NE(missed.find("\"c\""), std::string::npos);
    EXPECT_NE(missed.find("\"d\""), std::string::npos);
}

TEST_F(StreamTest, UnknownOrOldIdsGetAReset) {
    auto first = subscribe();
    auto boot = boot_of(next(*first));
    take({reading(1, "a")});
    for (auto id : {std::string("junk"), boot + "-", boot + "-9", boot + "-1x", boot + "--1", boot,
                    std::string("ffffffff-1"), boot + "-99999999999999999999999"}) {
        auto s = subscribe({}, id);
        EXPECT_NE(next(*s).find("event: reset\ndata: {}\n\n"), std::string::npos) << id;
    }
    auto fine = subscribe({}, boot + "-1");
    EXPECT_EQ(next(*fine).find("reset"), std::string::npos);
}

TEST_F(StreamTest, ASlowClientGetsAResetAndGoesOn) {
    options.events = 10;
    make(options);
    auto s = subscribe();
    auto boot = boot_of(next(*s));
    for (readings::Row row = 1; row <= 50; ++row) take({reading(row, "a")});
    EXPECT_EQ(next(*s), "id: " + boot + "-50\nevent: reset\ndata: {}\n\n");
    take({reading(51, "a")});
    EXPECT_NE(next(*s).find("-51\n"), std::string::npos);
}

TEST_F(StreamTest, TheRingIsBoundedInBytes) {
    options.bytes = 1'000;
    make(options);
    auto s = subscribe();
    next(*s);
    for (readings::Row row = 1; row <= 50; ++row) take({reading(row, "a")});
    EXPECT_NE(next(*s).find("event: reset"), std::string::npos);
}

TEST_F(StreamTest, WithoutWatchersNothingIsKeptAfterAMinute) {
    auto s = subscribe();
    auto boot = boot_of(next(*s));
    s.reset();
    take({reading(1, "a")});
    clock.advance(std::chrono::seconds(61));
    take({reading(2, "a")});
    auto back = subscribe({}, boot + "-0");
    EXPECT_NE(next(*back).find("event: reset"), std::string::npos);
}

TEST_F(StreamTest, TooManySubscribersAreRefused) {
    options.subscribers = 2;
    make(options);
    auto a = subscribe();
    auto b = subscribe();
    EXPECT_EQ(subscribe(), nullptr);
    a.reset();
    EXPECT_NE(subscribe(), nullptr);
}

TEST_F(StreamTest, CloseAndTheHubsEndEndTheWait) {
    StreamOptions slow = options;
    slow.heartbeat = std::chrono::hours(1);
    make(slow);
    auto s = subscribe();
    auto t = subscribe();
    next(*s);
    next(*t);
    asio::post(context, [&] { s->close(); });
    EXPECT_EQ(next(*s), "");
    EXPECT_EQ(next(*s), "");
    asio::post(context, [this] { hub.reset(); });
    EXPECT_EQ(next(*t), "");
}

TEST_F(StreamTest, NeverHoldsTheJournalBack) {
    EXPECT_FALSE(hub->keeps());
    EXPECT_EQ(hub->cursor(), 0U);
    take({reading(7, "a")});
    EXPECT_EQ(hub->cursor(), 7U);
}

} // namespace
} // namespace caredian::devices
