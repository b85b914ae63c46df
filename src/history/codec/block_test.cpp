#include "base/random.h"
#include "history/codec/bits.h"
#include "history/codec/block.h"
#include "history/codec/floats.h"
#include "history/codec/integers.h"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace caredian::history {
namespace {

using readings::Field;
using readings::FieldType;

constexpr std::int64_t kStart = 1'767'999'300'000'000'000;

std::int64_t as_bits(double v) {
    return std::bit_cast<std::int64_t>(v);
}

std::vector<std::int64_t> all_bits(std::initializer_list<double> values) {
    std::vector<std::int64_t> out;
    for (double v : values) out.push_back(as_bits(v));
    return out;
}

TEST(Bits, ZigzagAndVarintCoverTheWholeRange) {
    for (std::int64_t v :
         {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1}, INT64_MAX, INT64_MIN}) {
        EXPECT_EQ(unzigzag(zigzag(v)), v);
        std::string out;
        put_varint(out, zigzag(v));
        ByteReader in(out);
        EXPECT_EQ(in.varint(), zigzag(v));
        EXPECT_TRUE(in.empty());
        EXPECT_FALSE(in.failed());
    }
}

TEST(Bits, ReaderRefusesWhatIsNotThere) {
    ByteReader cut(std::string_view("\x80", 1));
    cut.varint();
    EXPECT_TRUE(cut.failed());
    ByteReader too_long(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10));
    too_long.varint();
    EXPECT_TRUE(too_long.failed());
    BitReader bits(std::string_view("\xff", 1));
    bits.get(9);
    EXPECT_TRUE(bits.failed());
}

TEST(Integers, ComeBackAsTheyWere) {
    SeededRandom random(1);
    for (int round = 0; round < 2'000; ++round) {
        std::vector<std::int64_t> values(random.next_u64() % 130);
        unsigned width = static_cast<unsigned>(random.next_u64() % 65);
        unsigned shape = static_cast<unsigned>(random.next_u64() % 4);
        std::uint64_t sum = random.next_u64();
        for (auto& v : values) {
            std::uint64_t r = width == 0 ? 0 : random.next_u64() >> (64 - width);
            sum += r;
            v = static_cast<std::int64_t>(shape == 0   ? r
                                          : shape == 1 ? sum
                                          : shape == 2 ? r * sum
                                                       : r % 3);
        }
        std::string packed;
        pack_integers(packed, values);
        std::vector<std::int64_t> back;
        ASSERT_TRUE(unpack_integers(packed, values.size(), back)) << round;
        ASSERT_EQ(back, values) << round;
        packed.push_back('\0');
        EXPECT_FALSE(unpack_integers(packed, values.size(), back)) << "a byte too many";
    }
}

TEST(Integers, WhatDoesNotChangeCostsNothing) {
    std::vector<std::int64_t> still(128, 77);
    std::string packed;
    pack_integers(packed, still);
    EXPECT_LE(packed.size(), 3U);
    std::vector<std::int64_t> clock;
    for (int i = 0; i < 128; ++i) clock.push_back(kStart + i * std::int64_t{10'000'000'000});
    packed.clear();
    pack_times(packed, clock);
    EXPECT_LE(packed.size(), 12U);
}

TEST(Integers, ExtremesOfTimeSurvive) {
    std::vector<std::int64_t> times = {INT64_MAX, INT64_MIN, 0,    INT64_MIN,
                                       INT64_MAX, -1'000,    1'000};
    std::string packed;
    pack_times(packed, times);
    std::vector<std::int64_t> back;
    ASSERT_TRUE(unpack_times(packed, times.size(), back));
    EXPECT_EQ(back, times);
}

TEST(Floats, OddOnesComeBackBitByBit) {
    auto values =
        all_bits({0.0, -0.0, 1e308, -1e308, 5e-324, std::numeric_limits<double>::infinity(),
                  std::numeric_limits<double>::quiet_NaN(), 21.37, 0.1 + 0.2});
    std::string packed;
    pack_floats(packed, values);
    std::vector<std::int64_t> back;
    ASSERT_TRUE(unpack_floats(packed, values.size(), back));
    EXPECT_EQ(back, values);
}

TEST(Floats, AnOutlierDoesNotSpoilTheColumn) {
    std::vector<std::int64_t> values;
    for (int i = 0; i < 128; ++i) values.push_back(as_bits(2'100.0 / 100 + i % 3 / 100.0));
    values[5] = as_bits(-0.0);
    values[60] = as_bits(1e308);
    for (int i = 0; i < 128; ++i)
        if (i != 5 && i != 60)
            values[static_cast<std::size_t>(i)] = as_bits((2'100 + i % 3) / 100.0);
    std::string packed;
    pack_floats(packed, values);
    EXPECT_LT(packed.size(), 90U);
    std::vector<std::int64_t> back;
    ASSERT_TRUE(unpack_floats(packed, values.size(), back));
    EXPECT_EQ(back, values);
}

TEST(Floats, RandomColumnsComeBack) {
    SeededRandom random(2);
    for (int round = 0; round < 1'000; ++round) {
        std::vector<std::int64_t> values(1 + random.next_u64() % 128);
        unsigned kind = static_cast<unsigned>(random.next_u64() % 4);
        double power = std::pow(10.0, static_cast<double>(random.next_u64() % 8));
        for (auto& v : values) {
            double unit = random.next_unit() - 0.5;
            if (kind == 0) v = as_bits(std::round(unit * 1e5) / power);
            if (kind == 1) v = as_bits(unit);
            if (kind == 2) v = static_cast<std::int64_t>(random.next_u64());
            if (kind == 3) v = as_bits(static_cast<double>(static_cast<float>(unit * 40)));
        }
        std::string packed;
        pack_floats(packed, values);
        std::vector<std::int64_t> back;
        ASSERT_TRUE(unpack_floats(packed, values.size(), back)) << round;
        ASSERT_EQ(back, values) << round;
    }
}

readings::FieldValue random_value(Random& random) {
    switch (random.next_u64() % 5) {
    case 0:
        return std::round(random.next_unit() * 4'000) / 100;
    case 1:
        return static_cast<std::int64_t>(random.next_u64() >> (random.next_u64() % 64));
    case 2:
        return random.next_u64() % 2 == 0;
    case 3:
        return std::string(random.next_u64() % 20, 'x');
    default:
        return std::string(random.token(6));
    }
}

void expect_same(const Block& a, const Block& b) {
    ASSERT_EQ(a.times, b.times);
    ASSERT_EQ(a.columns.size(), b.columns.size());
    for (std::size_t i = 0; i < a.columns.size(); ++i) {
        EXPECT_EQ(a.columns[i].name, b.columns[i].name);
        EXPECT_EQ(a.columns[i].type, b.columns[i].type);
        EXPECT_EQ(a.columns[i].present, b.columns[i].present);
        EXPECT_EQ(a.columns[i].values, b.columns[i].values);
        EXPECT_EQ(a.columns[i].dictionary, b.columns[i].dictionary);
    }
    EXPECT_EQ(a.from(), b.from());
    EXPECT_EQ(a.to(), b.to());
    EXPECT_EQ(a.bytes(), b.bytes());
}

TEST(Block, RandomBlocksComeBackAndCanGrowOn) {
    SeededRandom random(3);
    for (int round = 0; round < 300; ++round) {
        Block block;
        std::int64_t time = kStart;
        std::size_t points = 1 + random.next_u64() % kBlockPoints;
        for (std::size_t p = 0; p < points; ++p) {
            time += static_cast<std::int64_t>(random.next_u64() % 20'000'000'000) - 1'000'000'000;
            std::vector<Field> fields;
            for (char name = 'a'; name < 'g'; ++name)
                if (random.next_u64() % 3 != 0)
                    fields.push_back({std::string(1, name), random_value(random)});
            if (fields.empty()) fields.push_back({"only", 1.0});
            block.append(time, fields);
        }
        std::string bytes = encode_block(block);
        Block back;
        ASSERT_TRUE(decode_block(bytes, back)) << round;
        expect_same(block, back);
        if (back.full()) continue;
        std::vector<Field> more = {{"a", 1.5}, {"new", std::int64_t{2}}};
        block.append(time + 1, more);
        back.append(time + 1, more);
        EXPECT_EQ(encode_block(block), encode_block(back));
    }
}

TEST(Block, EveryDamageIsSeen) {
    Block block;
    for (int i = 0; i < 20; ++i)
        block.append(kStart + i, std::vector<Field>{{"t", 20.5 + i}, {"s", std::string("on")}});
    const std::string good = encode_block(block);
    Block back;
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = static_cast<char>(bad[i] ^ 0x10);
        EXPECT_FALSE(decode_block(bad, back)) << i;
        EXPECT_FALSE(decode_block(good.substr(0, i), back)) << i;
    }
    EXPECT_FALSE(decode_block(good + '\0', back));
    EXPECT_TRUE(decode_block(good, back));
}

TEST(Block, BodiesThatLieAreRefused) {
    const std::string cases[] = {
        std::string("\x00\x01", 2),                         // version 0
        std::string("\x02\x01", 2),                         // a newer version
        std::string("\x01\x00", 2),                         // no points
        std::string("\x01\x81\x01", 3),                     // 129 points
        std::string("\x01\x01\x7f\x00", 4),                 // times longer than the block
        std::string("\x01\x01\x03\x09\x00\x00\x00", 7),     // unknown unit of time
        std::string("\x01\x01\x03\x00\x0c\x00\x00", 7),     // unknown order
        std::string("\x01\x01\x03\x00\x03\x00\x00", 7),     // unknown coding
        std::string("\x01\x01\x03\x00\x00\x00\xff\x0f", 8), // columns that are not there
        std::string("\x01\x01\x03\x00\x00\x00\x00\x00", 8), // a byte too many
    };
    Block block;
    for (const auto& body : cases) EXPECT_FALSE(decode_block_body(body, block)) << body.size();
    EXPECT_TRUE(decode_block_body(std::string("\x01\x01\x03\x00\x00\x00\x00", 7), block));
}

TEST(Block, OneFieldIsReadAlone) {
    Block block;
    for (int i = 0; i < 10; ++i)
        block.append(kStart + i, std::vector<Field>{{"a", 1.0 * i}, {"b", std::int64_t{i}}});
    Block back;
    ASSERT_TRUE(decode_block(encode_block(block), back, "b"));
    ASSERT_EQ(back.columns.size(), 1U);
    EXPECT_EQ(back.columns[0].name, "b");
    EXPECT_EQ(back.times.size(), 10U);
}

TEST(Block, ATextOf64kFillsIt) {
    Block block;
    block.append(kStart, std::vector<Field>{{"note", std::string(65'536, 'q')}});
    EXPECT_TRUE(block.full());
    Block back;
    ASSERT_TRUE(decode_block(encode_block(block), back));
    EXPECT_EQ(back.columns[0].dictionary[0].size(), 65'536U);
}

TEST(Block, ANameWithTwoTypesHasTwoColumns) {
    Block block;
    block.append(kStart, std::vector<Field>{{"v", 1.0}});
    block.append(kStart + 1, std::vector<Field>{{"v", std::string("off")}});
    EXPECT_EQ(block.columns.size(), 2U);
    EXPECT_EQ(block.value_count(), 2U);
}

TEST(Block, AFewPointsFarApartStayTogetherManyDoNot) {
    Block block;
    std::int64_t day = std::int64_t{24} * 3600 * 1'000'000'000;
    std::int64_t i = 0;
    while (!block.full()) block.append(kStart + 40 * day * i++, std::vector<Field>{{"v", 1.0}});
    EXPECT_EQ(i, 16);
}

} // namespace
} // namespace caredian::history
