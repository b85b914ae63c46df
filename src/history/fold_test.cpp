// Compaction: blocks that overlap become blocks that don't, and nothing else changes.
#include "base/random.h"
#include "history/levels.h"
#include "history/test_support.h"
#include "store/sqlite.h"

#include <algorithm>
#include <map>

namespace caredian::history {
namespace {

class FoldTest : public HistoryTest {
protected:
    std::int64_t ask(const std::string& sql) {
        auto db = store::Sqlite::open(folder.path + "/history.db").value();
        auto statement = db.prepare(sql).value();
        return statement.step().value() ? statement.integer(0) : -1;
    }
    // Pairs of blocks of one series that share time.
    std::int64_t overlaps() {
        return ask("SELECT count(*) FROM block a JOIN block b ON a.series=b.series AND a.id<b.id "
                   "AND a.from_ns<=b.to_ns AND b.from_ns<=a.to_ns");
    }
    std::int64_t longest() { return ask("SELECT max(to_ns-from_ns) FROM block"); }
    Lines all(const std::string& device) {
        auto lines = drain_exactly(*history, of_device(device));
        std::sort(lines.begin(), lines.end());
        return lines;
    }
    void steady(std::int64_t from, int count, std::int64_t step, const std::string& device = "d") {
        for (int i = 0; i < count; ++i)
            take(reading(row++, device, from + i * step, {{"v", 0.5 * i}, {"on", i % 2 == 0}}));
    }
    readings::Row row = 1;
};

TEST_F(FoldTest, ABacklogMovesToItsTime) {
    steady(kStart, 2'000, 60 * kSecond);
    // What a device kept while it was away, between what it sends now.
    for (int i = 0; i < 300; ++i)
        take(reading(row++, "d", kStart + i * 370 * kSecond + 7, {{"v", 9.0}, {"late", true}}));
    steady(kStart + 3 * kDay, 600, 60 * kSecond);
    history->save();
    auto before = all("d");
    auto points = history->stats().points;
    ASSERT_GT(overlaps(), 10);
    clock.advance(std::chrono::hours(24 * 5));
    maintain();
    EXPECT_LE(overlaps(), 1) << "but for the blocks that still grow";
    EXPECT_EQ(all("d"), before);
    EXPECT_EQ(history->stats().points, points);
    EXPECT_EQ(ask("SELECT count(*) FROM block"),
              static_cast<std::int64_t>(history->stats().blocks));
    EXPECT_EQ(ask("SELECT sum(length(data)) FROM block"),
              static_cast<std::int64_t>(history->stats().bytes));
    open();
    EXPECT_EQ(all("d"), before);
    EXPECT_EQ(history->stats().points, points);
}

TEST_F(FoldTest, TheLaterValueStillCounts) {
    steady(kStart, 500, 60 * kSecond);
    for (int i = 0; i < 300; ++i) // the same times again, with other values
        take(reading(row++, "d", kStart + i * 60 * kSecond, {{"v", 1'000.0 + i}}));
    steady(kStart + kDay, 300, 60 * kSecond);
    history->save();
    auto before = all("d");
    clock.advance(std::chrono::hours(24 * 3));
    maintain();
    EXPECT_EQ(all("d"), before);
    EXPECT_EQ(history->stats().points, 800U) << "one of two at the same time is gone";
    // What comes after compaction ranks above what it wrote.
    take(reading(row++, "d", kStart, {{"v", -1.0}}));
    Query q = of_device("d", "v");
    q.to = kStart + 1;
    EXPECT_EQ(drain(*history, q), Lines{"d v 0 -1.000000"});
    history->save();
    maintain();
    open();
    EXPECT_EQ(drain(*history, q), Lines{"d v 0 -1.000000"});
}

TEST_F(FoldTest, ABlockThatSpannedMonthsNoLongerDoes) {
    steady(kStart, 20'000, 300 * kSecond);
    for (int i = 0; i < 4; ++i) // a clock that was reset, now and then
        take(reading(row++, "d", kStart - 300 * kDay + i * kDay, {{"v", 1.0}}));
    steady(kStart + 70 * kDay, 500, 300 * kSecond);
    history->save();
    ASSERT_GT(longest(), 300 * kDay);
    auto before = all("d");
    clock.advance(std::chrono::hours(24 * 90));
    maintain();
    EXPECT_LT(longest(), 5 * kDay);
    EXPECT_EQ(all("d"), before);
}

TEST_F(FoldTest, ASeriesThatIsReadIsLeftAlone) {
    steady(kStart, 1'000, 60 * kSecond);
    for (int i = 0; i < 300; ++i)
        take(reading(row++, "d", kStart + i * 170 * kSecond + 7, {{"v", 9.0}}));
    steady(kStart + 3 * kDay, 300, 60 * kSecond);
    history->save();
    clock.advance(std::chrono::hours(24 * 5));
    auto expected = drain(*history, of_device("d")).size();
    auto cursor = history->query(of_device("d")).value();
    Batch batch;
    ASSERT_TRUE(*cursor->next(batch));
    std::size_t got = batch.points.size();
    maintain();
    EXPECT_GT(overlaps(), 10);
    while (*cursor->next(batch)) got += batch.points.size();
    EXPECT_EQ(got, expected);
    clock.advance(std::chrono::hours(1));
    maintain();
    EXPECT_LE(overlaps(), 1);
}

// Readings in random order of time against a map, with maintenance in between.
TEST_F(FoldTest, RandomTimesMatchANaiveModel) {
    SeededRandom random(17);
    std::map<std::string, std::map<std::pair<std::int64_t, std::string>, double>> model;
    for (int i = 0; i < 12'000; ++i) {
        std::string device = "d" + std::to_string(random.next_u64() % 4);
        std::int64_t time = kStart + i * 600 * kSecond;
        auto dice = random.next_u64();
        if (device == "d1" && dice % 10 == 0)
            time -= static_cast<std::int64_t>(dice % 900'000) * kSecond;
        if (device == "d2") time = kStart + static_cast<std::int64_t>(dice % 8'000'000) * kSecond;
        if (device == "d3") time = kStart + static_cast<std::int64_t>(dice % 300) * 600 * kSecond;
        std::string field = dice % 2 == 0 ? "x" : "y";
        model[device][{time, field}] = i;
        take(reading(row++, device, time, {{field, 1.0 * i}}));
        clock.set_wall(from_ns(kStart + i * 600 * kSecond));
        if (i % 1'500 == 1'499) history->save();
        if (i % 3'000 == 2'999) {
            clock.advance(std::chrono::hours(2));
            maintain();
        }
        if (i % 7'000 == 6'999) {
            history->save();
            open();
        }
    }
    history->save();
    clock.advance(std::chrono::hours(2));
    maintain();
    for (const auto& [device, points] : model) {
        std::map<std::pair<std::int64_t, std::string>, double> got;
        auto cursor = history->query(of_device(device)).value();
        Batch batch;
        std::int64_t before = INT64_MIN;
        while (*cursor->next(batch))
            for (const auto& p : batch.points) {
                ASSERT_GE(p.time, before);
                before = p.time;
                ASSERT_TRUE(
                    got.try_emplace({p.time, batch.fields[p.field]}, p.value.number).second);
            }
        ASSERT_EQ(got, points) << device;
    }
    EXPECT_EQ(ask("SELECT count(*) FROM block"),
              static_cast<std::int64_t>(history->stats().blocks));
}

TEST_F(FoldTest, AFailureIsTriedAgainLater) {
    steady(kStart, 1'000, 300 * kSecond);
    history->save();
    clock.advance(std::chrono::hours(24 * 9));
    auto other = store::Sqlite::open(folder.path + "/history.db").value();
    ASSERT_TRUE(other.execute("CREATE TRIGGER no BEFORE INSERT ON rollup BEGIN "
                              "SELECT RAISE(ABORT, 'no room'); END"));
    maintain();
    EXPECT_EQ(history->stats().rollup_bytes, 0U);
    ASSERT_TRUE(other.execute("DROP TRIGGER no"));
    maintain();
    EXPECT_EQ(history->stats().rollup_bytes, 0U) << "not before ten seconds have passed";
    clock.advance(std::chrono::seconds(10));
    maintain();
    EXPECT_GT(history->stats().rollup_bytes, 0U);
}

} // namespace
} // namespace caredian::history
