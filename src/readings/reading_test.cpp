#include "readings/reading.h"

#include <gtest/gtest.h>

namespace caredian::readings {
namespace {

TEST(SeriesKey, WritesInfluxEscaping) {
    struct Case {
        SeriesKey key;
        std::string text;
    };
    const Case cases[] = {
        {{"zigbee", {{"device", "kitchen/climate"}}}, "zigbee,device=kitchen/climate"},
        {{"a b,c=d", {{"device", "x"}}}, "a\\ b\\,c=d,device=x"},
        {{"m", {{"device", "living room"}, {"k=1", "a,b=c"}}},
         "m,device=living\\ room,k\\=1=a\\,b\\=c"},
        {{"m", {{"device", ""}}}, "m"},
        {{"m", {{"device", "two\nlines"}}}, "m,device=two\\ lines"},
        {{"m", {{"device", "ends\\"}}}, "m,device=ends\\ "},
    };
    for (const auto& c : cases) EXPECT_EQ(c.key.to_string(), c.text);
}

TEST(SeriesKey, FindsTags) {
    SeriesKey key{"m", {{"area", "hall"}, {"device", "d"}}};
    EXPECT_EQ(key.tag("device"), "d");
    EXPECT_EQ(key.tag("room"), "");
}

TEST(FieldType, FollowsTheVariant) {
    EXPECT_EQ(to_string(type_of(FieldValue(1.5))), "float");
    EXPECT_EQ(to_string(type_of(FieldValue(std::int64_t(1)))), "integer");
    EXPECT_EQ(to_string(type_of(FieldValue(true))), "boolean");
    EXPECT_EQ(to_string(type_of(FieldValue(std::string("x")))), "string");
}

} // namespace
} // namespace caredian::readings
