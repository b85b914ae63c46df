// Life of a session: connecting, refusals, ends, back-off.
#include "net/mqtt/session.h"
#include "net/mqtt/test_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace caredian::net::mqtt {
namespace {

using namespace std::chrono_literals;
using testing::bytes;
using testing::connack;
using ::testing::ElementsAre;
using testing::frames;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::last;
using testing::property;
using testing::suback;
using testing::usual_options;
using testing::with_filters;
using testing::World;

TEST(Session, SaysConnectAndKeepsItsSession) {
    World w;
    EXPECT_EQ(w.session.attempt(), 0u);
    w.open();
    EXPECT_EQ(w.session.attempt(), 1u);
    std::string expected;
    Connect packet;
    packet.keep_alive = 30;
    packet.client_id = "caredian";
    packet.session_expiry = 14 * 24 * 3600;
    packet.receive_maximum = 1000;
    packet.maximum_packet = 4 * 1024 * 1024;
    packet.topic_alias_maximum = most_topic_aliases;
    encode_connect(expected, packet);
    EXPECT_EQ(w.sent(), expected);
    w.receive(connack(true));
    EXPECT_THAT(w.calls(), ElementsAre("connected present=1 version=5 keep_alive=30 id=caredian"));
    EXPECT_TRUE(w.session.connected());
}

TEST(Session, CleanStartWithoutExpiry) {
    auto o = usual_options();
    o.session_expiry = 0s;
    World w(o);
    w.open();
    auto sent = w.sent();
    auto body = frames(sent).at(0).body;
    EXPECT_EQ(body[7], 2); // clean start
}

TEST(Session, TakesTheBrokersWord) {
    auto o = usual_options();
    o.client_id = "";
    World w(o);
    w.connect(connack(false, 0,
                      property(PropertyId::server_keep_alive, 10) +
                          property(PropertyId::assigned_client_id, "auto-7") +
                          property(PropertyId::session_expiry, 60)));
    EXPECT_THAT(w.calls(), ElementsAre("connected present=0 version=5 keep_alive=10 id=auto-7"));
    EXPECT_EQ(w.session.deadline(), w.now() + 7500ms);
    w.session.closed(w.now(), "gone");
    w.open();
    EXPECT_THAT(w.sent(), HasSubstr("auto-7")); // the assigned id is used again
}

TEST(Session, NothingMayComeBeforeConnack) {
    World w;
    w.open();
    w.receive(testing::publish("a", "b"));
    EXPECT_THAT(last(w), HasSubstr("bad PUBLISH: packet that a broker may not send now"));
    EXPECT_EQ(w.session.attempt(), 0u);
}

TEST(Session, ASecondConnackIsAnError) {
    World w;
    w.connect();
    w.receive(connack());
    EXPECT_THAT(last(w), HasSubstr("bad CONNACK"));
    EXPECT_EQ(w.sent(), bytes("e0 01 82"));
}

TEST(Session, WaitsForConnackOnlySoLong) {
    World w;
    w.open();
    w.pass(10s);
    EXPECT_EQ(last(w), "disconnected: no CONNACK in time");
    World v;
    v.session.start(v.now());
    v.pass(10s);
    EXPECT_EQ(last(v), "disconnected: no connection in time");
}

TEST(Session, SaysWhyTheBrokerRefused) {
    World w;
    w.connect(connack(false, 0x88, property(PropertyId::reason_string, "at noon")));
    EXPECT_EQ(last(w), "disconnected: broker refused: 0x88 server unavailable, says \"at noon\"");
    EXPECT_LE(*w.session.deadline() - w.now(), 500ms);
}

TEST(Session, RefusalsThatStayWaitLong) {
    World w;
    w.connect(connack(false, 0x86));
    EXPECT_EQ(last(w), "disconnected: broker refused: 0x86 bad user name or password");
    EXPECT_GE(*w.session.deadline() - w.now(), 15s);
    EXPECT_LE(*w.session.deadline() - w.now(), 30s);
}

TEST(Session, FallsBackTo311Once) {
    World w;
    w.connect(connack(false, 1, {}, Version::v311)); // in the form of 3.1.1, as old brokers do
    EXPECT_THAT(last(w), HasSubstr("0x84 unsupported protocol version; trying 3.1.1"));
    EXPECT_EQ(w.session.attempt(), 2u); // at once
    w.session.opened(w.now());
    auto sent = w.sent();
    EXPECT_EQ(frames(sent).at(0).body[6], 4);
    w.receive(connack(false, 0, {}, Version::v311));
    EXPECT_THAT(last(w), HasSubstr("version=4"));
    w.session.closed(w.now(), "gone");
    w.connect(connack(false, 1, {}, Version::v311)); // no further version to try
    EXPECT_EQ(w.session.attempt(), 0u);
}

TEST(Session, NoFallbackWhenForbidden) {
    auto o = usual_options();
    o.version_fallback = false;
    World w(o);
    w.connect(connack(false, 0x84));
    EXPECT_EQ(w.session.attempt(), 0u);
}

TEST(Session, BackOffDoublesWithFullJitter) {
    auto o = usual_options();
    o.backoff_min = 1000ms;
    o.backoff_max = 8000ms;
    World w(o);
    w.session.start(w.now());
    std::vector<nanoseconds> longest(6), shortest(6, 1h);
    for (int round = 0; round < 200; ++round) {
        World v(o);
        v.random = SeededRandom(static_cast<std::uint64_t>(round));
        v.session.start(v.now());
        for (std::size_t i = 0; i < 6; ++i) {
            v.session.closed(v.now(), "refused");
            nanoseconds wait = *v.session.deadline() - v.now();
            longest[i] = std::max(longest[i], wait);
            shortest[i] = std::min(shortest[i], wait);
            v.pass_to_deadline();
        }
    }
    const nanoseconds ceiling[] = {1s, 2s, 4s, 8s, 8s, 8s};
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_LE(longest[i], ceiling[i]);
        EXPECT_GT(longest[i], ceiling[i] * 3 / 4);
        EXPECT_LT(shortest[i], ceiling[i] / 4);
    }
}

TEST(Session, AStableConnectionResetsTheBackOff) {
    auto o = usual_options();
    o.backoff_min = 100ms;
    o.backoff_max = 1h;
    World w(o);
    w.session.start(w.now());
    for (int i = 0; i < 12; ++i) {
        w.session.closed(w.now(), "refused");
        w.pass_to_deadline();
    }
    w.session.opened(w.now());
    w.receive(connack());
    w.pass(10s);
    w.session.closed(w.now(), "gone");
    EXPECT_LE(*w.session.deadline() - w.now(), 100ms);
}

TEST(Session, TakenOverWaitsLongAndSaysSo) {
    World w;
    w.connect();
    w.receive(bytes("e0 01 8e"));
    EXPECT_EQ(last(w), "disconnected: broker disconnected: 0x8E session taken over; another client "
                       "uses the id \"caredian\"");
    EXPECT_GE(*w.session.deadline() - w.now(), 60s);
    EXPECT_LE(*w.session.deadline() - w.now(), 75s);
}

constexpr auto silence = "the broker closed the connection";

TEST(Session, TakenOverWithoutAWordIsSuspected) {
    World w;
    w.connect(connack(true));
    w.pass(1h); // it was ours for long
    w.session.closed(w.now(), silence);
    w.connect(connack(false)); // somebody took our session and it ended with him
    w.pass(1s);
    w.session.closed(w.now(), silence);
    EXPECT_EQ(last(w),
              "disconnected: the broker closed the connection; does another client use the id "
              "\"caredian\"?");
    EXPECT_GE(*w.session.deadline() - w.now(), 30s);
    EXPECT_LE(*w.session.deadline() - w.now(), 38s);
}

TEST(Session, ATwinWithTheSameSessionIsNamedAndMetEverLater) {
    World w;
    std::vector<bool> named;
    for (int i = 0; i < 5; ++i) {
        w.connect(connack(true));
        w.pass(1s);
        w.session.closed(w.now(), silence);
        named.push_back(last(w).find("another client") != std::string::npos);
    }
    EXPECT_THAT(named, ElementsAre(false, false, false, true, true));
}

TEST(Session, ABrokerThatRestartsIsNoOtherClient) {
    World w;
    for (int i = 0; i < 20; ++i) {
        w.connect(connack(false)); // it keeps nothing
        w.pass(1s);
        w.session.closed(w.now(), silence);
        EXPECT_EQ(last(w), std::string("disconnected: ") + silence);
        w.pass_to_deadline();
        w.session.closed(w.now(), "connection refused");
        EXPECT_LE(*w.session.deadline() - w.now(), 30s);
    }
}

TEST(Session, DisconnectOfABrokerIsUnknownTo311) {
    auto o = usual_options();
    o.version = Version::v311;
    World w(o);
    w.connect(connack(false, 0, {}, Version::v311));
    w.receive(bytes("e0 00"));
    EXPECT_THAT(last(w), HasSubstr("bad DISCONNECT"));
    EXPECT_EQ(w.sent(), ""); // 3.1.1 has no reason to give
}

TEST(Session, StopSaysGoodbyeAndNothingElse) {
    World w;
    w.connect();
    w.calls();
    w.session.stop();
    EXPECT_EQ(w.sent(), bytes("e0 00"));
    EXPECT_EQ(w.session.attempt(), 0u);
    w.session.closed(w.now(), "gone");
    w.receive(testing::publish("a", "b"));
    w.session.timer(w.now() + 1h);
    EXPECT_THAT(w.calls(), IsEmpty());
    EXPECT_EQ(w.session.deadline(), std::nullopt);
}

TEST(Session, StopFromInsideEveryCallback) {
    for (int call = 1; call < 8; ++call) {
        auto o = with_filters({{"a", 1}, {"#b", 1}});
        World w(o);
        int seen = 0;
        w.recorder.on_any = [&] {
            if (++seen == call) w.session.stop();
        };
        w.connect();
        w.receive(suback(1, "\x01") + testing::publish("a", "1") + testing::publish("a", "2") +
                  bytes("e0 00"));
        if (w.session.deadline()) w.pass_to_deadline();
        EXPECT_LE(w.calls().size(), static_cast<std::size_t>(call));
    }
}

} // namespace
} // namespace caredian::net::mqtt
