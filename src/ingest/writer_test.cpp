// The rules of ingest, from a PUBLISH to its acknowledgement, over crashes and full disks.
#include "ingest/test_support.h"
#include "ingest/writer.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <set>

namespace caredian::ingest {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Events final : WriterEvents {
    std::vector<int> acks, completes;
    int blocked = 0, unblocked = 0;
    void on_committed(std::span<const Ack> a, std::span<const std::uint16_t> c) override {
        for (const auto& ack : a) acks.push_back(ack.packet_id);
        completes.insert(completes.end(), c.begin(), c.end());
    }
    void on_blocked() override { ++blocked; }
    void on_unblocked() override { ++unblocked; }
};

struct Row {
    readings::Row row, first_row;
    std::int64_t time_ns;
    bool initial, redelivered;
    std::string topic, payload;
};

struct WriterRules : testing::Test {
    TempDir dir;
    ManualClock clock;
    SeededRandom random{1};
    WriterOptions options;
    // one life of the program
    std::unique_ptr<IngestStats> stats;
    std::unique_ptr<HealthRegister> health;
    std::unique_ptr<Handoff> handoff;
    std::unique_ptr<Events> events;
    std::unique_ptr<Writer> writer;

    WriterRules() {
        options.path = dir.path() + "/journal.db";
        options.journal.commit_gap = nanoseconds(0);
    }

    void start() {
        stats = std::make_unique<IngestStats>();
        health = std::make_unique<HealthRegister>(clock);
        handoff = std::make_unique<Handoff>(1 << 20);
        events = std::make_unique<Events>();
        writer =
            std::make_unique<Writer>(options, clock, random, *handoff, *stats, *health, *events);
        writer->poll();
    }
    // kill -9: nothing is saved in order
    void crash_and_start() {
        writer.reset();
        start();
    }
    void connect(bool session_present = true) { writer->connected(session_present); }

    Incoming qos1(std::uint16_t id, std::string_view payload, bool dup = false) {
        return {"t/a", payload, id, 1, false, dup};
    }
    void add(const Incoming& in) {
        clock.advance(milliseconds(1));
        writer->add(in);
    }
    void add_and_commit(const Incoming& in) {
        add(in);
        writer->batch_end();
    }
    std::vector<Row> rows() {
        std::vector<Row> out;
        auto reader = JournalReader::open(options.path);
        EXPECT_TRUE(reader);
        Segment s;
        for (readings::Row from = 0; *reader->read(from, s); from = s.last_row() + 1) {
            SegmentReader entries(s);
            Entry e;
            while (entries.next(e)) {
                const auto& m = e.message;
                out.push_back({m.row, m.first_row, to_ns(m.time), m.initial, m.redelivered,
                               std::string(m.topic), std::string(m.payload)});
            }
        }
        return out;
    }
    std::uint64_t ignored(Ignored reason) { return stats->ignored_by(reason).value(); }
    Health journal_health() { return health->snapshot().at(0); }
    void pass(nanoseconds t) {
        clock.advance(t);
        writer->poll();
    }
};

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

// ---- bounds and errors

TEST_F(WriterRules, AFullDiskStopsAcknowledgingAndRecovers) {
    options.journal.max_pages = 30;
    start();
    connect(false);
    EXPECT_EQ(journal_health().state, HealthState::up);
    std::string large(4000, 'x');
    std::uint16_t id = 1;
    while (!writer->blocked()) add_and_commit(qos1(id++, large));
    EXPECT_EQ(events->blocked, 1);
    EXPECT_EQ(events->acks.size(), static_cast<std::size_t>(id - 2)) << "all but the last";
    EXPECT_EQ(journal_health().state, HealthState::down);
    EXPECT_NE(journal_health().reason.find("full"), std::string::npos);
    add_and_commit(qos1(id++, "small")); // read before the pause took hold
    for (int i = 0; i < 5; ++i) pass(seconds(15));
    EXPECT_TRUE(writer->blocked());
    EXPECT_FALSE(writer->cut(4)); // the sinks have taken something
    EXPECT_FALSE(writer->blocked());
    EXPECT_EQ(events->unblocked, 1 + 1) << "once at start, once now";
    EXPECT_EQ(events->acks.size(), static_cast<std::size_t>(id - 1));
    EXPECT_EQ(journal_health().state, HealthState::up);
    EXPECT_EQ(rows().back().payload, "small");
}

TEST_F(WriterRules, MaxBytesRefusesUntilThereIsRoom) {
    options.journal.max_bytes = 10'000;
    start();
    connect(false);
    std::string payload(1000, 'x');
    std::uint16_t id = 1;
    while (!writer->blocked()) add_and_commit(qos1(id++, payload));
    EXPECT_TRUE(handoff->take_save_request());
    EXPECT_LE(stats->journal_bytes.value(), 10'000);
    EXPECT_EQ(stats->journal_state.value(), static_cast<int>(JournalState::full));
    std::size_t acked = events->acks.size();
    bool refused = false;
    writer->submit("t", "x", [&](result<readings::Row> r) { refused = !r; });
    EXPECT_TRUE(refused);
    writer->cut(2);
    EXPECT_FALSE(writer->blocked());
    EXPECT_EQ(events->acks.size(), acked + 1);
}

TEST_F(WriterRules, DropOldestGoesOn) {
    options.journal.max_bytes = 10'000;
    options.journal.when_full = WhenFull::drop_oldest;
    start();
    connect(false);
    std::string payload(1000, 'x');
    for (std::uint16_t id = 1; id <= 50; ++id) add_and_commit(qos1(id, payload));
    EXPECT_FALSE(writer->blocked());
    EXPECT_EQ(events->acks.size(), 50u);
    EXPECT_LE(stats->journal_bytes.value(), 10'000);
    EXPECT_GT(stats->dropped_rows.value(), 30u);
    EXPECT_EQ(rows().back().row, 50u);
    EXPECT_EQ(rows().size() + stats->dropped_rows.value(), 50u);
}

TEST_F(WriterRules, RowsOlderThanMaxAgeCountAsFullAfterAGrace) {
    options.journal.max_age = std::chrono::hours(1);
    start();
    connect(false);
    add_and_commit(qos1(1, "a"));
    (void)handoff->take_save_request();
    clock.advance(std::chrono::hours(2)); // or the clock was set
    add_and_commit(qos1(2, "b"));
    EXPECT_TRUE(handoff->take_save_request()) << "perhaps the sinks only did not save";
    EXPECT_FALSE(writer->blocked());
    clock.advance(seconds(6));
    add_and_commit(qos1(3, "c"));
    EXPECT_TRUE(writer->blocked());
    EXPECT_EQ(events->acks.size(), 2u);
    writer->cut(1);
    EXPECT_FALSE(writer->blocked());
    EXPECT_EQ(events->acks.size(), 3u);
}

TEST_F(WriterRules, DropOldestByAge) {
    options.journal.max_age = std::chrono::hours(1);
    options.journal.when_full = WhenFull::drop_oldest;
    start();
    connect(false);
    add_and_commit(qos1(1, "a"));
    clock.advance(std::chrono::hours(2));
    add_and_commit(qos1(2, "b"));
    clock.advance(seconds(6));
    add_and_commit(qos1(3, "c"));
    EXPECT_FALSE(writer->blocked());
    EXPECT_EQ(rows().front().row, 2u) << "only what is too old";
    EXPECT_EQ(stats->dropped_rows.value(), 1u);
}

TEST_F(WriterRules, AFolderThatCannotBeWrittenIsTriedAgain) {
    options.path = dir.path() + "/later/journal.db";
    start();
    EXPECT_FALSE(writer->ready());
    EXPECT_TRUE(writer->blocked());
    EXPECT_EQ(journal_health().state, HealthState::down);
    EXPECT_FALSE(journal_health().reason.empty());
    std::filesystem::create_directory(dir.path() + "/later");
    pass(seconds(1));
    EXPECT_TRUE(writer->ready());
    EXPECT_EQ(journal_health().state, HealthState::up);
    connect(false);
    add_and_commit(qos1(1, "a"));
    EXPECT_EQ(events->acks.size(), 1u);
}

TEST_F(WriterRules, ADamagedFileIsPutAside) {
    std::ofstream(options.path) << std::string(8192, 'j');
    options.at_least = 41;
    start();
    EXPECT_FALSE(writer->ready());
    pass(milliseconds(1));
    ASSERT_TRUE(writer->ready());
    connect(false);
    add_and_commit(qos1(1, "a"));
    EXPECT_EQ(rows().at(0).row, 42u) << "above what consumers have";
    int aside = 0;
    for (const auto& f : std::filesystem::directory_iterator(dir.path()))
        aside += f.path().string().find(".damaged-") != std::string::npos;
    EXPECT_EQ(aside, 1);
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
