#include "ingest/topic_filter.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

TEST(TopicFilter, Matches) {
    struct Case {
        const char* filter;
        const char* topic;
        bool match;
    };
    const Case cases[] = {
        {"a/b", "a/b", true},
        {"a/b", "a/b/c", false},
        {"a/b", "a", false},
        {"a/+", "a/b", true},
        {"a/+", "a/b/c", false},
        {"a/+", "a/", true},
        {"a/+", "a", false},
        {"+/b", "a/b", true},
        {"a/+/c", "a/b/c", true},
        {"a/#", "a/b/c", true},
        {"a/#", "a", true},
        {"a/#", "ab", false},
        {"#", "a/b", true},
        {"#", "$SYS/broker", false},
        {"+/broker", "$SYS/broker", false},
        {"$SYS/#", "$SYS/b", true},
        {"/a", "a", false},
        {"/+", "/a", true},
        {"+/+", "/a", true},
        {"", "a", false},
        {"a", "", false},
        {"a/+/#", "a/b", true},
        {"a/+/#", "a", false},
    };
    for (const auto& c : cases)
        EXPECT_EQ(topic_matches(c.filter, c.topic), c.match) << c.filter << " " << c.topic;
}

TEST(TopicFilter, KnowsBadFilters) {
    for (const char* good : {"#", "+", "a/#", "a/+/b", "/", "$SYS/#"})
        EXPECT_TRUE(is_valid_filter(good)) << good;
    for (const char* bad : {"", "a#", "#/a", "a+/b", "a/#/b", "+a"})
        EXPECT_FALSE(is_valid_filter(bad)) << bad;
    EXPECT_FALSE(is_valid_filter(std::string_view("a\0b", 3)));
}

} // namespace
} // namespace caredian::ingest
