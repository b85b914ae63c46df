#include "ingest/decode/pattern_index.h"
#include "ingest/topic_filter.h"

#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace caredian::ingest {
namespace {

TopicPattern parse(const std::string& text) {
    std::string why;
    auto pattern = TopicPattern::parse(text, why);
    EXPECT_TRUE(pattern) << text << ": " << why;
    return *pattern;
}

TEST(PatternIndex, TheFirstOfThoseThatMatch) {
    PatternIndex index;
    for (const char* text : {"a/b/c", "a/{x}/c", "a/#", "+/b", "#"}) index.add(parse(text));
    auto first = [&](const char* topic) { return index.first(TopicLevels(topic)); };
    EXPECT_EQ(first("a/b/c"), 0u);
    EXPECT_EQ(first("a/z/c"), 1u);
    EXPECT_EQ(first("a/z/d"), 2u);
    EXPECT_EQ(first("a"), 2u); // # is also no level
    EXPECT_EQ(first("a/b"), 2u);
    EXPECT_EQ(first("x/b"), 3u);
    EXPECT_EQ(first("x"), 4u);
    EXPECT_EQ(first("$SYS/b"), std::nullopt);                    // no wildcard at the start
    EXPECT_EQ(first("1/2/3/4/5/6/7/8/9/a/b/c/d"), std::nullopt); // too many levels
    EXPECT_EQ(PatternIndex().first(TopicLevels("a")), std::nullopt);
}

std::string some_topic(std::mt19937& dice, bool wild) {
    std::string out;
    int levels = 1 + static_cast<int>(dice() % 4);
    for (int i = 0; i < levels; ++i) {
        if (i) out += '/';
        auto one = dice() % (wild ? 6U : 4U);
        if (one == 5 && i + 1 == levels) return out + '#';
        out += one >= 4 ? "+" : std::string(1, "ab$"[one % 3]);
    }
    return out;
}

// As the filters of settings do, one after the other; and `covers` as the topics show.
TEST(PatternIndex, IsWhatALookAtEachWouldBe) {
    std::mt19937 dice(7);
    for (int round = 0; round < 200; ++round) {
        PatternIndex index;
        std::vector<std::string> filters;
        for (int i = 0; i < 12; ++i) index.add(parse(filters.emplace_back(some_topic(dice, true))));
        auto wide = parse(filters[0]), other = parse(filters[1]);
        for (int i = 0; i < 40; ++i) {
            auto topic = some_topic(dice, false);
            std::optional<std::size_t> expected;
            for (std::size_t f = 0; f < filters.size() && !expected; ++f)
                if (topic_matches(filters[f], topic)) expected = f;
            EXPECT_EQ(index.first(TopicLevels(topic)), expected) << topic;
            if (wide.covers(other) && topic_matches(filters[1], topic)) {
                EXPECT_TRUE(topic_matches(filters[0], topic))
                    << filters[0] << ' ' << filters[1] << ' ' << topic;
            }
        }
    }
}

TEST(TopicPattern, Covers) {
    auto covers = [](const char* a, const char* b) { return parse(a).covers(parse(b)); };
    EXPECT_TRUE(covers("a/+", "a/{x}"));
    EXPECT_TRUE(covers("a/#", "a"));
    EXPECT_TRUE(covers("a/#", "a/+/#"));
    EXPECT_TRUE(covers("#", "+/a"));
    EXPECT_FALSE(covers("a/+", "a/#"));
    EXPECT_FALSE(covers("a/b", "a/+"));
    EXPECT_FALSE(covers("a/+", "a"));
    EXPECT_FALSE(covers("#", "$SYS/a"));
    EXPECT_FALSE(covers("+/a", "$SYS/a"));
    EXPECT_FALSE(covers("a", "a/b"));
}

} // namespace
} // namespace caredian::ingest
