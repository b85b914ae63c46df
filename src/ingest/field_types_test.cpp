#include "base/log.h"
#include "ingest/decode/decode_test_support.h"
#include "ingest/field_types.h"

#include <map>

namespace caredian::ingest {
namespace {

using readings::FieldValue;

struct Types : testing::Test {
    FieldTypes types{100};
    std::vector<std::string> lines;
    FieldTypes::Changes changes;

    Types() {
        log::set_capture([this](std::string_view line) { lines.emplace_back(line); });
    }
    ~Types() override { log::set_capture({}); }

    std::string apply(std::vector<readings::Field> fields, std::string measurement = "m",
                      std::string device = "d") {
        readings::Reading r;
        r.series = {std::move(measurement), {{"device", std::move(device)}}};
        r.fields = std::move(fields);
        changes = types.apply(r);
        return show(r);
    }
    static FieldValue text(const char* t) { return std::string(t); }
};

TEST_F(Types, ALaterConflictGoesToASideField) {
    EXPECT_EQ(apply({{"t", 21.5}}), "m,device=d t=21.5");
    EXPECT_EQ(apply({{"t", text("kimchi")}}), "m,device=d t_string='kimchi'");
    EXPECT_EQ(changes.conflicts, 1u);
    EXPECT_EQ(apply({{"t", true}}), "m,device=d t_boolean=true");
    EXPECT_EQ(apply({{"t", 22.0}}), "m,device=d t=22");
    EXPECT_EQ(changes.conflicts, 0u);
    EXPECT_EQ(lines.size(), 1u) << "one warning for the field, not one per value";
}

TEST_F(Types, OtherMeasurementsHaveTheirOwn) {
    (void)apply({{"t", 21.5}}, "a");
    EXPECT_EQ(apply({{"t", text("x")}}, "b"), "b,device=d t='x'");
    EXPECT_EQ(changes.conflicts, 0u);
}

TEST_F(Types, ADeviceHarmsItselfAlone) {
    EXPECT_EQ(apply({{"level", text("wrong")}}, "m", "a"), "m,device=a level='wrong'");
    EXPECT_EQ(apply({{"level", 3.0}}, "m", "b"), "m,device=b level=3");
    EXPECT_EQ(apply({{"level", 4.0}}, "m", "a"), "m,device=a level_float=4");
    EXPECT_EQ(apply({{"level", text("x")}}, "m", "b"), "m,device=b level_string='x'");
    EXPECT_EQ(apply({{"level", true}}, "m", "c"), "m,device=c level=true");
    EXPECT_EQ(types.size(), 3u) << "level, level_float, level_string";
}

TEST_F(Types, MeasuredNumbersAreNumbersFromTheStart) {
    EXPECT_EQ(apply({{"temperature", text("unavailable")}}),
              "m,device=d temperature_string='unavailable'");
    EXPECT_EQ(apply({{"temperature", 21.5}}), "m,device=d temperature=21.5");
    EXPECT_EQ(apply({{"power", text("ON")}}), "m,device=d power='ON'");
    EXPECT_EQ(apply({{"voltage", std::int64_t(230)}}), "m,device=d voltage=230i");
}

TEST_F(Types, BeyondTheLimitOfDevicesTheMeasurementDecides) {
    FieldTypes few(100, 2);
    auto take = [&](const char* device, FieldValue value) {
        readings::Reading r;
        r.series = {"m", {{"device", device}}};
        r.fields = {{"f", std::move(value)}};
        (void)few.apply(r);
        return show(r);
    };
    EXPECT_EQ(take("a", 1.0), "m,device=a f=1");
    EXPECT_EQ(take("b", text("x")), "m,device=b f='x'");
    EXPECT_EQ(take("c", text("x")), "m,device=c f_string='x'");
    EXPECT_EQ(take("c", 1.0), "m,device=c f=1");
    EXPECT_EQ(few.of_devices(), 2u);
}

TEST_F(Types, KnownMeasurementsHaveRoomThatAFloodOfNewOnesCannotTake) {
    FieldTypes few(10);
    auto take = [&](const std::string& measurement, const char* field) {
        readings::Reading r;
        r.series = {measurement, {{"device", "d"}}};
        r.fields = {{field, 1.0}};
        return few.apply(r).left_out;
    };
    EXPECT_EQ(take("zigbee", "temperature"), 0u);
    for (int i = 0; i < 20; ++i) (void)take("flood" + std::to_string(i), "value");
    EXPECT_EQ(few.size(), 8u);
    EXPECT_EQ(take("flood30", "value"), 1u);
    EXPECT_EQ(take("zigbee", "humidity"), 0u);
}

TEST_F(Types, ManyFieldsOfOneDevice) {
    std::vector<readings::Field> fields;
    for (int i = 0; i < 40; ++i) fields.push_back({"f" + std::to_string(i), 1.0});
    FieldTypes many(100);
    for (int round = 0; round < 3; ++round) {
        std::reverse(fields.begin(), fields.end());
        readings::Reading r;
        r.series = {"m", {{"device", "d"}}};
        r.fields = fields;
        EXPECT_EQ(many.apply(r).conflicts, 0u);
        EXPECT_EQ(r.fields.size(), 40u);
    }
    EXPECT_EQ(many.of_devices(), 40u);
}

TEST_F(Types, IntegersAreNumbersWhereNumbersAre) {
    (void)apply({{"n", 1.0}, {"i", std::int64_t(1)}});
    EXPECT_EQ(apply({{"n", std::int64_t(2)}, {"i", 2.5}}), "m,device=d n=2 i_float=2.5");
}

TEST_F(Types, ASideFieldThatIsTakenToo) {
    (void)apply({{"t", 1.0}, {"t_string", 2.0}});
    EXPECT_EQ(apply({{"t", text("x")}, {"a", 1.0}}), "m,device=d a=1");
    EXPECT_EQ(changes.left_out, 1u);
    EXPECT_EQ(apply({{"t", text("x")}, {"t_string", 3.0}}), "m,device=d t_string=3");
}

TEST_F(Types, AreBounded) {
    FieldTypes few(2);
    readings::Reading r;
    r.series = {"m", {{"device", "d"}}};
    r.fields = {{"a", 1.0}, {"b", 1.0}, {"c", 1.0}};
    EXPECT_EQ(few.apply(r).left_out, 1u);
    EXPECT_EQ(show(r), "m,device=d a=1 b=1");
    r.fields = {{"d", 1.0}};
    (void)few.apply(r);
    EXPECT_TRUE(r.fields.empty());
    EXPECT_EQ(few.size(), 2u);
    EXPECT_EQ(lines.size(), 1u);
}

TEST_F(Types, SurviveARestart) {
    (void)apply({{"t", 21.5}, {"s", text("x")}});
    auto fresh = types.take_fresh();
    EXPECT_EQ(fresh.size(), 4u) << "of the measurement and of the device";
    EXPECT_TRUE(types.take_fresh().empty());
    FieldTypes again(100);
    for (const auto& p : fresh) again.restore(p);
    readings::Reading r;
    r.series = {"m", {{"device", "d"}}};
    r.fields = {{"t", text("kimchi")}, {"s", 1.0}};
    EXPECT_EQ(again.apply(r).conflicts, 2u);
    EXPECT_EQ(show(r), "m,device=d t_string='kimchi' s_float=1");
}

// What several gateways ask.
struct SharedTypes : Types {
    std::map<std::string, readings::FieldType> pinned;
    bool away = false;
    int asked = 0;
    FieldTypes::Authority authority() {
        return [this](std::string_view m, std::string_view d, std::string_view f,
                      readings::FieldType seen) -> std::optional<readings::FieldType> {
            ++asked;
            auto name = std::string(m) + '/' + std::string(d) + '/' + std::string(f);
            if (away) return std::nullopt;
            return pinned.try_emplace(name, seen).first->second;
        };
    }
    SharedTypes() { types.ask(authority()); }
};

TEST_F(SharedTypes, WhatAnotherGatewaySawFirstHolds) {
    pinned["m/d/state"] = readings::FieldType::text;
    EXPECT_EQ(apply({{"state", 1.0}}), "m,device=d state_float=1");
    EXPECT_EQ(apply({{"state", text("on")}}), "m,device=d state='on'");
    EXPECT_EQ(apply({{"other", 2.0}}), "m,device=d other=2");
    EXPECT_EQ(pinned.at("m/d/other"), readings::FieldType::number);
    int before = asked;
    (void)apply({{"other", 3.0}, {"state", text("off")}});
    EXPECT_EQ(asked, before) << "once for each field";
}

TEST_F(SharedTypes, WhileNobodySaysKnownFieldsGoOnAndOthersNameTheirType) {
    (void)apply({{"known", 1.0}});
    away = true;
    EXPECT_EQ(apply({{"known", 2.0}, {"fresh", 3.0}}), "m,device=d known=2 fresh_float=3");
    EXPECT_EQ(apply({{"fresh", text("x")}}), "m,device=d fresh_string='x'");
    EXPECT_EQ(apply({{"temperature", text("unavailable")}}),
              "m,device=d temperature_string='unavailable'");
    EXPECT_EQ(changes.left_out, 0u);
    std::size_t of_devices = 0;
    for (const auto& pin : types.take_fresh()) of_devices += pin.device.empty() ? 0u : 1u;
    EXPECT_EQ(of_devices, 1u) << "known alone is pinned";
    away = false;
    EXPECT_EQ(apply({{"fresh", 4.0}}), "m,device=d fresh=4");
}

TEST_F(SharedTypes, WhatIsOnDiskHoldsUntilTheAuthoritySaysAnother) {
    types.restore({"m", "t", readings::FieldType::number, ""});
    types.restore({"m", "t", readings::FieldType::number, "d"});
    away = true;
    EXPECT_EQ(apply({{"t", 1.0}}), "m,device=d t=1");
    away = false;
    pinned["m/d/t"] = readings::FieldType::text;
    EXPECT_EQ(apply({{"t", 1.0}}), "m,device=d t_float=1");
    auto fresh = types.take_fresh();
    ASSERT_FALSE(fresh.empty());
    EXPECT_EQ(fresh[0].type, readings::FieldType::text) << "to be kept from now on";
    FieldTypes again(100);
    again.restore({"m", "t", readings::FieldType::number, "e"});
    again.ask(authority());
    readings::Reading r;
    r.series = {"m", {{"device", "e"}}};
    r.fields = {{"t", text("x")}};
    (void)again.apply(r);
    EXPECT_EQ(pinned.at("m/e/t"), readings::FieldType::number) << "the others hear of it";
}

} // namespace
} // namespace caredian::ingest
