// Outbound messages: a window, kept until answered, sent again with DUP.
#include "net/mqtt/session.h"
#include "net/mqtt/test_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace caredian::net::mqtt {
namespace {

using testing::ack;
using testing::bytes;
using testing::connack;
using ::testing::ElementsAre;
using testing::frames;
using ::testing::IsEmpty;
using testing::property;
using testing::publish;
using testing::Ready;
using testing::usual_options;
using testing::World;
constexpr auto puback = PacketType::puback;
constexpr auto pubrec = PacketType::pubrec;
constexpr auto pubcomp = PacketType::pubcomp;

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

TEST(SessionOutbound, QosZeroOnlyWhileConnected) {
    World w;
    EXPECT_FALSE(w.session.publish("a", "b", 0, false, {}));
    Ready r;
    int answered = -1;
    EXPECT_TRUE(r.session.publish("a", "b", 0, true, [&](std::uint8_t c) { answered = c; }));
    EXPECT_EQ(answered, 0);
    EXPECT_EQ(r.sent(), bytes("31 05 00 01 61 00 62"));
}

TEST(SessionOutbound, WhatMustNotComeLateGoesNowOrNever) {
    World away;
    EXPECT_FALSE(away.session.publish("a", "b", 1, false, {}, {true, 5}));
    Ready r;
    std::vector<int> answers;
    auto note = [&](std::uint8_t code) { answers.push_back(code); };
    EXPECT_TRUE(r.session.publish("a", "b", 1, false, note, {true, 5}));
    EXPECT_TRUE(r.session.publish("c", "d", 1, false, {}, {false, 0}));
    // §3.3.2.3.3: Message Expiry Interval
    EXPECT_EQ(r.sent(), bytes("32 0c 00 01 61 00 01 05 02 00 00 00 05 62") +
                            bytes("32 07 00 01 63 00 02 00 64"));
    r.session.closed(r.now(), "gone");
    EXPECT_THAT(answers, ElementsAre(unanswered));
    EXPECT_EQ(r.session.publish("a", "b", 1, false, note, {true, 5}), false);
    EXPECT_THAT(answers, ElementsAre(unanswered));
}

TEST(SessionOutbound, WhatMustNotComeLateWaitsForNoPlace) {
    Ready r(usual_options(), connack(false, 0, property(PropertyId::receive_maximum, 1)));
    EXPECT_TRUE(r.session.publish("a", "1", 1, false, {}));
    EXPECT_FALSE(r.session.publish("a", "2", 1, false, {}, {true, 5}));
    EXPECT_TRUE(r.session.publish("a", "3", 1, false, {})) << "this one may wait";
    EXPECT_THAT(kinds(r.sent()), ElementsAre("PUBLISH 1"));
    r.receive(ack(puback, 1));
    EXPECT_THAT(kinds(r.sent()), ElementsAre("PUBLISH 2"));
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

TEST(SessionOutbound, WhatIsSaidOnConnectingIsSentOnce) {
    for (bool session_present : {false, true}) {
        Ready w;
        w.session.publish("a", "old", 1, false, {});
        w.session.closed(w.now(), "gone");
        w.sent();
        bool said = false;
        w.recorder.on_any = [&] {
            if (!std::exchange(said, true)) w.session.publish("a", "new", 1, false, {});
        };
        w.connect(connack(session_present));
        EXPECT_THAT(kinds(w.sent()),
                    ElementsAre(session_present ? "PUBLISH 1 dup" : "PUBLISH 1", "PUBLISH 2"));
    }
}

} // namespace
} // namespace caredian::net::mqtt
