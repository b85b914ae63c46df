#include "history/influx/column_types.h"

#include <gtest/gtest.h>

namespace caredian::history::influx {
namespace {

using readings::FieldType;

std::string name(ColumnTypes& types, std::string_view field, FieldType type,
                 std::string_view measurement = "m") {
    return std::string(types.of(measurement).name(field, type));
}

TEST(ColumnTypes, TheTypeThatComesFirstKeepsTheName) {
    ColumnTypes types;
    EXPECT_EQ(name(types, "state", FieldType::text), "state");
    EXPECT_EQ(name(types, "state", FieldType::number), "state_float");
    EXPECT_EQ(name(types, "state", FieldType::boolean), "state_boolean");
    EXPECT_EQ(name(types, "state", FieldType::text), "state");
    EXPECT_EQ(name(types, "state", FieldType::number, "other"), "state") << "each measurement's";
}

TEST(ColumnTypes, ASideNameThatIsTakenLeavesNone) {
    ColumnTypes types;
    EXPECT_EQ(name(types, "state", FieldType::text), "state");
    EXPECT_EQ(name(types, "state_float", FieldType::text), "state_float");
    EXPECT_EQ(name(types, "state", FieldType::number), "");
}

TEST(ColumnTypes, FieldsAreFoundInAnyOrder) {
    ColumnTypes types;
    for (int round = 0; round < 3; ++round) {
        auto of = types.of("m");
        for (int i = 0; i < 100; ++i) {
            auto field = "f" + std::to_string(round == 1 ? 99 - i : i);
            EXPECT_EQ(of.name(field, FieldType::number), field);
        }
    }
    EXPECT_EQ(types.take_fresh().size(), 100u);
}

TEST(ColumnTypes, WhatTheServerSaysCountsMore) {
    ColumnTypes types;
    EXPECT_EQ(name(types, "value", FieldType::number), "value");
    types.set("m", "value", Column::text);
    EXPECT_EQ(name(types, "value", FieldType::number), "value_float");
    EXPECT_EQ(name(types, "value", FieldType::text), "value");
    types.set("m", "room", Column::foreign); // a tag there
    EXPECT_EQ(name(types, "room", FieldType::text), "room_string");
}

TEST(ColumnTypes, WhatIsNewIsToldOnceAndRestored) {
    ColumnTypes types;
    (void)name(types, "a", FieldType::number);
    (void)name(types, "a", FieldType::text);
    types.set("m", "b", Column::foreign);
    auto fresh = types.take_fresh();
    ASSERT_EQ(fresh.size(), 3u);
    EXPECT_TRUE(types.take_fresh().empty());
    ColumnTypes again;
    for (const auto& known : fresh) again.restore(known);
    EXPECT_EQ(name(again, "a", FieldType::text), "a_string");
    EXPECT_EQ(name(again, "b", FieldType::integer), "b_integer");
    EXPECT_EQ(again.take_fresh().size(), 1u) << "b_integer alone is new";
}

TEST(ColumnTypes, IsBounded) {
    ColumnTypes types(2);
    EXPECT_EQ(name(types, "a", FieldType::number), "a");
    EXPECT_EQ(name(types, "b", FieldType::number), "b");
    EXPECT_EQ(name(types, "c", FieldType::number), "");
    EXPECT_EQ(name(types, "a", FieldType::number), "a");
    types.forget();
    EXPECT_EQ(name(types, "c", FieldType::number), "c");
}

TEST(ColumnTypes, KnowsTheWordsOfInfluxDb) {
    EXPECT_EQ(parse_column("float"), Column::number);
    EXPECT_EQ(parse_column("integer"), Column::integer);
    EXPECT_EQ(parse_column("boolean"), Column::boolean);
    EXPECT_EQ(parse_column("string"), Column::text);
    EXPECT_EQ(parse_column("unsigned"), Column::foreign);
    EXPECT_EQ(parse_column(""), Column::foreign);
}

} // namespace
} // namespace caredian::history::influx
