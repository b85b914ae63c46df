#include "devices/commands/answer.h"
#include "devices/commands/commands_fixture.h"

#include <gtest/gtest.h>

namespace caredian::devices::commands {
namespace {

Plan plan_of(const DeviceView& device, const Wanted& wanted) {
    return std::get<Plan>(plan(device, wanted, {}, 7));
}

struct Case {
    const char *topic, *payload;
    Heard heard;
    const char* text;
};
void check(const Plan& plan, std::initializer_list<Case> cases) {
    for (const auto& one : cases) {
        Answer answer(plan);
        EXPECT_EQ(answer.hear(one.topic, one.payload), one.heard) << one.payload;
        EXPECT_EQ(answer.text(), one.text) << one.payload;
    }
}

TEST(Answer, OfZigbee2Mqtt) {
    const char *topic = "zigbee2mqtt/room/lamp", *log = "zigbee2mqtt/bridge/logging";
    check(
        plan_of(lamp(), wants("state", true)),
        {{topic, R"({"state":"ON","brightness":5})", Heard::done, R"("ON")"},
         {topic, R"({"state":"OFF"})", Heard::other, R"("OFF")"},
         {topic, R"({"linkquality":80})", Heard::nothing, ""},
         {topic, "ON", Heard::nothing, ""},
         {topic, "{broken", Heard::nothing, ""},
         {topic, "", Heard::nothing, ""},
         {"zigbee2mqtt/room", R"({"state":"ON"})", Heard::nothing, ""},
         {log,
          R"({"level":"error","message":"z2m: Publish 'set' 'state' to 'room/lamp' failed: 'x'"})",
          Heard::refused, "z2m: Publish 'set' 'state' to 'room/lamp' failed: 'x'"},
         {log, R"({"level":"error","message":"Publish 'set' 'state' to 'lamp' failed"})",
          Heard::nothing, ""},
         {log,
          R"({"level":"error","message":"Publish 'set' 'color_temp' to 'room/lamp' failed: 'x'"})",
          Heard::nothing, ""},
         {log, R"({"level":"error","message":"Publish 'get' 'state' to 'room/lamp' failed"})",
          Heard::nothing, ""},
         {log, R"({"level":"info","message":"Publish 'set' 'state' to 'room/lamp'"})",
          Heard::nothing, ""}});
    check(plan_of(lamp(), wants("brightness", 128)),
          {{topic, R"({"brightness":128})", Heard::done, "128"},
           {topic, R"({"brightness":127})", Heard::done, "127"}, // devices round
           {topic, R"({"brightness":120})", Heard::other, "120"},
           {topic, R"({"brightness":"128"})", Heard::done, R"("128")"},
           {topic, R"({"brightness":null})", Heard::nothing, ""}});
}

TEST(Answer, OfSeveralValuesAtOnce) {
    const char* topic = "zigbee2mqtt/room/lamp";
    const auto both = plan_of(lamp(), wants_all(R"({"state":"ON","brightness":128})"));
    Answer answer(both);
    EXPECT_EQ(answer.hear(topic, R"({"state":"ON"})"), Heard::nothing); // half of it
    EXPECT_EQ(answer.hear(topic, R"({"brightness":9})"), Heard::other);
    EXPECT_EQ(answer.hear(topic, R"({"brightness":128})"), Heard::done);
    Answer again(both);
    EXPECT_EQ(again.hear(topic, R"({"state":"ON"})"), Heard::nothing);
    EXPECT_EQ(again.hear(topic, R"({"state":"OFF","brightness":128})"), Heard::other);
}

TEST(Answer, OfTasmota) {
    DeviceView d;
    auto power = on_off("stat/plug/RESULT", "POWER");
    power.words[0].sent = "ON";
    power.shown.push_back({"stat/plug/POWER", "value"});
    d.entities.push_back(entity("POWER", "cmnd/plug/POWER", power, "tasmota"));
    check(plan_of(d, wants("POWER", true)),
          {{"stat/plug/RESULT", R"({"POWER":"ON"})", Heard::done, R"("ON")"},
           {"stat/plug/POWER", "ON", Heard::done, R"("ON")"},
           {"stat/plug/POWER", "OFF", Heard::other, R"("OFF")"},
           {"stat/plug/RESULT", R"({"POWER2":"ON"})", Heard::nothing, ""},
           {"stat/plug/RESULT", R"({"Command":"Unknown"})", Heard::refused,
            "the device does not know this command"},
           {"stat/other/RESULT", R"({"POWER":"ON"})", Heard::nothing, ""}});
}

TEST(Answer, OfARemoteProcedure) {
    Plan p;
    p.reply_topic = "x/events/caredian/rpc";
    p.reply_id = 7;
    check(p, {{"x/events/caredian/rpc", R"({"id":7,"result":{"was_on":false}})", Heard::done,
               R"({"was_on":false})"},
              {"x/events/caredian/rpc", R"({"id":7})", Heard::done, "null"},
              {"x/events/caredian/rpc", R"({"id":8,"result":{}})", Heard::nothing, ""},
              {"x/events/caredian/rpc", R"({"id":"7","result":{}})", Heard::nothing, ""},
              {"x/events/caredian/rpc", R"({"id":7,"error":{"code":-105,"message":"no such id"}})",
               Heard::refused, "no such id"},
              {"x/events/caredian/rpc", R"({"id":7,"error":1})", Heard::refused, "an error"},
              {"x/events/caredian/rpc", "[7]", Heard::nothing, ""}});
}

TEST(Answer, OfABarePayload) {
    DeviceView d;
    d.entities.push_back(entity("p", "a/set", on_off("a")));
    check(plan_of(d, wants("p", true)), {{"a", "ON", Heard::done, R"("ON")"},
                                         {"a", " on ", Heard::done, R"("on")"},
                                         {"a", R"("ON")", Heard::done, R"("ON")"},
                                         {"a", "OFF", Heard::other, R"("OFF")"},
                                         {"a", "1", Heard::other, "1"},
                                         {"a", "", Heard::nothing, ""},
                                         {"a", R"({"value":"ON"})", Heard::done, R"("ON")"}});
    const std::string large(300'000, 'x');
    const auto p = plan_of(d, wants("p", true));
    Answer answer(p);
    EXPECT_EQ(answer.hear("a", large), Heard::nothing);
    EXPECT_EQ(answer.topics(), std::vector<std::string>{"a"});
}

} // namespace
} // namespace caredian::devices::commands
