// Rollups against points: whatever came, and in whatever order, both give the same answer.
#include "base/random.h"
#include "history/local_state.h"
#include "history/test_support.h"
#include "store/sqlite.h"

#include <algorithm>
#include <cmath>

namespace caredian::history {
namespace {

constexpr std::int64_t kMinute = 60 * kSecond;

// Two histories that take the same: one is maintained, the other has nothing but points.
class RollupTest : public HistoryTest {
protected:
    void SetUp() override {
        HistoryTest::SetUp();
        open_reference();
    }
    void open_reference() {
        reference.reset();
        LocalHistoryOptions plain = options;
        plain.retention = {};
        plain.path = folder.path + "/reference.db";
        reference = LocalHistory::open(plain, clock).value();
    }
    void both(const Reading& r) {
        history->take({&r, 1}, r.row);
        reference->take({&r, 1}, r.row);
    }
    void save() {
        history->save();
        reference->save();
    }
    void reopen() {
        save();
        open();
        open_reference();
    }
    void expect_same(const Query& q, const std::string& what = {}) {
        auto expected = drain_exactly(*reference, q);
        auto got = drain_exactly(*history, q);
        if (q.fn == Aggregate::none) { // fields of one time come in any order
            std::sort(expected.begin(), expected.end());
            std::sort(got.begin(), got.end());
        }
        ASSERT_EQ(got.size(), expected.size()) << what;
        for (std::size_t i = 0; i < got.size(); ++i) ASSERT_EQ(got[i], expected[i]) << what;
    }
    void expect_same_windows(std::int64_t from, std::int64_t to, const std::string& device,
                             Random& random) {
        for (auto fn : {"mean", "min", "max", "first", "last", "sum", "count"})
            for (std::int64_t every : {std::int64_t{0}, 5 * kMinute, 7 * kMinute, 60 * kMinute,
                                       6 * 60 * kMinute, kDay, 7 * kDay}) {
                if (random.next_u64() % 3 != 0) continue;
                Query q;
                q.device = device;
                q.from = from;
                q.to = to;
                q.fn = *parse_aggregate(fn);
                q.every = nanoseconds(every);
                expect_same(q, std::string(fn) + " every " + std::to_string(every / kMinute) +
                                   " min of " + device);
            }
    }
    std::unique_ptr<LocalHistory> reference;
};

Reading sensor(readings::Row row, const std::string& device, std::int64_t time, Random& random) {
    std::vector<Field> fields;
    auto pick = random.next_u64();
    double value = std::round((random.next_unit() - 0.3) * 4'000) / 100;
    if (pick % 3 != 0) fields.push_back({"temperature", value});
    if (pick % 4 != 0) fields.push_back({"battery", 97.0});
    if (pick % 5 == 0) fields.push_back({"count", static_cast<std::int64_t>(pick % 1'000)});
    if (pick % 7 == 0) fields.push_back({"on", pick % 2 == 0});
    if (pick % 11 == 0) fields.push_back({"state", std::string(pick % 2 == 0 ? "open" : "shut")});
    if (pick % 13 == 0) fields.push_back({"mixed", value});
    if (pick % 17 == 0) fields.push_back({"mixed2", std::string("text")});
    if (pick % 19 == 1) fields.push_back({"mixed2", static_cast<std::int64_t>(pick % 5)});
    if (pick % 23 == 1) fields.push_back({"mixed", pick % 2 == 0});
    for (std::size_t i = 1; i < fields.size(); ++i) // names are unique
        for (std::size_t k = 0; k < i; ++k)
            if (fields[k].name == fields[i].name) fields[i].name += "_again";
    if (device == "odd") fields.push_back({"third", value / 3});
    if (fields.empty()) fields.push_back({"temperature", value});
    return reading(row, device, time, std::move(fields));
}

TEST_F(RollupTest, AnswersAreThoseOfThePoints) {
    SeededRandom random(21);
    readings::Row row = 1;
    const std::string devices[] = {"steady", "late", "jumps", "meets", "odd", "rare"};
    for (int step = 0; step < 60; ++step) {
        std::int64_t now = to_ns(clock.wall());
        for (int i = 0; i < 40; ++i) {
            for (const auto& device : devices) {
                std::int64_t time = now + i * 200 * kSecond;
                auto dice = random.next_u64();
                if (device == "rare" && i % 20 != 0) continue;
                if (device == "late" && dice % 10 == 0)
                    time -= static_cast<std::int64_t>(dice % 900) * 3'600 * kSecond;
                if (device == "jumps")
                    time -= static_cast<std::int64_t>(dice % 20'000) * 60 * kSecond;
                if (device == "meets") time = now + static_cast<std::int64_t>(dice % 5) * kSecond;
                both(sensor(row++, device, time, random));
            }
        }
        clock.advance(std::chrono::seconds(8'000));
        auto dice = random.next_u64() % 8;
        if (dice < 4) save();
        if (dice == 4) reopen();
        if (dice % 2 == 0) maintain();
        if (step % 20 != 19) continue;
        std::int64_t end = to_ns(clock.wall());
        for (const auto& device : devices) {
            expect_same_windows(INT64_MIN, INT64_MAX, device, random);
            std::int64_t from =
                kStart + static_cast<std::int64_t>(random.next_u64() % 400) * kSecond * 3'600 +
                static_cast<std::int64_t>(random.next_u64() % 7);
            expect_same_windows(from, std::min(end, from + 20 * kDay + 1), device, random);
            expect_same_windows(floor_to(from, kHour), floor_to(from, kHour) + 9 * kDay, device,
                                random);
            if (HasFatalFailure()) return;
        }
        expect_same(of_device("late"));
        expect_same(of_device("jumps"));
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(history->stats().rollup_bytes, 10'000U);
    EXPECT_EQ(reference->stats().rollup_bytes, 0U);
}

TEST_F(RollupTest, ALatePointIsInTheAnswerAtOnceAndInTheRollupsAfter) {
    for (int i = 0; i < 3'000; ++i)
        both(reading(static_cast<readings::Row>(i + 1), "d", kStart + i * 5 * kMinute,
                     {{"v", 1.0}}));
    clock.advance(std::chrono::hours(24 * 12));
    save();
    maintain();
    Query q = of_device("d");
    q.fn = Aggregate::max;
    q.every = std::chrono::hours(24);
    expect_same(q);
    both(reading(5'000, "d", kStart + 7 * kMinute, {{"v", 50.0}}));
    expect_same(q, "in memory");
    EXPECT_EQ(drain(*history, q).front().substr(0, 4), "d v ");
    EXPECT_NE(drain(*history, q).front().find(" 50.0"), std::string::npos);
    save();
    expect_same(q, "saved");
    reopen();
    expect_same(q, "opened again");
    maintain();
    expect_same(q, "rolled up");
    // One from 1970, before all that was rolled up.
    both(reading(5'002, "d", 3 * kMinute, {{"v", 7.0}}));
    expect_same(q, "1970");
    reopen();
    maintain();
    expect_same(q, "1970, rolled up");
    clock.advance(std::chrono::hours(48));
    maintain();
    expect_same(q, "1970, later");
    // And a repeated one, at the same time, with what it had before.
    both(reading(5'001, "d", kStart + 7 * kMinute, {{"v", 50.0}}));
    q.fn = Aggregate::count;
    expect_same(q);
    reopen();
    maintain();
    expect_same(q);
}

// Without points there is nothing else to answer from: so it is really the rollups that do.
TEST_F(RollupTest, RollupsOutliveThePoints) {
    options.retention.raw.keep = nanoseconds(10 * kDay);
    options.retention.five_minutes.keep = nanoseconds(30 * kDay);
    open();
    SeededRandom random(4);
    std::int64_t begin = floor_to(kStart, kDay);
    readings::Row row = 1;
    for (int day = 0; day < 60; ++day) {
        for (int i = 0; i < 480; ++i) {
            double value = std::round(random.next_unit() * 1'000) / 10;
            both(reading(row++, "d", begin + day * kDay + i * 180 * kSecond, {{"v", value}}));
        }
        clock.set_wall(from_ns(begin + (day + 1) * kDay));
        clock.advance(std::chrono::hours(2));
        save();
        maintain();
    }
    std::int64_t end = begin + 60 * kDay;
    Query q = of_device("d");
    EXPECT_LT(drain(*history, q).size(), 12U * 480);
    EXPECT_GE(drain(*history, q).size(), 10U * 480);
    for (auto fn : {"mean", "min", "max", "last", "sum", "count"}) {
        q.fn = *parse_aggregate(fn);
        q.every = std::chrono::hours(1);
        expect_same(q, fn);
        q.every = std::chrono::hours(24);
        expect_same(q, fn);
        q.every = nanoseconds(0);
        q.from = begin;
        expect_same(q, fn);
        q.every = std::chrono::minutes(15);
        q.from = end - 28 * kDay;
        expect_same(q, fn);
        q.from = INT64_MIN;
    }
    q.fn = Aggregate::count;
    q.every = std::chrono::minutes(5);
    q.from = begin;
    q.to = begin + 10 * kDay;
    EXPECT_EQ(drain(*history, q).size(), 240U) << "hours are all that is left";
    auto stats = history->stats();
    EXPECT_LT(stats.points, 12U * 480);
    ASSERT_TRUE(stats.first.has_value());
    reopen();
    q.from = INT64_MIN;
    q.to = INT64_MAX;
    q.every = std::chrono::hours(24);
    expect_same(q);
    // A late point into time whose points are gone: what is there stays.
    both(reading(row++, "d", begin + 5 * kDay + 1, {{"w", 1.0}}));
    reopen();
    maintain();
    q.field = "v";
    expect_same(q);
    // Whenever it is asked: a row of five minutes (640) may begin within an hour.
    q.fn = Aggregate::count;
    q.every = std::chrono::hours(1);
    for (int i = 0; i < 40; ++i) {
        clock.set_wall(from_ns(end + i * 20 * kMinute));
        expect_same(q, std::to_string(i) + " × 20 minutes later");
    }
}

TEST_F(RollupTest, ADamagedRollupIsLeftOutAndMadeAnew) {
    for (int i = 0; i < 4'000; ++i)
        both(reading(static_cast<readings::Row>(i + 1), "d", kStart + i * 5 * kMinute,
                     {{"v", 0.5 * (i % 100)}}));
    clock.advance(std::chrono::hours(24 * 20));
    save();
    maintain();
    history.reset();
    {
        auto db = store::Sqlite::open(folder.path + "/history.db").value();
        ASSERT_TRUE(db.execute("UPDATE rollup SET data=substr(data,1,length(data)-9)||x'00ff'"));
    }
    open();
    Query q = of_device("d");
    q.fn = Aggregate::sum;
    q.every = std::chrono::hours(1);
    expect_same(q);
    EXPECT_GT(history->stats().corrupt_blocks, 0U);
    q.every = std::chrono::minutes(5);
    expect_same(q);
    maintain();
    open();
    q.every = std::chrono::hours(1);
    expect_same(q);
    q.every = std::chrono::minutes(5);
    expect_same(q);
    EXPECT_EQ(history->stats().corrupt_blocks, 0U);
}

TEST_F(RollupTest, AFileOfTheFirstFormatIsTakenOver) {
    for (int i = 0; i < 5'000; ++i)
        both(reading(static_cast<readings::Row>(i + 1), "d", kStart + i * 5 * kMinute,
                     {{"v", 0.5 * (i % 100)}}));
    save();
    history.reset();
    {
        auto db = store::Sqlite::open(folder.path + "/history.db").value();
        ASSERT_TRUE(db.execute(
            "DROP TABLE rollup; ALTER TABLE series DROP COLUMN rolled_to;"
            "ALTER TABLE series DROP COLUMN raw_from; ALTER TABLE series DROP COLUMN checked;"
            "ALTER TABLE series DROP COLUMN reach; ALTER TABLE series DROP COLUMN dirty;"
            "UPDATE meta SET value=1 WHERE name='format';"
            "DELETE FROM meta WHERE name='rollup_bytes'"));
    }
    open();
    Query q = of_device("d");
    q.fn = Aggregate::mean;
    q.every = std::chrono::hours(1);
    expect_same(q);
    clock.advance(std::chrono::hours(24 * 20));
    maintain();
    EXPECT_GT(history->stats().rollup_bytes, 0U);
    expect_same(q);
    open();
    expect_same(q);
    expect_same(of_device("d"));
}

} // namespace
} // namespace caredian::history
