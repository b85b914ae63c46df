#include "base/random.h"
#include "history/chunk_set.h"

#include <gtest/gtest.h>
#include <set>

namespace caredian::history {
namespace {

TEST(ChunkSet, MatchesANaiveSet) {
    SeededRandom random(5);
    ChunkSet set;
    std::set<std::int32_t> model;
    for (int i = 0; i < 3'000; ++i) {
        auto first = static_cast<std::int32_t>(random.next_u64() % 60) - 30;
        auto last = first + static_cast<std::int32_t>(random.next_u64() % 4);
        bool adds = random.next_u64() % 2 == 0;
        if (adds)
            set.add(first, last);
        else
            set.remove(first, last);
        for (std::int32_t c = first; c <= last; ++c) {
            if (adds)
                model.insert(c);
            else
                model.erase(c);
        }
        for (std::int32_t c = -35; c < 35; ++c) ASSERT_EQ(set.contains(c), model.contains(c)) << c;
        ChunkSet again;
        ASSERT_TRUE(ChunkSet::decode(set.encode(), again));
        ASSERT_EQ(again, set);
    }
}

TEST(ChunkSet, IsBoundedAndThenHoldsMore) {
    ChunkSet set;
    for (std::int32_t c = 0; c < 1'000; ++c) set.add(c * 3 + (c > 500 ? 1'000 : 0));
    EXPECT_LE(set.intervals().size(), 64U);
    for (std::int32_t c = 0; c < 1'000; ++c)
        EXPECT_TRUE(set.contains(c * 3 + (c > 500 ? 1'000 : 0)));
    EXPECT_FALSE(set.contains(-1));
    EXPECT_FALSE(set.contains(10'000));
}

TEST(ChunkSet, EndsOfTime) {
    ChunkSet set;
    set.add(INT32_MAX);
    set.add(INT32_MIN);
    set.add(INT32_MAX - 1);
    EXPECT_EQ(set.intervals().size(), 2U);
    set.remove(INT32_MIN, INT32_MAX);
    EXPECT_TRUE(set.empty());
}

TEST(ChunkSet, RefusesWhatItDoesNotWrite) {
    ChunkSet set;
    EXPECT_TRUE(ChunkSet::decode("", set));
    const std::string_view cases[] = {
        "\x80",                                         // a number without its end
        "\x02",                                         // an interval without its length
        {"\x02\x01\x02\x01", 4},                        // one that touches the one before
        {"\x02\x01\x00\x01", 4},                        // or overlaps it
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01", // out of reach
    };
    for (auto bad : cases) EXPECT_FALSE(ChunkSet::decode(bad, set)) << bad.size();
}

} // namespace
} // namespace caredian::history
