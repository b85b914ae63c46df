// Life of a session: connecting, refusals, ends, back-off, pings, subscriptions.
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
using testing::property;
using testing::suback;
using testing::usual_options;
using testing::World;

ClientOptions with_filters(std::vector<Subscription> filters) {
    auto o = usual_options();
    o.subscriptions = std::move(filters);
    return o;
}

std::string last(World& w) {
    auto calls = w.calls();
    return calls.empty() ? "" : calls.back();
}

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

// --- pings

TEST(Session, PingsAndTellsWhatTheBrokerHasRead) {
    World w;
    w.connect();
    w.calls();
    w.pass(22500ms);
    EXPECT_EQ(w.sent(), bytes("c0 00"));
    EXPECT_THAT(w.calls(), ElementsAre("ping"));
    w.receive(bytes("d0 00"));
    EXPECT_THAT(w.calls(), ElementsAre("pong"));
    w.receive(bytes("d0 00")); // an answer to nothing
    EXPECT_THAT(w.calls(), IsEmpty());
    EXPECT_TRUE(w.session.connected());
}

TEST(Session, ADeadConnectionIsFound) {
    World w;
    w.connect();
    w.pass(22500ms);
    w.pass(14s);
    EXPECT_TRUE(w.session.connected());
    w.pass(1s);
    EXPECT_THAT(last(w), HasSubstr("no answer to PINGREQ"));
}

TEST(Session, ABusyBrokerIsNotDeadButNotForEver) {
    World w;
    w.connect();
    w.pass(22500ms);
    for (int i = 0; i < 11; ++i) {
        w.pass(10s);
        ASSERT_TRUE(w.session.connected()) << i;
        w.receive(testing::publish("a", "b"));
    }
    w.pass(10s);
    EXPECT_FALSE(w.session.connected());
}

TEST(Session, PausedReadingGoesOnPingingAndDoesNotDie) {
    World w;
    w.connect();
    w.calls();
    w.session.reading(false, w.now());
    for (int i = 0; i < 20; ++i) w.pass_to_deadline();
    EXPECT_TRUE(w.session.connected());
    EXPECT_EQ(w.calls().size(), 20u);
    EXPECT_EQ(w.sent().size(), 40u);
    w.session.reading(true, w.now());
    w.pass(10s);
    EXPECT_TRUE(w.session.connected());
    for (int i = 0; i < 20; ++i) w.receive(bytes("d0 00"));
    EXPECT_EQ(w.calls().size(), 20u);
}

TEST(Session, KeepAliveZeroMeansNoPings) {
    auto o = usual_options();
    o.keep_alive = 0s;
    World w(o);
    w.connect();
    EXPECT_EQ(w.session.deadline(), std::nullopt);
}

// --- subscriptions

TEST(Session, SubscribesAndReportsEachFilter) {
    World w(with_filters({{"a/#", 1}, {"b", 2}, {"c", 0}}));
    w.connect();
    auto sent = w.sent();
    EXPECT_EQ(sent, bytes("82 11 00 01 00 00 03 61 2f 23 11 00 01 62 12 00 01 63 10"));
    w.calls();
    w.receive(suback(1, "\x01\x01\x87"));
    EXPECT_THAT(w.calls(), ElementsAre("subscribed a/# 1", "subscribed b 1", "subscribed c 135"));
    EXPECT_TRUE(w.session.connected());
}

TEST(Session, PresentSessionOf311SubscribesOnlyWhatChanged) {
    auto o = with_filters({{"same", 1}, {"other qos", 2}, {"new", 1}});
    o.version = Version::v311;
    o.remembered = {{"same", 1}, {"other qos", 1}, {"gone", 1}};
    World w(o);
    w.connect(connack(true, 0, {}, Version::v311));
    auto sent = w.sent();
    auto packets = frames(sent);
    ASSERT_EQ(packets.size(), 2u);
    EXPECT_EQ(packets[0].type, PacketType::unsubscribe);
    EXPECT_THAT(std::string(packets[0].body), HasSubstr("gone"));
    EXPECT_THAT(std::string(packets[1].body), HasSubstr("other qos"));
    EXPECT_THAT(std::string(packets[1].body), HasSubstr("new"));
    EXPECT_EQ(std::string(packets[1].body).find("same"), std::string::npos);
    w.calls();
    w.receive(bytes("b0 02 00 01") + suback(2, "\x02\x01", Version::v311));
    EXPECT_THAT(w.calls(),
                ElementsAre("unsubscribed gone 0", "subscribed other qos 2", "subscribed new 1"));
    // Everything is held now: the next connection sends nothing.
    w.session.closed(w.now(), "gone");
    w.connect(connack(true, 0, {}, Version::v311));
    EXPECT_EQ(w.sent(), "");
}

TEST(Session, NoSessionSubscribesEverything) {
    auto o = with_filters({{"a", 1}});
    o.version = Version::v311;
    o.remembered = {{"a", 1}, {"gone", 1}};
    World w(o);
    w.connect(connack(false, 0, {}, Version::v311));
    auto sent = w.sent();
    ASSERT_EQ(frames(sent).size(), 1u);
    EXPECT_EQ(frames(sent)[0].type, PacketType::subscribe);
}

TEST(Session, PresentSessionOf5ConfirmsOnlyWhereItBringsNothing) {
    auto o = with_filters({{"confirmed", 1}, {"would bring retained", 1, false, false, 0}});
    o.remembered = o.subscriptions;
    World w(o);
    w.connect(connack(true));
    auto sent = w.sent();
    EXPECT_THAT(sent, HasSubstr("confirmed"));
    EXPECT_EQ(sent.find("would bring"), std::string::npos);
}

TEST(Session, ARefusedFilterIsTriedAgain) {
    auto o = with_filters({{"denied", 1}});
    o.version = Version::v311;
    World w(o);
    w.connect(connack(false, 0, {}, Version::v311));
    w.receive(suback(1, "\x80", Version::v311));
    EXPECT_EQ(last(w), "subscribed denied 128");
    w.session.closed(w.now(), "gone");
    w.connect(connack(true, 0, {}, Version::v311));
    EXPECT_THAT(w.sent(), HasSubstr("denied"));
}

TEST(Session, DoesNotAskForWhatTheBrokerHasNot) {
    World w(with_filters({{"a/+", 1}, {"$share/g/b", 1}, {"c", 1}, {"bad#", 1}}));
    w.connect(connack(false, 0,
                      property(PropertyId::wildcard_available, 0) +
                          property(PropertyId::shared_available, 0)));
    auto sent = w.sent();
    EXPECT_EQ(sent, bytes("82 07 00 01 00 00 01 63 11"));
    auto calls = w.calls();
    calls.erase(calls.begin());
    EXPECT_THAT(calls, ElementsAre("subscribed a/+ 162", "subscribed $share/g/b 158",
                                   "subscribed bad# 143"));
}

TEST(Session, ManyFiltersGoInSeveralPackets) {
    std::vector<Subscription> many;
    for (int i = 0; i < 250; ++i) many.push_back({"topic/" + std::to_string(i), 1});
    World w(with_filters(many));
    w.connect();
    auto sent = w.sent();
    EXPECT_EQ(frames(sent).size(), 3u);
    World small(with_filters({{std::string(30, 'a'), 1}, {std::string(40, 'b'), 1}}));
    small.connect(connack(false, 0, property(PropertyId::maximum_packet, 45)));
    auto few = small.sent();
    ASSERT_EQ(frames(few).size(), 1u);
    EXPECT_THAT(last(small), HasSubstr("bbb 149"));
}

TEST(Session, WrongSubacksAreErrors) {
    for (const auto& bad :
         {suback(1, "\x01"), suback(9, "\x01\x01"), suback(1, "\x01\x01", Version::v5, 0xB0)}) {
        World w(with_filters({{"a", 1}, {"b", 1}}));
        w.connect();
        w.sent();
        w.receive(bad);
        EXPECT_FALSE(w.session.connected());
        EXPECT_EQ(w.sent(), bytes("e0 01 82"));
    }
}

TEST(Session, WaitsForSubackOnlySoLong) {
    World w(with_filters({{"a", 1}}));
    w.connect();
    w.pass(10s);
    EXPECT_EQ(last(w), "disconnected: no answer to SUBSCRIBE");
}

} // namespace
} // namespace caredian::net::mqtt
