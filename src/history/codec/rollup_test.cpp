#include "base/random.h"
#include "history/codec/block.h"
#include "history/codec/rollup.h"

#include <cmath>
#include <gtest/gtest.h>

namespace caredian::history {
namespace {

using readings::FieldType;

Value number(double v) {
    Value value;
    value.number = v;
    return value;
}
Value integer(std::int64_t v, FieldType type = FieldType::integer) {
    Value value;
    value.type = type;
    value.integer = v;
    return value;
}

std::string say(const RollupRow& row) {
    std::string out;
    for (const auto& b : row.buckets) {
        out += row.fields[b.field] + " " + std::to_string(b.start);
        for (auto fn : {Aggregate::count, Aggregate::last, Aggregate::min, Aggregate::max,
                        Aggregate::sum, Aggregate::mean}) {
            if (fn == Aggregate::last && b.summary.texts() > 0) continue;
            Value v;
            std::string texts;
            char text[48] = " -";
            if (b.summary.give(fn, v, texts)) {
                bool is_number = v.type == FieldType::number;
                if (is_number)
                    std::snprintf(text, sizeof text, " %.17g", v.number);
                else
                    std::snprintf(text, sizeof text, " %lldi",
                                  static_cast<long long>(v.type == FieldType::boolean ? v.boolean
                                                                                      : v.integer));
            }
            out += text;
        }
        out += "\n";
    }
    return out;
}

RollupRow random_row(SeededRandom& random, Level level) {
    RollupRow row;
    std::size_t fields = 1 + random.next_u64() % 5;
    for (std::size_t f = 0; f < fields; ++f) row.fields.push_back("f" + std::to_string(f));
    auto first = static_cast<std::int64_t>(random.next_u64() % 20'000) - 10'000;
    for (std::int64_t i = 0; i < kRowBuckets; ++i) {
        if (random.next_u64() % 5 == 0) continue;
        for (std::uint32_t f = 0; f < fields; ++f) {
            Summary summary;
            std::size_t values = random.next_u64() % 6;
            for (std::size_t k = 0; k < values; ++k) {
                auto dice = random.next_u64();
                double value = std::round((random.next_unit() - 0.5) * 1e5) / 100;
                if (f == 0) summary.add(number(value), {});
                if (f == 1) summary.add(number(97), {});
                if (f == 2) summary.add(integer(static_cast<std::int64_t>(dice)), {});
                if (f == 3) summary.add(integer(dice % 2 == 0, FieldType::boolean), {});
                if (f == 4 && dice % 3 == 0) summary.add(number(value / 3), {});
                if (f == 4 && dice % 3 == 1) summary.add(integer(0, FieldType::text), "text");
                if (f == 4 && dice % 3 == 2) summary.add(integer(7), {});
            }
            std::int64_t start = piece_start(first * kRowBuckets + i, bucket_width(level));
            if (!summary.empty()) row.buckets.push_back({start, f, summary});
        }
    }
    return row;
}

TEST(RollupRow, ComesBack) {
    SeededRandom random(9);
    for (int round = 0; round < 200; ++round) {
        Level level = round % 2 == 0 ? Level::five : Level::hour;
        RollupRow row = random_row(random, level);
        if (row.buckets.empty()) continue;
        RollupRow again;
        ASSERT_TRUE(decode_rollup(encode_rollup(row), level, again));
        auto by_name = [](const RollupRow& r) { return say(r); };
        ASSERT_EQ(by_name(again).size(), by_name(row).size());
        RollupRow one;
        ASSERT_TRUE(decode_rollup(encode_rollup(row), level, one, "f0"));
        for (const auto& b : one.buckets) ASSERT_EQ(one.fields[b.field], "f0");
        RollupRow third;
        ASSERT_TRUE(decode_rollup(encode_rollup(again), level, third));
        ASSERT_EQ(say(third), say(again));
        for (const auto& b : again.buckets)
            for (const auto& o : row.buckets)
                if (o.start == b.start && row.fields[o.field] == again.fields[b.field]) {
                    RollupRow x{{"f"}, {{o.start, 0, o.summary}}};
                    RollupRow y{{"f"}, {{b.start, 0, b.summary}}};
                    ASSERT_EQ(say(y), say(x));
                }
    }
}

TEST(RollupRow, EqualValuesCostNextToNothing) {
    RollupRow row;
    row.fields = {"battery"};
    for (std::int64_t i = 0; i < kRowBuckets; ++i) {
        Summary summary;
        for (int k = 0; k < 10; ++k) summary.add(number(97.5), {});
        row.buckets.push_back({i * kFiveMinutes, 0, summary});
    }
    EXPECT_LT(encode_rollup(row).size(), 60U);
}

// A block whose columns don't say what buckets can say.
TEST(RollupRow, RefusesWhatItDoesNotWrite) {
    auto block = [](std::vector<std::tuple<std::string, FieldType, std::int64_t>> columns,
                    std::int64_t time = 0) {
        Block b;
        b.times = {time};
        for (auto& [name, type, value] : columns) {
            Column& column = b.columns.emplace_back();
            column.name = name;
            column.type = type;
            column.present[0] = 1;
            column.values = {value};
        }
        b.measure();
        return encode_block(b);
    };
    const auto kInteger = FieldType::integer;
    RollupRow row;
    EXPECT_TRUE(decode_rollup(block({{"cf", kInteger, 1}, {"lf", kInteger, 5}}), Level::five, row));
    EXPECT_TRUE(decode_rollup(block({{"tf", kInteger, 1}}), Level::five, row));
    EXPECT_TRUE(decode_rollup(block({{"cf", kInteger, 2},
                                     {"lf", kInteger, 5},
                                     {"nf", kInteger, 4},
                                     {"xf", kInteger, 5},
                                     {"uf", kInteger, 9},
                                     {"pf", kInteger, 0}}),
                              Level::five, row));
    const std::string bad[] = {
        block({{"cf", kInteger, 1}}),
        block({{"cf", kInteger, 0}, {"lf", kInteger, 5}}),
        block({{"cf", kInteger, -1}, {"lf", kInteger, 5}}),
        block({{"lf", kInteger, 5}}),
        block({{"cf", kInteger, 1}, {"lf", kInteger, 5}, {"nf", kInteger, 5}}),
        block({{"cf", kInteger, 1}, {"lf", kInteger, 5}, {"uf", kInteger, 5}, {"pf", kInteger, 0}}),
        block({{"cf", kInteger, 2},
               {"lf", kInteger, 5},
               {"nf", kInteger, 4},
               {"xf", kInteger, 5},
               {"uf", kInteger, 9},
               {"pf", kInteger, 16}}),
        block({{"cf", kInteger, 2},
               {"lf", kInteger, 5},
               {"nf", kInteger, 4},
               {"xf", kInteger, 5},
               {"uf", kInteger, 9}}),
        block({{"zf", kInteger, 1}}),
        block({{"", kInteger, 1}}),
        block({{"cf", kInteger, 1}, {"lf", kInteger, 5}}, 1),
        block({{"cf", FieldType::number, 1}, {"lf", kInteger, 5}}),
        "",
    };
    for (const auto& bytes : bad)
        EXPECT_FALSE(decode_rollup(bytes, Level::five, row)) << &bytes - bad;
    EXPECT_FALSE(decode_rollup(block({{"cf", kInteger, 1}, {"lf", kInteger, 5}}, kFiveMinutes),
                               Level::hour, row));
}

} // namespace
} // namespace caredian::history
