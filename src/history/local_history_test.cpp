#include "history/local_history.h"

#include "base/log.h"
#include "base/random.h"
#include "store/sqlite.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <limits>
#include <map>

namespace caredian::history {
namespace {

using readings::Field;
using readings::FieldType;
using readings::Reading;

constexpr std::int64_t kStart = 1'767'999'300'000'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 24 * 3600 * kSecond;

struct TempFolder {
    std::string path;
    TempFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "history-XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    ~TempFolder() { std::filesystem::remove_all(path); }
};

Reading reading(readings::Row row, std::string device, std::int64_t time, std::vector<Field> fields,
                std::string measurement = "zigbee") {
    Reading r;
    r.series = {std::move(measurement), {{"device", std::move(device)}}};
    r.fields = std::move(fields);
    r.time = from_ns(time);
    r.row = r.first_row = row;
    return r;
}

std::string show(const Batch& batch, const Value& v) {
    switch (v.type) {
    case FieldType::number: return std::to_string(v.number);
    case FieldType::integer: return std::to_string(v.integer) + "i";
    case FieldType::boolean: return v.boolean ? "true" : "false";
    case FieldType::text: return "\"" + std::string(batch.text(v)) + "\"";
    }
    return "?";
}

// Everything a query gives: "device field time value", times relative to kStart.
std::vector<std::string> drain(QuerySource& source, const Query& query) {
    auto cursor = source.query(query);
    if (!cursor) return {"error: " + cursor.error().message()};
    std::vector<std::string> lines;
    Batch batch;
    for (;;) {
        auto more = (*cursor)->next(batch);
        if (!more) {
            lines.push_back("error: " + more.error().message());
            return lines;
        }
        if (!*more) return lines;
        for (const auto& p : batch.points)
            lines.push_back(std::string(batch.series->tag("device")) + " " + batch.fields[p.field] +
                            " " + std::to_string(p.time - kStart) + " " + show(batch, p.value));
    }
}

Query of_device(std::string device, std::string field = {}) {
    Query q;
    q.device = std::move(device);
    q.field = std::move(field);
    return q;
}

using Lines = std::vector<std::string>;

class HistoryTest : public testing::Test {
protected:
    void open() {
        history.reset();
        options.path = folder.path + "/history.db";
        auto opened = LocalHistory::open(options, clock);
        ASSERT_TRUE(opened) << opened.error().message();
        history = std::move(*opened);
    }
    void take(Reading r) {
        readings::Row row = r.row;
        history->take({&r, 1}, row);
    }
    void SetUp() override { open(); }

    TempFolder folder;
    ManualClock clock;
    LocalHistoryOptions options;
    std::unique_ptr<LocalHistory> history;
};

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

TEST_F(HistoryTest, AtOneTimeTheLaterRowWinsFieldByField) {
    for (int round = 0; round < 2; ++round) { // in one block, then in several
        std::string device = "d" + std::to_string(round);
        auto row = static_cast<readings::Row>(round * 1'000 + 1);
        take(reading(row++, device, kStart, {{"a", 1.0}, {"b", 1.0}}));
        for (int i = 0; round == 1 && i < 200; ++i)
            take(reading(row++, device, kStart + 10 + i, {{"z", 0.0}}));
        take(reading(row++, device, kStart, {{"b", 2.0}, {"c", 2.0}}));
        Query q = of_device(device);
        q.to = kStart + 1;
        auto lines = drain(*history, q);
        std::sort(lines.begin(), lines.end());
        Lines expected = {device + " a 0 1.000000", device + " b 0 2.000000",
                          device + " c 0 2.000000"};
        EXPECT_EQ(lines, expected);
    }
}

// A naive model: (series, time, field) → value, by random readings in random order of time.
TEST_F(HistoryTest, RandomTimesMatchANaiveModel) {
    SeededRandom random(7);
    using Key = std::pair<std::int64_t, std::string>;
    std::map<std::string, std::map<Key, double>> model;
    readings::Row row = 1;
    for (int i = 0; i < 20'000; ++i) {
        std::string device = "d" + std::to_string(random.next_u64() % 4);
        // d0 in order; d1 late now and then; d2 jumps anywhere; d3 meets the same times often
        std::int64_t time = kStart + i * kSecond;
        if (device == "d1" && random.next_u64() % 10 == 0) time -= 500 * kSecond;
        if (device == "d2") time = kStart + static_cast<std::int64_t>(random.next_u64() % 1'000'000) * kSecond;
        if (device == "d3") time = kStart + static_cast<std::int64_t>(random.next_u64() % 300) * kSecond;
        double value = static_cast<double>(i);
        std::string field = random.next_u64() % 2 == 0 ? "x" : "y";
        model[device][{time, field}] = value;
        take(reading(row++, device, time, {{field, value}}));
        if (i % 3'000 == 2'999) history->save();
        if (i % 7'000 == 6'999) {
            history->save();
            open();
        }
    }
    for (const auto& [device, points] : model) {
        for (int part = 0; part < 5; ++part) {
            Query q = of_device(device);
            if (part > 0) {
                q.from = kStart + static_cast<std::int64_t>(random.next_u64() % 20'000) * kSecond;
                q.to = q.from + static_cast<std::int64_t>(1 + random.next_u64() % 5'000) * kSecond;
            }
            std::map<Key, std::string> got;
            std::int64_t before = std::numeric_limits<std::int64_t>::min();
            auto cursor = history->query(q);
            ASSERT_TRUE(cursor);
            Batch batch;
            for (;;) {
                auto more = (*cursor)->next(batch);
                ASSERT_TRUE(more);
                if (!*more) break;
                for (const auto& p : batch.points) {
                    ASSERT_GE(p.time, before);
                    before = p.time;
                    auto [it, added] = got.try_emplace({p.time, batch.fields[p.field]},
                                                       show(batch, p.value));
                    ASSERT_TRUE(added) << device << " given twice";
                }
            }
            std::map<Key, std::string> expected;
            for (const auto& [key, value] : points)
                if (key.first >= q.from && key.first < q.to) expected[key] = std::to_string(value);
            ASSERT_EQ(got, expected) << device << " part " << part;
        }
    }
}

TEST_F(HistoryTest, AggregatesMatchANaiveModel) {
    SeededRandom random(8);
    std::map<std::int64_t, std::vector<double>> windows;
    const std::int64_t every = 60 * kSecond;
    for (readings::Row row = 1; row <= 3'000; ++row) {
        std::int64_t time = kStart + static_cast<std::int64_t>(row) * 7 * kSecond;
        double value = std::round(random.next_unit() * 4'000) / 100;
        windows[time - time % every].push_back(value);
        take(reading(row, "d", time, {{"v", value}}));
    }
    for (auto fn : {"mean", "min", "max", "first", "last", "sum", "count"}) {
        Query q = of_device("d", "v");
        q.every = nanoseconds(every);
        q.fn = *parse_aggregate(fn);
        auto cursor = history->query(q);
        ASSERT_TRUE(cursor);
        Batch batch;
        auto window = windows.begin();
        while (*(*cursor)->next(batch)) {
            for (const auto& p : batch.points) {
                ASSERT_NE(window, windows.end());
                const auto& values = window->second;
                ASSERT_EQ(p.time, window->first);
                double sum = 0;
                for (double v : values) sum += v;
                double got = p.value.type == FieldType::integer
                                 ? static_cast<double>(p.value.integer)
                                 : p.value.number;
                double expected =
                    std::string_view(fn) == "mean"    ? sum / static_cast<double>(values.size())
                    : std::string_view(fn) == "min"   ? *std::min_element(values.begin(), values.end())
                    : std::string_view(fn) == "max"   ? *std::max_element(values.begin(), values.end())
                    : std::string_view(fn) == "first" ? values.front()
                    : std::string_view(fn) == "last"  ? values.back()
                    : std::string_view(fn) == "sum"   ? sum
                                                      : static_cast<double>(values.size());
                ASSERT_NEAR(got, expected, 1e-9) << fn;
                ++window;
            }
        }
        EXPECT_EQ(window, windows.end()) << fn;
    }
}

TEST_F(HistoryTest, AggregatesKeepTypesAndSeries) {
    take(reading(1, "a", kStart, {{"n", std::int64_t{3}}, {"s", std::string("x")}, {"b", true}}));
    take(reading(2, "a", kStart + 1, {{"n", std::int64_t{4}}, {"s", std::string("y")}, {"b", false}}));
    take(reading(3, "b", kStart + 2, {{"n", INT64_MAX}}));
    take(reading(4, "b", kStart + 3, {{"n", std::int64_t{1}}}));
    Query q;
    q.measurement = "zigbee";
    q.fn = Aggregate::sum;
    EXPECT_EQ(drain(*history, q),
              (Lines{"a b 0 1i", "a n 0 7i", "b n 2 9223372036854775808.000000"}));
    q.fn = Aggregate::last;
    EXPECT_EQ(drain(*history, q), (Lines{"a b 0 false", "a n 0 4i", "a s 0 \"y\"", "b n 2 1i"}));
    q.fn = Aggregate::mean;
    q.from = kStart;
    q.to = kStart + 2;
    EXPECT_EQ(drain(*history, q), (Lines{"a b 0 0.500000", "a n 0 3.500000"}));
    q.fn = Aggregate::count;
    EXPECT_EQ(drain(*history, q), (Lines{"a b 0 2i", "a n 0 2i", "a s 0 2i"}));
}

TEST_F(HistoryTest, WindowsBeforeTheEpochAreAligned) {
    take(reading(1, "d", -1, {{"v", 1.0}}));
    take(reading(2, "d", -kSecond, {{"v", 2.0}}));
    take(reading(3, "d", 0, {{"v", 4.0}}));
    Query q = of_device("d");
    q.every = nanoseconds(kSecond);
    q.fn = Aggregate::sum;
    EXPECT_EQ(drain(*history, q), (Lines{"d v " + std::to_string(-kSecond - kStart) + " 3.000000",
                                         "d v " + std::to_string(-kStart) + " 4.000000"}));
}

TEST_F(HistoryTest, OddValuesComeBack) {
    double nan = std::numeric_limits<double>::quiet_NaN();
    take(reading(1, "d", kStart, {{"v", 1e308}}));
    take(reading(2, "d", kStart + 1, {{"v", -0.0}}));
    take(reading(3, "d", kStart + 2, {{"v", nan}}));
    take(reading(4, "d", kStart + 3, {{"v", std::string(65'536, 'k')}}));
    history->save();
    open();
    auto lines = drain(*history, of_device("d"));
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[1], "d v 1 -0.000000");
    EXPECT_EQ(lines[2].substr(0, 9), "d v 2 nan");
    EXPECT_EQ(lines[3].size(), 65'536U + 8);
    Query q = of_device("d");
    q.fn = Aggregate::max;
    EXPECT_EQ(drain(*history, q).size(), 1U);
}

TEST_F(HistoryTest, HostileNamesComeBack) {
    const std::string names[] = {"a b,c=d\"\\", "\n\r\t", std::string("nul\0inside", 10),
                                 "온도 센서", std::string(10'000, 'n'), "'; DROP TABLE block;--"};
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

TEST_F(HistoryTest, TheClockStepsBackAndNothingIsLost) {
    readings::Row row = 1;
    for (int i = 0; i < 300; ++i) take(reading(row++, "d", kStart + i * kSecond, {{"v", 1.0 * i}}));
    for (int i = 0; i < 300; ++i)
        take(reading(row++, "d", kStart + (i - 150) * kSecond + 1, {{"v", 1000.0 + i}}));
    EXPECT_EQ(drain(*history, of_device("d")).size(), 600U);
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
    options.retention.keep = nanoseconds(30 * kDay);
    options.retention.by_measurement["noise"] = nanoseconds(kDay);
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
    for (int i = 0; i < 10; ++i) {
        history->tick();
        clock.advance(std::chrono::seconds(1));
    }
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
    options.retention.keep = nanoseconds(kDay);
    open();
    take(reading(1, "gone", kStart, {{"v", 1.0}}));
    history->save();
    clock.advance(std::chrono::hours(48));
    history->tick();
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

TEST_F(HistoryTest, QuestionsThatMakeNoSenseAreRefused) {
    EXPECT_FALSE(history->query({}));
    Query q = of_device("d");
    q.from = q.to = 5;
    EXPECT_FALSE(history->query(q));
    q = of_device("d");
    q.every = nanoseconds(5);
    EXPECT_EQ(history->query(q).error(), make_error_code(Errc::bad_query));
    EXPECT_EQ(drain(*history, of_device("nobody")), Lines{});
}

TEST_F(HistoryTest, ACancelledCursorStops) {
    take(reading(1, "d", kStart, {{"v", 1.0}}));
    auto cursor = history->query(of_device("d"));
    ASSERT_TRUE(cursor);
    (*cursor)->cancel();
    Batch batch;
    auto more = (*cursor)->next(batch);
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error(), make_error_code(Errc::cancelled));
}

TEST_F(HistoryTest, AFileOfANewerVersionIsRefused) {
    history.reset();
    {
        auto db = store::Sqlite::open(folder.path + "/history.db");
        ASSERT_TRUE(db);
        ASSERT_TRUE(db->execute("UPDATE meta SET value=2 WHERE name='format'"));
    }
    auto opened = LocalHistory::open(options, clock);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error(), make_error_code(Errc::format));
}

} // namespace
} // namespace caredian::history
