#include "devices/commands/commands_fixture.h"

#include <gtest/gtest.h>

namespace caredian::devices::commands {
namespace {

// "topic payload", or "refused: why"
std::string planned(const DeviceView& device, const Wanted& wanted) {
    auto made = plan(device, wanted, {}, 7);
    if (auto* no = std::get_if<Refusal>(&made)) return "refused: " + no->why;
    const auto& p = std::get<Plan>(made);
    return p.topic + ' ' + p.payload;
}
Plan plan_of(const DeviceView& device, const Wanted& wanted) {
    auto made = plan(device, wanted, {}, 7);
    auto* good = std::get_if<Plan>(&made);
    EXPECT_TRUE(good) << std::get<Refusal>(made).why;
    return good ? *good : Plan{};
}

DeviceView device_of(EntityView e) {
    DeviceView d;
    d.id = "d";
    d.entities.push_back(std::move(e));
    return d;
}

TEST(Plan, OneValue) {
    const auto pump = device_of(entity("pump", "garden/pump/set", on_off("garden/pump")));
    EXPECT_EQ(planned(pump, wants("pump", true)), "garden/pump/set 1");
    EXPECT_EQ(planned(pump, wants("pump", false)), "garden/pump/set 0");
    EXPECT_EQ(planned(pump, wants("pump", "off")), "garden/pump/set 0");
    EXPECT_EQ(planned(pump, wants("pump", "TOGGLE")), "garden/pump/set 2");
    const auto p = plan_of(pump, wants("pump", true));
    EXPECT_EQ(p.qos, 1); // the broker's word is waited for, whatever the device asks
    EXPECT_FALSE(p.retain);
    EXPECT_TRUE(p.repeatable);
    ASSERT_EQ(p.shows.size(), 1u);
    EXPECT_EQ(p.shows[0].texts, std::vector<std::string>{"ON"});
    EXPECT_EQ(p.shows[0].places[0].topic, "garden/pump");
    // What is another thing each time is sent once, and no state tells.
    const auto toggle = plan_of(pump, wants("pump", "TOGGLE"));
    EXPECT_FALSE(toggle.repeatable);
    EXPECT_FALSE(toggle.confirmable());
}

TEST(Plan, MembersOfOneMessage) {
    const auto d = lamp();
    const std::string to = "zigbee2mqtt/room/lamp/set ";
    EXPECT_EQ(planned(d, wants("state", true)), to + R"({"state":"ON"})");
    EXPECT_EQ(planned(d, wants("brightness", 128)), to + R"({"brightness":128})");
    EXPECT_EQ(planned(d, wants("color_x", 0.25)), to + R"({"color":{"x":0.25}})");
    EXPECT_EQ(planned(d, wants_all(R"({"state":"ON","brightness":128})")),
              to + R"({"state":"ON","brightness":128})");
    EXPECT_EQ(planned(d, wants_all(R"({"color":{"x":0.1,"y":0.2}})")),
              to + R"({"color":{"x":0.1,"y":0.2}})");
    EXPECT_EQ(planned(d, wants_all(R"({"color_x":0.5})")), to + R"({"color":{"x":0.5}})");
    const auto p = plan_of(d, wants_all(R"({"state":"ON","brightness":128})"));
    EXPECT_EQ(p.entities, (std::vector<std::string>{"state", "brightness"}));
    EXPECT_EQ(p.shows.size(), 2u);
    EXPECT_EQ(p.refusal_topic, "zigbee2mqtt/bridge/logging");
    EXPECT_EQ(p.refusal_mark, "room/lamp");
}

TEST(Plan, FixedMembersGiveWay) {
    auto level = member_number({"brightness"}, 0, 255, "a");
    level.fixed = R"("state":"ON")";
    auto d = device_of(entity("b", "a/set", level));
    EXPECT_EQ(planned(d, wants("b", 5)), R"(a/set {"brightness":5,"state":"ON"})");
    d.entities.push_back(entity("s", "a/set", member_switch("state", "a")));
    EXPECT_EQ(planned(d, wants_all(R"({"brightness":5,"state":"OFF"})")),
              R"(a/set {"brightness":5,"state":"OFF"})");
}

TEST(Plan, Templates) {
    auto c = on_off("a");
    c.format = R"({"relay":{{ value | int }}})";
    EXPECT_EQ(planned(device_of(entity("p", "a/set", c)), wants("p", true)),
              R"(a/set {"relay":1})");
    c.words[0].sent = "high";
    EXPECT_EQ(planned(device_of(entity("p", "a/set", c)), wants("p", true)),
              "refused: the device's template does not take this value");
}

TEST(Plan, RemoteProcedures) {
    Command c;
    c.as = Command::As::rpc;
    c.takes = Command::boolean;
    c.path = {"Switch.Set", "on"};
    c.fixed = R"("id":0)";
    c.words = {{"ON", "true", {"true"}}, {"OFF", "false", {"false"}}};
    c.shown = {{"shelly-x/status/switch:0", "output"}};
    auto p = plan_of(device_of(entity("switch:0", "shelly-x/rpc", c, "shelly")),
                     wants("switch:0", true));
    EXPECT_EQ(p.topic, "shelly-x/rpc");
    EXPECT_EQ(p.payload, R"({"id":7,"src":"shelly-x/events/caredian","method":"Switch.Set",)"
                         R"("params":{"id":0,"on":true}})");
    EXPECT_EQ(p.reply_topic, "shelly-x/events/caredian/rpc");
    EXPECT_EQ(p.reply_id, 7);
    c.path.clear(); // the word is the method
    c.takes = Command::option;
    c.words = {{"open", "Cover.Open", {"open"}}};
    p = plan_of(device_of(entity("cover:0", "x/rpc", c, "shelly")), wants("cover:0", "open"));
    EXPECT_EQ(p.payload,
              R"({"id":7,"src":"x/events/caredian","method":"Cover.Open","params":{"id":0}})");
}

TEST(Plan, RetainsWhatTheDeviceAsksForOnly) {
    auto c = on_off("a");
    c.retain = true;
    c.qos = 2;
    const auto d = device_of(entity("p", "a/set", c));
    EXPECT_TRUE(plan_of(d, wants("p", true)).retain);
    EXPECT_EQ(plan_of(d, wants("p", true)).qos, 2);
    EXPECT_FALSE(plan_of(d, wants("p", "TOGGLE")).retain); // at each new start of the device
}

TEST(Plan, SaysWhatIsAllowed) {
    const auto d = lamp();
    const std::pair<Wanted, const char*> cases[] = {
        {wants("brightness", 255), R"(the value of "brightness" is a number from 0 to 254)"},
        {wants("brightness", -1), R"(the value of "brightness" is a number from 0 to 254)"},
        {wants("brightness", "128"), R"(the value of "brightness" is a number from 0 to 254)"},
        {wants("brightness", true), R"(the value of "brightness" is a number from 0 to 254)"},
        {wants("state", "heat"),
         R"(the value of "state" is true or false, or one of "ON", "OFF", "TOGGLE")"},
        {wants("state", 1),
         R"(the value of "state" is true or false, or one of "ON", "OFF", "TOGGLE")"},
        {wants("state", nullptr),
         R"(the value of "state" is true or false, or one of "ON", "OFF", "TOGGLE")"},
        {wants("hue", 1), R"(the device has no entity "hue")"},
        {wants_all(R"({"hue":1})"), R"(the device has no attribute "hue" that can be set)"},
        {wants_all(R"({"color":1})"), R"("color" is an object)"},
        {wants_all(R"({"color":{}})"), R"("color" is an object)"},
        {wants_all(R"({"color":{"z":1}})"), R"("color" has no member "z" that can be set)"},
        {wants_all(R"({"color":{"x":2}})"), R"(the value of "color_x" is a number from 0 to 1)"},
        {wants_all("{}"), "values holds one attribute at least, and at most 32"},
    };
    for (const auto& [wanted, why] : cases)
        EXPECT_EQ(planned(d, wanted), std::string("refused: ") + why);
}

TEST(Plan, KeepsToOneTopicAndToItsOwn) {
    auto d = device_of(entity("p", "a/set", on_off("a")));
    d.entities.push_back(entity("q", "b/set", on_off("b")));
    d.entities.push_back(entity("read", "", on_off("b")));
    d.entities.push_back(entity("evil", "$CONTROL/dynamic-security/v1", on_off("b")));
    d.entities.push_back(entity("pair", "zigbee2mqtt/bridge/request/permit_join", on_off("b")));
    EXPECT_EQ(planned(d, wants_all(R"({"q":true})")), "b/set 1");
    EXPECT_EQ(planned(d, wants_all(R"({"p":true,"q":true})")),
              R"(refused: the device has no attribute "p" that can be set)");
    EXPECT_EQ(planned(d, wants("read", true)), R"(refused: "read" cannot be told anything)");
    EXPECT_EQ(planned(d, wants("evil", true)),
              "refused: the device's command topic is one of the broker's own");
    EXPECT_EQ(planned(d, wants("pair", true)), "refused: the device's command topic is a bridge's");
}

TEST(Plan, TextsAreBounded) {
    Command c;
    c.as = Command::As::payload;
    c.takes = Command::text;
    c.max = 5;
    const auto d = device_of(entity("t", "a/set", c));
    EXPECT_EQ(planned(d, wants("t", "가나다라마")), "a/set 가나다라마");
    EXPECT_EQ(planned(d, wants("t", "123456")),
              R"(refused: the value of "t" is a text of at most 5 characters)");
    EXPECT_EQ(planned(d, wants("t", 5)),
              R"(refused: the value of "t" is a text of at most 5 characters)");
}

TEST(Plan, FindsAnEntityByItsOtherNames) {
    auto d = device_of(entity("0x01_switch", "a/set", on_off("a")));
    d.entities[0].also = {"state"};
    EXPECT_EQ(planned(d, wants("state", true)), "a/set 1");
}

} // namespace
} // namespace caredian::devices::commands
