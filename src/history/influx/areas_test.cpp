#include "history/influx/areas.h"
#include "history/influx/encoder.h"

#include <gtest/gtest.h>
#include <map>

namespace caredian::history::influx {
namespace {

struct Home final : AreaSource {
    Moment moment{1, 100};
    std::map<std::string, std::string> rooms; // by device
    Moment now() override { return moment; }
    std::optional<std::string> area(const readings::SeriesKey& key) const override {
        auto found = rooms.find(std::string(key.tag("device")));
        if (found == rooms.end()) return std::nullopt;
        return found->second;
    }
    void put(const std::string& device, const std::string& room, std::int64_t since) {
        rooms[device] = room;
        moment = {moment.number + 1, since};
    }
};

readings::SeriesKey key(std::string device) {
    return {"zigbee", {{"device", std::move(device)}}};
}

// The room in the text that a line begins with.
std::string room(Areas& areas, const std::string& device, std::int64_t time) {
    std::string text = "before ";
    areas.append(text, key(device), time);
    const std::string head = "before zigbee", tail = ",device=" + device;
    EXPECT_TRUE(text.starts_with(head) && text.ends_with(tail)) << text;
    text = text.substr(head.size(), text.size() - head.size() - tail.size());
    std::erase(text, '\\');
    return text.empty() ? text : text.substr(std::string_view(",area=").size());
}

struct Rooms : testing::Test {
    Home home;
    Areas areas{home};
    std::string at(std::int64_t time) { return room(areas, "d", time); }
};

TEST_F(Rooms, AMoveCountsForReadingsAfterItAlone) {
    home.put("d", "kitchen", 100);
    EXPECT_EQ(at(150), "kitchen");
    home.put("d", "hall", 200);
    EXPECT_EQ(at(150), "kitchen") << "sent again, it is the same point";
    EXPECT_EQ(at(199), "kitchen");
    EXPECT_EQ(at(200), "hall");
    EXPECT_EQ(at(5), "kitchen") << "the past, from a backfill";
    home.put("d", "", 300);
    EXPECT_EQ(at(300), "");
    EXPECT_EQ(at(299), "hall");
}

TEST_F(Rooms, WhoIsNotKnownYetHasNoRoom) {
    EXPECT_EQ(at(150), "");
    home.put("other", "hall", 160);
    EXPECT_EQ(at(170), "");
    home.put("d", "kitchen", 200);
    EXPECT_EQ(at(210), "kitchen");
    EXPECT_EQ(at(170), "");
    EXPECT_EQ(at(90), "kitchen") << "before it was heard here: where it was first known to stand";
}

TEST_F(Rooms, APastThatWasSentWithoutARoomStaysSo) {
    EXPECT_EQ(at(150), "");
    EXPECT_EQ(at(90), "");
    home.put("d", "kitchen", 200);
    EXPECT_EQ(at(90), "");
    EXPECT_EQ(at(210), "kitchen");
}

TEST_F(Rooms, WhenTheRegistryForgetsItStandsWhereItStood) {
    home.put("d", "kitchen", 100);
    EXPECT_EQ(at(150), "kitchen");
    home.rooms.clear();
    home.moment = {9, 300};
    EXPECT_EQ(at(310), "kitchen");
}

TEST_F(Rooms, AClockThatStepsBackKeepsTheOrder) {
    EXPECT_EQ(at(150), "");
    home.put("d", "kitchen", 120);
    EXPECT_EQ(at(150), "") << "this point is there";
    EXPECT_EQ(at(151), "kitchen");
}

TEST_F(Rooms, WhatIsOnDiskHoldsAfterARestart) {
    home.put("d", "kitchen", 100);
    (void)at(150);
    home.put("d", "hall", 200);
    (void)at(250);
    auto fresh = areas.take_fresh();
    ASSERT_EQ(fresh.size(), 2u);
    EXPECT_TRUE(areas.take_fresh().empty());
    home.put("d", "study", 1000); // moved while the program was away: it starts at 1000
    Areas again(home);
    for (auto& known : fresh) again.restore(std::move(known));
    EXPECT_EQ(room(again, "d", 150), "kitchen");
    EXPECT_EQ(room(again, "d", 999), "hall") << "of the journal, perhaps sent before";
    EXPECT_EQ(room(again, "d", 1000), "study");
}

TEST_F(Rooms, MovesAndSeriesAreBounded) {
    home.put("d", "room 0", 0);
    for (int i = 0; i < 100; ++i) {
        home.put("d", "room " + std::to_string(i), 1000 + i);
        EXPECT_EQ(at(2000), "room " + std::to_string(i));
    }
    EXPECT_EQ(at(1080), "room 80");
    Areas small(home, 1);
    EXPECT_EQ(room(small, "d", 5), "room 99");
    home.put("e", "hall", 3000);
    EXPECT_EQ(room(small, "e", 4000), "");
}

TEST_F(Rooms, ALineHasTheRoomAmongItsTags) {
    home.put("d", "living room", 100);
    ColumnTypes types;
    auto encoder = make_plain_encoder(types, &areas);
    auto line = [&](std::vector<std::pair<std::string, std::string>> tags, std::string field) {
        readings::Reading r;
        r.series = {"m", std::move(tags)};
        r.fields = {{std::move(field), 2.0}};
        r.time = from_ns(150);
        Lines out;
        (void)encoder->append(r, out);
        return out.text;
    };
    EXPECT_EQ(line({{"device", "d"}}, "v"), "m,area=living\\ room,device=d v=2 150\n");
    EXPECT_EQ(line({{"a", "1"}, {"device", "d"}}, "v"),
              "m,a=1,area=living\\ room,device=d v=2 150\n");
    EXPECT_EQ(line({{"area", "own"}, {"device", "d"}}, "v"), "m,area=own,device=d v=2 150\n");
    EXPECT_EQ(line({{"device", "x"}}, "v"), "m,device=x v=2 150\n");
    EXPECT_EQ(line({{"device", "x"}}, "area"), "m,device=x area_float=2 150\n")
        << "a name is a tag or a field";
    EXPECT_EQ(types.take_fresh().size(), 3u);
}

} // namespace
} // namespace caredian::history::influx
