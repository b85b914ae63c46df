#include "identity/scopes.h"

#include <gtest/gtest.h>

namespace caredian::identity {
namespace {

TEST(Scopes, WordsThereAndBack) {
    for (const char* words :
         {"", "read", "read control", "read control admin verify introspect events:fall:ingest",
          "readings:write influx:query", "read readings:write:wall%20clock",
          "readings:write:%EA%B1%B0%EC%8B%A4%2C%20a"}) {
        auto scopes = parse_scopes(words);
        ASSERT_TRUE(scopes) << words;
        EXPECT_EQ(to_string(*scopes), words);
    }
    EXPECT_EQ(to_string(*parse_scopes(" verify,,read ")), "read verify");
}

TEST(Scopes, AnUnknownWordIsNotPassedOver) {
    for (const char* words : {"reed", "Read", "read;control", "read *", "read\tcontrol", "all",
                              "readings:write:", "readings:write:%zz", "readings:write:a%0A",
                              "readings:write:%FF", "readings:write:a readings:write:b"})
        EXPECT_FALSE(parse_scopes(words)) << words;
}

TEST(Scopes, Within) {
    auto read = *parse_scopes("read");
    auto both = *parse_scopes("read control");
    EXPECT_TRUE(read.within(both));
    EXPECT_FALSE(both.within(read));
    EXPECT_TRUE(Scopes().within(read));
    EXPECT_TRUE(both.has(Scope::control));
    EXPECT_FALSE(both.has(Scope::admin));
}

TEST(Scopes, OneDevice) {
    auto all = *parse_scopes("readings:write");
    auto one = *parse_scopes("readings:write:wall%20clock");
    EXPECT_TRUE(all.may_write("anything"));
    EXPECT_TRUE(one.may_write("wall clock"));
    EXPECT_FALSE(one.may_write("wall"));
    EXPECT_FALSE(Scopes().may_write("wall"));
    EXPECT_TRUE(one.within(all));
    EXPECT_TRUE(one.within(one));
    EXPECT_FALSE(all.within(one));
    EXPECT_FALSE(parse_scopes("readings:write:other")->within(one));
    EXPECT_TRUE(Scopes().within(one));
    auto both = *parse_scopes("readings:write:a readings:write");
    EXPECT_TRUE(both.may_write("b")) << "the wider of two";
    one.remove(Scope::readings_write);
    EXPECT_TRUE(one.empty());
    EXPECT_EQ(one, Scopes());
}

} // namespace
} // namespace caredian::identity
