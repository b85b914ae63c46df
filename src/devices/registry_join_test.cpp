// What is one device, where it may stand, and what descriptions change.
#include "devices/registry_fixture.h"

namespace caredian::devices {
namespace {

TEST_F(RegistryTest, WhatIsOnlineIsTheDeviceThatNamesTheTopic) {
    auto online = [&](std::string topic, std::string measurement, std::string device) {
        hear(std::move(topic), {std::move(measurement), {{"device", std::move(device)}}},
             {{"online", true}}, true);
    };
    auto named = thing("ha/a", "id1", "Window", "zigbee2mqtt/window");
    named.availability_topic = "zigbee2mqtt/window/availability";
    auto bridged = [&](std::string n) {
        auto d = thing("ha/" + n, "id" + n, n, "t/" + n);
        d.availability_topic = "zigbee2mqtt/bridge/state";
        return d;
    };
    online("zigbee2mqtt/window/availability", "zigbee", "window"); // its state was never heard
    online("zigbee2mqtt/bridge/state", "zigbee", "bridge");
    say({named});
    say({bridged("b")});
    say({bridged("c")});
    EXPECT_EQ(ids(), (Ids{"b", "bridge", "c", "window"}));
    EXPECT_EQ(at("window").name, "Window");
    EXPECT_EQ(at("window").online, true);
    withdraw("ha/b"); // one device alone names it now
    EXPECT_EQ(ids(), (Ids{"bridge", "c", "window"}));
    zigbee("window");
    restart();
    EXPECT_EQ(at("window").sources.size(), 1u);
    EXPECT_EQ(ids().size(), 3u);
}

TEST_F(RegistryTest, WhatIsOnlineIsTheOneDeviceBelowTheSameTopic) {
    hear("bath-node/status", {"bath-node", {{"device", "bath-node"}}}, {{"online", true}});
    EXPECT_EQ(ids(), Ids{"bath-node"});
    hear("bath-node/sensor/t/state", {"esphome", {{"device", "bath-node"}}}, {{"value", 21.5}});
    hear("home/status", {"home", {{"device", "home"}}}, {{"online", true}});
    hear("home/a/t", {"home", {{"device", "t"}, {"path", "a"}}}, {{"value", 1.0}});
    hear("home/b/t", {"home", {{"device", "t"}, {"path", "b"}}}, {{"value", 1.0}});
    hear("kitchen/plug/online", {"kitchen", {{"device", "plug"}}}, {{"online", false}});
    hear("kitchen/plug/status/switch:0", {"shelly", {{"device", "kitchen/plug"}}},
         {{"apower", 1.0}});
    auto all = ids();
    EXPECT_EQ(all.size(), 5u) << testing::PrintToString(all);
    EXPECT_EQ(at("bath-node").sources.size(), 2u);
    EXPECT_EQ(at("plug").sources.size(), 2u);
    EXPECT_EQ(at("plug").online, false);
    EXPECT_EQ(at("home").sources.size(), 1u) << "two devices are below: whose is it?";
    ASSERT_TRUE(registry->split("bath-node", {"bath-node", "bath-node", ""}));
    EXPECT_EQ(ids().size(), 6u) << "people know better";
}

TEST_F(RegistryTest, AllBelowATopicUnlessAnotherNamesIt) {
    auto node = thing("esphome/discover/n", "mac:1", "Node");
    node.topics = {"n/#"};
    hear("n/sensor/a/state", {"esphome", {{"device", "n"}}}, {{"value", 1.0}});
    hear("n/other/state", {"n", {{"device", "state"}, {"path", "other"}}}, {{"value", 1.0}});
    hear("nn/x", {"nn", {{"device", "x"}}}, {{"value", 1.0}});
    say({node});
    say({thing("ha/o", "ido", "Other", "n/other/state", "value")});
    EXPECT_EQ(ids(), (Ids{"n", "state", "x"}));
    EXPECT_EQ(at("n").name, "Node");
    EXPECT_EQ(at("state").name, "Other");
}

TEST_F(RegistryTest, ARoomIsGuessedUntilSomebodySaysIt) {
    auto lamp = thing("ha/a", "id1", "Lamp", "t/lamp");
    lamp.suggested_area = "Living Room";
    say({lamp});
    zigbee("living_room_plug");
    hear("tele/living_room/SENSOR", {"tasmota", {{"device", "t1"}}}, {{"power", 1.0}});
    zigbee("study_plug");
    registry->tick();
    EXPECT_EQ(at("living_room_plug").area, "Living Room");
    EXPECT_TRUE(at("living_room_plug").area_guessed);
    EXPECT_EQ(at("t1").area, "Living Room");
    EXPECT_EQ(at("study_plug").area, "");
    EXPECT_FALSE(at("Lamp").area_guessed);
    ASSERT_TRUE(registry->change("living_room_plug", {.name = {}, .area = "Study"}));
    EXPECT_EQ(at("living_room_plug").area, "Study");
    EXPECT_FALSE(at("living_room_plug").area_guessed);
    EXPECT_EQ(at("study_plug").area, "Study") << "a room that a person named is known";
    ASSERT_TRUE(registry->change("t1", {.name = {}, .area = "", .no_area = true}));
    ASSERT_TRUE(registry->change("Lamp", {.name = {}, .area = "", .no_area = true}));
    restart();
    for (const char* id : {"t1", "Lamp"}) {
        EXPECT_EQ(at(id).area, "") << "no room, whatever it says or its name implies";
        EXPECT_TRUE(at(id).area_chosen);
        ASSERT_TRUE(registry->change(id, {.name = {}, .area = ""}));
        EXPECT_EQ(at(id).area, "Living Room");
        EXPECT_FALSE(at(id).area_chosen);
    }
    EXPECT_EQ(at("study_plug").area, "Study");
    std::string out;
    append_json(out, at("study_plug"), false);
    EXPECT_NE(out.find("\"area_guessed\":true"), std::string::npos) << out;
}

TEST_F(RegistryTest, TheSameDescriptionAgainChangesNothing) {
    say({thing("ha/a", "id1", "Climate", "zigbee2mqtt/a")});
    registry->save();
    auto first = at("Climate").entities.size();
    auto before = registry->cursor();
    say({thing("ha/a", "id1", "Climate", "zigbee2mqtt/a")});
    registry->save();
    EXPECT_EQ(registry->cursor(), before + 1);
    EXPECT_EQ(at("Climate").entities.size(), first);
}

TEST_F(RegistryTest, NoUnitIsInventedForWhatIsDescribedWithoutOne) {
    auto d = thing("ha/a", "id1", "Plug", "zigbee2mqtt/plug", "zone_power");
    d.entities[0].unit.clear();
    hear("zigbee2mqtt/plug", {"zigbee", {{"device", "plug"}}}, {{"zone_power", 3.0}});
    EXPECT_EQ(at("plug").fields[0].unit, "W"); // by its name
    say({d});
    EXPECT_EQ(at("plug").fields[0].unit, "");
}

} // namespace
} // namespace caredian::devices
