#include "ingest/pipeline_fixture.h"

namespace caredian::ingest {
namespace {

TEST_F(Flow, GivesReadingsToEveryConsumerInTheOrderOfRows) {
    start({&keeper, &other});
    put("zigbee2mqtt/hall", R"({"temperature":21.5})");
    put("t/d", "ON");
    run();
    EXPECT_EQ(keeper.shown(), (std::vector<std::string>{"zigbee,device=hall temperature=21.5",
                                                        "t,device=d value_bool=true"}));
    EXPECT_EQ(other.shown(), keeper.shown());
    EXPECT_EQ(stats->decoded.value(), 2u);
    EXPECT_EQ(stats->consumers.at(0).written.value(), 2u);
    EXPECT_EQ(keeper.all[1].row, 2u);
    EXPECT_EQ(to_ns(keeper.all[1].time) % 1000, 2);
}

TEST_F(Flow, GivesDescriptionsBeforeTheReadingsAndCountsThemOnce) {
    start({&keeper, &other});
    put("homeassistant/sensor/a/config", "");
    put("t/d", "1");
    put("zigbee2mqtt/bridge/event",
        R"({"type":"device_leave","data":{"friendly_name":"h","ieee_address":"0x1"}})");
    run();
    std::vector<std::string> expected{"1 homeassistant/sensor/a/config",
                                      "3 zigbee2mqtt/bridge/devices"};
    EXPECT_EQ(keeper.described, expected);
    EXPECT_EQ(other.described, expected);
    EXPECT_EQ(keeper.all.size(), 2u);
    EXPECT_EQ(keeper.all[0].topic, "t/d");
    EXPECT_EQ(stats->described.value(), 1u); // the third made a reading: it is decoded
    EXPECT_EQ(stats->decoded.value(), 2u);
}

TEST_F(Flow, AConsumerIsNotGivenDescriptionsAgain) {
    start({&keeper});
    put("homeassistant/sensor/a/config", "");
    run();
    pipeline->save();
    other.can_save = false;
    start({&keeper, &other});
    put("homeassistant/sensor/b/config", "");
    run();
    EXPECT_EQ(keeper.described, (std::vector<std::string>{"1 homeassistant/sensor/a/config",
                                                          "2 homeassistant/sensor/b/config"}));
    EXPECT_EQ(other.described.back(), "2 homeassistant/sensor/b/config");
}

TEST_F(Flow, EveryMessageMakesAReadingOrIsCounted) {
    options.decode.max_field_types = 3; // value, and two of mqtt_raw
    start({&keeper});
    for (const char* payload : {"1", "", "null", "nan", "{", R"({"new":1})", "\xff"})
        put("t/d", payload);
    run();
    std::uint64_t ignored = 0;
    for (const auto& c : stats->ignored) ignored += c.value();
    EXPECT_EQ(stats->decoded.value() + stats->dead.value() + ignored, 7u);
    EXPECT_EQ(stats->dead.value(), 2u);
    EXPECT_EQ(stats->ignored_by(Ignored::field_limit).value(), 1u);
}

TEST_F(Flow, EachConsumerGoesOnFromItsOwnCursor) {
    keeper.can_save = false;
    start({&keeper, &other});
    put_many(10);
    run();
    pipeline->save();
    EXPECT_EQ(cut_at, 0u) << "one of them has nothing on disk";
    put_many(5);
    run();

    // a crash: the one begins again from 0, the other from 10
    Keeper keeper2(keeper.saved), other2(other.saved);
    start({&keeper2, &other2});
    run();
    EXPECT_EQ(keeper2.all.size(), 15u);
    EXPECT_EQ(other2.all.size(), 5u);
    EXPECT_EQ(other2.all.front().row, 11u);
    pipeline->save();
    EXPECT_EQ(cut_at, 15u);
}

TEST_F(Flow, ACursorInTheMiddleOfASegment) {
    start({&keeper});
    for (int i = 0; i < 10; ++i) writer->add({"t/d", "1"});
    writer->batch_end(); // one segment
    Keeper half(4);
    start({&half});
    run();
    ASSERT_EQ(half.all.size(), 6u);
    EXPECT_EQ(half.all.front().row, 5u);
}

TEST_F(Flow, WhatDoesNotFitInMemoryIsReadFromTheJournal) {
    handoff_bytes = 500;
    start({&keeper});
    put_many(200);
    run();
    ASSERT_EQ(keeper.all.size(), 200u);
    for (std::size_t i = 0; i < 200; ++i) EXPECT_EQ(keeper.all[i].row, i + 1);
    put_many(3);
    run();
    EXPECT_EQ(keeper.all.size(), 203u);
}

TEST_F(Flow, GoesOnBehindRowsThatWereDropped) {
    journal.max_bytes = 2'000;
    journal.when_full = WhenFull::drop_oldest;
    handoff_bytes = 0; // all through the journal
    start({&keeper});
    put_many(300);
    EXPECT_GT(stats->dropped_rows.value(), 100u);
    run();
    EXPECT_EQ(keeper.all.size() + stats->dropped_rows.value(), 300u);
    EXPECT_EQ(keeper.all.back().row, 300u);
}

TEST_F(Flow, GoesOnWhenTheJournalWasLost) {
    start({&keeper});
    put_many(5);
    run();
    pipeline->save();
    pipeline.reset();
    writer.reset();
    for (const char* suffix : {"", "-wal", "-shm"})
        std::filesystem::remove(options.journal_path + suffix);
    start({&keeper});
    put_many(2);
    run();
    ASSERT_EQ(keeper.all.size(), 7u);
    EXPECT_EQ(keeper.all.back().row, 7u) << "rows are never used again";
}

TEST_F(Flow, SavesWhenTheJournalNeedsRoom) {
    journal.max_bytes = 4'000;
    start({&keeper});
    put_many(20);
    run();
    EXPECT_EQ(keeper.saves, 0);
    put_many(60); // half of max_bytes is reached
    run();
    EXPECT_EQ(keeper.saves, 1);
    EXPECT_GT(cut_at, 20u);
    while (writer->cut(cut_at)) {
    }
    EXPECT_LT(stats->journal_bytes.value(), 2'000);
}

TEST_F(Flow, TicksOnceASecond) {
    start({&keeper});
    put_many(1);
    run();
    for (int i = 0; i < 35; ++i) {
        clock.advance(milliseconds(100));
        (void)pipeline->step(milliseconds(0));
    }
    EXPECT_EQ(keeper.ticks, 3);
}

TEST_F(Flow, ABrokenMessageIsADeadLetterAndAReading) {
    start({&keeper});
    put("home/kitchen/broken", "{\"a\":\xff");
    put("home/kitchen/good", "1");
    run();
    EXPECT_EQ(keeper.shown(),
              (std::vector<std::string>{
                  "mqtt_raw,device=broken,topic=home/kitchen/broken error='invalid_utf8' bytes=6 "
                  "payload='{\"a\":\xEF\xBF\xBD'",
                  "home,device=good,path=kitchen value=1"}));
    EXPECT_EQ(stats->dead.value(), 1u);
    PipelineStore store(options.store_path, {});
    FieldTypes types(100);
    ASSERT_TRUE(store.open(types));
    EXPECT_EQ((*store.newest(10)).at(0).payload, "{\"a\":\xff");
}

TEST_F(Flow, FieldTypesSurviveARestart) {
    start({&keeper});
    put("t/d", R"({"x":1})");
    run();
    pipeline->save();
    start({&keeper});
    put("t/d", R"({"x":"kimchi"})");
    run();
    EXPECT_EQ(keeper.shown().back(), "t,device=d x_string='kimchi'");
    EXPECT_EQ(stats->type_conflicts.value(), 1u);
}

TEST_F(Flow, AConsumerThatThrowsHarmsItselfAlone) {
    keeper.fails = true;
    start({&keeper, &other});
    put_many(3);
    run();
    EXPECT_EQ(other.all.size(), 3u);
    EXPECT_EQ(stats->consumers.at(0).written.value(), 0u);
    pipeline->save();
    EXPECT_EQ(cut_at, 0u) << "the journal keeps what it lacks";
}

TEST_F(Flow, ARedeliveredMessageKeepsItsMark) {
    start({&keeper});
    writer->connected(false);
    writer->add({"t/d", "1", 9, 1, false, false});
    writer->batch_end();
    writer->add({"t/d", "1", 9, 1, false, true});
    writer->batch_end();
    run();
    ASSERT_EQ(keeper.all.size(), 2u);
    EXPECT_TRUE(keeper.all[1].redelivered);
    EXPECT_EQ(keeper.all[1].first_row, 1u);
    EXPECT_EQ(keeper.all[1].time, keeper.all[0].time);
}

TEST_F(Flow, WorksWithoutAPlaceForDeadLetters) {
    options.store_path = dir.path() + "/none/ingest.db";
    start({&keeper});
    put("t/d", "{");
    put("t/d", "1");
    run();
    pipeline->save();
    EXPECT_EQ(keeper.all.size(), 2u);
    EXPECT_EQ(cut_at, 0u) << "the journal keeps the broken message until it has a place";
    std::filesystem::create_directory(dir.path() + "/none");
    pipeline->save();
    EXPECT_EQ(cut_at, 2u);
}

} // namespace
} // namespace caredian::ingest
