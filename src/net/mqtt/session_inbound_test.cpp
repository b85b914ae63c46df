// Inbound messages: acknowledged by hand, limits, aliases, what is no broker's.
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
using ::testing::HasSubstr;
using testing::property;
using testing::publish;
using testing::Ready;
using testing::usual_options;
constexpr auto pubrel = PacketType::pubrel;

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

} // namespace
} // namespace caredian::net::mqtt
