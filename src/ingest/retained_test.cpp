#include "ingest/retained.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

TEST(Retained, IsNewsWhenUnknownOrDifferent) {
    RetainedFilter filter;
    EXPECT_TRUE(filter.is_news(1, 10)) << "nothing is known of the topic";
    filter.learn(1, 10, 1);
    EXPECT_FALSE(filter.is_news(1, 10));
    EXPECT_TRUE(filter.is_news(1, 11));
    EXPECT_TRUE(filter.is_news(2, 10)) << "another topic";
}

TEST(Retained, ALiveMessageIsTheLastKnownPayloadToo) {
    RetainedFilter filter;
    filter.learn(1, 10, 1);
    filter.learn(1, 20, 1);
    EXPECT_FALSE(filter.is_news(1, 20));
    EXPECT_TRUE(filter.is_news(1, 10)) << "it was that before, not last";
}

TEST(Retained, ForgetsTheLeastRecentlySeenTopic) {
    RetainedFilter filter(3);
    filter.learn(1, 10, 1);
    filter.learn(2, 10, 1);
    filter.learn(3, 10, 1);
    filter.learn(1, 10, 1); // seen again
    filter.learn(4, 10, 1);
    EXPECT_EQ(filter.size(), 3u);
    EXPECT_TRUE(filter.is_news(2, 10));
    for (std::uint64_t topic : {1u, 3u, 4u}) EXPECT_FALSE(filter.is_news(topic, 10)) << topic;
}

TEST(Retained, SurvivesWithItsOrder) {
    RetainedFilter filter(3);
    for (std::uint64_t topic : {1u, 2u, 3u, 1u}) filter.learn(topic, topic * 7, topic);
    RetainedFilter copy(3);
    ASSERT_TRUE(copy.load(filter.save(3)));
    EXPECT_EQ(copy.save(3), filter.save(3));
    copy.learn(9, 1, 4);
    EXPECT_TRUE(copy.is_news(2, 14));
    EXPECT_FALSE(copy.is_news(1, 7));
}

TEST(Retained, ItsSavedCopyKnowsOnlyWhatIsOnDisk) {
    RetainedFilter filter;
    filter.learn(1, 10, 1);
    filter.learn(2, 10, 2);
    filter.learn(1, 20, 3);
    RetainedFilter copy;
    ASSERT_TRUE(copy.load(filter.save(2)));
    EXPECT_TRUE(copy.is_news(1, 20)) << "it waits for the disk";
    EXPECT_FALSE(copy.is_news(2, 10));
}

TEST(Retained, RefusesABrokenCopy) {
    RetainedFilter filter;
    filter.learn(1, 10, 1);
    std::string saved = filter.save(3);
    for (std::size_t n = 0; n < saved.size(); ++n) {
        RetainedFilter copy;
        EXPECT_FALSE(copy.load(std::string_view(saved).substr(0, n))) << n;
        EXPECT_EQ(copy.size(), 0u);
    }
}

TEST(Retained, StaysWithinItsBound) {
    RetainedFilter filter(1000);
    for (std::uint64_t i = 0; i < 10'000; ++i) filter.learn(i * 0x9e3779b97f4a7c15ull, i, i);
    EXPECT_EQ(filter.size(), 1000u);
    EXPECT_FALSE(filter.is_news(9'999 * 0x9e3779b97f4a7c15ull, 9'999));
    EXPECT_TRUE(filter.is_news(0, 0));
}

} // namespace
} // namespace caredian::ingest
