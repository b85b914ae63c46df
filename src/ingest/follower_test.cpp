#include "ingest/follower.h"
#include "ingest/pipeline_fixture.h"

namespace caredian::ingest {
namespace {

// A sink whose room and cursor the test decides.
struct Store final : readings::Sink {
    explicit Store(readings::Row cursor = 0) : saved(cursor), given(cursor) {}
    std::string_view name() const override { return "store"; }
    readings::Row cursor() const override { return saved; }
    bool offer(std::span<const readings::Reading> r, readings::Row last_row) override {
        ++offers;
        if (room == 0) return false;
        if (room > 0) --room;
        EXPECT_GT(last_row, given);
        for (const auto& reading : r) {
            EXPECT_GT(reading.row, given);
            EXPECT_LE(reading.row, last_row);
            all.push_back(show(reading));
        }
        given = last_row;
        return true;
    }
    void wait_for_room(milliseconds) override {
        if (on_wait) on_wait();
    }
    void save() override { saved = given; }
    bool let_go(WallTime first, WallTime last) override {
        if (can_let_go) gaps.emplace_back(first, last);
        return can_let_go;
    }

    readings::Row saved, given;
    std::vector<std::string> all;
    int room = -1; // offers that are taken; -1: all
    int offers = 0;
    std::function<void()> on_wait;
    bool can_let_go = true;
    std::vector<std::pair<WallTime, WallTime>> gaps;
};

struct Following : Flow {
    Store sink;
    ConsumerStats counted;
    std::unique_ptr<Follower> follower;

    void follow() {
        follower = std::make_unique<Follower>(
            sink,
            FollowerOptions{options.journal_path, options.store_path,
                            [this] { return pipeline->decode_options(); }},
            counted);
        followers = {follower.get()};
        start({&keeper});
    }
    int catch_up() {
        int steps = 0;
        while (follower->step()) ++steps;
        return steps;
    }
};

TEST_F(Following, IsLiveWhileThereIsRoom) {
    follow();
    put("t/d", "ON");
    put("zigbee2mqtt/hall", R"({"temperature":21.5})");
    run();
    EXPECT_EQ(sink.all, keeper.shown());
    EXPECT_EQ(sink.given, 2u);
    EXPECT_EQ(catch_up(), 0) << "nothing is left for its own thread";
    EXPECT_EQ(counted.written.value(), 2u);
}

TEST_F(Following, ASinkWithoutRoomHoldsUpNobodyAndIsGivenTheRestFromTheJournal) {
    follow();
    put_many(3);
    run();
    sink.room = 0;
    put_many(3);
    put("zigbee2mqtt/hall", "{broken");
    put("t/d", "\"a text where numbers were\"");
    run();
    EXPECT_EQ(keeper.all.size(), 8u);
    EXPECT_EQ(sink.all.size(), 3u);
    int offers = sink.offers;
    put("t/d", "7");
    run();
    EXPECT_EQ(sink.offers, offers) << "once behind, the pipeline does not ask again";
    sink.room = -1;
    EXPECT_GT(catch_up(), 0);
    EXPECT_EQ(sink.all, keeper.shown()) << "decoded again with the same types, the broken one too";
    put("t/d", "8");
    run();
    EXPECT_EQ(sink.all, keeper.shown()) << "live again";
    EXPECT_EQ(catch_up(), 0);
    EXPECT_EQ(stats->dead.value(), 1u) << "counted by the pipeline alone";
}

TEST_F(Following, WaitsForRoomWhileItCatchesUpAndGoesOnAtTheSameRow) {
    follow();
    sink.room = 0;
    for (int i = 0; i < 1500; ++i) put("t/" + std::to_string(i), "1");
    run();
    int waits = 0;
    sink.on_wait = [&] {
        ++waits;
        sink.room = 1;
    };
    EXPECT_GT(catch_up(), 0);
    EXPECT_EQ(sink.all, keeper.shown());
    EXPECT_GE(waits, 3);
}

TEST_F(Following, AfterAStartItGoesOnWhereTheSinkIs) {
    follow();
    put_many(2);
    run();
    sink.save();
    sink.room = 0;
    put_many(3);
    run();
    pipeline->save();
    sink.room = -1;
    sink.saved = sink.given;
    follow(); // another life: the keeper has all five rows
    run();
    EXPECT_EQ(sink.all.size(), 2u);
    EXPECT_GT(catch_up(), 0);
    EXPECT_EQ(sink.all, keeper.shown());
}

TEST_F(Following, ASinkThatIsAheadIsNotGivenRowsTwice) {
    follow();
    put_many(4);
    run();
    sink.save();
    keeper = Keeper(); // it had not saved
    follow();
    run();
    EXPECT_EQ(sink.given, 4u);
    EXPECT_EQ(sink.all.size(), 4u);
    put("t/d", "9");
    run();
    EXPECT_EQ(sink.all.size(), 5u);
    EXPECT_EQ(catch_up(), 0);
}

TEST_F(Following, TheJournalIsCutWhereTheSinkIs) {
    follow();
    put_many(5);
    run();
    sink.save();
    sink.room = 0;
    put_many(3);
    run();
    pipeline->save();
    EXPECT_EQ(cut_at, 5u);
    sink.room = -1;
    (void)catch_up();
    pipeline->save();
    EXPECT_EQ(cut_at, 8u);
    EXPECT_EQ(counted.cursor.value(), 8);
}

// Its journal would be full, and then nothing were acknowledged any more.
TEST_F(Following, ASinkThatIsAwayLetsGoWhenTheJournalNeedsRoom) {
    follow();
    put_many(5);
    run();
    sink.save();
    sink.room = 0;
    put_many(3);
    auto last = clock.wall();
    put_many(2);
    run();
    pipeline->save();
    handoff->request_room();
    clock.advance(std::chrono::seconds(2));
    (void)pipeline->step(milliseconds(0));
    EXPECT_EQ(cut_at, 10u);
    ASSERT_EQ(sink.gaps.size(), 1u);
    EXPECT_EQ(to_ns(sink.gaps[0].first) / 1000, to_ns(keeper.all[5].time) / 1000);
    EXPECT_GT(sink.gaps[0].second, last);
    handoff->request_room();
    clock.advance(std::chrono::seconds(2));
    (void)pipeline->step(milliseconds(0));
    EXPECT_EQ(sink.gaps.size(), 1u) << "once";
    sink.room = -1;
    (void)catch_up();
    put("t/d", "9");
    run();
    EXPECT_EQ(sink.all.size(), 6u) << "and goes on behind the gap";
    EXPECT_EQ(sink.all.back(), keeper.shown().back());
}

TEST_F(Following, ASinkThatCannotLetGoHoldsTheJournal) {
    follow();
    sink.can_let_go = false;
    sink.room = 0;
    put_many(4);
    run();
    pipeline->save();
    handoff->request_room();
    clock.advance(std::chrono::seconds(2));
    (void)pipeline->step(milliseconds(0));
    EXPECT_EQ(cut_at, 0u);
    sink.room = -1;
    (void)catch_up();
    EXPECT_EQ(sink.all.size(), 4u);
}

TEST_F(Following, RowsThatMakeNoReadingMoveTheCursor) {
    follow();
    sink.room = 0;
    put("t/d", "");
    put("zigbee2mqtt/hall/set", "ON");
    run();
    sink.room = -1;
    (void)catch_up();
    EXPECT_EQ(sink.given, 2u);
    EXPECT_TRUE(sink.all.empty());
}

TEST_F(Following, StopsWhileItWaitsForRoom) {
    follow();
    sink.room = 0;
    put_many(3);
    run();
    sink.on_wait = [&] { follower->stop(); };
    EXPECT_EQ(catch_up(), 0);
    EXPECT_TRUE(sink.all.empty());
}

} // namespace
} // namespace caredian::ingest
