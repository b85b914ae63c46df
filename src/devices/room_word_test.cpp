// Whose word about a room gives rights.
#include "devices/places.h"
#include "devices/registry_fixture.h"

namespace caredian::devices {
namespace {

struct RoomWord : RegistryTest {
    static Description by(std::string topic, std::string id, std::string area) {
        auto d = thing(std::move(topic), std::move(id), "");
        d.suggested_area = std::move(area);
        return d;
    }
    static Description zigbee_lock(std::string area) {
        auto d = by("zigbee2mqtt/bridge/devices", "zigbee2mqtt_0x1", std::move(area));
        d.origin = "zigbee2mqtt";
        d.name = "lock";
        d.topics = {"zigbee2mqtt/lock"};
        return d;
    }
    static Description rogue(std::string area = "guest room") {
        return by("homeassistant/switch/rogue/x/config", "zigbee2mqtt_0x1", std::move(area));
    }
    // As a person sees it, and as rights do.
    std::string rooms(std::string_view id) {
        auto view = at(id);
        std::string rights = "?";
        for (const auto& place : registry->places({}, 1000))
            if (place.id == id) rights = place.area;
        EXPECT_EQ(view.area_for_rights(), rights);
        return view.area + '|' + rights;
    }
};

TEST_F(RoomWord, ABridgesWordCountsBeforeWhatOthersSay) {
    say({rogue()});
    say({zigbee_lock("hall")});
    EXPECT_EQ(ids().size(), 1u);
    EXPECT_EQ(rooms(ids()[0]), "hall|hall");
    say({rogue("cellar")});
    EXPECT_EQ(rooms(ids()[0]), "hall|hall");
}

TEST_F(RoomWord, WhatABridgeDoesNotSayIsNotForOthersToSay) {
    say({zigbee_lock("")});
    say({rogue()});
    EXPECT_EQ(ids(), Ids{"lock"});
    EXPECT_EQ(rooms("lock"), "guest room|");
    std::string out;
    append_json(out, at("lock"), false);
    EXPECT_NE(out.find("\"area_unsure\":true"), std::string::npos) << out;
    ASSERT_TRUE(registry->change("lock", {.name = {}, .area = "porch"}));
    EXPECT_EQ(rooms("lock"), "porch|porch") << "a person said it";
    ASSERT_TRUE(registry->change("lock", {.name = {}, .area = "", .no_area = true}));
    EXPECT_EQ(rooms("lock"), "|");
}

TEST_F(RoomWord, ABridgesOwnDiscoveryIsItsWord) {
    say({zigbee_lock("")});
    say({by("homeassistant/lock/0x1/lock/config", "zigbee2mqtt_0x1", "hall")});
    say({by("homeassistant/sensor/0x1/battery/config", "zigbee2mqtt_0x1", "hall")});
    EXPECT_EQ(rooms("lock"), "hall|hall");
    say({rogue()});
    EXPECT_EQ(rooms("lock"), "hall|") << "the first word is shown";
    say({rogue("hall")});
    EXPECT_EQ(rooms("lock"), "hall|") << "who may describe, may agree";
}

TEST_F(RoomWord, AGuessGivesNoRightsWhereAnotherMayHaveNamedIt) {
    say({by("ha/x", "other", "guest room"), zigbee_lock("")});
    auto d = rogue("");
    d.name = "guest room lock";
    say({d});
    EXPECT_EQ(rooms("lock"), "guest room|");
    withdraw(d.topic);
    auto named = zigbee_lock("");
    named.name = "guest_room_lock";
    say({named});
    EXPECT_EQ(rooms("lock"), "guest room|guest room");
}

TEST_F(RoomWord, OfANodeIsWhatItSaysUnderItsOwnName) {
    auto fan = [&](std::string node, std::string area) {
        auto d = by("homeassistant/fan/" + node + "/f/config", "mac:1", std::move(area));
        d.entities.push_back(thing("", "", "", "bath/fan/f/state").entities[0]);
        return d;
    };
    hear("bath/fan/f/state", {"esphome", {{"device", "bath"}}}, {{"value_bool", true}});
    say({fan("bath", "bathroom")});
    EXPECT_EQ(rooms("bath"), "bathroom|bathroom");
    say({fan("rogue", "guest room")});
    EXPECT_EQ(rooms("bath"), "bathroom|");
    withdraw("homeassistant/fan/bath/f/config");
    EXPECT_EQ(rooms("bath"), "guest room|");
    // It brings what it speaks itself, too.
    hear("rogue/fan/f/state", {"esphome", {{"device", "rogue"}}}, {{"value_bool", true}});
    auto both = fan("rogue", "guest room");
    both.topics = {"rogue/fan/f/state"};
    say({both});
    EXPECT_EQ(at("bath").sources.size(), 2u);
    EXPECT_EQ(rooms("bath"), "guest room|");
}

TEST_F(RoomWord, ATasmotaThatTellsHomeAssistantIsNobodysNode) {
    hear("stat/kitchen_plug/RESULT", {"tasmota", {{"device", "kitchen_plug"}}}, {{"power", 5.0}});
    auto plug =
        thing("homeassistant/sensor/1_RL_1/config", "mac:1", "", "stat/kitchen_plug/RESULT");
    say({plug, by("homeassistant/sensor/1_RL_1/config", "other", "kitchen")});
    EXPECT_EQ(rooms("kitchen_plug"), "kitchen|kitchen");
    say({by("homeassistant/sensor/rogue/x/config", "mac:1", "attic")});
    EXPECT_EQ(rooms("kitchen_plug"), "attic|");
}

TEST_F(RoomWord, OfOthersIsWhatAllOfTheirWordsAgreeOn) {
    say({by("homeassistant/sensor/a_t/config", "a", "hall")});
    say({by("homeassistant/sensor/a_h/config", "a", "")});
    EXPECT_EQ(rooms(ids().at(0)), "hall|hall");
    say({by("homeassistant/sensor/other/t/config", "a", "hall")});
    EXPECT_EQ(rooms(ids().at(0)), "hall|hall");
    say({by("homeassistant/sensor/other/t/config", "a", "attic")});
    EXPECT_EQ(rooms(ids().at(0)), "hall|");
}

TEST_F(RoomWord, WhatClaimsABridgesDeviceDoesNotBecomeIt) {
    auto lamp = by("homeassistant/light/rogue/x/config", "guest-lamp", "");
    lamp.name = "guest lamp";
    lamp.topics = {"rogue/light"};
    say({lamp});
    hear("rogue/light", {"rogue", {{"device", "light"}}}, {{"value", 1.0}});
    ASSERT_TRUE(registry->change("guest lamp", {.name = {}, .area = "guest room"}));
    say({zigbee_lock("")});
    EXPECT_EQ(ids(), (Ids{"guest lamp", "lock"}));
    lamp.identifiers.push_back("zigbee2mqtt_0x1");
    say({lamp});
    EXPECT_EQ(ids(), Ids{"lock"});
    EXPECT_EQ(rooms("lock"), "|");
}

} // namespace
} // namespace caredian::devices
