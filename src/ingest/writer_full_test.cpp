// What a journal that cannot be written does: limits, full disks, damaged files.
#include "ingest/writer_fixture.h"

#include <filesystem>
#include <fstream>

namespace caredian::ingest {
namespace {

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

} // namespace
} // namespace caredian::ingest
