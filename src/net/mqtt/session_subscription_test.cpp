// Subscribing: what is asked for anew, what a present session still has, and refusals.
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
using testing::last;
using testing::property;
using testing::suback;
using testing::usual_options;
using testing::with_filters;
using testing::World;

TEST(SessionSubscription, SubscribesAndReportsEachFilter) {
    World w(with_filters({{"a/#", 1}, {"b", 2}, {"c", 0}}));
    w.connect();
    auto sent = w.sent();
    EXPECT_EQ(sent, bytes("82 11 00 01 00 00 03 61 2f 23 11 00 01 62 12 00 01 63 10"));
    w.calls();
    w.receive(suback(1, "\x01\x01\x87"));
    EXPECT_THAT(w.calls(), ElementsAre("subscribed a/# 1", "subscribed b 1", "subscribed c 135"));
    EXPECT_TRUE(w.session.connected());
}

TEST(SessionSubscription, PresentSessionOf311SubscribesOnlyWhatChanged) {
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

TEST(SessionSubscription, NoSessionSubscribesEverything) {
    auto o = with_filters({{"a", 1}});
    o.version = Version::v311;
    o.remembered = {{"a", 1}, {"gone", 1}};
    World w(o);
    w.connect(connack(false, 0, {}, Version::v311));
    auto sent = w.sent();
    ASSERT_EQ(frames(sent).size(), 1u);
    EXPECT_EQ(frames(sent)[0].type, PacketType::subscribe);
}

TEST(SessionSubscription, PresentSessionOf5ConfirmsOnlyWhereItBringsNothing) {
    auto o = with_filters({{"confirmed", 1}, {"would bring retained", 1, false, false, 0}});
    o.remembered = o.subscriptions;
    World w(o);
    w.connect(connack(true));
    auto sent = w.sent();
    EXPECT_THAT(sent, HasSubstr("confirmed"));
    EXPECT_EQ(sent.find("would bring"), std::string::npos);
}

TEST(SessionSubscription, ARefusedFilterIsTriedAgain) {
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

TEST(SessionSubscription, DoesNotAskForWhatTheBrokerHasNot) {
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

TEST(SessionSubscription, ManyFiltersGoInSeveralPackets) {
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

TEST(SessionSubscription, WrongSubacksAreErrors) {
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

TEST(SessionSubscription, WaitsForSubackOnlySoLong) {
    World w(with_filters({{"a", 1}}));
    w.connect();
    w.pass(10s);
    EXPECT_EQ(last(w), "disconnected: no answer to SUBSCRIBE");
}

} // namespace
} // namespace caredian::net::mqtt
