#include "devices/enrol/name.h"
#include "devices/enrol/rights.h"

#include <gtest/gtest.h>

namespace caredian::devices::enrol {
namespace {

TEST(DeviceName, Table) {
    for (std::string good : {"a", "kitchen", "kitchen-2", "_x", "0",
                             "a23456789012345678901234567890123456789012345678901234567890abcd",
                             "tasmota_8d1a2b", "zigbee2mqtt"})
        EXPECT_TRUE(check_id(good)) << good;
    for (std::string bad :
         {"", "Kitchen", "a b", "a/b", "a.b", "a+", "#", "$SYS", "é", "a\n", "../a", "a:b", "부엌"})
        EXPECT_EQ(check_id(bad).error(), Errc::bad_name) << bad;
    EXPECT_EQ(check_id(std::string(65, 'a')).error(), Errc::bad_name);
    EXPECT_EQ(check_id(std::string("a\0b", 3)).error(), Errc::bad_name);
    for (std::string_view taken : {"caredian", "caredian-control", "caredian2", "caredianx",
                                   "gateway", "admin", "root", "system", "devices", "commands",
                                   "homeassistant", "tele", "mosquitto", "dynsec", "home"}) {
        EXPECT_EQ(check_id(taken).error(), Errc::reserved_name) << taken;
        EXPECT_FALSE(reserved_because(taken).empty()) << taken;
    }
}

TEST(Rights, TopicsOfConventions) {
    auto generic = rights_of(Convention::generic, "k");
    EXPECT_EQ(generic.publish, std::vector<std::string>{"devices/k/#"});
    EXPECT_EQ(generic.subscribe, std::vector<std::string>{"commands/k/#"});
    EXPECT_EQ(rights_of(Convention::tasmota, "plug3").subscribe,
              std::vector<std::string>{"cmnd/plug3/#"});
    for (auto word : {"generic", "tasmota", "esphome", "shelly", "zigbee2mqtt", "homie"})
        EXPECT_EQ(to_string(parse_convention(word).value()), word);
    EXPECT_FALSE(parse_convention("Tasmota"));
    // No right of any convention covers everything, or begins with a wildcard.
    for (auto word : {"generic", "tasmota", "esphome", "shelly", "zigbee2mqtt", "homie"}) {
        auto rights = rights_of(parse_convention(word).value(), "name");
        for (const auto* list : {&rights.publish, &rights.subscribe})
            for (const auto& filter : *list) {
                EXPECT_NE(filter[0], '#') << filter;
                EXPECT_NE(filter[0], '+') << filter;
                EXPECT_NE(filter[0], '$') << filter;
            }
    }
}

TEST(Rights, NamesOnTopics) {
    EXPECT_TRUE(check_topic(Convention::tasmota, "tasmota_8D1A2B"));
    EXPECT_TRUE(check_topic(Convention::generic, "caredian.x")) << "below devices/";
    EXPECT_TRUE(check_topic(Convention::zigbee2mqtt, "zigbee2mqtt"));
    for (std::string bad : {"", "a/b", "+", "#", "a#", "$x", "a b", "é"})
        EXPECT_EQ(check_topic(Convention::generic, bad).error(), Errc::bad_topic) << bad;
    // Where topics begin with the name, it must not be the beginning of others' topics.
    for (std::string bad : {"tele", "devices", "homeassistant", "Caredian", "cmnd", "zigbee2mqtt"})
        EXPECT_EQ(check_topic(Convention::esphome, bad).error(), Errc::bad_topic) << bad;
}

TEST(Rights, NobodySpeaksOnAnothersTopics) {
    using C = Convention;
    struct Case {
        C a;
        const char* name_a;
        C b;
        const char* name_b;
        bool both;
    };
    for (const auto& c : std::vector<Case>{{C::generic, "k", C::generic, "h", false},
                                           {C::generic, "k", C::generic, "k", true},
                                           {C::generic, "k", C::tasmota, "k", false},
                                           {C::esphome, "node", C::esphome, "node", true},
                                           {C::esphome, "node", C::esphome, "node2", false},
                                           {C::esphome, "s1", C::shelly, "s1", true},
                                           {C::shelly, "s1", C::shelly, "s2", false},
                                           {C::zigbee2mqtt, "z", C::esphome, "z", true},
                                           {C::zigbee2mqtt, "z", C::esphome, "e", false}})
        EXPECT_EQ(overlap(rights_of(c.a, c.name_a), rights_of(c.b, c.name_b)), c.both)
            << to_string(c.a) << " " << c.name_a << ", " << to_string(c.b) << " " << c.name_b;
}

TEST(Rights, CommandsOfWhatSpeaksOnATopic) {
    using V = std::vector<std::string>;
    EXPECT_EQ(command_topics("devices/k/climate"), V{"commands/k/#"});
    EXPECT_EQ(command_topics("tele/plug3/SENSOR"), V{"cmnd/plug3/#"});
    EXPECT_EQ(command_topics("zigbee2mqtt/lamp"), V{"zigbee2mqtt/lamp/set"});
    EXPECT_EQ(command_topics("node/switch/relay/state"), V{"node/switch/relay/command"});
    EXPECT_EQ(command_topics("whatever"), V{});
    EXPECT_EQ(command_topics("a/b/c"), V{});
    EXPECT_EQ(state_topics("devices/k/climate"), V{"devices/k/#"});
    EXPECT_EQ(state_topics("zigbee2mqtt/lamp"), V{"zigbee2mqtt/lamp"});
    EXPECT_EQ(state_topics("$SYS/x"), V{});
    EXPECT_EQ(state_topics("a/#"), V{});
    EXPECT_EQ(state_topics(""), V{});
}

} // namespace
} // namespace caredian::devices::enrol
