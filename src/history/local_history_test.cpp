#include "base/log.h"
#include "history/test_support.h"
#include "store/sqlite.h"

#include <span>

namespace caredian::history {
namespace {

TEST_F(HistoryTest, AnswersAtOnceAndAfterARestart) {
    take(reading(1, "kitchen", kStart, {{"t", 21.5}, {"on", true}}));
    take(reading(2, "kitchen", kStart + 5, {{"t", 22.5}, {"note", std::string("hi")}}));
    take(reading(3, "bath", kStart + 6, {{"n", std::int64_t{7}}}));
    Lines expected = {"kitchen t 0 21.500000", "kitchen on 0 true", "kitchen t 5 22.500000",
                      "kitchen note 5 \"hi\""};
    EXPECT_EQ(drain(*history, of_device("kitchen")), expected);
    EXPECT_EQ(history->cursor(), 0U);
    history->save();
    EXPECT_EQ(history->cursor(), 3U);
    open();
    EXPECT_EQ(history->cursor(), 3U);
    EXPECT_EQ(drain(*history, of_device("kitchen")), expected);
    EXPECT_EQ(drain(*history, of_device("bath")), Lines{"bath n 6 7i"});
    Query all;
    all.measurement = "zigbee";
    EXPECT_EQ(drain(*history, all).size(), 5U);
    EXPECT_EQ(history->stats().points, 3U);
    EXPECT_EQ(history->stats().values, 5U);
}

TEST_F(HistoryTest, ACrashLosesNothingThatIsGivenAgainAndDoublesNothing) {
    std::vector<Reading> journal;
    for (readings::Row row = 1; row <= 1'000; ++row)
        journal.push_back(reading(row, "d" + std::to_string(row % 3),
                                  kStart + static_cast<std::int64_t>(row) * kSecond,
                                  {{"row", static_cast<std::int64_t>(row)}}));
    history->take({journal.data(), 500}, 500);
    history->save();
    history->take({journal.data() + 500, 300}, 800); // full blocks among them; never saved
    open();                                          // the crash
    ASSERT_EQ(history->cursor(), 500U);
    auto replayed = std::span(journal).subspan(500);
    history->take(replayed, 1'000);
    history->take(std::span(journal).subspan(400), 1'000); // rows that are stored are passed over
    Query all;
    all.measurement = "zigbee";
    EXPECT_EQ(drain(*history, all).size(), 1'000U);
    EXPECT_EQ(history->stats().points, 1'000U);
    history->save();
    open();
    EXPECT_EQ(drain(*history, all).size(), 1'000U);
    EXPECT_EQ(history->stats().points, 1'000U);
    EXPECT_LE(history->stats().blocks, 9U) << "blocks go on where they were after a restart";
}

TEST_F(HistoryTest, HostileNamesComeBack) {
    const std::string names[] = {"a b,c=d\"\\",
                                 "\n\r\t",
                                 std::string("nul\0inside", 10),
                                 "온도 센서",
                                 std::string(10'000, 'n'),
                                 "'; DROP TABLE block;--"};
    readings::Row row = 1;
    for (const auto& name : names) take(reading(row++, name, kStart, {{name, 1.0}}, name));
    history->save();
    open();
    for (const auto& name : names) {
        Query q;
        q.measurement = q.device = q.field = name;
        EXPECT_EQ(drain(*history, q).size(), 1U) << name.substr(0, 20);
    }
    EXPECT_EQ(history->stats().series, std::size(names));
}

TEST_F(HistoryTest, AFloodOfSeriesIsBoundedAndSaysSo) {
    options.max_series = 50;
    open();
    std::string logged;
    log::set_capture([&](std::string_view line) { logged += line; });
    for (readings::Row row = 1; row <= 200; ++row)
        take(reading(row, "flood" + std::to_string(row), kStart, {{"v", 1.0}}));
    log::set_capture({});
    EXPECT_EQ(history->stats().series, 50U);
    EXPECT_EQ(history->stats().dropped_series, 150U);
    EXPECT_EQ(logged.find("too many series"), logged.rfind("too many series"));
    EXPECT_NE(logged.find("flood51"), std::string::npos);
    take(reading(201, "flood7", kStart + 1, {{"v", 2.0}}));
    EXPECT_EQ(drain(*history, of_device("flood7")).size(), 2U);
}

TEST_F(HistoryTest, LittleMemoryMeansEarlierSavesNotLoss) {
    options.open_bytes = 64 * 1024;
    options.waiting_bytes = 16 * 1024;
    open();
    readings::Row row = 1;
    for (int i = 0; i < 300; ++i)
        for (int d = 0; d < 100; ++d) {
            // The first fifty are quiet most of the time.
            if (d < 50 && i % 20 != 0) continue;
            take(reading(row++, "d" + std::to_string(d), kStart + i * kSecond, {{"v", 0.5 * i}}));
        }
    EXPECT_GT(history->cursor(), 0U);
    EXPECT_LT(history->stats().memory, 128U * 1024);
    EXPECT_EQ(drain(*history, of_device("d99")).size(), 300U);
    EXPECT_EQ(drain(*history, of_device("d1")).size(), 15U);
    history->save();
    open();
    EXPECT_EQ(drain(*history, of_device("d99")).size(), 300U);
    EXPECT_EQ(drain(*history, of_device("d1")).size(), 15U);
    EXPECT_EQ(history->stats().points, row - 1);
}

TEST_F(HistoryTest, SavesByTheClock) {
    take(reading(1, "d", kStart, {{"v", 1.0}}));
    clock.advance(std::chrono::seconds(599));
    history->tick();
    EXPECT_EQ(history->cursor(), 0U);
    clock.advance(std::chrono::seconds(1));
    history->tick();
    EXPECT_EQ(history->cursor(), 1U);
    history->take({}, 9); // rows without readings move the cursor too
    history->save();
    EXPECT_EQ(history->cursor(), 9U);
}

TEST_F(HistoryTest, OldBlocksGoByMeasurement) {
    options.retention.raw.keep = nanoseconds(30 * kDay);
    options.retention.raw.by_measurement["noise"] = nanoseconds(kDay);
    open();
    std::int64_t now = to_ns(clock.wall());
    readings::Row row = 1;
    for (int day = 60; day >= 0; --day)
        for (int i = 0; i < 128; ++i) {
            std::int64_t time = now - day * kDay + 3600 * kSecond + i;
            take(reading(row++, "d", time, {{"v", 1.0}}));
            take(reading(row++, "d", time, {{"v", 1.0}}, "noise"));
        }
    history->save();
    auto before = history->stats();
    EXPECT_EQ(before.blocks, 122U);
    maintain();
    Query q;
    q.measurement = "noise";
    EXPECT_EQ(drain(*history, q).size(), 2U * 128);
    q.measurement = "zigbee";
    EXPECT_EQ(drain(*history, q).size(), 31U * 128);
    auto after = history->stats();
    EXPECT_EQ(after.blocks, 33U);
    EXPECT_EQ(after.points, 33U * 128);
    EXPECT_LT(after.bytes, before.bytes);
    open();
    EXPECT_EQ(history->stats().points, 33U * 128);
}

TEST_F(HistoryTest, AQuietSeriesThatIsTooOldGoesWithItsOpenBlock) {
    options.retention.raw.keep = nanoseconds(kDay);
    open();
    take(reading(1, "gone", kStart, {{"v", 1.0}}));
    history->save();
    clock.advance(std::chrono::hours(48));
    maintain();
    EXPECT_EQ(drain(*history, of_device("gone")), Lines{});
    take(reading(2, "gone", to_ns(clock.wall()), {{"v", 2.0}}));
    EXPECT_EQ(drain(*history, of_device("gone")).size(), 1U);
    EXPECT_EQ(history->stats().points, 1U);
}

TEST_F(HistoryTest, ADamagedBlockIsLeftOutAndCounted) {
    for (readings::Row row = 1; row <= 300; ++row)
        take(reading(row, "d", kStart + static_cast<std::int64_t>(row), {{"v", 1.0}}));
    history->save();
    history.reset();
    {
        auto db = store::Sqlite::open(folder.path + "/history.db");
        ASSERT_TRUE(db);
        ASSERT_TRUE(db->execute("UPDATE block SET data=zeroblob(40) WHERE id&0xffffffff IN (0,2)"));
    }
    open();
    EXPECT_EQ(drain(*history, of_device("d")).size(), 128U);
    take(reading(301, "d", kStart + 301, {{"v", 1.0}})); // the newest can't be grown on
    EXPECT_EQ(drain(*history, of_device("d")).size(), 129U);
    EXPECT_GE(history->stats().corrupt_blocks, 2U);
}

TEST_F(HistoryTest, AFullDiskKeepsEverythingAndTriesAgain) {
    take(reading(1, "d", kStart, {{"v", 1.0}}));
    history->save();
    auto other = store::Sqlite::open(folder.path + "/history.db");
    ASSERT_TRUE(other);
    // Stands for any refusal of the disk: a trigger that fails.
    ASSERT_TRUE(other->execute("CREATE TRIGGER no BEFORE INSERT ON block BEGIN "
                               "SELECT RAISE(ABORT, 'no room'); END"));
    take(reading(2, "d", kStart + 1, {{"v", 2.0}}));
    history->save();
    EXPECT_EQ(history->cursor(), 1U);
    EXPECT_EQ(history->stats().failed_saves, 1U);
    EXPECT_EQ(drain(*history, of_device("d")).size(), 2U);
    ASSERT_TRUE(other->execute("DROP TRIGGER no"));
    history->tick();
    EXPECT_EQ(history->cursor(), 1U) << "not before a second has passed";
    clock.advance(std::chrono::seconds(1));
    history->tick();
    EXPECT_EQ(history->cursor(), 2U);
    EXPECT_EQ(history->stats().points, 2U);
}

TEST_F(HistoryTest, AFileOfANewerVersionIsRefused) {
    history.reset();
    {
        auto db = store::Sqlite::open(folder.path + "/history.db");
        ASSERT_TRUE(db);
        ASSERT_TRUE(db->execute("UPDATE meta SET value=3 WHERE name='format'"));
    }
    auto opened = LocalHistory::open(options, clock);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error(), make_error_code(Errc::format));
}

} // namespace
} // namespace caredian::history
