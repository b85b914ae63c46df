#include "ingest/decode/numbers.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

TEST(Numbers, ReadsWhatIsOne) {
    const std::pair<const char*, double> cases[] = {
        {"21.37", 21.37}, {"0", 0},     {"-0.5", -0.5}, {"+3", 3},
        {".5", 0.5},      {"1e5", 1e5}, {"1E-2", 0.01}, {"-7", -7},
        {"1e-999", 0},    {"0.1e1", 1}, {"100", 100},   {"-3.84976e-05", -3.84976e-05},
    };
    for (auto [text, value] : cases) {
        ASSERT_TRUE(parse_number(text)) << text;
        EXPECT_EQ(*parse_number(text), value) << text;
    }
}

TEST(Numbers, RefusesWhatIsNot) {
    for (const char* text :
         {"",    "-",   "+",     ".",      "1.",  "007", "0x1f", "1,5", "21.5 C", "1e", "1e+",
          "nan", "inf", "1e400", "-1e400", "1 2", " 1",  "1 ",   "--1", "+-1",    "e5"})
        EXPECT_FALSE(parse_number(text)) << text;
}

TEST(Numbers, KnowsWhenANumberWasMeant) {
    for (const char* text : {"nan", "NaN", "NAN", "inf", "-inf", "+Infinity", "INF", "1e400"})
        EXPECT_TRUE(is_not_a_number(text)) << text;
    for (const char* text : {"", "-", "nano", "information", "21.5", "abc", "infinit"})
        EXPECT_FALSE(is_not_a_number(text)) << text;
}

TEST(Numbers, ReplacesBareWordsOnly) {
    struct Case {
        const char* json;
        const char* out;
        std::size_t count;
    };
    const Case cases[] = {
        {R"({"a":nan})", R"({"a":null})", 1},
        {R"({"a": NaN, "b":-inf,"c":[Infinity]})", R"({"a": null, "b":null,"c":[null]})", 3},
        {R"({"nan":"nan \" nan","a":true})", R"({"nan":"nan \" nan","a":true})", 0},
        {"nan", "null", 1},
        {R"({"a":1nan})", R"({"a":1nan})", 0},
        {"", "", 0},
        {R"("\)", R"("\)", 0},
    };
    std::string out;
    for (const auto& c : cases) {
        EXPECT_EQ(replace_bare_nan(c.json, out), c.count) << c.json;
        EXPECT_EQ(out, c.out);
    }
}

} // namespace
} // namespace caredian::ingest
