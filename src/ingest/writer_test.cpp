// When a message is acknowledged, and how messages become rows.
#include "ingest/writer_fixture.h"

namespace caredian::ingest {
namespace {

// ---- acknowledgement

TEST_F(WriterRules, AcknowledgesOnlyWhatIsOnDisk) {
    start();
    connect();
    add(qos1(1, "a"));
    add(qos1(2, "b"));
    add({"t/a", "qos 0"});
    EXPECT_TRUE(events->acks.empty());
    EXPECT_TRUE(rows().empty());
    writer->batch_end();
    EXPECT_EQ(rows().size(), 3u);
    EXPECT_EQ(events->acks, (std::vector<int>{1, 2})) << "in the order of the PUBLISHes";
    EXPECT_EQ(stats->received.value(), 3u);
    EXPECT_EQ(stats->journaled.value(), 3u);
    EXPECT_EQ(stats->acknowledged.value(), 2u);
    EXPECT_EQ(stats->commits.value(), 1u) << "one commit for the batch";
}

TEST_F(WriterRules, ADisconnectTakesBackWhatWasToBeAcknowledged) {
    start();
    connect();
    add(qos1(1, "a"));
    writer->disconnected();
    connect();
    add_and_commit(qos1(2, "b"));
    EXPECT_EQ(events->acks, (std::vector<int>{2}));
    EXPECT_EQ(rows().size(), 2u) << "what was read is kept";
}

TEST_F(WriterRules, SyncIntervalGathers) {
    options.journal.sync_interval = seconds(1);
    options.journal.urgent = {"alarm/#"};
    start();
    connect();
    add_and_commit(qos1(1, "a"));
    EXPECT_TRUE(events->acks.empty());
    ASSERT_TRUE(writer->deadline());
    pass(milliseconds(900));
    EXPECT_TRUE(events->acks.empty());
    pass(milliseconds(100));
    EXPECT_EQ(events->acks, (std::vector<int>{1}));
    EXPECT_FALSE(writer->deadline());

    add_and_commit(qos1(2, "b"));
    add_and_commit({"alarm/smoke", "on", 3, 1, false, false});
    EXPECT_EQ(events->acks, (std::vector<int>{1, 2, 3})) << "an urgent one takes all with it";

    writer->connected(true, 6);
    for (std::uint16_t id = 4; id <= 6; ++id) add_and_commit(qos1(id, "c"));
    EXPECT_EQ(events->acks.size(), 6u) << "the broker would wait for us";
}

TEST_F(WriterRules, AQuickDiskDoesNotSyncForEveryHandful) {
    options.journal.commit_gap = milliseconds(2);
    start();
    connect(true);
    clock.advance(seconds(1));
    add_and_commit(qos1(1, "a"));
    EXPECT_EQ(events->acks.size(), 1u) << "after a pause: at once";
    writer->add(qos1(2, "b"));
    writer->batch_end();
    EXPECT_EQ(events->acks.size(), 1u);
    ASSERT_TRUE(writer->deadline());
    EXPECT_EQ(*writer->deadline() - clock.mono(), milliseconds(2));
    pass(milliseconds(2));
    EXPECT_EQ(events->acks.size(), 2u);
    writer->add(qos1(3, "c"));
    bool answered = false;
    writer->submit("t", "x", [&](result<readings::Row>) { answered = true; });
    writer->batch_end();
    EXPECT_TRUE(answered) << "somebody waits for it";
}

// ---- time

TEST_F(WriterRules, TimesAreUniqueOverARestart) {
    start();
    connect();
    writer->add(qos1(1, "a"));
    writer->add(qos1(2, "b")); // in the same instant
    writer->batch_end();
    crash_and_start();
    connect();
    writer->add(qos1(3, "c"));
    writer->batch_end();
    auto all = rows();
    ASSERT_EQ(all.size(), 3u);
    EXPECT_LT(all[0].time_ns, all[1].time_ns);
    EXPECT_LT(all[1].time_ns, all[2].time_ns);
    for (const auto& r : all) EXPECT_EQ(r.time_ns % 1000, static_cast<int>(r.row % 1000));
}

TEST_F(WriterRules, RowsGoOnAfterTheJournalWasDrained) {
    start();
    connect();
    for (std::uint16_t id = 1; id <= 3; ++id) add_and_commit(qos1(id, "a"));
    EXPECT_FALSE(writer->cut(3));
    EXPECT_TRUE(rows().empty());
    crash_and_start();
    connect();
    add_and_commit(qos1(4, "b"));
    EXPECT_EQ(rows().at(0).row, 4u);
}

// ---- others

TEST_F(WriterRules, SubmitAnswersAfterTheCommit) {
    start();
    readings::Row row = 0;
    writer->submit("t/a", "21.5", [&](result<readings::Row> r) { row = r.value(); });
    EXPECT_EQ(row, 0u);
    writer->batch_end();
    EXPECT_EQ(row, 1u);
    EXPECT_EQ(rows().at(0).payload, "21.5");
}

TEST_F(WriterRules, RemembersSubscriptions) {
    start();
    writer->remember("abc");
    crash_and_start();
    EXPECT_EQ(writer->remembered(), "abc");
}

TEST_F(WriterRules, AStopInOrderLeavesNothingToReplay) {
    start();
    connect(false);
    add(qos1(9, "x"));
    writer->stop_taking();
    writer->stop();
    crash_and_start();
    connect(true);
    add_and_commit(qos1(9, "x", true));
    EXPECT_TRUE(rows().at(1).redelivered);
}

TEST_F(WriterRules, LargeBatchesAreSplit) {
    start();
    connect(false);
    std::string large(400'000, 'x');
    for (std::uint16_t id = 1; id <= 10; ++id) add(qos1(id, large));
    writer->batch_end();
    EXPECT_EQ(rows().size(), 10u);
    auto reader = JournalReader::open(options.path);
    Segment s;
    ASSERT_TRUE(*reader->read(1, s));
    EXPECT_LT(s.data.size(), Segment::split_bytes + 500'000);
    EXPECT_EQ(events->acks.size(), 10u);
}

} // namespace
} // namespace caredian::ingest
