// What the registry keeps of how devices are told, and whose a command topic is.
#include "devices/commands/plan.h"
#include "devices/registry_fixture.h"

namespace caredian::devices {
namespace {

using Command = readings::CommandDescription;

struct RegistryCommands : RegistryTest {
    // A device that says it is told on `topic`.
    static Description told(std::string said_on, std::string id, std::string origin,
                            std::string topic) {
        auto d = thing(std::move(said_on), id, id, "", "");
        d.origin = std::move(origin);
        EntityDescription e;
        e.id = "state";
        e.component = "switch";
        e.command_topic = std::move(topic);
        e.command.as = Command::As::payload;
        e.command.takes = Command::boolean;
        e.command.words = {{"ON", "1", {"on", "1"}}, {"OFF", "0", {}}};
        e.command.min = 0.1;
        e.command.shown = {{"garden/state", "a_b"}};
        e.command.qos = 2;
        e.command.retain = true;
        d.entities.push_back(e);
        return d;
    }
    static Description zigbee_lamp(const std::string& name) {
        auto d = told("zigbee2mqtt/bridge/devices", "zigbee2mqtt_" + name, "zigbee2mqtt",
                      "zigbee2mqtt/" + name + "/set");
        d.name = name;
        d.topics = {"zigbee2mqtt/" + name};
        d.entities[0].state_topic = "zigbee2mqtt/" + name;
        d.entities[0].field = "state";
        return d;
    }
    std::string claims(std::string_view id, std::string_view topic) {
        auto c = registry->claims(id, topic);
        std::string out = c.owner.empty() ? "" : "of " + c.owner;
        for (const auto& other : c.shared) out += (out.empty() ? "" : " ") + ("with " + other);
        return out;
    }
};

TEST_F(RegistryCommands, AreRemembered) {
    say({told("homeassistant/switch/pump/config", "pump", "homeassistant", "garden/set")});
    const auto before = at("pump").entities.at(0).said;
    restart();
    EXPECT_EQ(at("pump").entities.at(0).said, before);
    EXPECT_EQ(before.command.words[0].shows, (std::vector<std::string>{"on", "1"}));
    EXPECT_FALSE(registry->lacks_descriptions());
}

TEST_F(RegistryCommands, OfAnEarlierVersionAreAskedForAgain) {
    EXPECT_TRUE(registry->lacks_descriptions()); // new
    say({told("homeassistant/switch/pump/config", "pump", "homeassistant", "garden/set")});
    registry->save();
    {
        // As version 1 wrote it: the same, without what tells it.
        auto plain = at("pump").entities.at(0).said;
        plain.command = {};
        Description d = thing("homeassistant/switch/pump/config", "pump", "pump", "", "");
        d.entities = {plain};
        auto bytes = encode_descriptions({{d, "pump"}});
        bytes.front() = 1;
        bytes.pop_back(); // "nothing"
        auto store = RegistryStore::open(options.path).value();
        ASSERT_TRUE(store.transaction(
            [&] { return store.put('d', "homeassistant/switch/pump/config", bytes); }));
    }
    open();
    EXPECT_EQ(at("pump").entities.at(0).said.command_topic, "garden/set");
    EXPECT_TRUE(registry->lacks_descriptions());
}

TEST_F(RegistryCommands, TheDevicesOwnConventionTellsIt) {
    auto lamp = zigbee_lamp("lamp");
    lamp.entities[0].command.as = Command::As::member;
    auto by_discovery = told("homeassistant/switch/0x1/config", "zigbee2mqtt_lamp", "homeassistant",
                             "zigbee2mqtt/lamp/set");
    by_discovery.entities[0].id = "0x1_switch";
    by_discovery.entities[0].state_topic = "zigbee2mqtt/lamp";
    by_discovery.entities[0].field = "state";
    for (int order : {0, 1}) {
        say({order == 0 ? lamp : by_discovery});
        say({order == 0 ? by_discovery : lamp});
        ASSERT_EQ(ids().size(), 1u);
        const auto view = at(ids()[0]);
        ASSERT_EQ(view.entities.size(), 1u);
        EXPECT_EQ(view.entities[0].said.command.as, Command::As::member) << order;
        for (const char* id : {"state", "0x1_switch"})
            EXPECT_TRUE(commands::find_entity(view, id)) << order << id;
        std::string json;
        append_json(json, view, true);
        EXPECT_NE(json.find(R"("commandable":true,"kinds":["boolean"],"min_length":0.1})"),
                  std::string::npos)
            << json;
        withdraw("zigbee2mqtt/bridge/devices");
        withdraw("homeassistant/switch/0x1/config");
    }
}

TEST_F(RegistryCommands, ATopicIsAnothers) {
    auto rogue = [&](std::string topic) {
        say({told("homeassistant/switch/rogue/config", "rogue", "homeassistant", topic)});
        return claims("rogue", topic);
    };
    say({zigbee_lamp("lock"), zigbee_lamp("room"), zigbee_lamp("room/lamp")});
    auto tasmota = told("tasmota/discovery/A0/config", "mac:a0", "tasmota", "cmnd/plug/POWER");
    tasmota.name = "plug";
    say({tasmota});
    hear("bath/switch/fan/state",
         {"esphome", {{"component", "switch"}, {"device", "bath"}, {"entity", "fan"}}},
         {{"value_bool", true}});
    hear("tele/meter/SENSOR", {"tasmota", {{"device", "meter"}}}, {{"power", 5.0}});
    EXPECT_EQ(rogue("zigbee2mqtt/lock/set"), "of lock");
    EXPECT_EQ(rogue("zigbee2mqtt/lock/left/set"), "of lock");
    EXPECT_EQ(rogue("cmnd/plug/Backlog"), "of plug");
    EXPECT_EQ(rogue("bath/switch/fan/command"), "of bath");
    EXPECT_EQ(rogue("tele/meter/SENSOR"), "of meter"); // what it would be heard to say
    EXPECT_EQ(rogue("rogue/set"), "");
    // Whose it is is told by its own convention, whatever others say.
    EXPECT_EQ(rogue("zigbee2mqtt/room/lamp/set"), "of room/lamp");
    EXPECT_EQ(claims("room/lamp", "zigbee2mqtt/room/lamp/set"), "");
    EXPECT_EQ(claims("plug", "cmnd/plug/POWER"), "");
    EXPECT_EQ(claims("bath", "bath/switch/fan/command"), "");
}

TEST_F(RegistryCommands, ALongerNameProvesNothing) {
    say({told("tasmota/discovery/A0/config", "plug", "tasmota", "cmnd/plug/POWER")});
    say({told("tasmota/discovery/AA/config", "liar", "tasmota", "cmnd/plug/x/POWER")});
    EXPECT_EQ(claims("liar", "cmnd/plug/x/POWER"), "with plug");
    EXPECT_EQ(claims("plug", "cmnd/plug/POWER"), "");
    say({zigbee_lamp("lamp"), zigbee_lamp("lamp/set")});
    say({told("tasmota/discovery/AA/config", "liar", "tasmota", "zigbee2mqtt/lamp/set/POWER")});
    EXPECT_EQ(claims("liar", "zigbee2mqtt/lamp/set/POWER"), "of lamp/set");
    EXPECT_EQ(claims("lamp", "zigbee2mqtt/lamp/set/POWER"), "of lamp/set");
    EXPECT_EQ(claims("lamp/set", "zigbee2mqtt/lamp/set/POWER"), "");
}

TEST_F(RegistryCommands, NobodyLocksABridgesDeviceOut) {
    say({zigbee_lamp("lamp")});
    say({told("tasmota/discovery/AA/config", "liar", "tasmota", "zigbee2mqtt/lamp/set/POWER"),
         told("tasmota/discovery/AA/config", "liar2", "tasmota", "zigbee2mqtt/lamp/POWER")});
    EXPECT_EQ(claims("lamp", "zigbee2mqtt/lamp/set"), "");
    EXPECT_EQ(claims("liar", "zigbee2mqtt/lamp/set/POWER"), "of lamp with liar2");
    EXPECT_EQ(claims("liar2", "zigbee2mqtt/lamp/POWER"), "of lamp");
}

TEST_F(RegistryCommands, ItsOwnIsWhatItsConventionSays) {
    auto own = [&](std::string_view id, std::string_view topic) {
        return registry->claims(id, topic).own;
    };
    say({zigbee_lamp("lamp")});
    say({told("homeassistant/switch/group/config", "group", "homeassistant",
              "zigbee2mqtt/all/set")});
    hear("tele/meter/SENSOR", {"tasmota", {{"device", "meter"}}}, {{"power", 5.0}});
    hear("stat/plug/RESULT", {"tasmota", {{"device", "plug"}}}, {{"power", 5.0}});
    auto plug =
        told("homeassistant/switch/1_RL_1/config", "mac:1", "homeassistant", "cmnd/plug/POWER");
    plug.entities[0].state_topic = "stat/plug/RESULT";
    say({plug});
    EXPECT_TRUE(own("lamp", "zigbee2mqtt/lamp/set"));
    EXPECT_FALSE(own("lamp", "zigbee2mqtt/0x1/set"));
    EXPECT_FALSE(own("group", "zigbee2mqtt/all/set"));
    EXPECT_TRUE(own("plug", "cmnd/plug/POWER")) << "described to Home Assistant only";
    EXPECT_FALSE(own("plug", "cmnd/DVES_1_fb/POWER"));
    EXPECT_FALSE(own("group", "cmnd/meter/POWER"));
    EXPECT_EQ(claims("group", "cmnd/meter/POWER"), "of meter") << "without relays of its own";
    EXPECT_FALSE(own("nobody", "zigbee2mqtt/lamp/set"));
}

TEST_F(RegistryCommands, TwoMayNameOneTopic) {
    say({told("homeassistant/switch/a/config", "a", "homeassistant", "bridge/send")});
    say({told("homeassistant/switch/b/config", "b", "homeassistant", "bridge/send")});
    EXPECT_EQ(claims("a", "bridge/send"), "with b");
    EXPECT_EQ(claims("b", "bridge/send"), "with a");
    // What is heard there is what others tell it, and we do.
    hear("bridge/send", {"bridge", {{"device", "send"}}}, {{"value", std::string("ON")}});
    EXPECT_EQ(claims("b", "bridge/send"), "with a");
}

TEST_F(RegistryCommands, ADescriptionThatJoinsItselfToAnotherGetsNoMore) {
    hear("tele/meter/SENSOR", {"tasmota", {{"device", "meter"}}}, {{"power", 5.0}});
    auto thief =
        told("homeassistant/switch/thief/config", "thief", "homeassistant", "tele/meter/SENSOR");
    thief.entities[0].state_topic = "tele/meter/SENSOR";
    thief.entities[0].field = "power";
    say({thief});
    ASSERT_EQ(ids().size(), 1u);
    EXPECT_EQ(claims(ids()[0], "tele/meter/SENSOR"), "of " + ids()[0]);
}

} // namespace
} // namespace caredian::devices
