#include "devices/implied.h"
#include "ingest/decode/command_test_support.h"

#include <gtest/gtest.h>

namespace caredian::devices {
namespace {

using ingest::show;

TopicLink link(std::string topic, std::string measurement, std::string device,
               std::string component, std::string entity = {}) {
    TopicLink made;
    made.topic = std::move(topic);
    made.series.measurement = measurement;
    made.series.tags = {{"component", component}, {"device", device}};
    if (!entity.empty()) made.series.tags.emplace_back("entity", entity);
    return made;
}

// "id topic: command", one line each, of what one topic implies.
std::string implied(const TopicLink& one) {
    Source source;
    source.key = {one.series.measurement, std::string(one.series.tag("device")), ""};
    source.links = {one, one};
    std::string out;
    for (const auto& [origin, e] : implied_entities({&source}))
        out += (out.empty() ? "" : " | ") + e.id + ' ' + e.command_topic + ": " + show(e.command);
    return out;
}
std::string esphome(const std::string& component, const std::string& rest) {
    return implied(
        link("bath-node/" + component + "/x/" + rest, "esphome", "bath-node", component, "x"));
}

TEST(Implied, EspHome) {
    EXPECT_EQ(esphome("switch", "state"),
              "switch/x bath-node/switch/x/command: payload b ON>ON=ON OFF>OFF=OFF TOGGLE>TOGGLE "
              "value@bath-node/switch/x/state");
    EXPECT_EQ(esphome("light", "state"),
              R"(light/x bath-node/light/x/command: member state b ON>"ON"=ON OFF>"OFF"=OFF )"
              R"(TOGGLE>"TOGGLE" state@bath-node/light/x/state | light/x/brightness )"
              R"(bath-node/light/x/command: member brightness n 0..255 {"state":"ON"} )"
              R"(brightness@bath-node/light/x/state)");
    EXPECT_EQ(esphome("lock", "state"),
              "lock/x bath-node/lock/x/command: payload bo LOCK>LOCK=LOCKED "
              "UNLOCK>UNLOCK=UNLOCKED OPEN>OPEN value@bath-node/lock/x/state");
    EXPECT_EQ(esphome("number", "state"),
              "number/x bath-node/number/x/command: payload n value@bath-node/number/x/state");
    EXPECT_EQ(esphome("select", "state"),
              "select/x bath-node/select/x/command: payload t value@bath-node/select/x/state");
    EXPECT_EQ(esphome("cover", "position/state"),
              "cover/x/position bath-node/cover/x/position/command: payload n 0..100 "
              "value@bath-node/cover/x/position/state");
    EXPECT_EQ(esphome("climate", "target_temperature/state"),
              "climate/x/target_temperature bath-node/climate/x/target_temperature/command: "
              "payload n value@bath-node/climate/x/target_temperature/state");
    for (const char* component : {"sensor", "binary_sensor", "text_sensor", "climate"})
        EXPECT_EQ(esphome(component, "state"), "") << component;
    EXPECT_EQ(esphome("climate", "current_temperature/state"), "");
}

TEST(Implied, ShellyOfTheFirstGeneration) {
    const std::string base = "shellies/shelly1-B1C2D3/";
    auto gen1 = [&](const std::string& rest, const std::string& component) {
        return implied(link(base + rest, "shelly", "shelly1-B1C2D3", component));
    };
    EXPECT_EQ(gen1("relay/0", "relay:0"),
              "relay/0 " + base + "relay/0/command: payload b on>on=on off>off=off toggle>toggle " +
                  "value@" + base + "relay/0");
    EXPECT_EQ(gen1("roller/0", "roller:0"),
              "roller/0 " + base + "roller/0/command: payload o open>open=open close>close=close " +
                  "stop>stop=stop value@" + base + "roller/0 | roller/0/pos " + base +
                  "roller/0/command/pos: payload n 0..100 value@" + base + "roller/0/pos");
    EXPECT_EQ(gen1("light/0", "light:0"),
              "light/0 " + base + "light/0/command: payload b on>on=on off>off=off toggle>toggle " +
                  "value@" + base + "light/0 | light/0/brightness " + base +
                  "light/0/set: member brightness n 0..100 {\"turn\":\"on\"} brightness@" + base +
                  "light/0/status");
    EXPECT_EQ(gen1("relay/0/power", "relay:0"), "");
    EXPECT_EQ(gen1("temperature", ""), "");
    EXPECT_EQ(gen1("input/0", "input:0"), "");
}

TEST(Implied, ShellyOfLaterGenerations) {
    const std::string id = "shellyplus1pm-a8032ab1c2d3";
    auto gen2 = [&](const std::string& rest, const std::string& component) {
        return implied(link(id + '/' + rest, "shelly", id, component));
    };
    const std::string switched = "switch:0 " + id + "/rpc: rpc Switch.Set.on b ON>true=true " +
                                 "OFF>false=false {\"id\":0} output@" + id +
                                 "/status/switch:0 params_switch:0_output@" + id + "/events/rpc";
    EXPECT_EQ(gen2("status/switch:0", "switch:0"), switched);
    EXPECT_EQ(gen2("events/rpc", "switch:0"), switched);
    const std::string cover = gen2("status/cover:1", "cover:1");
    EXPECT_TRUE(cover.starts_with("cover:1 " + id + "/rpc: rpc o open>Cover.Open=open|opening "))
        << cover;
    EXPECT_NE(
        cover.find(" | cover:1/position " + id + "/rpc: rpc Cover.GoToPosition.pos n 0..100 "),
        std::string::npos)
        << cover;
    EXPECT_EQ(gen2("status/input:0", "input:0"), "");
    EXPECT_EQ(gen2("status/sys", ""), "");
    EXPECT_EQ(gen2("status/switch:x", "switch:x"), "");
    EXPECT_EQ(gen2("online", "switch:0"), "");
}

TEST(Implied, OtherConventionsImplyNothing) {
    EXPECT_EQ(implied(link("a/switch/x/state", "zigbee", "a", "switch", "x")), "");
    EXPECT_EQ(implied(link("other/topic", "esphome", "bath-node", "switch", "x")), "");
}

TEST(Implied, WhereADeviceSpeaks) {
    auto territory = [](const TopicLink& one) {
        return territory_of({one.series.measurement, "", ""}, one);
    };
    EXPECT_EQ(territory(link("a/b/switch/x/state", "esphome", "a/b", "switch", "x")), "a/b");
    EXPECT_EQ(territory(link("shellies/s-1/relay/0", "shelly", "s-1", "relay:0")), "shellies/s-1");
    EXPECT_EQ(territory(link("home/s/status/switch:0", "shelly", "s", "switch:0")), "home/s");
    EXPECT_EQ(territory(link("home/s/events/rpc", "shelly", "s", "switch:0")), "home/s");
    EXPECT_EQ(territory(link("tele/plug/SENSOR", "tasmota", "plug", "")), "cmnd/plug");
    EXPECT_EQ(territory(link("stat/a/plug/RESULT", "tasmota", "a/plug", "")), "cmnd/a/plug");
    EXPECT_EQ(territory(link("plug/tele/SENSOR", "tasmota", "plug", "")), "");
    EXPECT_EQ(territory(link("tele/SENSOR", "tasmota", "x", "")), "");
    EXPECT_EQ(territory(link("a/b", "zigbee", "b", "")), "");
}

} // namespace
} // namespace caredian::devices
