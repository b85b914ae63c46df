#include "ingest/retained.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

TEST(Retained, IsNewsWhenUnknownOrDifferent) {
    RetainedFilter filter;
    EXPECT_TRUE(filter.is_news(1, 10)) << "nothing is known of the topic";
    filter.learn(1, 10);
    EXPECT_FALSE(filter.is_news(1, 10));
    EXPECT_TRUE(filter.is_news(1, 11));
    EXPECT_TRUE(filter.is_news(2, 10)) << "another topic";
}

TEST(Retained, ALiveMessageIsTheLastKnownPayloadToo) {
    RetainedFilter filter;
    filter.learn(1, 10);
    filter.learn(1, 20);
    EXPECT_FALSE(filter.is_news(1, 20));
    EXPECT_TRUE(filter.is_news(1, 10)) << "it was that before, not last";
}

TEST(Retained, ForgetsTheLeastRecentlySeenTopic) {
    RetainedFilter filter(3);
    filter.learn(1, 10);
    filter.learn(2, 10);
    filter.learn(3, 10);
    filter.learn(1, 10); // seen again
    filter.learn(4, 10);
    EXPECT_EQ(filter.size(), 3u);
    EXPECT_TRUE(filter.is_news(2, 10));
    for (std::uint64_t topic : {1u, 3u, 4u}) EXPECT_FALSE(filter.is_news(topic, 10)) << topic;
}

TEST(Retained, SurvivesWithItsOrder) {
    RetainedFilter filter(3);
    for (std::uint64_t topic : {1u, 2u, 3u, 1u}) filter.learn(topic, topic * 7);
    RetainedFilter copy(3);
    ASSERT_TRUE(copy.load(filter.save()));
    EXPECT_EQ(copy.save(), filter.save());
    copy.learn(9, 1);
    EXPECT_TRUE(copy.is_news(2, 14));
    EXPECT_FALSE(copy.is_news(1, 7));
}

TEST(Retained, RefusesABrokenCopy) {
    RetainedFilter filter;
    filter.learn(1, 10);
    std::string saved = filter.save();
    for (std::size_t n = 0; n < saved.size(); ++n) {
        RetainedFilter copy;
        EXPECT_FALSE(copy.load(std::string_view(saved).substr(0, n))) << n;
        EXPECT_EQ(copy.size(), 0u);
    }
}

TEST(Retained, StaysWithinItsBound) {
    RetainedFilter filter(1000);
    for (std::uint64_t i = 0; i < 10'000; ++i) filter.learn(i * 0x9e3779b97f4a7c15ull, i);
    EXPECT_EQ(filter.size(), 1000u);
    EXPECT_FALSE(filter.is_news(9'999 * 0x9e3779b97f4a7c15ull, 9'999));
    EXPECT_TRUE(filter.is_news(0, 0));
}

} // namespace
} // namespace caredian::ingest
