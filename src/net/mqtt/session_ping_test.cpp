// Pings: what the broker has read, and connections that are dead.
#include "net/mqtt/session.h"
#include "net/mqtt/test_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace caredian::net::mqtt {
namespace {

using namespace std::chrono_literals;
using testing::bytes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::last;
using testing::usual_options;
using testing::World;

TEST(SessionPing, PingsAndTellsWhatTheBrokerHasRead) {
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

TEST(SessionPing, ADeadConnectionIsFound) {
    World w;
    w.connect();
    w.pass(22500ms);
    w.pass(14s);
    EXPECT_TRUE(w.session.connected());
    w.pass(1s);
    EXPECT_THAT(last(w), HasSubstr("no answer to PINGREQ"));
}

TEST(SessionPing, ABusyBrokerIsNotDeadButNotForEver) {
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

TEST(SessionPing, PausedReadingGoesOnPingingAndDoesNotDie) {
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

TEST(SessionPing, KeepAliveZeroMeansNoPings) {
    auto o = usual_options();
    o.keep_alive = 0s;
    World w(o);
    w.connect();
    EXPECT_EQ(w.session.deadline(), std::nullopt);
}

} // namespace
} // namespace caredian::net::mqtt
