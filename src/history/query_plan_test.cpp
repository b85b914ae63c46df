#include "history/query_plan.h"

#include <gtest/gtest.h>

namespace caredian::history {

void PrintTo(const Piece& p, std::ostream* out) {
    *out << "[" << p.from << ", " << p.to << ") " << static_cast<int>(p.source);
}

namespace {

constexpr std::int64_t kMinute = 60'000'000'000;
using Pieces = std::vector<Piece>;

Query windows(std::int64_t from, std::int64_t to, std::int64_t every,
              Aggregate fn = Aggregate::mean) {
    Query q;
    q.from = from;
    q.to = to;
    q.every = nanoseconds(every);
    q.fn = fn;
    return q;
}

TEST(QueryPlan, TakesTheCoarsestLevelThatFits) {
    Standing s;
    s.rolled_to = 100 * kHour;
    EXPECT_EQ(plan(windows(0, 10 * kHour, kHour), s), (Pieces{{0, 10 * kHour, Source::hour}}));
    EXPECT_EQ(plan(windows(0, 10 * kHour, 15 * kMinute), s),
              (Pieces{{0, 10 * kHour, Source::five}}));
    EXPECT_EQ(plan(windows(0, 10 * kHour, 7 * kMinute), s),
              (Pieces{{0, 10 * kHour, Source::points}}));
    EXPECT_EQ(plan(windows(0, 10 * kHour, kHour, Aggregate::first), s),
              (Pieces{{0, 10 * kHour, Source::points}}));
    EXPECT_EQ(
        plan(windows(INT64_MIN, INT64_MAX, 0), s),
        (Pieces{{INT64_MIN, 100 * kHour, Source::hour}, {100 * kHour, INT64_MAX, Source::points}}));
}

TEST(QueryPlan, EdgesInsideABucketComeFromPoints) {
    Standing s;
    s.rolled_to = 100 * kHour;
    EXPECT_EQ(plan(windows(1, 10 * kHour + 5, 0), s),
              (Pieces{{1, kHour, Source::points},
                      {kHour, 10 * kHour, Source::hour},
                      {10 * kHour, 10 * kHour + 5, Source::points}}));
    EXPECT_EQ(plan(windows(1, 2, 0), s), (Pieces{{1, 2, Source::points}}));
    EXPECT_EQ(plan(windows(99 * kHour, 200 * kHour, kHour), s),
              (Pieces{{99 * kHour, 100 * kHour, Source::hour},
                      {100 * kHour, 200 * kHour, Source::points}}));
}

TEST(QueryPlan, StaleChunksComeFromPoints) {
    Standing s;
    s.rolled_to = 100 * kHour;
    s.unsettled = {{10 * kHour, 20 * kHour}, {15 * kHour, 30 * kHour}, {90 * kHour, 200 * kHour}};
    EXPECT_EQ(plan(windows(0, 300 * kHour, kHour), s),
              (Pieces{{0, 10 * kHour, Source::hour},
                      {10 * kHour, 30 * kHour, Source::points},
                      {30 * kHour, 90 * kHour, Source::hour},
                      {90 * kHour, 300 * kHour, Source::points}}));
}

TEST(QueryPlan, WherePointsAreGoneRollupsAnswerWhatTheyCan) {
    Standing s;
    s.rolled_to = 100 * kHour;
    s.raw_from = 50 * kHour - 1;
    s.five_from = 20 * kHour;
    s.unsettled = {{0, 100 * kHour}};
    EXPECT_EQ(plan(windows(0, 100 * kHour, kMinute), s),
              (Pieces{{0, 20 * kHour, Source::hour},
                      {20 * kHour, 50 * kHour, Source::five},
                      {50 * kHour, 100 * kHour, Source::points}}));
}

TEST(QueryPlan, ALevelThatIsDeletedIsNotAsked) {
    Standing s;
    s.rolled_to = 100 * kHour;
    s.hour_from = 60 * kHour;
    EXPECT_EQ(plan(windows(0, 100 * kHour, kHour), s),
              (Pieces{{0, 60 * kHour, Source::five}, {60 * kHour, 100 * kHour, Source::hour}}));
}

} // namespace
} // namespace caredian::history
