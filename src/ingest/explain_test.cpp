#include "ingest/explain.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

std::string json_of(std::string_view topic, std::string_view payload,
                    const DecodeOptions& options = {}) {
    std::string out;
    append_json(out, explain(options, topic, payload));
    return out;
}

TEST(Explain, SaysWhoDecidedAndWhatCameOut) {
    EXPECT_EQ(json_of("tele/plug3/LWT", "Online"),
              R"({"decoder":"tasmota","rule":null,"outcome":"decoded","reason":null,)"
              R"("readings":[{"measurement":"tasmota","tags":{"device":"plug3"},)"
              R"("fields":[{"name":"online","type":"boolean","value":true}]}],)"
              R"("left_out":[],"descriptions":0,"suggestion":null})");
    EXPECT_EQ(json_of("cmnd/plug3/POWER", "ON"),
              R"({"decoder":"tasmota","rule":null,"outcome":"ignored","reason":"tasmota_command",)"
              R"("readings":[],"left_out":[],"descriptions":0,"suggestion":null})");
    EXPECT_EQ(json_of("h/d", R"({"a":)"),
              R"({"decoder":"json","rule":null,"outcome":"broken","reason":"malformed_json",)"
              R"("readings":[],"left_out":[],"descriptions":0,"suggestion":null})");
}

TEST(Explain, NamesTheRule) {
    DecodeOptions options;
    options.mappings.resize(2);
    options.mappings[0].topic = "x/#";
    options.mappings[1].topic = "h/{device}";
    EXPECT_EQ(json_of("h/d", "5", options),
              R"({"decoder":"mapping","rule":"2: h/{device}",)"
              R"("outcome":"decoded","reason":null,"readings":[{"measurement":"h",)"
              R"("tags":{"device":"d"},"fields":[{"name":"value","type":"float","value":5}]}],)"
              R"("left_out":[],"descriptions":0,"suggestion":null})");
}

TEST(Explain, NamesWhatTheRuleCouldNotCastAndThePayloadsTime) {
    DecodeOptions options;
    auto& rule = options.mappings.emplace_back();
    rule.topic = "h/{device}";
    rule.time.payload = true;
    rule.fields.resize(2);
    rule.fields[0].from = "t";
    rule.fields[1].from = "u";
    for (auto& field : rule.fields) field.type = MappedField::Type::number;
    EXPECT_EQ(json_of("h/d", R"({"t":"high","u":1,"ts":1768014000})", options),
              R"({"decoder":"mapping","rule":"1: h/{device}","outcome":"decoded","reason":null,)"
              R"("readings":[{"measurement":"h","tags":{"device":"d"},)"
              R"("fields":[{"name":"u","type":"float","value":1}],)"
              R"("time":"2026-01-10T03:00:00.000000000Z"}],)"
              R"("left_out":["t"],"descriptions":0,"suggestion":null})");
    EXPECT_EQ(json_of("h/d", R"({"t":"high"})", options),
              R"({"decoder":"mapping","rule":"1: h/{device}","outcome":"broken",)"
              R"("reason":"mapping_no_cast","readings":[],"left_out":["t"],"descriptions":0,)"
              R"("suggestion":null})");
}

TEST(Explain, TakesWhateverABrokerMayBring) {
    std::string large(DecodeOptions().max_payload + 1, 'x');
    EXPECT_EQ(json_of("h/d", large),
              R"({"decoder":null,"rule":null,"outcome":"broken","reason":"too_large",)"
              R"("readings":[],"left_out":[],"descriptions":0,"suggestion":null})");
    EXPECT_EQ(explain({}, "h/d", "").outcome.reason, Ignored::empty);
    EXPECT_EQ(explain({}, "h/d", "\xff").outcome.broken, Broken::invalid_utf8);
}

TEST(Explain, SuggestsARuleThatFits) {
    struct Case {
        const char *topic, *payload, *yaml;
    };
    const Case cases[] = {
        {"garden/soil", "21.5",
         "ingest:\n  mappings:\n    - topic: \"garden/{device}\"\n      measurement: garden\n"
         "      fields:\n        value: {name: value, type: float}\n"},
        {"home/kitchen/box1/state", R"({"Temp":"21.5","ts":1768014000,"env":{"co2":8},"on":"ON"})",
         "ingest:\n  mappings:\n    - topic: \"home/{area}/{device}/state\"\n"
         "      measurement: home\n      fields:\n        Temp: {name: temp, type: float}\n"
         "        env_co2: {name: env_co2, type: float}\n"
         "        \"on\": {name: \"on\", type: boolean}\n"
         "      # time: payload   # the point's time is \"ts\", not that of its arrival\n"},
        {"home/box", R"({"id":"b1","x":"hi"})",
         "ingest:\n  mappings:\n    - topic: \"home/box\"\n      measurement: home\n"
         "      fields:\n        x: {name: x, type: string}\n"},
        {"a/b/c/d", "hi",
         "ingest:\n  mappings:\n    - topic: \"a/{level2}/{level3}/{device}\"\n"
         "      measurement: a\n      fields:\n        value: {name: value, type: string}\n"},
    };
    // names that meet, or that no rule can have
    EXPECT_EQ(
        suggest_rule({}, "a/b", R"({"T":1,"t":2,"a_b":1,"a":{"b":2},"x\ny":1,"No":5})"),
        "ingest:\n  mappings:\n    - topic: \"a/{device}\"\n      measurement: a\n"
        "      fields:\n        T: {name: t, type: float}\n        a_b: {name: a_b, type: float}\n"
        "        \"No\": {name: \"no\", type: float}\n");
    EXPECT_EQ(suggest_rule({}, "a/b", R"({"x\ny":1})"), std::nullopt);
    for (const auto& c : cases) EXPECT_EQ(explain({}, c.topic, c.payload).suggestion, c.yaml);
    EXPECT_EQ(explain({}, "tele/plug3/LWT", "Online").suggestion, std::nullopt);
    EXPECT_EQ(explain({}, "a/{b}/+", "1").suggestion, std::nullopt);
    EXPECT_EQ(explain({}, "a/b\nc", "1").suggestion, std::nullopt);
}

} // namespace
} // namespace caredian::ingest
