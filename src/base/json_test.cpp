#include "base/json.h"

#include <gtest/gtest.h>
#include <limits>

namespace caredian {
namespace {

std::string number(double v) {
    std::string out;
    append_number(out, v);
    return out;
}

TEST(Json, NumbersAreShortest) {
    EXPECT_EQ(number(21.37), "21.37");
    EXPECT_EQ(number(0.1), "0.1");
    EXPECT_EQ(number(100), "100");
    EXPECT_EQ(number(-0.0), "-0");
    EXPECT_EQ(number(1e300), "1e+300");
    EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), "null");
}

TEST(Json, StringsAreEscaped) {
    std::string out;
    append_json_string(out, "a\"\\\n\x01\xff한");
    EXPECT_EQ(out, "\"a\\\"\\\\\\n\\u0001\xEF\xBF\xBD한\"");
    EXPECT_TRUE(parse_json(out));
}

TEST(Json, WriterPutsCommas) {
    std::string out;
    JsonWriter w(out);
    w.begin_object().member("a", 1).member("b", "x").key("c");
    w.begin_array().value(1.5).value(true).value(nullptr).begin_object().end_object().end_array();
    w.member("t", from_ns(0)).end_object();
    EXPECT_EQ(out,
              R"({"a":1,"b":"x","c":[1.5,true,null,{}],"t":"1970-01-01T00:00:00.000000000Z"})");
}

TEST(Json, ParsesWithLimits) {
    EXPECT_EQ(parse_json(R"({"a":[1,2.5]})")->at("a").at(1).as_double(), 2.5);
    EXPECT_EQ(parse_json("1e400").error(), JsonErrc::not_finite);
    EXPECT_EQ(parse_json("[[1e400]]").error(), JsonErrc::not_finite);
    EXPECT_EQ(parse_json(std::string(100, '[')).error(), JsonErrc::too_deep);
    EXPECT_EQ(parse_json("nan").error(), JsonErrc::malformed);
    EXPECT_EQ(parse_json("{} x").error(), JsonErrc::malformed);
    EXPECT_EQ(parse_json("").error(), JsonErrc::malformed);
    EXPECT_EQ(parse_json("\"\xff\"").error(), JsonErrc::invalid_utf8);
}

TEST(Json, WritesBoostValues) {
    std::string out;
    append_json(out, *parse_json(R"({"a":[1,21.37,"x",null,true]})"));
    EXPECT_EQ(out, R"({"a":[1,21.37,"x",null,true]})");
}

} // namespace
} // namespace caredian
