#include "history/influx/outbox.h"

#include <cmath>
#include <gtest/gtest.h>

namespace caredian::history::influx {
namespace {

std::vector<readings::Reading> some(int n, readings::Row from = 1) {
    std::vector<readings::Reading> out;
    for (int i = 0; i < n; ++i) {
        readings::Reading r;
        r.series = {"m", {{"device", "d"}}};
        r.row = from + static_cast<readings::Row>(i);
        r.time = from_ns(1000 + static_cast<std::int64_t>(r.row));
        r.fields = {{"v", 1.5}};
        out.push_back(std::move(r));
    }
    return out;
}
constexpr std::size_t line_bytes = std::string_view("m,device=d v=1.5 1001\n").size();

struct Box : testing::Test {
    ColumnTypes types;
    std::unique_ptr<Encoder> encoder = make_plain_encoder(types);
    int wakes = 0;
    Outbox make(OutboxOptions options) {
        return Outbox(options, *encoder, [this] { ++wakes; });
    }
    OutboxOptions wide{1 << 20, 10'000, 1 << 20};
    Lines taken;
};

TEST_F(Box, WhatIsOfferedIsTakenInOnePiece) {
    auto box = make(wide);
    EXPECT_TRUE(box.offer(some(2), 2));
    EXPECT_TRUE(box.offer(some(1, 3), 5));
    ASSERT_TRUE(box.take(taken));
    EXPECT_EQ(taken.text, "m,device=d v=1.5 1001\nm,device=d v=1.5 1002\nm,device=d v=1.5 1003\n");
    EXPECT_EQ(taken.size(), 3u);
    EXPECT_EQ(taken.line(1), "m,device=d v=1.5 1002");
    EXPECT_EQ(taken.last_row, 5u);
    EXPECT_FALSE(box.take(taken));
}

TEST_F(Box, WakesTheSenderOnlyWhenItWaits) {
    auto box = make(wide);
    EXPECT_TRUE(box.offer(some(1), 1));
    EXPECT_EQ(wakes, 1);
    EXPECT_TRUE(box.offer(some(1, 2), 2));
    EXPECT_EQ(wakes, 1);
    EXPECT_TRUE(box.take(taken));
    EXPECT_TRUE(box.offer(some(1, 3), 3));
    EXPECT_EQ(wakes, 1) << "it is at work";
    EXPECT_TRUE(box.take(taken));
    EXPECT_FALSE(box.take(taken)); // it waits now
    EXPECT_TRUE(box.offer(some(1, 4), 4));
    EXPECT_EQ(wakes, 2);
}

TEST_F(Box, ABatchIsNoLargerThanAllowedAndAFullOneWakes) {
    auto box = make({1 << 20, 10, 1 << 20});
    EXPECT_TRUE(box.offer(some(1), 1));
    EXPECT_FALSE(box.has_full());
    EXPECT_TRUE(box.offer(some(24, 2), 25));
    EXPECT_TRUE(box.has_full());
    EXPECT_GE(wakes, 2);
    std::vector<std::size_t> sizes;
    readings::Row told = 0;
    while (box.take(taken)) {
        sizes.push_back(taken.size());
        if (sizes.size() < 3) {
            EXPECT_LT(taken.last_row, 25u) << "rows of the offer go on";
        }
        told = std::max(told, taken.last_row);
    }
    EXPECT_EQ(sizes, (std::vector<std::size_t>{10, 10, 5}));
    EXPECT_EQ(told, 25u);
}

TEST_F(Box, IsBoundedAndHasRoomAgain) {
    auto box = make({1 << 20, 10'000, 3 * line_bytes});
    EXPECT_TRUE(box.offer(some(4), 4)) << "what is offered to an empty one is taken";
    EXPECT_FALSE(box.offer(some(1, 5), 5));
    EXPECT_TRUE(box.take(taken));
    EXPECT_FALSE(box.offer(some(1, 5), 5)) << "under way is in memory, too";
    EXPECT_EQ(box.bytes(), 4 * line_bytes);
    box.done(taken.text.size());
    EXPECT_TRUE(box.offer(some(1, 5), 5));
    EXPECT_EQ(box.bytes(), line_bytes);
}

TEST_F(Box, RowsWithoutReadingsMoveTheCursor) {
    auto box = make(wide);
    EXPECT_TRUE(box.offer({}, 7));
    ASSERT_TRUE(box.take(taken));
    EXPECT_TRUE(taken.empty());
    EXPECT_EQ(taken.last_row, 7u);
    EXPECT_FALSE(box.take(taken));
}

TEST_F(Box, CountsWhatLineProtocolCannotSay) {
    auto box = make(wide);
    auto all = some(2);
    all[0].fields = {{"v", std::nan("")}};
    all[1].fields = {{"v", HUGE_VAL}, {"w", true}};
    EXPECT_TRUE(box.offer(all, 2));
    EXPECT_EQ(box.left_out(), 2u);
    ASSERT_TRUE(box.take(taken));
    EXPECT_EQ(taken.text, "m,device=d w=true 1002\n");
    EXPECT_EQ(taken.last_row, 2u);
}

TEST_F(Box, AnotherTypeOfAFieldHasItsSideName) {
    auto box = make(wide);
    auto all = some(3);
    all[1].fields = {{"v", std::string("on")}, {"x", std::int64_t{5}}};
    all[2].fields = {{"v", true}, {"v_boolean", false}};
    EXPECT_TRUE(box.offer(all, 3));
    ASSERT_TRUE(box.take(taken));
    EXPECT_EQ(taken.line(1), "m,device=d v_string=\"on\",x=5i 1002");
    EXPECT_EQ(taken.line(2), "m,device=d v_boolean=false 1003") << "its own v_boolean counts";
}

} // namespace
} // namespace caredian::history::influx
