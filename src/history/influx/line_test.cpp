#include "history/influx/line.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace caredian::history::influx {
namespace {

using readings::FieldType;
using readings::FieldValue;

std::string measurement(std::string_view name) {
    std::string out;
    append_measurement(out, name);
    return out;
}
std::string name(std::string_view text) {
    std::string out;
    append_name(out, text);
    return out;
}
std::string value(const FieldValue& v) {
    std::string out;
    return append_value(out, v) ? out : "(none)";
}

TEST(Line, EscapesWhatIsSpecialWhereItStands) {
    EXPECT_EQ(measurement("a b,c=d\"e\\f"), R"(a\ b\,c=d"e\f)");
    EXPECT_EQ(name("a b,c=d\"e\\f"), R"(a\ b\,c\=d"e\f)");
    EXPECT_EQ(name("거실 온도"), "거실\\ 온도");
    EXPECT_EQ(name("two\nlines\r"), "two\\ lines\\ ");
    EXPECT_EQ(name("end\\"), "end\\_") << "else the delimiter were escaped";
    EXPECT_EQ(measurement("#comment"), "\\#comment");
    EXPECT_EQ(measurement("not#comment"), "not#comment");
}

TEST(Line, WritesEachTypeAsItsOwn) {
    EXPECT_EQ(value(21.37), "21.37");
    EXPECT_EQ(value(21.0), "21");
    EXPECT_EQ(value(-0.0), "-0");
    EXPECT_EQ(value(1e300), "1e+300");
    EXPECT_EQ(value(std::int64_t{5}), "5i");
    EXPECT_EQ(value(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808i");
    EXPECT_EQ(value(true), "true");
    EXPECT_EQ(value(false), "false");
    EXPECT_EQ(value(std::string(R"(say "hi" \o/)")), R"("say \"hi\" \\o/")");
    EXPECT_EQ(value(std::string("two\nlines, a=b")), "\"two\nlines, a=b\"");
    EXPECT_EQ(value(std::string()), "\"\"");
    EXPECT_EQ(value(std::nan("")), "(none)");
    EXPECT_EQ(value(HUGE_VAL), "(none)");
    EXPECT_EQ(value(-HUGE_VAL), "(none)");
}

TEST(Line, ASeriesLeavesOutTagsWithoutAValue) {
    std::string out;
    append_series(out, {"m m", {{"device", "d=1"}, {"empty", ""}, {"room", "b c"}}});
    EXPECT_EQ(out, R"(m\ m,device=d\=1,room=b\ c)");
}

TEST(Line, IsTakenApartAsItWasWritten) {
    std::string line = R"(m\ m,device=d\=1 temperature=21.5,on=true,n=5i,s="a, \"b\" =c" 17)";
    auto parts = take_apart(line);
    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->measurement, "m m");
    ASSERT_EQ(parts->fields.size(), 4u);
    const FieldType types[] = {FieldType::number, FieldType::boolean, FieldType::integer,
                               FieldType::text};
    const char* names[] = {"temperature", "on", "n", "s"};
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(parts->fields[i].name, names[i]);
        EXPECT_EQ(parts->fields[i].type, types[i]) << names[i];
    }
    const auto& last = parts->fields[3];
    EXPECT_EQ(line.substr(last.begin, last.end - last.begin), R"(s="a, \"b\" =c")");
    EXPECT_EQ(line.substr(last.end), " 17");
}

TEST(Line, WhatIsNoLineIsNotTakenApart) {
    for (const char* line : {"", "m", "m ", "m a", "m a=", "m a=\"", "m a=\"\\", ",x a=1", "m,a",
                             "m a=1,", "m =1", "m a=1,b 5", "m a=\"x\\\" 5"})
        EXPECT_FALSE(take_apart(line)) << line;
}

} // namespace
} // namespace caredian::history::influx
