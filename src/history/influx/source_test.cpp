// One set of questions, asked of the local history and of a real InfluxDB 1 that was given the same
// readings by a sink's encoder: the same answers.
#include "history/influx/answer.h"
#include "history/influx/encoder.h"
#include "history/influx/pull.h"
#include "history/influx/source.h"
#include "history/influx/test_influxdb.h"
#include "history/test_support.h"

#include <algorithm>

namespace caredian::history::influx {
namespace {

struct Case {
    const char* name;
    std::function<void(Query&)> change;
};

class Conformance : public HistoryTest {
protected:
    void SetUp() override {
        HistoryTest::SetUp();
        server = TestInfluxDb::start();
        if (!server) GTEST_SKIP() << "influxd is not installed (scripts/setup test)";
        influx.url = server->url();
        source = std::make_unique<Source>(influx);
        readings::Row row = 1;
        for (int i = 0; i < 400; ++i) {
            auto time = kStart + i * 7 * kSecond + i;
            add(row++, "a", time, {{"temperature", 20 + (i % 37) * 0.25}, {"battery", 97.0}});
            if (i % 3 == 0)
                add(row++, "b", time,
                    {{"n", std::int64_t{i}}, {"on", i % 2 == 0}, {"mode", word(i)}});
            if (i % 50 == 0)
                add(row++, "우리집 \"방\", a=b", time, {{"temperature", -1.5 * (i + 1)}});
        }
        add(row++, "late", kStart - 3 * kDay, {{"temperature", 5.0}});
        add(row++, "lamp", kStart, {{"value_bool", true}}, "home/x");
        ASSERT_TRUE(server->write(lines.text));
    }
    static std::string word(int i) { return i % 5 == 0 ? "say \"hi\",\n\\o/" : "auto"; }
    void add(readings::Row row, const std::string& device, std::int64_t time,
             std::vector<Field> fields, const std::string& measurement = "zigbee") {
        auto r = reading(row, device, time, std::move(fields), measurement);
        if (device == "a") r.series.tags.emplace_back("room", "living room");
        EXPECT_EQ(encoder->append(r, lines), 0u);
        take(r);
    }
    static std::vector<std::string> sorted(std::vector<std::string> all) {
        std::ranges::sort(all);
        return all;
    }

    std::unique_ptr<TestInfluxDb> server;
    Options influx;
    std::unique_ptr<Source> source;
    ColumnTypes types;
    std::unique_ptr<Encoder> encoder = make_plain_encoder(types);
    influx::Lines lines;
};

TEST_F(Conformance, TheSameQuestionHasTheSameAnswer) {
    const Case cases[] = {
        {"a device", [](Query& q) { q.device = "a"; }},
        {"a field", [](Query& q) { q.field = "temperature"; }},
        {"a measurement", [](Query& q) { q.measurement = "home/x"; }},
        {"everything", [](Query& q) { q.everything = true; }},
        {"nothing", [](Query& q) { q.device = "nobody"; }},
        {"no such field", [](Query& q) { q.device = "a", q.field = "x"; }},
        {"a name with signs", [](Query& q) { q.device = "우리집 \"방\", a=b"; }},
        {"a quote that would end the text", [](Query& q) { q.device = "x' OR 'a'='a"; }},
        {"a range",
         [](Query& q) {
             q.device = "b";
             q.from = kStart + 70 * kSecond;
             q.to = kStart + 700 * kSecond;
         }},
        {"open at the end", [](Query& q) { q.device = "b", q.from = kStart + 2'000 * kSecond; }},
        {"open at the beginning", [](Query& q) { q.everything = true, q.to = kStart + 1; }},
    };
    for (const auto& c : cases) {
        Query q;
        c.change(q);
        EXPECT_EQ(sorted(drain_exactly(*source, q)), sorted(drain_exactly(*history, q))) << c.name;
    }
}

TEST_F(Conformance, WindowsAreTheSame) {
    for (auto fn : {"mean", "min", "max", "first", "last", "sum", "count"})
        for (auto every : {nanoseconds(0), nanoseconds(60 * kSecond), nanoseconds(kDay)})
            for (bool from : {false, true})
                for (const char* device : {"a", "b", "late", ""})
                    for (const char* field : {"", "temperature", "on", "mode", "n"}) {
                        Query q = of_device(device, field);
                        if (*device == 0 && *field == 0) q.everything = true;
                        q.fn = *parse_aggregate(fn);
                        q.every = every;
                        if (from) {
                            q.from = kStart + 90 * kSecond;
                            q.to = kStart + 2'345 * kSecond;
                        }
                        EXPECT_EQ(sorted(drain(*source, q)), sorted(drain(*history, q)))
                            << fn << " every " << every.count() << " from " << from << " device "
                            << device << " field " << field;
                    }
}

TEST_F(Conformance, SeriesAndPointsComeInTheSameOrder) {
    Query q = of_device("", "temperature");
    EXPECT_EQ(drain(*source, q), drain(*history, q));
}

TEST_F(Conformance, WhatIsNotVisibleIsNotThere) {
    Query q;
    q.everything = true;
    q.visible = [](const readings::SeriesKey& key) { return key.tag("device") == "b"; };
    EXPECT_EQ(sorted(drain(*source, q)), sorted(drain(*history, q)));
    q.fn = Aggregate::mean;
    EXPECT_EQ(sorted(drain(*source, q)), sorted(drain(*history, q)));
}

TEST_F(Conformance, TagsAreNamed) {
    Query q = of_device("a");
    auto cursor = source->query(q);
    ASSERT_TRUE(cursor);
    EXPECT_EQ((*cursor)->tag_names(), std::vector<std::string>{"room"});
}

TEST_F(Conformance, AChartHasWindowsWhenThereAreManyPoints) {
    Query q = of_device("a", "temperature");
    q.width = 1'000;
    auto cursor = source->query(q);
    ASSERT_TRUE(cursor);
    EXPECT_EQ((*cursor)->every(), nanoseconds(0)) << "400 points are few";
    q.width = 20;
    cursor = source->query(q);
    ASSERT_TRUE(cursor);
    EXPECT_GT((*cursor)->every(), nanoseconds(0));
    Batch batch;
    std::size_t points = 0;
    while (*(*cursor)->next(batch)) {
        ASSERT_EQ(batch.ranges.size(), batch.points.size());
        for (std::size_t i = 0; i < batch.points.size(); ++i) {
            EXPECT_LE(batch.ranges[i].min.number, batch.points[i].value.number);
            EXPECT_GE(batch.ranges[i].max.number, batch.points[i].value.number);
        }
        points += batch.points.size();
    }
    EXPECT_GT(points, 5u);
    EXPECT_LE(points, 20u);
}

TEST_F(Conformance, QuestionsThatMakeNoSenseAreRefused) {
    for (auto change : {+[](Query&) {}, +[](Query& q) { q.device = "a", q.from = q.to = 5; },
                        +[](Query& q) { q.device = "a", q.every = nanoseconds(5); }}) {
        Query q;
        change(q);
        auto cursor = source->query(q);
        ASSERT_FALSE(cursor);
        EXPECT_EQ(cursor.error(), history::make_error_code(Errc::bad_query));
    }
}

TEST_F(Conformance, AServerThatIsAwayIsSaidToBe) {
    server.reset();
    auto cursor = source->query(of_device("a"));
    ASSERT_FALSE(cursor);
    EXPECT_EQ(cursor.error(), history::make_error_code(Errc::storage));
}

TEST_F(Conformance, ACancelledCursorStops) {
    auto cursor = source->query(of_device("a"));
    ASSERT_TRUE(cursor);
    (*cursor)->cancel();
    Batch batch;
    auto more = (*cursor)->next(batch);
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error(), history::make_error_code(Errc::cancelled));
}

TEST(Answer, WhatIsNoAnswerIsRefused) {
    for (const char* line : {"", "x", "[]", "{}", R"({"results":7})", R"({"results":[7]})",
                             R"({"results":[{"series":7}]})", R"({"results":[{"series":[7]}]})",
                             R"({"results":[{"series":[{"name":"m"}]}]})",
                             R"({"results":[{"series":[{"columns":[7]}]}]})",
                             R"({"results":[{"series":[{"columns":["time"],"values":[[1,2]]}]}]})",
                             R"({"results":[{"series":[{"columns":["time"],"values":[[{}]]}]}]})",
                             R"({"results":[{"series":[{"columns":["time"],"tags":{"a":1}}]}]})"})
        EXPECT_FALSE(parse_chunk(line)) << line;
}

} // namespace
} // namespace caredian::history::influx
