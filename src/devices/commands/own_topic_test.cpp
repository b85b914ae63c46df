#include "devices/commands/own_topic.h"

#include <gtest/gtest.h>

namespace caredian::devices::commands {
namespace {

bool allowed(std::string_view topic) {
    return forbidden_because(topic, {}).empty();
}

TEST(OwnTopic, IsAnOrdinaryOne) {
    for (const char* topic :
         {"zigbee2mqtt/lamp/set", "cmnd/plug/POWER", "bath-node/switch/fan/command",
          "shellies/shelly1-B1C2D3/relay/0/command", "shellyplus1-a8032ab1c2d3/rpc", "garden/set",
          "zigbee2mqtt/bridge_lamp/set", "homeassistants/x", "cmnd/tasmotas2/POWER", "거실/set"})
        EXPECT_TRUE(allowed(topic)) << topic;
}

TEST(OwnTopic, IsNeverTheBrokersOrABridges) {
    for (const char* topic : {"",
                              "$CONTROL/dynamic-security/v1",
                              "$SYS/broker/x",
                              "$share/a/b",
                              "$x",
                              "a/#",
                              "a/+/b",
                              "+",
                              "#",
                              "a\nb",
                              "a\x7f",
                              "\xff",
                              "zigbee2mqtt/bridge/request/permit_join",
                              "zigbee2mqtt/bridge",
                              "other/bridge/request/device/remove",
                              "homeassistant/status",
                              "homeassistant/switch/x/config",
                              "homeassistant",
                              "tasmota/discovery/A0B1/config",
                              "esphome/discover/x",
                              "caredian/enrolment/x/certificate",
                              "caredian/x",
                              "cmnd/tasmotas/POWER",
                              "tasmotas/cmnd/POWER",
                              "zwave/_CLIENTS/ZWAVE_GATEWAY-home/api/writeValue/set",
                              "_CLIENTS/x",
                              "shellies/command"})
        EXPECT_FALSE(allowed(topic)) << topic;
    EXPECT_FALSE(allowed(std::string("a\0b", 3)));
    EXPECT_FALSE(allowed(std::string(2000, 'a')));
}

TEST(OwnTopic, OfAFamilyNeedsAnOwnerThere) {
    for (const char* topic : {"zigbee2mqtt/0x00158d0001/set", "zigbee2mqtt/all_lamps/set",
                              "zigbee2mqtt", "cmnd/DVES_123456_fb/POWER", "cmnd/x/Backlog"})
        EXPECT_TRUE(needs_owner(topic, {})) << topic;
    for (const char* topic : {"garden/set", "zigbee2mqtts/x", "cmnds/x", "x/cmnd/POWER"})
        EXPECT_FALSE(needs_owner(topic, {})) << topic;
    EXPECT_TRUE(needs_owner("z2m/x/set", {"z2m", "homeassistant"}));
    EXPECT_FALSE(needs_owner("zigbee2mqtt/x/set", {"z2m", "homeassistant"}));
}

TEST(OwnTopic, FollowsTheSettings) {
    const Conventions other{"z2m", "ha-discovery"};
    EXPECT_FALSE(forbidden_because("z2m/bridge/request/restart", other).empty());
    EXPECT_FALSE(forbidden_because("ha-discovery/switch/x/config", other).empty());
    EXPECT_TRUE(forbidden_because("homeassistant/x", other).empty());
}

} // namespace
} // namespace caredian::devices::commands
