#include "identity/scopes.h"

#include <gtest/gtest.h>

namespace caredian::identity {
namespace {

TEST(Scopes, WordsThereAndBack) {
    for (const char* words :
         {"", "read", "read control", "read control admin verify introspect events:fall:ingest"}) {
        auto scopes = parse_scopes(words);
        ASSERT_TRUE(scopes) << words;
        EXPECT_EQ(to_string(*scopes), words);
    }
    EXPECT_EQ(to_string(*parse_scopes(" verify,,read ")), "read verify");
}

TEST(Scopes, AnUnknownWordIsNotPassedOver) {
    for (const char* words : {"reed", "Read", "read;control", "read *", "read\tcontrol", "all"})
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

} // namespace
} // namespace caredian::identity
