#include "ingest/redelivery.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

using First = RedeliveryTable::First;
using std::chrono::seconds;

struct Redelivery : testing::Test {
    RedeliveryTable table;
    WallTime now = from_ns(1'767'999'300'123'456'789);

    // A new message under `id`, as a PUBLISH with DUP = 0 makes it.
    void publish(std::uint16_t id, std::uint64_t hash, readings::Row row) {
        table.set(id, hash, row, {row, now});
    }
    void ping() {
        table.ping_request();
        table.ping_response(now);
    }
};

TEST_F(Redelivery, KnowsTheSameMessageByIdAndHash) {
    publish(7, 100, 1);
    auto first = table.match(7, 100);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->row, 1u);
    EXPECT_EQ(first->time, now); // all nine digits
    EXPECT_FALSE(table.match(7, 101)) << "another message under the same id";
    EXPECT_FALSE(table.match(8, 100)) << "an id without an entry";
}

TEST_F(Redelivery, EveryPublishSetsItsIdsEntry) {
    publish(7, 100, 1);
    publish(7, 200, 2);
    EXPECT_FALSE(table.match(7, 100));
    ASSERT_TRUE(table.match(7, 200));
    EXPECT_EQ(table.size(), 1u);
}

TEST_F(Redelivery, ARedeliveredOneKeepsRowAndTimeOfTheFirstStoring) {
    publish(7, 100, 1);
    table.set(7, 100, 5, *table.match(7, 100)); // stored again as row 5
    auto again = table.match(7, 100);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->row, 1u);
    EXPECT_EQ(again->time, now);
}

TEST_F(Redelivery, ForgetsTwoMinutesAfterTheBrokerShowedThatItReadThePuback) {
    table.connected(1);
    publish(7, 100, 1);
    table.acknowledged(1);
    ping();
    now += seconds(119);
    table.expire(now);
    EXPECT_TRUE(table.match(7, 100));
    now += seconds(1);
    table.expire(now);
    EXPECT_FALSE(table.match(7, 100));
    EXPECT_EQ(table.size(), 0u);
}

TEST_F(Redelivery, APingSentBeforeThePubackIsNoProof) {
    table.connected(1);
    publish(7, 100, 1);
    table.ping_request();
    table.acknowledged(1);
    table.ping_request(); // the second one stands behind the PUBACK
    table.ping_response(now);
    now += seconds(600);
    table.expire(now);
    EXPECT_TRUE(table.match(7, 100));
    table.ping_response(now);
    now += seconds(120);
    table.expire(now);
    EXPECT_FALSE(table.match(7, 100));
}

TEST_F(Redelivery, AnAnswerToNothingProvesNothing) {
    table.connected(1);
    publish(7, 100, 1);
    table.acknowledged(1);
    table.ping_response(now);
    table.expire(now + seconds(600));
    EXPECT_TRUE(table.match(7, 100));
}

TEST_F(Redelivery, WithoutAPubackPingsForgetNothing) {
    table.connected(1);
    publish(7, 100, 1);
    ping();
    now += seconds(600);
    ping();
    EXPECT_TRUE(table.match(7, 100));
}

TEST_F(Redelivery, PingsOfAnotherConnectionProveNothing) {
    table.connected(1);
    publish(7, 100, 1);
    table.acknowledged(1);
    table.ping_request();
    table.connected(2); // the PUBACK of row 1 may be lost with the old connection
    publish(8, 200, 2);
    table.acknowledged(2);
    ping();
    now += seconds(600);
    table.expire(now);
    EXPECT_TRUE(table.match(7, 100));
    EXPECT_FALSE(table.match(8, 200));
}

TEST_F(Redelivery, LaterRowsWaitTheirOwnTwoMinutes) {
    table.connected(1);
    publish(7, 100, 1);
    table.acknowledged(1);
    ping();
    now += seconds(100);
    publish(8, 200, 2);
    table.acknowledged(2);
    ping();
    now += seconds(20);
    table.expire(now);
    EXPECT_FALSE(table.match(7, 100));
    EXPECT_TRUE(table.match(8, 200));
    now += seconds(100);
    table.expire(now);
    EXPECT_FALSE(table.match(8, 200));
}

TEST_F(Redelivery, AReusedIdOutlivesItsOldEntrysTime) {
    table.connected(1);
    publish(7, 100, 1);
    table.acknowledged(1);
    ping();
    publish(7, 100, 2); // the same content, sent as new: its own two minutes have not begun
    now += seconds(121);
    table.expire(now);
    ASSERT_TRUE(table.match(7, 100));
    EXPECT_EQ(table.match(7, 100)->row, 2u);
}

TEST_F(Redelivery, AClockThatSteppedBackForgetsLater) {
    table.connected(1);
    publish(7, 100, 1);
    table.acknowledged(1);
    ping();
    now -= seconds(3600);
    table.expire(now);
    EXPECT_TRUE(table.match(7, 100));
}

TEST_F(Redelivery, ClearsAll) {
    publish(7, 100, 1);
    publish(65535, 100, 2);
    table.clear();
    EXPECT_FALSE(table.match(7, 100));
    EXPECT_EQ(table.size(), 0u);
}

TEST_F(Redelivery, SurvivesInItsSavedCopy) {
    table.connected(1);
    for (std::uint16_t id = 1; id < 2000; ++id) publish(id, id * 3u, id);
    table.acknowledged(1000);
    ping();
    RedeliveryTable copy;
    ASSERT_TRUE(copy.load(table.save(1999)));
    EXPECT_EQ(copy.size(), table.size());
    EXPECT_EQ(copy.marks(), table.marks());
    EXPECT_EQ(copy.match(1999, 1999 * 3)->time, now);
    copy.expire(now + seconds(120));
    EXPECT_EQ(copy.size(), 999u) << "what the broker had read is forgotten also after a restart";
}

TEST_F(Redelivery, ItsSavedCopyKnowsOnlyWhatIsOnDisk) {
    publish(7, 100, 1);
    publish(8, 100, 2);
    publish(9, 100, 3);
    table.set(7, 100, 4, {1, now}); // again: it waits, its first storing does not
    RedeliveryTable copy;
    ASSERT_TRUE(copy.load(table.save(2)));
    EXPECT_EQ(copy.size(), 2u);
    EXPECT_EQ(copy.match(7, 100)->row, 1u);
    EXPECT_TRUE(copy.match(8, 100));
    EXPECT_FALSE(copy.match(9, 100));
}

TEST_F(Redelivery, RefusesABrokenCopy) {
    publish(7, 100, 1);
    std::string saved = table.save(1);
    for (std::size_t n = 0; n < saved.size(); ++n) {
        RedeliveryTable copy;
        EXPECT_FALSE(copy.load(std::string_view(saved).substr(0, n))) << n;
        EXPECT_EQ(copy.size(), 0u);
    }
    RedeliveryTable copy;
    EXPECT_FALSE(copy.load(saved + "x"));
}

TEST_F(Redelivery, ReplaysMarksInOrder) {
    // rows 1 and 2 on one connection, settled when row 3 was written; row 4 on another
    publish(7, 100, 1);
    publish(8, 200, 2);
    table.replay({1, 0, 0});
    table.replay({1, 2, to_ns(now) / 1000});
    publish(9, 300, 3);
    table.replay({4, 0, 0});
    publish(10, 400, 4);
    table.expire(now + seconds(121));
    EXPECT_FALSE(table.match(7, 100));
    EXPECT_FALSE(table.match(8, 200));
    EXPECT_TRUE(table.match(9, 300));
    EXPECT_TRUE(table.match(10, 400));
}

} // namespace
} // namespace caredian::ingest
