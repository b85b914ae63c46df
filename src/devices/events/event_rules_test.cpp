#include "devices/events/event_rules.h"

#include <gtest/gtest.h>

namespace caredian::devices {
namespace {

using readings::FieldValue;

struct Rules : testing::Test {
    EventRules rules;
    readings::Row row = 0;
    ClassOf class_of;

    readings::Reading reading(std::string measurement, std::vector<readings::Field> fields) {
        readings::Reading r;
        r.series = {std::move(measurement), {{"device", "d"}}};
        r.fields = std::move(fields);
        r.row = r.first_row = ++row;
        r.time = r.received = from_ns(static_cast<std::int64_t>(row) * 1000);
        return r;
    }
    std::string take(const readings::Reading& r, std::uint32_t index = 0) {
        std::vector<DeviceEvent> found;
        rules.take(r, index, class_of, found);
        std::string out;
        for (const auto& e : found) {
            if (!out.empty()) out += ' ';
            out += e.kind + '=' + e.value;
        }
        return out;
    }
    std::string take(std::string measurement, std::string field, FieldValue value) {
        return take(reading(std::move(measurement), {{std::move(field), std::move(value)}}));
    }
};

TEST_F(Rules, AMomentIsAnEventEachTime) {
    std::string single = "single";
    EXPECT_EQ(take("zigbee_event", "action", single), "action=single");
    EXPECT_EQ(take("zigbee_event", "action", single), "action=single");
    EXPECT_EQ(take("shelly_event", "event", std::string("S")), "action=S");
    EXPECT_EQ(take("zigbee_event", "linkquality", 3.0), "");
    EXPECT_EQ(take("home", "click", std::string("double")), "action=double");
    EXPECT_EQ(take("home", "action", std::string()), "");
    EXPECT_EQ(take("frigate_event", "type", std::string("new")), "detection=new");
    EXPECT_EQ(take("frigate_event", "type", std::string("update")), "");
    auto kept = reading("zigbee_event", {{"action", single}});
    kept.initial = true;
    EXPECT_EQ(take(kept), "") << "the broker had kept it: nothing happened now";
}

TEST_F(Rules, AStateIsAnEventWhenItChanged) {
    EXPECT_EQ(take("zigbee", "occupancy", true), "") << "its first word";
    EXPECT_EQ(take("zigbee", "occupancy", true), "");
    EXPECT_EQ(take("zigbee", "occupancy", false), "motion=off");
    EXPECT_EQ(take("zigbee", "occupancy", true), "motion=on");
    auto other = reading("zigbee", {{"occupancy", false}});
    other.series.tags = {{"device", "e"}};
    EXPECT_EQ(take(other), "") << "of another device";
}

TEST_F(Rules, ContactAndOthersByTheirNames) {
    EXPECT_EQ(take("zigbee", "contact", true), "");
    EXPECT_EQ(take("zigbee", "contact", false), "contact=open");
    EXPECT_EQ(take("zigbee", "contact", true), "contact=closed");
    EXPECT_EQ(take("home", "door", std::string("open")), "");
    EXPECT_EQ(take("home", "door", std::string("closed")), "contact=closed");
    EXPECT_EQ(take("zigbee", "online", false), "");
    EXPECT_EQ(take("zigbee", "online", true), "online=online");
    EXPECT_EQ(take("home", "fall_state", 0.0), "");
    EXPECT_EQ(take("home", "fall_state", 1.0), "fall=on");
    EXPECT_EQ(take("home", "presence", 2.0), "") << "not one of two";
    EXPECT_EQ(take("home", "led", true), "");
    EXPECT_EQ(take("home", "led", false), "binary=off") << "any other boolean";
    EXPECT_EQ(take("home", "temperature", 1.0), "");
    EXPECT_EQ(take("home", "temperature", 0.0), "");
    EXPECT_EQ(take("home", "mode", std::string("on")), "");
    EXPECT_EQ(take("mqtt_raw", "error", std::string("x")), "");
}

TEST_F(Rules, AnAlarmIsOneFromItsFirstWord) {
    EXPECT_EQ(take("zigbee", "smoke", true), "smoke=on");
    EXPECT_EQ(take("zigbee", "smoke", true), "");
    EXPECT_EQ(take("zigbee", "smoke", false), "smoke=off");
    EXPECT_EQ(take("zigbee", "water_leak", false), "");
    EXPECT_EQ(take("zigbee", "water_leak", true), "leak=on");
    auto kept = reading("zigbee", {{"gas", true}});
    kept.initial = true;
    EXPECT_EQ(take(kept), "");
    EXPECT_EQ(take("zigbee", "gas", true), "");
}

TEST_F(Rules, WhatWasDescribed) {
    class_of = [](const readings::SeriesKey&, std::string_view field) -> std::string_view {
        return field == "value" ? "window" : field == "x" ? "binary_sensor" : "";
    };
    EXPECT_EQ(take("esphome", "value", std::string("OFF")), "");
    EXPECT_EQ(take("esphome", "value", std::string("ON")), "contact=open");
    EXPECT_EQ(take("esphome", "x", std::string("on")), "");
    EXPECT_EQ(take("esphome", "x", std::string("off")), "binary=off");
}

TEST_F(Rules, EachEventHasANameOfItsOwn) {
    auto r = reading("zigbee", {{"smoke", true}, {"t", 1.0}, {"gas", true}});
    r.redelivered = true;
    r.first_row = 77;
    std::vector<DeviceEvent> found;
    rules.take(r, 0, class_of, found);
    rules.take(reading("zigbee_event", {{"action", std::string("a")}}), 1, class_of, found);
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].row, 77u);
    EXPECT_NE(found[0].part, found[1].part);
    EXPECT_GT(found[2].part, found[1].part);
}

TEST_F(Rules, StatesAreKeptAndRestored) {
    (void)take("zigbee", "contact", true);
    (void)take("zigbee", "smoke", true);
    auto changed = rules.take_changed();
    EXPECT_EQ(changed.size(), 2u);
    EXPECT_TRUE(rules.take_changed().empty());
    EventRules again;
    for (auto& [key, on] : changed) again.restore(key, on);
    std::vector<DeviceEvent> found;
    again.take(reading("zigbee", {{"contact", true}, {"smoke", true}}), 0, {}, found);
    EXPECT_TRUE(found.empty());
    EventRules small(1);
    small.take(reading("zigbee", {{"smoke", true}, {"gas", true}}), 0, {}, found);
    EXPECT_EQ(found.size(), 1u) << "bounded";
}

} // namespace
} // namespace caredian::devices
