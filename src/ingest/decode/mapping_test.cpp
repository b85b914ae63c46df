#include "ingest/decode/decode_test_support.h"
#include "ingest/decode/mapping.h"

namespace caredian::ingest {
namespace {

MappingRule rule(std::string topic) {
    MappingRule made;
    made.topic = std::move(topic);
    return made;
}

MappedField field(std::string from, std::string name = {},
                  MappedField::Type type = MappedField::Type::as_it_is) {
    MappedField made;
    made.from = std::move(from);
    made.name = std::move(name);
    made.type = type;
    return made;
}

DecodeOptions with(std::vector<MappingRule> rules) {
    DecodeOptions options;
    options.mappings = std::move(rules);
    return options;
}

TEST(Mapping, NamesOfLevels) {
    auto climate = rule("sensors/{area}/{device}/state");
    climate.measurement = "climate";
    auto other = rule("{measurement}/{floor}/#");
    check_table(
        {
            {"sensors/kitchen/box1/state", R"({"t":1})", "climate,area=kitchen,device=box1 t=1"},
            {"sensors/kitchen/box1/state", "21.5", "climate,area=kitchen,device=box1 value=21.5"},
            {"sensors/kitchen/box1/state", "ON",
             "climate,area=kitchen,device=box1 value_bool=true"},
            {"sensors/kitchen/box1/state", "open", "climate,area=kitchen,device=box1 state='open'"},
            {"home/attic/a/b", R"({"t":1})", "home,device=b,floor=attic t=1"},
            {"home/attic", R"({"id":"x7","t":1})", "home,device=x7,floor=attic t=1"},
            {"tele/plug3/SENSOR", R"({"Time":"2026-01-10T12:05:00","t":1})", // rules win
             "tele,device=SENSOR,floor=plug3 device_time='2026-01-10T12:05:00' t=1"},
            {"$SYS/x", R"({"t":1})", "$SYS,device=x t=1"}, // not matched
            {"alone", R"({"t":1})", "alone,device=alone t=1"},
        },
        with({climate, other}));
}

TEST(Mapping, FieldsAreCastRenamedScaledAndDropped) {
    using enum MappedField::Type;
    auto all = rule("m/{device}");
    auto tenths = field("t", "temperature", number);
    tenths.scale = 0.1;
    auto fahrenheit = field("f", "outside");
    fahrenheit.scale = 0.5;
    fahrenheit.offset = -16;
    auto door = field("door", "open", boolean);
    door.on = {"open"};
    door.off = {"closed"};
    auto junk = field("junk");
    junk.drop = true;
    all.fields = {tenths,
                  fahrenheit,
                  door,
                  junk,
                  field("n", "count", integer),
                  field("x", "label", text),
                  field("env_co2", "co2")};
    check_table(
        {
            {"m/d", R"({"t":214,"f":70,"door":"open","junk":1,"n":3.6,"x":5,"rest":true})",
             "m,device=d temperature=21.4 outside=19 open=true count=4i label='5' "
             "rest=true"},
            {"m/d", R"({"t":"214.0","door":"CLOSED","n":"7","env":{"co2":812}})",
             "m,device=d temperature=21.4 open=false count=7i co2=812"},
            {"m/d", R"({"t":"high","door":"ajar","n":1e17,"junk":{"a":1}})", "m,device=d junk_a=1"},
            {"m/d", R"({"t":"high"})", "broken: mapping_no_cast"},
            {"m/d", R"({"t":"high","junk":1})", "broken: mapping_no_cast"},
            {"m/d", R"({"t":"Unavailable","n":""})", "ignored: unavailable"},
            {"m/d", R"({"junk":1})", "ignored: mapped_to_nothing"},
            {"m/d", R"({"door":1,"x":true})", "m,device=d open=true label='true'"},
            {"m/d", R"({"t":1e400})", "ignored: not_a_number"},
            {"m/d", "{}", "ignored: no_value"},
            {"m/d", R"({"t":)", "broken: malformed_json"},
            {"m/d", "", "ignored: empty"},
            {"m/d", "\xff", "broken: invalid_utf8"},
            {"m/d", "nan", "ignored: not_a_number"},
            {"m/d", R"({"outside":1,"f":70})", "m,device=d outside=19"}, // the later counts
        },
        with({all}));
}

TEST(Mapping, BareValuesAreCalledValue) {
    auto energy = rule("plug/{device}/energy");
    auto value = field("value", "energy");
    value.scale = 0.001;
    energy.fields = {value};
    auto door = rule("door/{device}");
    auto open = field("value", "open", MappedField::Type::boolean);
    open.on = {"offen"};
    door.fields = {open};
    door.keep_rest = false;
    check_table(
        {
            {"plug/p1/energy", "1500", "plug,device=p1 energy=1.5"},
            {"plug/p1/energy", R"({"value":1500,"b":1})", "plug,device=p1 energy=1.5 b=1"},
            {"plug/p1/energy", "[1500,2]", "plug,device=p1 value_0=1500 value_1=2"},
            {"door/d", "offen", "door,device=d open=true"},
            {"door/d", "hm", "broken: mapping_no_cast"},
            {"door/d", "unknown", "ignored: unavailable"},
            {"door/d", R"({"a":1})", "ignored: mapped_to_nothing"},
        },
        with({energy, door}));
}

TEST(Mapping, TextsAreFilledIn) {
    auto r = rule("site/{area}/{device}");
    r.measurement = "m_{area}";
    r.device = "{area}-{payload.serial}";
    r.tags = {{"site", "home"}, {"kind", "{payload.info_kind}"}, {"level", "{payload.level}"}};
    r.has_tags = true;
    check_table(
        {
            {"site/attic/x", R"({"serial":"s1","info":{"kind":"air"},"level":2,"v":1})",
             "m_attic,device=attic-s1,kind=air,level=2,site=home serial='s1' info_kind='air' "
             "level_value=2 v=1"},
            {"site/attic/x", R"({"serial":7,"v":1})",
             "m_attic,device=attic-7,site=home serial=7 v=1"},
            {"site/attic/x", R"({"v":1})", "broken: mapping_missing_value"}, // which device?
            {"site/attic/x", R"({"serial":"","v":1})", "broken: mapping_missing_value"},
            {"site/attic/x", "5", "broken: mapping_missing_value"},
        },
        with({r}));
}

TEST(Mapping, LeavesOutAndTheFirstRuleWins) {
    auto out = rule("noise/#");
    out.drop = true;
    auto first = rule("a/+");
    first.measurement = "first";
    auto second = rule("a/{device}");
    second.measurement = "second";
    check_table({{"noise/x/y", "1", "ignored: mapped_out"},
                 {"noise", "1", "ignored: mapped_out"},
                 {"noise/x", R"({"broken":)", "ignored: mapped_out"},
                 {"a/b", "1", "first,device=b value=1"}},
                with({out, first, second}));
}

WallTime time_of(const MappedTime& time, std::string payload) {
    auto r = rule("t/{device}");
    r.time = time;
    Decoders decoders(with({r}));
    readings::Message message;
    message.topic = "t/d";
    message.payload = payload;
    message.time = from_ns(5'000'000'321); // as the clock gives row 4321
    message.row = message.first_row = 4321;
    ReadingBatch batch;
    EXPECT_EQ(decoders.decode(message, batch).kind, Outcome::Kind::decoded) << payload;
    return batch[0].time;
}

TEST(Mapping, ThePointsTimeIsThePayloadsWhereTheRuleSaysSo) {
    MappedTime payload;
    payload.payload = true;
    MappedTime ms = payload;
    ms.field = "when";
    ms.format = MappedTime::Format::unix_ms;
    MappedTime seoul = payload;
    seoul.zone_minutes = 540;
    seoul.has_zone = true;
    struct Case {
        MappedTime rule;
        const char* payload;
        std::int64_t ns; // 5 s: the time of arrival
    };
    const std::int64_t arrival = 5'000'000'321, noon = 1'768'014'000'000'000'321;
    const Case cases[] = {
        {payload, R"({"ts":1768014000,"v":1})", noon},
        {payload, R"({"timestamp":1768014000000,"v":1})", noon},
        {payload, R"({"time":"2026-01-10T03:00:00Z","v":1})", noon},
        {payload, R"({"time":"2026-01-10T12:00:00+09:00","v":1})", noon},
        {payload, R"({"time":"2026-01-10T12:00:00","v":1})", arrival}, // no zone
        {seoul, R"({"time":"2026-01-10T12:00:00","v":1})", noon},
        {seoul, R"({"time":"2026-01-10 12:00:00","v":1})", noon},
        {seoul, R"({"time":"2026-01-10T03:00:00Z","v":1})", noon}, // its own zone counts
        {payload, R"({"ts":267069,"v":1})", arrival},              // an uptime
        {payload, R"({"time":"1970-01-01T00:00:07Z","v":1})", arrival},
        {payload, R"({"time":"2199-01-01T00:00:07Z","v":1})", arrival},
        {payload, R"({"ts":true,"v":1})", arrival},
        {payload, R"({"v":1})", arrival},
        {ms, R"({"when":1768014000000,"v":1})", noon},
        {ms, R"({"when":"1768014000000","v":1})", noon},
        {ms, R"({"when":1768014000,"v":1})", arrival},
        {ms, R"({"ts":1768014000,"v":1})", arrival},
        {{}, R"({"ts":1768014000,"v":1})", arrival},
        {payload, R"({"ts":1768014000.1234567,"v":1})", noon + 123'457'000},
    };
    for (const auto& c : cases) EXPECT_EQ(to_ns(time_of(c.rule, c.payload)), c.ns) << c.payload;
}

TEST(Mapping, ATimeThatIsReadIsNoField) {
    auto read = rule("t/{device}");
    read.time.payload = true;
    auto listed = rule("l/{device}");
    listed.time.payload = true;
    listed.fields = {field("ts", "counter")};
    auto arrival = rule("a/{device}");
    check_table({{"t/d", R"({"ts":1768014000,"v":1})", "t,device=d v=1"},
                 {"t/d", R"({"ts":77,"v":1})", "t,device=d ts=77 v=1"},
                 {"l/d", R"({"ts":1768014000,"v":1})", "l,device=d counter=1768014000 v=1"},
                 {"a/d", R"({"ts":1768014000,"v":1})",
                  "a,device=d device_time='2026-01-10T03:00:00.000000000Z' v=1"}},
                with({read, listed, arrival}));
}

TEST(Mapping, UnitsAreToldOnceForEachTopic) {
    auto plug = rule("plug/{device}");
    auto energy = field("e", "energy", MappedField::Type::number);
    energy.unit = "Wh";
    plug.fields = {energy, field("x")};
    Decoders decoders(with({plug}));
    const std::string reading = "plug,device=p1 energy=5 x=1";
    EXPECT_EQ(decode(decoders, "plug/p1", R"({"e":5,"x":1})"),
              reading + " | describes mapping at plug/p1: [sensor energy Wh energy@plug/p1]");
    EXPECT_EQ(decode(decoders, "plug/p1", R"({"e":5,"x":1})"), reading);
    EXPECT_EQ(decode(decoders, "plug/p2", R"({"e":"?"})"), "broken: mapping_no_cast");
    energy.unit = "kWh";
    plug.fields = {energy};
    decoders.set_mappings({plug});
    EXPECT_EQ(decode(decoders, "plug/p1", R"({"e":5,"x":1})"),
              reading + " | describes mapping at plug/p1: [sensor energy kWh energy@plug/p1]");
}

TEST(Mapping, SaysWhatCouldNotBeCast) {
    auto r = rule("m/{device}");
    r.fields = {field("t", {}, MappedField::Type::number),
                field("n", {}, MappedField::Type::integer)};
    Decoders decoders(with({r}));
    readings::Message message;
    message.topic = "m/d";
    message.payload = R"({"t":"high","n":"?","ok":1})";
    ReadingBatch batch;
    std::vector<std::string> left_out;
    EXPECT_EQ(decoders.decode(message, batch, &left_out).kind, Outcome::Kind::decoded);
    EXPECT_EQ(left_out, (std::vector<std::string>{"t", "n"}));
    EXPECT_EQ(decoders.left_out(), 2u);
    EXPECT_EQ(decoders.decided_by()->rule(), 1u);
}

TEST(Mapping, RulesChangeBetweenMessages) {
    Decoders decoders({});
    EXPECT_EQ(decode(decoders, "a/b", "1"), "a,device=b value=1");
    auto r = rule("a/+");
    r.measurement = "mine";
    decoders.set_mappings({r});
    EXPECT_EQ(decode(decoders, "a/b", "1"), "mine,device=b value=1");
    decoders.set_mappings({});
    EXPECT_EQ(decode(decoders, "a/b", "1"), "a,device=b value=1");
}

std::vector<std::string> texts_of(const MappingRule& wrong) {
    std::vector<std::string> out;
    for (const auto& problem : problems_of(wrong)) out.push_back(problem.text());
    return out;
}

TEST(MappingRule, SaysEverythingThatIsWrong) {
    auto good = rule("a/{b}/#");
    EXPECT_TRUE(problems_of(good).empty());
    const std::pair<const char*, const char*> topics[] = {
        {"", "topic: is empty"},
        {"a/#/b", "topic: has a # that is not the last level"},
        {"a/{B}", "topic: \"{B}\" is no name (a to z, 0 to 9 and _)"},
        {"{a}/{a}", "topic: has two levels called {a}"},
        {"a/b{c}", "topic: has a level \"b{c}\": +, # and {name} stand alone"},
        {"a/b+", "topic: has a level \"b+\": +, # and {name} stand alone"},
        {"0/1/2/3/4/5/6/7/8/9/a/b/c", "topic: has more than 12 levels"},
    };
    for (auto [topic, problem] : topics)
        EXPECT_EQ(texts_of(rule(topic)), std::vector<std::string>{problem}) << topic;
    auto bad = rule("a/{b}");
    bad.measurement = "{c}";
    bad.device = "{b";
    bad.tags = {{"device", "x"}, {"t", "{d}"}};
    auto words = field("v");
    words.on = {"x"};
    auto scaled = field("s", {}, MappedField::Type::text);
    scaled.scale = 2;
    bad.fields = {words, scaled, field("p", "v"), field("v", "w")};
    std::vector<std::string> expected = {
        "measurement: names {c}, which the topic does not have",
        "device: has a { that is never closed",
        "tags: device: is not set here: use device of the rule",
        "tags: t: names {d}, which the topic does not have",
        "fields: v: on and off are for type: boolean",
        "fields: s: scale and offset are for numbers",
        "fields: p: becomes v, as another field does",
        "fields: v: is given twice",
    };
    EXPECT_EQ(texts_of(bad), expected);
    auto out = rule("a/#");
    out.drop = true;
    out.time.payload = true;
    EXPECT_EQ(texts_of(out),
              std::vector<std::string>{
                  "drop: leaves the message out: nothing else of the rule can hold"});
}

TEST(MappingRule, IsShadowedByAnEarlierOneThatTakesAll) {
    std::vector<MappingRule> rules{rule("a/+/c"), rule("a/b/+"), rule("a/{x}/c"), rule("a/b/c/#"),
                                   rule("a/b/{y}")};
    auto by = [&](std::size_t at) { return shadowed_by(rules, at); };
    EXPECT_EQ(by(0), std::nullopt);
    EXPECT_EQ(by(1), std::nullopt);
    EXPECT_EQ(by(2), 0u);
    EXPECT_EQ(by(3), std::nullopt);
    EXPECT_EQ(by(4), 1u);
}

} // namespace
} // namespace caredian::ingest
