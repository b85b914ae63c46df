#include "devices/registry_fixture.h"

namespace caredian::devices {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_F(RegistryTest, WithoutDescriptionsADeviceIsAName) {
    zigbee("kitchen/climate");
    hear("zigbee2mqtt/kitchen/climate", {"zigbee_event", {{"device", "kitchen/climate"}}},
         {{"action", std::string("single")}});
    hear("home/kitchen/temp", {"home", {{"device", "temp"}, {"path", "kitchen"}}},
         {{"value", 1.0}});
    clock.advance(seconds(1));
    hear("home/bath/temp", {"home", {{"device", "temp"}, {"path", "bath"}}}, {{"value", 2.0}});
    EXPECT_EQ(ids().size(), 3u);
    auto climate = at("kitchen/climate");
    EXPECT_EQ(climate.name, "kitchen/climate");
    EXPECT_EQ(climate.sources.size(), 2u);
    EXPECT_EQ(climate.fields.size(), 2u);
    EXPECT_EQ(at("temp").fields.size(), 1u); // not the other room's
    EXPECT_EQ(at("temp").name, "kitchen/temp");
}

TEST_F(RegistryTest, ADescriptionNamesWhatWasHeardAndGivesUnits) {
    zigbee("0x1");
    say({thing("ha/a", "id1", "Climate", "zigbee2mqtt/0x1")});
    auto device = at("0x1");
    EXPECT_EQ(ids(), Ids{"0x1"}); // the id stays
    EXPECT_EQ(device.name, "Climate");
    ASSERT_EQ(device.fields.size(), 1u);
    EXPECT_EQ(device.fields[0].unit, "°F");
    EXPECT_EQ(device.fields[0].device_class, "temperature");
    ASSERT_EQ(device.entities.size(), 1u);
    EXPECT_EQ(device.entities[0].field, 0u);
    std::string out;
    append_json(out, device, true);
    EXPECT_NE(out.find("\"state\":21.5"), std::string::npos) << out;
}

TEST_F(RegistryTest, AnEntitysStateIsTheNewestThatItsTopicFed) {
    say({thing("ha/a", "id1", "Climate", "t/a")});
    hear("t/a", {"old", {{"device", "a"}}}, {{"temperature", 1.0}});
    clock.advance(seconds(1));
    hear("t/a", {"new", {{"device", "a"}}}, {{"temperature", 2.0}}); // a rule was changed
    auto device = at("Climate");
    ASSERT_EQ(device.fields.size(), 2u);
    EXPECT_EQ(device.fields[1].unit, "°F");
    EXPECT_EQ(device.entities[0].field, 1u);
}

TEST_F(RegistryTest, KnowsTheTopicsOfADevice) {
    zigbee("0x1");
    say({thing("ha/a", "id1", "Climate", "zigbee2mqtt/0x1"), thing("ha/a", "id2", "Other", "x")});
    say({thing("ha/b", "id1", "Climate", "t/b")});
    EXPECT_EQ(registry->topics(at("0x1").id), (Ids{"ha/b", "t/b", "zigbee2mqtt/0x1"}));
    EXPECT_EQ(registry->topics("none"), std::nullopt);
}

TEST_F(RegistryTest, OneIdentifierMakesOneDeviceWhateverComesFirst) {
    say({thing("ha/a", "id1", "Climate", "t/a")});
    say({thing("ha/b", "id1", "Climate", "t/b", "value")});
    EXPECT_EQ(ids(), Ids{"Climate"});
    EXPECT_EQ(at("Climate").last_seen, 0);
    hear("t/a", {"t", {{"device", "a"}}}, {{"temperature", 1.0}});
    hear("t/b", {"t", {{"device", "b"}}}, {{"value_bool", true}});
    EXPECT_EQ(ids(), Ids{"Climate"});
    auto device = at("Climate");
    EXPECT_EQ(device.sources.size(), 2u);
    EXPECT_TRUE(device.entities[1].field); // a bare payload, whatever it is called
}

TEST_F(RegistryTest, WhatIsWithdrawnTakesItsNameAndNoHistory) {
    zigbee("0x1");
    say({thing("ha/a", "id1", "Climate", "zigbee2mqtt/0x1")});
    EXPECT_EQ(at("0x1").name, "Climate");
    withdraw("ha/a");
    EXPECT_EQ(at("0x1").name, "0x1");
    EXPECT_TRUE(at("0x1").entities.empty());
    EXPECT_EQ(at("0x1").fields.size(), 1u);
}

TEST_F(RegistryTest, OneRowReplacesAllThatItsTopicSaid) {
    say({thing("list", "id1", "One"), thing("list", "id2", "Two")});
    EXPECT_EQ(ids(), (Ids{"One", "Two"}));
    say({thing("list", "id2", "Second")});
    EXPECT_EQ(ids(), Ids{"Two"});
    EXPECT_EQ(at("Two").name, "Second"); // renamed: the id stays
    Description left;
    left.topic = "list";
    left.withdrawn = true;
    left.identifiers = {"id2"};
    say({left});
    EXPECT_EQ(ids(), Ids{});
}

TEST_F(RegistryTest, WhatAnOriginSaysNoMoreIsForgotten) {
    hear("t/a", {"t", {{"device", "a"}}}, {{"temperature", 1.0}});
    auto rule = thing("t/a", "", "", "t/a");
    rule.identifiers.clear();
    rule.origin = "mapping";
    say({rule});
    say({thing("ha/a", "id1", "Climate", "t/b")});
    EXPECT_EQ(at("a").fields[0].unit, "°F");
    registry->forget_described("mapping", [](std::string_view topic) { return topic == "t/a"; });
    EXPECT_EQ(at("a").fields[0].unit, "°F");
    registry->forget_described("mapping", [](std::string_view) { return false; });
    EXPECT_EQ(at("a").fields[0].unit, "°C");
    EXPECT_EQ(at("Climate").name, "Climate") << "others' descriptions stay";
    restart();
    EXPECT_EQ(at("a").fields[0].unit, "°C");
}

TEST_F(RegistryTest, ContradictionsEndWithTheLastWord) {
    for (int i = 0; i < 50; ++i) { // loops, and changes its type
        auto d = thing("ha/a", "id1", i % 2 ? "Yes" : "No", "zigbee2mqtt/0x1");
        d.entities[0].component = i % 2 ? "binary_sensor" : "light";
        d.via = "id1";
        say({d});
        if (i % 7 == 3) withdraw("ha/a");
    }
    zigbee("0x1");
    EXPECT_EQ(ids().size(), 1u);
    EXPECT_EQ(registry->list({}, 9).at(0).name, "Yes");
}

TEST_F(RegistryTest, ATopicOfTwoDevicesJoinsThemNot) {
    say({thing("ha/a", "id1", "Kitchen", "house", "kitchen")});
    say({thing("ha/b", "id2", "Bath", "house", "bath")});
    hear("house", {"house", {{"device", "house"}}}, {{"kitchen", 1.0}, {"bath", 2.0}});
    EXPECT_EQ(ids().size(), 2u);
}

TEST_F(RegistryTest, WhatPeopleDecideStays) {
    zigbee("a");
    zigbee("b");
    registry->tick();
    ASSERT_TRUE(registry->change("a", {.name = "거실", .area = "거실"}));
    say({thing("ha/a", "id1", "Climate", "zigbee2mqtt/a")});
    EXPECT_EQ(at("a").name, "거실");
    open(); // without a save: decisions are on disk
    row = 2;
    EXPECT_EQ(at("a").name, "거실");
    EXPECT_EQ(at("a").area, "거실");
    ASSERT_TRUE(registry->change("a", {.name = "", .area = std::nullopt}));
    EXPECT_EQ(at("a").name, "a");
    EXPECT_EQ(registry->change("nobody", {.name = "x", .area = {}}).error(), Errc::no_device);
}

TEST_F(RegistryTest, MergesAreKeptAndTakenBack) {
    zigbee("a");
    zigbee("b");
    zigbee("c");
    say({thing("ha/b", "idb", "Bee", "zigbee2mqtt/b")});
    registry->tick();
    ASSERT_TRUE(registry->merge("a", "b"));
    EXPECT_EQ(ids(), (Ids{"a", "c"}));
    EXPECT_EQ(at("a").sources.size(), 2u);
    restart();
    EXPECT_EQ(ids(), (Ids{"a", "c"}));
    withdraw("ha/b");
    say({thing("ha/b", "idb", "Bee again", "zigbee2mqtt/b")});
    EXPECT_EQ(ids(), (Ids{"a", "c"}));
    EXPECT_EQ(registry->merge("a", "a").error(), Errc::same);
    EXPECT_EQ(registry->merge("a", "nobody").error(), Errc::no_device);
    ASSERT_TRUE(registry->split("a", {"zigbee", "b", ""}));
    EXPECT_EQ(ids(), (Ids{"a", "b", "c"}));
    EXPECT_EQ(at("b").name, "Bee again"); // its description went with it
    restart();
    EXPECT_EQ(ids(), (Ids{"a", "b", "c"}));
}

TEST_F(RegistryTest, ASourceCanBeSetApart) {
    say({thing("ha/a", "id1", "Both", "t/a"), thing("ha/a", "id1", "Both", "t/b")});
    hear("t/a", {"t", {{"device", "a"}}}, {{"temperature", 1.0}});
    hear("t/b", {"t", {{"device", "b"}}}, {{"temperature", 1.0}});
    EXPECT_EQ(ids(), Ids{"Both"});
    EXPECT_EQ(registry->split("Both", {"t", "x", ""}).error(), Errc::no_source);
    ASSERT_TRUE(registry->split("Both", {"t", "b", ""}));
    EXPECT_EQ(ids(), (Ids{"Both", "b"}));
    say({thing("ha/a", "id1", "Both", "t/a"), thing("ha/a", "id1", "Both", "t/b")});
    restart();
    EXPECT_EQ(ids(), (Ids{"Both", "b"}));
    ASSERT_TRUE(registry->merge("Both", "b"));
    EXPECT_EQ(ids(), Ids{"Both"});
}

TEST_F(RegistryTest, SilenceIsStaleAfterWhatIsUsual) {
    for (int i = 0; i < 10; ++i) {
        zigbee("a");
        clock.advance(seconds(60));
    }
    EXPECT_EQ(at("a").expected, seconds(60));
    EXPECT_FALSE(at("a").stale);
    clock.advance(minutes(5));
    EXPECT_TRUE(at("a").stale);
    clock.set_wall(from_ns(1'000'000'000)); // 1970: the clock says nothing
    EXPECT_FALSE(at("a").stale);
}

TEST_F(RegistryTest, WhenADeviceIsHeardIsNotWhatItsMessageSays) {
    for (std::int64_t time : {1'000'000'000LL, 4'000'000'000'000'000'000LL}) { // 1970, 2096
        says = from_ns(time);
        for (int i = 0; i < 10; ++i) {
            clock.advance(seconds(60));
            zigbee("a");
        }
        EXPECT_EQ(at("a").last_seen, to_ns(clock.wall()));
        EXPECT_EQ(at("a").expected, seconds(60));
        EXPECT_FALSE(at("a").stale);
        EXPECT_EQ(at("a").fields[0].field.time, time);
    }
    clock.advance(minutes(5));
    EXPECT_TRUE(at("a").stale);
    restart();
    EXPECT_TRUE(at("a").stale);
}

TEST_F(RegistryTest, BatteriesEventsAndWhatWasNeverLiveAreSilentForLong) {
    for (int i = 0; i < 10; ++i) {
        hear("zigbee2mqtt/m", {"zigbee", {{"device", "m"}}}, {{"battery", 80.0}, {"t", 1.0}});
        hear("zigbee2mqtt/e", {"zigbee", {{"device", "e"}}}, {{"contact", true}});
        clock.advance(seconds(60));
    }
    hear("zigbee2mqtt/r", {"zigbee", {{"device", "r"}}}, {{"t", 1.0}}, true);
    clock.advance(hours(5));
    EXPECT_FALSE(at("m").stale);
    EXPECT_FALSE(at("e").stale);
    clock.advance(hours(2));
    EXPECT_TRUE(at("m").stale);
    EXPECT_TRUE(at("e").stale);
    clock.advance(hours(1000));
    EXPECT_FALSE(at("r").stale);
    EXPECT_EQ(at("m").battery, 80.0);
}

TEST_F(RegistryTest, AFloodIsBoundedReportedAndHarmsNobody) {
    options.max_sources = 20;
    open();
    for (int i = 0; i < 3; ++i) zigbee("known");
    for (int i = 0; i < 1000; ++i)
        hear("x/" + std::to_string(i), {"x", {{"device", std::to_string(i)}}}, {{"value", 1.0}});
    zigbee("known", 23);
    EXPECT_EQ(ids().size(), 20u);
    EXPECT_EQ(at("known").fields.at(0).field.value, readings::FieldValue(23.0));
    EXPECT_EQ(registry->stats().flood, 981u);
    auto state = health.snapshot().at(0);
    EXPECT_EQ(state.name, "devices");
    EXPECT_EQ(state.state, HealthState::degraded);
    clock.advance(hours(2)); // those that were heard but once make room
    registry->tick();
    zigbee("late");
    auto left = ids();
    EXPECT_EQ(left, (Ids{"known", "late"}));
    EXPECT_EQ(health.snapshot().at(0).state, HealthState::up);
    restart();
    EXPECT_EQ(ids(), left);
}

TEST_F(RegistryTest, ManyEntitiesAreBounded) {
    options.max_entities = 10;
    open();
    for (int i = 0; i < 30; ++i) {
        auto topic = "ha/" + std::to_string(i);
        say({thing(topic, "id" + std::to_string(i), "n", "t")});
    }
    EXPECT_EQ(ids().size(), 10u);
    EXPECT_EQ(registry->stats().flood, 20u);
    say({thing("ha/3", "id3", "renamed", "t")}); // a known one may speak
    EXPECT_EQ(registry->stats().flood, 20u);
}

TEST_F(RegistryTest, SurvivesARestart) {
    for (int i = 0; i < 5; ++i) {
        zigbee("a");
        clock.advance(seconds(60));
    }
    say({thing("ha/a", "id1", "Climate", "zigbee2mqtt/a")});
    std::string before, after;
    append_json(before, at("a"), true);
    restart();
    EXPECT_EQ(registry->cursor(), row);
    append_json(after, at("a"), true);
    EXPECT_EQ(before, after);
}

} // namespace
} // namespace caredian::devices
