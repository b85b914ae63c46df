// ingest.mappings: what is read, and each mistake with its line.
#include "app/config_fixture.h"
#include "app/config_mapping.h"
#include "ingest/explain.h"

namespace caredian::app {
namespace {

using ingest::MappedField;
using ingest::MappedTime;

TEST(ConfigMapping, ReadsEveryPart) {
    auto loaded = load(R"(
ingest:
  mappings:
    - topic: sensors/{area}/{device}/state
      measurement: climate
      device: "{area}-{device}"
      tags: {site: home, floor: 2}
      rest: drop
      time: {field: ts, format: unix_ms, zone: "-03:30"}
      fields:
        t: {name: temperature, type: float, scale: 0.1, offset: -2, unit: °C}
        door: {type: bool, on: [open, ajar], off: closed}
        h: humidity
        junk: drop
        more: {drop: true}
    - {topic: "noise/#", drop: yes}
    - {topic: a/+, time: payload, tags: {}}
)");
    ASSERT_TRUE(loaded.ok()) << all_text(loaded.problems);
    const auto& rules = loaded.settings.ingest.mappings;
    ASSERT_EQ(rules.size(), 3u);
    const auto& one = rules[0];
    EXPECT_EQ(one.topic, "sensors/{area}/{device}/state");
    EXPECT_EQ(one.measurement, "climate");
    EXPECT_EQ(one.device, "{area}-{device}");
    EXPECT_TRUE(one.has_tags);
    EXPECT_EQ(one.tags[1], (std::pair<std::string, std::string>("floor", "2")));
    EXPECT_FALSE(one.keep_rest);
    EXPECT_EQ(one.time.field, "ts");
    EXPECT_EQ(one.time.format, MappedTime::Format::unix_ms);
    EXPECT_EQ(one.time.zone_minutes, -210);
    ASSERT_EQ(one.fields.size(), 5u);
    EXPECT_EQ(one.fields[0].name, "temperature");
    EXPECT_EQ(one.fields[0].type, MappedField::Type::number);
    EXPECT_EQ(one.fields[0].scale, 0.1);
    EXPECT_EQ(one.fields[0].offset, -2);
    EXPECT_EQ(one.fields[0].unit, "°C");
    EXPECT_EQ(one.fields[1].on, (std::vector<std::string>{"open", "ajar"}));
    EXPECT_EQ(one.fields[1].off, std::vector<std::string>{"closed"});
    EXPECT_EQ(one.fields[2].name, "humidity");
    EXPECT_TRUE(one.fields[3].drop && one.fields[4].drop);
    EXPECT_TRUE(rules[1].drop);
    EXPECT_TRUE(rules[2].time.payload && rules[2].has_tags);
    EXPECT_FALSE(rules[1].has_tags);
}

TEST(ConfigMapping, ComesFromTheEnvironmentAsJson) {
    auto loaded = load("", {{"CAREDIAN_INGEST_MAPPINGS",
                             R"([{"topic":"a/{device}","fields":{"t":{"type":"float"}}}])"}});
    ASSERT_TRUE(loaded.ok()) << all_text(loaded.problems);
    EXPECT_EQ(loaded.settings.ingest.mappings.at(0).fields.at(0).from, "t");
    loaded = load("", {{"CAREDIAN_INGEST_MAPPINGS", "a/b,c"}});
    EXPECT_EQ(all_text(loaded.problems),
              "CAREDIAN_INGEST_MAPPINGS: ingest.mappings: rule 1: must be a map\n"
              "CAREDIAN_INGEST_MAPPINGS: ingest.mappings: rule 2: must be a map\n");
}

struct Wrong {
    const char* rule; // one line each, the first is line 3
    const char* says; // after "c.yaml:"
};

TEST(ConfigMapping, NamesEachMistakeWithItsLine) {
    const Wrong table[] = {
        {"- 5", "3: ingest.mappings: rule 1: must be a map"},
        {"- measurement: m", "3: ingest.mappings: rule 1: topic is missing"},
        {"- topic: a\n  topics: b",
         "4: ingest.mappings: rule 1: there is no \"topics\" here (do you mean topic?)"},
        {"- topic: [a]", "3: ingest.mappings: rule 1: topic: must be a single value"},
        {"- measurement: m\n  topic: a/#/b",
         "4: ingest.mappings: rule 1: topic: has a # that is not the last level"},
        {"- topic: a/{x}\n  measurement: '{y}'",
         "4: ingest.mappings: rule 1: measurement: names {y}, which the topic does not have"},
        {"- topic: a\n  rest: some",
         "4: ingest.mappings: rule 1: rest: \"some\" is not one of keep, drop"},
        {"- topic: a\n  drop: perhaps",
         "4: ingest.mappings: rule 1: drop: \"perhaps\" is not one of true, false"},
        {"- topic: a\n  drop: true\n  measurement: m",
         "4: ingest.mappings: rule 1: drop: leaves the message out: nothing else of the rule can "
         "hold"},
        {"- topic: a\n  tags: x", "4: ingest.mappings: rule 1: tags: must be a map from names to "
                                  "texts"},
        {"- topic: a\n  tags:\n    x: 1\n    device: y",
         "6: ingest.mappings: rule 1: tags: device: is not set here: use device of the rule"},
        {"- topic: a\n  fields: [t]",
         "4: ingest.mappings: rule 1: fields: must be a map from names in the payload"},
        {"- topic: a\n  fields:\n    t: {type: float}\n    u:\n      type: decimal",
         "7: ingest.mappings: rule 1: fields: u: type: \"decimal\" is not one of float, integer, "
         "boolean, string"},
        {"- topic: a\n  fields:\n    t: {scale: much}",
         "5: ingest.mappings: rule 1: fields: t: scale: \"much\" is not a number"},
        {"- topic: a\n  fields:\n    t: {scal: 2}",
         "5: ingest.mappings: rule 1: fields: t: there is no \"scal\" here (do you mean scale?)"},
        {"- topic: a\n  fields:\n    t: {scale: inf}",
         "5: ingest.mappings: rule 1: fields: t: scale and offset must be finite"},
        {"- topic: a\n  fields:\n    t: u\n    u: {on: x}",
         "6: ingest.mappings: rule 1: fields: u: becomes u, as another field does"},
        {"- topic: a\n  time: soon",
         "4: ingest.mappings: rule 1: time: \"soon\" is neither payload nor arrival"},
        {"- topic: a\n  time: {format: epoch}",
         "4: ingest.mappings: rule 1: time: format: \"epoch\" is not one of any, rfc3339, unix, "
         "unix_ms, unix_us, unix_ns"},
        {"- topic: a\n  time: {zone: KST}",
         "4: ingest.mappings: rule 1: time: zone: \"KST\" is no offset (write +09:00)"},
        {"- topic: a/#\n- measurement: m\n  topic: a/b",
         "5: ingest.mappings: rule 2: topic: is never reached: rule 1 takes all of its messages"},
    };
    for (const auto& wrong : table) {
        std::string yaml = "ingest:\n  mappings:\n    ";
        for (const char* c = wrong.rule; *c; ++c)
            yaml += *c == '\n' ? "\n    " : std::string(1, *c);
        auto loaded = load(yaml + "\n");
        ASSERT_FALSE(loaded.problems.empty()) << yaml;
        EXPECT_EQ(loaded.problems[0].text(), "c.yaml:" + std::string(wrong.says)) << yaml;
        EXPECT_TRUE(loaded.settings.ingest.mappings.empty());
    }
    EXPECT_EQ(all_text(load("ingest:\n  mappings: {topic: a}\n").problems),
              "c.yaml:2: ingest.mappings: must be a list of rules\n");
    std::string many = "ingest:\n  mappings:\n";
    for (int i = 0; i < 501; ++i) many += "    - topic: a" + std::to_string(i) + "\n";
    EXPECT_EQ(all_text(load(many).problems),
              "c.yaml:2: ingest.mappings: has more than 500 rules\n");
}

TEST(ConfigMapping, AllMistakesAtOnce) {
    auto loaded = load("ingest:\n  mappings:\n    - decoder: json\n    - topic: a/{B}\n"
                       "    - topic: a\n      fields:\n        t: {scale: x, type: y}\n");
    EXPECT_EQ(loaded.problems.size(), 5u) << all_text(loaded.problems);
}

// What `explain` suggests can be pasted, and then decides.
TEST(ConfigMapping, TakesWhatIsSuggested) {
    const std::pair<const char*, const char*> messages[] = {
        {"garden/soil", "21.5"},
        {"home/kitchen/box1/state", R"({"Temp":"21.5","ts":1768014000,"on":"ON","No":null,"y":1})"},
        {"a", R"({"null":1,"true":2,"- x":3,"#":4,"a: b":5,"\"":6,"ünïcode":7,"{x}":8})"},
        {"a/b/c/d/e", R"([1,{"x":2}])"},
        {"-a/&b", R"({"*":1,"1":2,"é\u0001":3,"":4})"},
    };
    for (auto [topic, payload] : messages) {
        auto yaml = ingest::explain({}, topic, payload).suggestion;
        ASSERT_TRUE(yaml) << topic;
        auto loaded = load(*yaml);
        EXPECT_TRUE(loaded.ok()) << *yaml << all_text(loaded.problems);
        ingest::DecodeOptions options;
        options.mappings = loaded.settings.ingest.mappings;
        auto mapped = ingest::explain(options, topic, payload);
        EXPECT_EQ(mapped.rule, 1u);
        EXPECT_EQ(mapped.outcome.kind, ingest::Outcome::Kind::decoded) << *yaml;
    }
}

} // namespace
} // namespace caredian::app
