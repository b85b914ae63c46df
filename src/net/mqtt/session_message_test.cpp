// Messages in a session: inbound with manual acknowledgement, outbound with a window and DUP.
#include "net/mqtt/session.h"
#include "net/mqtt/test_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace caredian::net::mqtt {
namespace {

using namespace std::chrono_literals;
using testing::ack;
using testing::bytes;
using testing::connack;
using ::testing::ElementsAre;
using testing::frames;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::property;
using testing::publish;
using testing::usual_options;
using testing::World;
constexpr auto puback = PacketType::puback;
constexpr auto pubrec = PacketType::pubrec;
constexpr auto pubrel = PacketType::pubrel;
constexpr auto pubcomp = PacketType::pubcomp;

struct Ready : World {
    explicit Ready(ClientOptions o = usual_options(), const std::string& answer = connack())
        : World(std::move(o)) {
        connect(answer);
        calls();
        sent();
    }
    void reconnect(bool present) {
        session.closed(now(), "gone");
        connect(connack(present));
    }
};

// The kinds and ids of the packets sent: "PUBLISH 1 dup".
std::vector<std::string> kinds(const std::string& out) {
    std::vector<std::string> all;
    for (const auto& f : frames(out)) {
        std::string line(to_string(f.type));
        Reader r(f.body);
        if (f.type == PacketType::publish) {
            r.text();
            if ((f.flags & 6) != 0) line += " " + std::to_string(r.u16());
            if ((f.flags & 8) != 0) line += " dup";
        } else if (!f.body.empty()) {
            line += " " + std::to_string(r.u16());
            if (f.type != PacketType::subscribe && !r.at_end())
                line += " code " + std::to_string(r.u8());
        }
        all.push_back(line);
    }
    return all;
}

TEST(Inbound, NothingIsAcknowledgedUnasked) {
    Ready w;
    w.receive(publish("a", "0") + publish("b", "1", 1, 7) + publish("c", "2", 2, 8));
    EXPECT_THAT(w.calls(), ElementsAre("publish a=0 qos=0 id=0", "publish b=1 qos=1 id=7",
                                       "publish c=2 qos=2 id=8", "batch end"));
    EXPECT_EQ(w.sent(), "");
    w.session.acknowledge(7, 1);
    w.session.acknowledge(8, 2);
    EXPECT_EQ(w.sent(), bytes("40 02 00 07 50 02 00 08"));
    w.session.acknowledge(7, 1); // again: not open any more
    EXPECT_EQ(w.sent(), "");
    w.receive(ack(pubrel, 8));
    EXPECT_THAT(w.calls(), ElementsAre("release 8", "batch end"));
    w.session.complete(8);
    w.session.complete(8);
    EXPECT_EQ(w.sent(), bytes("70 02 00 08"));
}

TEST(Inbound, APacketInPiecesIsOneMessage) {
    Ready w;
    std::string stream = publish("a/b", "1", 1, 1) + publish("a/b", "2", 1, 2), rest;
    for (char c : stream) {
        rest += c;
        rest.erase(0, w.session.received(rest, w.now()));
    }
    EXPECT_THAT(w.calls(), ElementsAre("publish a/b=1 qos=1 id=1", "batch end",
                                       "publish a/b=2 qos=1 id=2", "batch end"));
    EXPECT_EQ(rest, "");
}

TEST(Inbound, IdsOfAnEarlierConnectionAreIgnored) {
    Ready w;
    w.receive(publish("a", "1", 1, 7));
    w.session.closed(w.now(), "gone");
    w.session.acknowledge(7, 1);
    w.connect(connack(true));
    w.session.acknowledge(7, 1);
    EXPECT_EQ(w.sent(), "");
    w.receive(publish("a", "1", 1, 7, true));
    w.session.acknowledge(7, 1);
    EXPECT_EQ(w.sent(), bytes("40 02 00 07"));
}

TEST(Inbound, AReleaseAfterAReconnectIsCompleted) {
    Ready w;
    w.receive(ack(pubrel, 9));
    EXPECT_THAT(w.calls(), ElementsAre("release 9", "batch end"));
    w.session.complete(9);
    EXPECT_EQ(w.sent(), bytes("70 02 00 09"));
}

TEST(Inbound, AnOpenIdIsNotUsedAgain) {
    Ready w;
    w.receive(publish("a", "1", 1, 7) + publish("a", "1", 1, 7, true)); // sent again: let through
    EXPECT_TRUE(w.session.connected());
    w.receive(publish("a", "2", 1, 7)); // new under an open id
    EXPECT_FALSE(w.session.connected());
    EXPECT_EQ(w.sent(), bytes("e0 01 82"));
    Ready v;
    v.receive(publish("a", "1", 1, 7) + publish("a", "1", 2, 7));
    EXPECT_FALSE(v.session.connected());
}

TEST(Inbound, MoreThanTheReceiveMaximumIsBorne) {
    auto o = usual_options();
    o.receive_maximum = 2;
    Ready w(o);
    w.receive(publish("a", "", 1, 1) + publish("a", "", 2, 2) + publish("a", "", 1, 3));
    EXPECT_TRUE(w.session.connected());
}

TEST(Inbound, TheBatchIsHandedOverBeforeTheEnd) {
    Ready w;
    w.receive(publish("a", "1", 1, 1) + bytes("36 05 00 01 61 00 01"));
    EXPECT_THAT(w.calls(), ElementsAre("publish a=1 qos=1 id=1", "batch end",
                                       "disconnected: the broker sent a bad PUBLISH: QoS 3 (0x81 "
                                       "malformed packet)"));
    EXPECT_EQ(w.sent(), bytes("e0 01 81"));
}

TEST(Inbound, ATooLargePacketIsRefusedByItsHeader) {
    Ready w;
    w.receive(bytes("30 ff ff ff 7f"));
    EXPECT_EQ(w.sent(), bytes("e0 01 95"));
    EXPECT_THAT(w.calls(), ElementsAre(HasSubstr("announces more than the limit (0x95")));
}

TEST(Inbound, TopicAliases) {
    Ready w;
    auto alias = [](std::uint32_t n) { return property(PropertyId::topic_alias, n); };
    w.receive(
        publish("kitchen", "1", 0, 0, false, alias(2)) + publish("", "2", 0, 0, false, alias(2)) +
        publish("hall", "3", 0, 0, false, alias(2)) + publish("", "4", 0, 0, false, alias(2)));
    EXPECT_THAT(w.calls(),
                ElementsAre("publish kitchen=1 qos=0 id=0", "publish kitchen=2 qos=0 id=0",
                            "publish hall=3 qos=0 id=0", "publish hall=4 qos=0 id=0", "batch end"));
    w.reconnect(true);
    w.sent();
    w.receive(publish("", "5", 0, 0, false, alias(2))); // they end with the connection
    EXPECT_EQ(w.sent(), bytes("e0 01 82"));
    for (std::uint32_t n : {0u, 33u, 65'535u}) {
        Ready v;
        v.receive(publish("a", "", 0, 0, false, alias(n)));
        EXPECT_EQ(v.sent(), bytes("e0 01 94")) << n;
    }
}

TEST(Inbound, OnlyABrokersPacketsAreTaken) {
    for (auto bad : {"82 06 00 01 00 00 01 61", "a2 06 00 01 00 00 01 61", "c0 00", "10 00",
                     "f0 02 18 00", "d0 01 00"}) {
        Ready w;
        w.receive(bytes(bad));
        EXPECT_FALSE(w.session.connected()) << bad;
    }
}

// --- outbound

TEST(SessionOutbound, QosZeroOnlyWhileConnected) {
    World w;
    EXPECT_FALSE(w.session.publish("a", "b", 0, false, {}));
    Ready r;
    int answered = -1;
    EXPECT_TRUE(r.session.publish("a", "b", 0, true, [&](std::uint8_t c) { answered = c; }));
    EXPECT_EQ(answered, 0);
    EXPECT_EQ(r.sent(), bytes("31 05 00 01 61 00 62"));
}

TEST(SessionOutbound, NamesThatAreNoTopics) {
    Ready w;
    for (auto bad : {"", "a/#", "+", "\xff"})
        EXPECT_FALSE(w.session.publish(bad, "", 1, false, {})) << bad;
    EXPECT_FALSE(w.session.publish(std::string(65'536, 'a'), "", 1, false, {}));
    EXPECT_FALSE(w.session.publish("a", "", 3, false, {}));
}

TEST(SessionOutbound, QosOneAndTwoUntilAnswered) {
    Ready w;
    std::vector<int> done;
    auto note = [&](std::uint8_t c) { done.push_back(c); };
    w.session.publish("a", "1", 1, false, note);
    w.session.publish("a", "2", 2, false, note);
    EXPECT_THAT(kinds(w.sent()), ElementsAre("PUBLISH 1", "PUBLISH 2"));
    w.receive(ack(puback, 1, 0x10));
    EXPECT_THAT(done, ElementsAre(0x10));
    w.receive(ack(pubcomp, 2)); // too early: not for it
    w.receive(ack(puback, 2));
    EXPECT_THAT(done, ElementsAre(0x10));
    w.receive(ack(pubrec, 2));
    EXPECT_THAT(kinds(w.sent()), ElementsAre("PUBREL 2"));
    w.receive(ack(pubcomp, 2));
    EXPECT_THAT(done, ElementsAre(0x10, 0));
    w.receive(ack(pubrec, 99)); // unknown
    EXPECT_THAT(kinds(w.sent()), ElementsAre("PUBREL 99 code 146"));
    w.session.publish("a", "3", 2, false, note);
    w.receive(ack(pubrec, 3, 0x97));
    EXPECT_THAT(done, ElementsAre(0x10, 0, 0x97));
}

TEST(SessionOutbound, TheWindowIsTheBrokers) {
    Ready w(usual_options(), connack(false, 0, property(PropertyId::receive_maximum, 2)));
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(w.session.publish("a", "x", 1, false, {}));
    EXPECT_THAT(kinds(w.sent()), ElementsAre("PUBLISH 1", "PUBLISH 2"));
    w.receive(ack(puback, 2));
    EXPECT_THAT(kinds(w.sent()), ElementsAre("PUBLISH 3"));
    w.receive(ack(puback, 1) + ack(puback, 3));
    EXPECT_THAT(kinds(w.sent()), ElementsAre("PUBLISH 4", "PUBLISH 5"));
}

TEST(SessionOutbound, SentAgainWithDupInTheOldSession) {
    Ready w(usual_options(), connack(false, 0, property(PropertyId::receive_maximum, 3)));
    int done = 0;
    for (int i = 0; i < 4; ++i)
        w.session.publish("a", "x", i == 1 ? 2 : 1, false, [&](std::uint8_t) { ++done; });
    w.receive(ack(pubrec, 2) + ack(puback, 1));
    EXPECT_THAT(kinds(w.sent()),
                ElementsAre("PUBLISH 1", "PUBLISH 2", "PUBLISH 3", "PUBREL 2", "PUBLISH 4"));
    w.reconnect(true);
    EXPECT_THAT(kinds(w.sent()), ElementsAre("PUBREL 2", "PUBLISH 3 dup", "PUBLISH 4 dup"));
    w.receive(ack(pubcomp, 2) + ack(puback, 3) + ack(puback, 4));
    EXPECT_EQ(done, 4);
}

TEST(SessionOutbound, SentAsNewInANewSession) {
    Ready w;
    std::vector<int> done;
    auto note = [&](std::uint8_t c) { done.push_back(c); };
    w.session.publish("a", "x", 1, false, note);
    w.session.publish("a", "y", 2, false, note);
    w.receive(ack(pubrec, 2));
    w.sent();
    w.reconnect(false);
    EXPECT_THAT(kinds(w.sent()), ElementsAre("PUBLISH 1"));
    EXPECT_THAT(done, ElementsAre(unanswered)); // the broker had it and forgot
}

TEST(SessionOutbound, KeptWhileThereIsNoConnection) {
    World w;
    EXPECT_TRUE(w.session.publish("a", "x", 1, false, {}));
    w.connect();
    EXPECT_THAT(kinds(w.sent()), ElementsAre("PUBLISH 1"));
}

TEST(SessionOutbound, NeverSentAgainWhenToldSo) {
    auto o = usual_options();
    o.resend = false;
    Ready w(o, connack(false, 0, property(PropertyId::receive_maximum, 2)));
    std::vector<int> done;
    for (int i = 0; i < 3; ++i)
        w.session.publish("a", "x", 1, false, [&](std::uint8_t c) { done.push_back(c); });
    w.sent();
    w.reconnect(true);
    EXPECT_THAT(done, ElementsAre(unanswered, unanswered));
    EXPECT_THAT(kinds(w.sent()), ElementsAre("PUBLISH 3")); // was never sent before
}

TEST(SessionOutbound, StopWhileTheUnansweredAreTold) {
    auto o = usual_options();
    o.resend = false;
    Ready w(o);
    w.session.publish("a", "x", 1, false, [&](std::uint8_t) { w.session.stop(); });
    w.session.closed(w.now(), "gone");
    EXPECT_THAT(w.calls(), IsEmpty()); // nothing after stop()
    EXPECT_EQ(w.session.deadline(), std::nullopt);
}

TEST(SessionOutbound, Version311HasAWindowOfOurs) {
    auto o = usual_options();
    o.version = Version::v311;
    Ready w(o, connack(false, 0, {}, Version::v311));
    for (int i = 0; i < 1500; ++i) ASSERT_TRUE(w.session.publish("a", "", 1, false, {}));
    EXPECT_EQ(kinds(w.sent()).size(), 1000u);
    w.receive(ack(puback, 1, 0, Version::v311));
    EXPECT_THAT(kinds(w.sent()), ElementsAre("PUBLISH 1001"));
}

TEST(SessionOutbound, IsBounded) {
    auto o = usual_options();
    o.max_outbound_bytes = 1000;
    World w(o);
    int taken = 0;
    while (taken < 100 && w.session.publish("a", std::string(100, 'x'), 1, false, {})) ++taken;
    EXPECT_EQ(taken, 4);
    Ready r(o);
    taken = 0;
    while (taken < 100 && r.session.publish("a", std::string(100, 'x'), 0, false, {})) ++taken;
    EXPECT_EQ(taken, 9);
}

TEST(SessionOutbound, WhatTheBrokerForbidsIsAnsweredHere) {
    std::string limits = property(PropertyId::maximum_packet, 30) +
                         property(PropertyId::retain_available, 0) +
                         property(PropertyId::maximum_qos, 1);
    Ready w(usual_options(), connack(false, 0, limits));
    std::vector<int> done;
    auto note = [&](std::uint8_t c) { done.push_back(c); };
    EXPECT_TRUE(w.session.publish("a", std::string(30, 'x'), 1, false, note));
    EXPECT_TRUE(w.session.publish("a", "x", 0, true, note));
    EXPECT_THAT(done, ElementsAre(0x95, 0x9A));
    EXPECT_EQ(w.sent(), "");
    w.session.publish("a", "x", 2, false, note); // goes as QoS 1
    EXPECT_EQ(frames(w.session.output()).at(0).flags, 2);
    w.receive(ack(puback, 1));
    EXPECT_THAT(done, ElementsAre(0x95, 0x9A, 0));
    // What waited for the connection is judged when it stands.
    World v;
    v.session.publish("a", std::string(30, 'x'), 1, false, note);
    v.connect(connack(false, 0, limits));
    EXPECT_EQ(done.back(), 0x95);
}

TEST(SessionOutbound, IdsAreNotReusedWhileOpen) {
    Ready w;
    std::string out;
    for (int i = 0; i < 70'000; ++i) {
        ASSERT_TRUE(w.session.publish("a", "", 1, false, {}));
        auto sent = w.sent();
        auto f = frames(sent).at(0);
        Reader r(f.body);
        r.text();
        auto id = r.u16();
        if (i == 0) continue; // id 1 stays open
        ASSERT_NE(id, 1);
        ASSERT_NE(id, 0);
        w.receive(ack(puback, id));
    }
}

} // namespace
} // namespace caredian::net::mqtt
