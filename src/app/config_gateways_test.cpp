// Several gateways: what they cannot do without, and what cannot be beside them.
#include "app/config_fixture.h"
#include "app/gateways_side.h"

namespace caredian::app {
namespace {

const std::string good = "mqtt: {url: 'mqtt://broker'}\n"
                         "influxdb: {url: 'http://store', area_tag: false}\n"
                         "history: {source: influxdb}\n"
                         "gateways: {group: home, name: a}\n";
const std::string keys =
    "secret: " + std::string(32, 's') + "\nmaster_key: " + std::string(32, 'm') + "\n";
const Environment database{{"CAREDIAN_DATABASE_URL", "mysql://u:p@h/d"}};

std::string problems(const std::string& yaml, const Environment& environment = database) {
    std::string out;
    for (const auto& p : load(yaml, environment).problems) out += p.message + "\n";
    return out;
}

std::string without(std::string text, const std::string& what, const std::string& with = {}) {
    auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), with);
}

TEST(ConfigGateways, WhatTheyNeedIsEnough) {
    auto loaded = load(good + keys, database);
    EXPECT_EQ(all_text(loaded.problems), "");
    EXPECT_EQ(all_text(loaded.warnings), "");
    EXPECT_EQ(gateway_name(loaded.settings), "a");
}

TEST(ConfigGateways, EachThingThatIsMissingIsNamed) {
    using testing::PrintToString;
    const std::pair<std::string, std::string> all[] = {
        {problems(without(good, "mqtt: {url: 'mqtt://broker'}")), "needs mqtt.url"},
        {problems(good, {}), "set database.url to a mysql:// URL"},
        {problems(without(good, "influxdb: {url: 'http://store', area_tag: false}")),
         "needs influxdb.url"},
        {problems(without(good, "source: influxdb", "source: local")),
         "history.source: must name a server"},
        {problems(without(good, ", area_tag: false")), "influxdb.area_tag: must be false"},
        {problems(without(good, "area_tag: false", "layout: home_assistant")), "influxdb.layout"},
        {problems(without(good, "broker'", "broker', client_id: x")),
         "mqtt.client_id: cannot be set"},
        {problems(without(good, "broker'", "broker', qos: 0")), "mqtt.qos: must be 1 or 2"},
        {problems(without(good, "broker'", "broker', session_expiry: 0")),
         "mqtt.session_expiry: must not be 0"},
        {problems(good + "broker: {directory: /x}\n"), "broker.directory: cannot be set"},
        {problems(without(good, "name: a", "name: a/b")), "another character"},
    };
    for (const auto& [said, wanted] : all)
        EXPECT_NE(said.find(wanted), std::string::npos) << wanted << "\nsaid: " << said;
}

TEST(ConfigGateways, WarnsOfKeysThatEachWouldMakeForItself) {
    auto loaded = load(good, database);
    EXPECT_NE(all_text(loaded.warnings).find("secret: is not set"), std::string::npos);
    EXPECT_NE(all_text(loaded.warnings).find("master_key: is not set"), std::string::npos);
}

TEST(ConfigGateways, ANameWithoutAGroupDoesNothing) {
    auto loaded = load("gateways: {name: a}\n");
    EXPECT_NE(all_text(loaded.warnings).find("has no effect"), std::string::npos);
}

TEST(ConfigGateways, TwoSubscriptionsAreMadeOfOne) {
    auto settings = load(good + keys, database).settings;
    ingest::IngestOptions alone;
    alone.mqtt.emplace();
    alone.mqtt->subscriptions = {{"zigbee2mqtt/#", 1}};
    auto shared = shared_ingest(alone, settings);
    EXPECT_EQ(shared.mqtt->client_id, "caredian-a");
    EXPECT_EQ(shared.mqtt->subscriptions.at(0).filter, "$share/home/zigbee2mqtt/#");
    EXPECT_EQ(shared.mqtt->subscriptions.at(0).retain_handling, 2);
}

} // namespace
} // namespace caredian::app
