#include "ingest/decode/topic_memo.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

TEST(TopicLevels, Splits) {
    TopicLevels levels("tele/plug3/SENSOR");
    EXPECT_EQ(levels.size(), 3u);
    EXPECT_EQ(levels[0], "tele");
    EXPECT_EQ(levels[2], "SENSOR");
    EXPECT_EQ(levels[3], "");
    EXPECT_EQ(levels.last(), "SENSOR");
    EXPECT_EQ(levels.last(1), "plug3");
    EXPECT_EQ(levels.last(3), "");
    EXPECT_EQ(levels.join(0, 2), "tele/plug3");
    EXPECT_EQ(levels.join(1, 1), "");
    EXPECT_EQ(levels.join(1, 4), "");
    EXPECT_EQ(levels.without_last(1), "tele/plug3");
    EXPECT_EQ(levels.without_last(3), "");
}

TEST(TopicLevels, EmptyLevelsCount) {
    EXPECT_EQ(TopicLevels("").size(), 1u);
    EXPECT_EQ(TopicLevels("/a/").size(), 3u);
    EXPECT_EQ(TopicLevels("/a/")[0], "");
    EXPECT_EQ(TopicLevels("/a/")[1], "a");
    EXPECT_EQ(TopicLevels("/a/").last(), "");
}

TEST(TopicLevels, WhatIsTooDeepOrTooLongHasNone) {
    EXPECT_EQ(TopicLevels("0/1/2/3/4/5/6/7/8/9/a/b").size(), TopicLevels::most);
    EXPECT_EQ(TopicLevels("0/1/2/3/4/5/6/7/8/9/a/b/c").size(), 0u);
    EXPECT_EQ(TopicLevels(std::string(65'535, '/')).size(), 0u);
    EXPECT_EQ(TopicLevels(std::string(TopicLevels::longest + 1, 'a')).size(), 0u);
}

TEST(TopicMemo, AsksOncePerTopic) {
    TopicMemo memo;
    int asked = 0;
    auto length = [&](const TopicMemo::Place& place) {
        ++asked;
        return static_cast<std::uint32_t>(place.topic.size());
    };
    EXPECT_EQ(memo.at("a/b", length).claims, 3u);
    EXPECT_EQ(memo.at("a/b", length).claims, 3u);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(memo.at("a/bc", length).levels.last(), "bc");
    EXPECT_EQ(asked, 2);
}

TEST(TopicMemo, StaysRightWhenTopicsPushEachOtherOut) {
    TopicMemo memo;
    auto length = [](const TopicMemo::Place& place) {
        return static_cast<std::uint32_t>(place.topic.size());
    };
    for (int round = 0; round < 2; ++round)
        for (std::size_t i = 0; i < 3 * TopicMemo::places; ++i) {
            std::string topic = "flood/" + std::to_string(i);
            EXPECT_EQ(memo.at(topic, length).claims, topic.size());
        }
    std::string huge(60'000, 'x');
    EXPECT_EQ(memo.at(huge, length).claims, huge.size());
}

} // namespace
} // namespace caredian::ingest
