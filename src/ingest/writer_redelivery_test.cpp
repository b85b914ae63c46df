// Which message is new, and which is the same again: over crashes, sessions and cuts.
#include "ingest/writer_fixture.h"

#include <set>

namespace caredian::ingest {
namespace {

// ---- redelivery

TEST_F(WriterRules, FiveHundredInFlightKilledAfterThreeHundredCountFiveHundred) {
    start();
    connect(false);
    std::vector<std::string> payloads;
    for (int i = 0; i < 500; ++i) payloads.push_back("n=" + std::to_string(i));
    for (std::uint16_t i = 0; i < 300; ++i) add(qos1(i + 1, payloads[i]));
    writer->batch_end(); // 300 are sealed; their acknowledgements are lost with the process
    for (std::uint16_t i = 300; i < 500; ++i) add(qos1(i + 1, payloads[i]));
    crash_and_start();
    connect(true);
    for (std::uint16_t i = 0; i < 500; ++i) add(qos1(i + 1, payloads[i], true));
    writer->batch_end();
    auto all = rows();
    EXPECT_EQ(all.size(), 800u);
    std::set<std::int64_t> points;
    for (const auto& r : all) points.insert(r.time_ns);
    EXPECT_EQ(points.size(), 500u);
    EXPECT_EQ(stats->redelivered.value(), 300u);
    EXPECT_EQ(events->acks.size(), 500u);
}

TEST_F(WriterRules, AMarkedRowKeepsAllNineDigits) {
    start();
    connect(false);
    clock.set_wall(from_ns(1'767'999'300'123'456'789));
    writer->add(qos1(9, "x"));
    writer->batch_end();
    crash_and_start();
    connect(true);
    add_and_commit(qos1(9, "x", true));
    auto all = rows();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].time_ns, 1'767'999'300'123'456'001);
    EXPECT_EQ(all[1].time_ns, all[0].time_ns);
    EXPECT_TRUE(all[1].redelivered);
    EXPECT_EQ(all[1].first_row, all[0].row);
    EXPECT_EQ(all[1].row, 2u);
}

TEST_F(WriterRules, AMessageRedeliveredTwiceStaysOnePoint) {
    start();
    connect(false);
    add_and_commit(qos1(9, "x"));
    for (int life = 0; life < 3; ++life) {
        crash_and_start();
        connect(true);
        add_and_commit(qos1(9, "x", true));
    }
    std::set<std::int64_t> points;
    for (const auto& r : rows()) {
        points.insert(r.time_ns);
        EXPECT_EQ(r.first_row, 1u);
    }
    EXPECT_EQ(points.size(), 1u);
}

TEST_F(WriterRules, AnEqualPayloadSentAsNewUnderAUsedIdIsKept) {
    start();
    connect(false);
    add_and_commit(qos1(9, "x"));
    add_and_commit(qos1(9, "x")); // DUP = 0
    auto all = rows();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_FALSE(all[1].redelivered);
    EXPECT_NE(all[0].time_ns, all[1].time_ns);
}

TEST_F(WriterRules, DupWithOtherContentIsANewMessage) {
    start();
    connect(false);
    add_and_commit(qos1(9, "x"));
    crash_and_start();
    connect(true);
    add_and_commit(qos1(9, "y", true));
    add_and_commit({"t/b", "y", 9, 1, false, true}); // another topic
    add_and_commit(qos1(10, "x", true));             // an id without an entry
    for (const auto& r : rows()) EXPECT_FALSE(r.redelivered);
}

TEST_F(WriterRules, SessionPresentZeroClearsAllForGood) {
    start();
    connect(false);
    add_and_commit(qos1(9, "x"));
    connect(false);
    add_and_commit(qos1(9, "x", true));
    EXPECT_FALSE(rows().at(1).redelivered);
    // and the rows of the old session do not bring its entries back
    connect(false);
    crash_and_start();
    connect(true);
    add_and_commit(qos1(9, "x", true));
    EXPECT_FALSE(rows().at(2).redelivered);
}

TEST_F(WriterRules, TheTableSurvivesTheCutOfItsRows) {
    start();
    connect(false);
    add_and_commit(qos1(9, "x"));
    auto first = rows().at(0);
    EXPECT_FALSE(writer->cut(1));
    crash_and_start();
    connect(true);
    add_and_commit(qos1(9, "x", true));
    auto again = rows().at(0);
    EXPECT_TRUE(again.redelivered);
    EXPECT_EQ(again.time_ns, first.time_ns);
    EXPECT_EQ(again.first_row, first.row);
}

// Rows are cut while a batch waits: what is saved with the cut must not know the batch's messages.
TEST_F(WriterRules, ACutDoesNotRememberWhatIsNotOnDisk) {
    options.journal.sync_interval = seconds(1);
    start();
    connect(false);
    add_and_commit(qos1(9, "x"));
    add_and_commit({"t/r", "1", 10, 1, true, false});
    pass(seconds(1));
    ASSERT_EQ(events->acks.size(), 2u);
    add_and_commit(qos1(9, "y")); // both wait
    add_and_commit({"t/r", "2", 11, 1, true, false});
    EXPECT_FALSE(writer->cut(2));
    crash_and_start();
    connect(true);
    add(qos1(9, "y", true));
    add({"t/r", "2", 11, 1, true, true});
    writer->stop_taking();
    auto all = rows();
    ASSERT_EQ(all.size(), 2u) << "acknowledged and not kept";
    EXPECT_EQ(all[0].payload, "y");
    EXPECT_FALSE(all[0].redelivered);
    EXPECT_EQ(all[1].payload, "2");
}

TEST_F(WriterRules, ACutRemembersTheFirstStoringOfWhatWaitsAgain) {
    options.journal.sync_interval = seconds(1);
    start();
    connect(false);
    add_and_commit(qos1(9, "x"));
    pass(seconds(1));
    auto first = rows().at(0);
    crash_and_start();
    connect(true);
    add_and_commit(qos1(9, "x", true)); // waits
    EXPECT_FALSE(writer->cut(1));
    crash_and_start();
    connect(true);
    add(qos1(9, "x", true));
    writer->stop_taking();
    auto again = rows().at(0);
    EXPECT_TRUE(again.redelivered);
    EXPECT_EQ(again.time_ns, first.time_ns);
}

TEST_F(WriterRules, SettledEntriesAreForgottenAlsoOverARestart) {
    start();
    connect(false);
    add_and_commit(qos1(9, "x"));
    add_and_commit(qos1(10, "x"));
    writer->ping_request();
    writer->ping_response();
    add_and_commit(qos1(11, "x")); // carries the mark to disk
    crash_and_start();
    connect(true);
    clock.advance(seconds(121));
    add_and_commit(qos1(9, "x", true));
    add_and_commit(qos1(11, "x", true));
    auto all = rows();
    EXPECT_FALSE(all.at(3).redelivered) << "the broker had read its PUBACK two minutes ago";
    EXPECT_TRUE(all.at(4).redelivered);
}

TEST_F(WriterRules, ARedeliveryOfWhatStillWaitsForTheDiskIsOneMessage) {
    options.journal.max_pages = 30;
    start();
    connect(false);
    std::string large(4000, 'x');
    std::uint16_t id = 1;
    while (!writer->blocked()) add_and_commit(qos1(id++, large));
    std::size_t acked = events->acks.size();
    std::uint64_t received = stats->received.value();
    for (int again = 0; again < 50; ++again) { // the connection flaps while the disk is full
        writer->disconnected();
        connect(true);
        add_and_commit(qos1(static_cast<std::uint16_t>(id - 1), large, true));
    }
    EXPECT_EQ(ignored(Ignored::repeated_pending), 50u);
    EXPECT_FALSE(writer->cut(3));
    EXPECT_FALSE(writer->blocked());
    EXPECT_EQ(rows().size(), received - 3);
    EXPECT_EQ(events->acks.size(), acked + 1) << "acknowledged on the present connection";
}

// ---- QoS 2

TEST_F(WriterRules, Qos2IsStoredOnceBetweenPublishAndPubrel) {
    start();
    connect(false);
    Incoming publish{"t/a", "x", 5, 2, false, false};
    add_and_commit(publish);
    EXPECT_EQ(events->acks, (std::vector<int>{5}));
    publish.dup = true;
    add_and_commit(publish);
    EXPECT_EQ(events->acks, (std::vector<int>{5, 5})) << "PUBREC is sent again";
    crash_and_start();
    connect(true);
    add_and_commit(publish);
    EXPECT_EQ(ignored(Ignored::qos2_repeated), 1u) << "known also after a crash";
    EXPECT_EQ(rows().size(), 1u);
    writer->release(5);
    EXPECT_TRUE(events->completes.empty());
    writer->batch_end();
    EXPECT_EQ(events->completes, (std::vector<int>{5}));
    crash_and_start();
    connect(true);
    add_and_commit({"t/a", "x", 5, 2, false, false});
    EXPECT_EQ(rows().size(), 2u) << "the id is free";
    writer->release(77);
    writer->batch_end();
    EXPECT_EQ(events->completes, (std::vector<int>{77})) << "an unknown id is completed too";
}

TEST_F(WriterRules, Qos2IdsGoWithTheirSession) {
    start();
    connect(false);
    add_and_commit({"t/a", "x", 5, 2, false, false});
    connect(false);
    add_and_commit({"t/a", "x", 5, 2, false, false});
    EXPECT_EQ(rows().size(), 2u);
    crash_and_start();
    connect(true);
    add_and_commit({"t/a", "x", 5, 2, false, true});
    EXPECT_EQ(rows().size(), 2u);
}

// ---- retained, ignored

TEST_F(WriterRules, RetainedIsWrittenWhenItIsNews) {
    start();
    connect(false);
    add_and_commit({"t/a", "1", 1, 1, true, false});
    add_and_commit({"t/a", "1", 2, 1, true, false});
    EXPECT_EQ(ignored(Ignored::retained_unchanged), 1u);
    add_and_commit({"t/a", "2", 3, 1, false, false}); // live
    add_and_commit({"t/a", "2", 4, 1, true, false});
    EXPECT_EQ(ignored(Ignored::retained_unchanged), 2u);
    crash_and_start();
    connect(false);
    add_and_commit({"t/a", "2", 1, 1, true, false});
    EXPECT_EQ(ignored(Ignored::retained_unchanged), 1u) << "known from the rows";
    EXPECT_FALSE(writer->cut(2));
    crash_and_start();
    connect(false);
    add_and_commit({"t/a", "2", 1, 1, true, false});
    EXPECT_EQ(ignored(Ignored::retained_unchanged), 1u) << "known from the saved copy";
    add_and_commit({"t/a", "3", 2, 1, true, false});
    auto all = rows();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_TRUE(all[0].initial);
    EXPECT_EQ(events->acks, (std::vector<int>{1, 2})) << "acknowledged all the same";
}

TEST_F(WriterRules, WhatDescribesIsTakenOnceMoreWhenItWasLost) {
    start();
    connect(false);
    add_and_commit({"t/a", "1", 1, 1, true, false});
    add_and_commit({"homeassistant/x/config", "{}", 2, 1, true, false});
    options.again = [](std::string_view topic) { return topic.ends_with("/config"); };
    crash_and_start();
    connect(true);
    add_and_commit({"t/a", "1", 1, 1, true, false});
    add_and_commit({"homeassistant/x/config", "{}", 2, 1, true, false});
    EXPECT_EQ(ignored(Ignored::retained_unchanged), 1u);
    auto all = rows();
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[2].topic, "homeassistant/x/config");
}

TEST_F(WriterRules, ConfiguredTopicsAreAcknowledgedAndNotKept) {
    options.ignore = {"noise/#"};
    start();
    connect(false);
    add_and_commit({"noise/a/b", "x", 1, 1, false, false});
    EXPECT_TRUE(rows().empty());
    EXPECT_EQ(stats->commits.value(), 1u) << "the session's start, nothing else";
    EXPECT_EQ(events->acks, (std::vector<int>{1}));
    EXPECT_EQ(ignored(Ignored::configured), 1u);
}

} // namespace
} // namespace caredian::ingest
