#include "base/random.h"
#include "history/test_support.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <map>
#include <thread>

namespace caredian::history {
namespace {

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

TEST_F(HistoryTest, WhatIsNotVisibleIsNotThere) {
    readings::Row row = 1;
    for (const char* device : {"a", "b", "c"}) take(reading(row++, device, kStart, {{"x", 1.0}}));
    Query q;
    q.everything = true;
    q.visible = [](const readings::SeriesKey& key) { return key.tag("device") == "b"; };
    EXPECT_EQ(drain(*history, q), Lines{"b x 0 1.000000"});
    q.fn = Aggregate::count;
    EXPECT_EQ(drain(*history, q).size(), 1u);
    q.visible = [](const readings::SeriesKey&) { return false; };
    EXPECT_TRUE(drain(*history, q).empty());
}

// Readings in random order of time against a map of (series, time, field) to value.
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
        if (device == "d2")
            time = kStart + static_cast<std::int64_t>(random.next_u64() % 1'000'000) * kSecond;
        if (device == "d3")
            time = kStart + static_cast<std::int64_t>(random.next_u64() % 300) * kSecond;
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
                    auto [it, added] =
                        got.try_emplace({p.time, batch.fields[p.field]}, show(batch, p.value));
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
                    std::string_view(fn) == "mean" ? sum / static_cast<double>(values.size())
                    : std::string_view(fn) == "min"
                        ? *std::min_element(values.begin(), values.end())
                    : std::string_view(fn) == "max"
                        ? *std::max_element(values.begin(), values.end())
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
    take(reading(2, "a", kStart + 1,
                 {{"n", std::int64_t{4}}, {"s", std::string("y")}, {"b", false}}));
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

TEST_F(HistoryTest, TheClockStepsBackAndNothingIsLost) {
    readings::Row row = 1;
    for (int i = 0; i < 300; ++i) take(reading(row++, "d", kStart + i * kSecond, {{"v", 1.0 * i}}));
    for (int i = 0; i < 300; ++i)
        take(reading(row++, "d", kStart + (i - 150) * kSecond + 1, {{"v", 1000.0 + i}}));
    EXPECT_EQ(drain(*history, of_device("d")).size(), 600U);
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

// Under the thread sanitizer this also shows that nothing is shared without a lock.
TEST_F(HistoryTest, QueriesWhileItIsWrittenSeeEveryReadingThatWasTaken) {
    constexpr readings::Row kRows = 2'000;
    options.waiting_bytes = 2'000; // saves come often
    options.open_bytes = 20'000;   // and blocks leave memory
    open();
    std::atomic<readings::Row> taken{0};
    std::thread writer([&] {
        for (readings::Row row = 1; row <= kRows; ++row) {
            take(reading(row, "d" + std::to_string(row % 30),
                         kStart + static_cast<std::int64_t>(row), {{"v", 1.0}, {"w", true}}));
            taken.store(row);
        }
    });
    std::vector<std::thread> readers;
    std::atomic<int> wrong{0};
    for (int i = 0; i < 2; ++i)
        readers.emplace_back([&] {
            while (taken.load() < kRows) {
                readings::Row before = taken.load();
                Query q;
                q.measurement = "zigbee";
                q.field = "v";
                if (drain(*history, q).size() < before) ++wrong;
            }
        });
    writer.join();
    for (auto& reader : readers) reader.join();
    EXPECT_EQ(wrong.load(), 0);
    EXPECT_EQ(history->stats().points, kRows);
}

} // namespace
} // namespace caredian::history
