#include "base/encoding.h"
#include "model.h"
#include "past.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace caredian::tools {
namespace {

// Saturday, 2026-01-10 12:00 local time
constexpr std::int64_t noon = 1'768'014'000;
constexpr std::int64_t hour = 3600, day = 24 * hour;

std::map<std::string, std::vector<DemoMessage>> by_topic(const std::vector<DemoMessage>& all) {
    std::map<std::string, std::vector<DemoMessage>> out;
    for (const auto& m : all) out[m.topic].push_back(m);
    return out;
}

double number(const DemoMessage& m, std::string_view field) {
    return parse_json(m.payload)->at(field).to_number<double>();
}

TEST(Habits, LocalTime) {
    auto m = moment_at(noon);
    EXPECT_DOUBLE_EQ(m.hour, 12);
    EXPECT_EQ(m.weekday, 5);
    EXPECT_TRUE(m.weekend());
}

TEST(Habits, DiceDependOnNothingElse) {
    Dice a(1), b(1), c(2);
    EXPECT_EQ(a.unit(3, 4), b.unit(3, 4));
    EXPECT_NE(a.unit(3, 4), c.unit(3, 4));
    EXPECT_NE(a.unit(3, 4), a.unit(4, 3));
    double sum = 0;
    for (int i = 0; i < 1000; ++i) sum += a.unit(1, i);
    EXPECT_NEAR(sum / 1000, 0.5, 0.05);
}

TEST(DemoHome, HasRoomsSensorsAndDialectsEnough) {
    DemoHome home(1);
    std::set<std::string> rooms, topics, addresses;
    std::set<const Dialect*> dialects;
    for (const auto& d : home.devices()) {
        rooms.insert(d.room);
        topics.insert(d.dialect->topic(d));
        addresses.insert(device_address(d));
        dialects.insert(d.dialect);
        EXPECT_FALSE(d.fields.empty());
    }
    EXPECT_GE(rooms.size(), 9u);
    EXPECT_GE(topics.size(), 55u);
    EXPECT_EQ(dialects.size(), 8u);
    EXPECT_EQ(topics.size(), home.devices().size());
    EXPECT_EQ(addresses.size(), home.devices().size());
}

TEST(DemoHome, TheSameSeedIsTheSameHome) {
    DemoHome a(7), b(7), c(8);
    auto first = a.between(noon, noon + hour), again = b.between(noon, noon + hour);
    ASSERT_EQ(first.size(), again.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
        EXPECT_EQ(first[i].topic, again[i].topic);
        EXPECT_EQ(first[i].payload, again[i].payload);
    }
    auto other = c.between(noon, noon + hour);
    EXPECT_FALSE(first.size() == other.size() &&
                 std::equal(first.begin(), first.end(), other.begin(),
                            [](const auto& x, const auto& y) { return x.payload == y.payload; }));
}

TEST(DemoHome, StepsMakeNoDifference) {
    DemoHome home(1);
    auto whole = home.between(noon, noon + 600);
    std::vector<DemoMessage> pieces;
    for (auto t = noon; t < noon + 600; t += 7)
        for (auto& m : home.between(t, std::min(t + 7, noon + 600))) pieces.push_back(m);
    ASSERT_EQ(whole.size(), pieces.size());
    for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_EQ(whole[i].payload, pieces[i].payload);
}

TEST(DemoHome, EveryDeviceSetsTheFieldsItNames) {
    DemoHome home(1);
    for (const auto& d : home.devices())
        for (auto second = noon; second < noon + day; second += hour) {
            Values values;
            d.write(values, moment_at(second));
            std::vector<std::string> names;
            for (const auto& [name, value] : values) names.push_back(name);
            EXPECT_EQ(names, d.fields) << d.room << "/" << d.name;
        }
}

TEST(DemoHome, ZigbeePayloadsAreJsonWithTheirFields) {
    DemoHome home(1);
    std::map<std::string, const DemoDevice*> devices;
    for (const auto& d : home.devices())
        if (d.dialect == &zigbee2mqtt()) devices[d.dialect->topic(d)] = &d;
    for (const auto& m : home.between(noon, noon + 3 * hour)) {
        EXPECT_TRUE(is_utf8(m.topic));
        auto found = devices.find(m.topic);
        if (found == devices.end()) continue;
        auto value = parse_json(m.payload);
        ASSERT_TRUE(value && value->is_object()) << m.topic << " " << m.payload;
        for (const auto& f : found->second->fields)
            EXPECT_TRUE(value->as_object().contains(f)) << m.topic << " " << f;
    }
}

TEST(DemoHome, SpeaksEachDialectAsItsMakerDoes) {
    DemoHome home(1);
    auto topics = by_topic(home.between(noon, noon + 12 * hour));
    auto payload = [&](const char* topic) {
        return topics[topic].empty() ? std::string("(nothing)") : topics[topic][0].payload;
    };
    auto tasmota_json = parse_json(payload("tele/study_computer/SENSOR"));
    ASSERT_TRUE(tasmota_json);
    EXPECT_EQ(tasmota_json->at("Time").as_string().size(), 19u); // local, without an offset
    EXPECT_TRUE(tasmota_json->at("ENERGY").as_object().contains("Power"));
    EXPECT_TRUE(payload("stat/study_computer/POWER") == "ON" ||
                payload("stat/study_computer/POWER") == "OFF");
    EXPECT_GT(std::stod(payload("living-room-air/sensor/co2/state")), 300);
    EXPECT_TRUE(payload("living-room-radar/binary_sensor/presence/state") == "ON" ||
                payload("living-room-radar/binary_sensor/presence/state") == "OFF");
    int old = 0, plus = 0, bluetooth = 0;
    for (const auto& [topic, messages] : topics) {
        old += topic.starts_with("shellies/shelly1pm-") && topic.ends_with("/relay/0/power");
        plus += topic.starts_with("shellyplus1pm-") && topic.ends_with("/status/switch:0");
        bluetooth += topic.starts_with("home/TheengsGateway/BTtoMQTT/A4C1");
    }
    EXPECT_EQ(old, 1);
    EXPECT_EQ(plus, 2);
    EXPECT_EQ(bluetooth, 2);
}

TEST(DemoHome, OneBatteryDiesAndOneProbeLies) {
    DemoHome home(1);
    bool dead = false, alive = false, reset = false;
    for (std::int64_t d = 0; d < 12; ++d) {
        auto topics = by_topic(home.snapshot(noon + d * day));
        (topics.contains("zigbee2mqtt/childs_room/window") ? alive : dead) = true;
    }
    for (const auto& m : home.between(noon, noon + 6 * hour))
        reset |= m.topic == "balcony-freezer-probe/sensor/temperature/state" && m.payload == "85";
    EXPECT_TRUE(dead);
    EXPECT_TRUE(alive);
    EXPECT_TRUE(reset);
}

TEST(DemoHome, ThePastIsLineProtocol) {
    DemoHome home(1);
    std::string all;
    auto lines = write_past(home, noon - day, noon, 300, [&](std::string_view piece) {
        all += piece;
        return true;
    });
    EXPECT_EQ(lines, static_cast<std::uint64_t>(std::count(all.begin(), all.end(), '\n')));
    EXPECT_GT(lines, 10'000u);
    EXPECT_NE(all.find("zigbee,device=kitchen/climate temperature="), std::string::npos);
    std::uint64_t stopped = 0;
    write_past(home, noon - day, noon, 300, [&](std::string_view) { return ++stopped < 2; });
    EXPECT_EQ(stopped, 2u);
}

TEST(DemoHome, ADayHasItsCurves) {
    DemoHome home(1);
    auto topics = by_topic(home.between(noon, noon + day));
    auto range = [&](const char* topic, const char* field) {
        double low = 1e9, high = -1e9;
        for (const auto& m : topics[topic]) {
            low = std::min(low, number(m, field));
            high = std::max(high, number(m, field));
        }
        return std::pair(low, high);
    };
    auto [cold, warm] = range("home/outdoor/weather", "temperature");
    EXPECT_GT(warm - cold, 5);
    EXPECT_GT(cold, -20); // January
    EXPECT_LT(warm, 12);
    auto [low, high] = range("zigbee2mqtt/living_room/climate", "temperature");
    EXPECT_GT(low, 17);
    EXPECT_LT(high, 26);
    EXPECT_GT(range("zigbee2mqtt/bathroom/climate", "humidity").second, 80); // somebody showers
    auto [off, on] = range("zigbee2mqtt/living_room/tv_plug", "power");
    EXPECT_LT(off, 1);
    EXPECT_GT(on, 80);
    auto [dark, bright] = range("zigbee2mqtt/living_room/motion", "illuminance");
    EXPECT_LE(dark, 5);
    EXPECT_GT(bright, 200);
}

TEST(DemoHome, EnergyNeverFalls) {
    DemoHome home(1);
    double last = 0;
    auto topics = by_topic(home.past(noon, noon + 2 * day, 60));
    for (const auto& m : topics["zigbee2mqtt/kitchen/fridge_plug"]) {
        EXPECT_GE(number(m, "energy"), last);
        last = number(m, "energy");
    }
    EXPECT_GT(last, 0);
}

TEST(DemoHome, PeopleMoveByDayAndSleepAtNight) {
    DemoHome home(1);
    auto moves = [&](std::int64_t from, std::int64_t to) {
        int n = 0;
        for (const auto& m : home.between(from, to))
            n += m.topic.ends_with("/motion") &&
                 m.payload.find("\"occupancy\":true") != std::string::npos;
        return n;
    };
    int night = 0, evening = 0, doors = 0;
    for (int d = 0; d < 3; ++d) {
        auto midnight = noon + 12 * hour + d * day;
        night += moves(midnight, midnight + 4 * hour);
        evening += moves(midnight + 18 * hour, midnight + 22 * hour);
    }
    EXPECT_GT(evening, 4 * night);
    EXPECT_GT(night, 0); // somebody gets up now and then
    for (const auto& m : home.between(noon, noon + 2 * day))
        doors += m.topic == "zigbee2mqtt/현관/문" &&
                 m.payload.find("\"contact\":false") != std::string::npos;
    EXPECT_GT(doors, 3);
}

TEST(DemoHome, OneDeviceMisbehavesInEveryWay) {
    DemoHome home(1);
    std::size_t bad = 0, most_at_once = 0;
    std::map<std::int64_t, std::size_t> at_once;
    std::set<json::kind> kinds;
    for (const auto& m : home.between(noon, noon + 2 * hour)) {
        if (m.topic != DemoHome::troublemaker()) continue;
        most_at_once = std::max(most_at_once, ++at_once[m.second]);
        auto value = parse_json(m.payload);
        if (!value) ++bad;
        if (value && value->is_object() && value->as_object().contains("temperature"))
            kinds.insert(value->at("temperature").kind());
    }
    EXPECT_GT(bad, 50u);
    EXPECT_EQ(most_at_once, 40u);
    EXPECT_EQ(kinds.size(), 4u); // whole number, fraction, text, null
}

TEST(DemoHome, AnnouncesItselfAsZigbee2MqttDoes) {
    DemoHome home(1);
    auto topics = by_topic(home.announcements(noon));
    EXPECT_EQ(topics["zigbee2mqtt/bridge/state"].at(0).payload, R"({"state":"online"})");
    auto list = parse_json(topics["zigbee2mqtt/bridge/devices"].at(0).payload);
    ASSERT_TRUE(list);
    EXPECT_GE(list->as_array().size(), 20u);
    EXPECT_EQ(topics["zigbee2mqtt/kitchen/climate/availability"].size(), 1u);
    for (const auto& [topic, messages] : topics) EXPECT_TRUE(messages[0].retain) << topic;
    // One sensor is out of reach for a while.
    int changes = 0;
    for (const auto& m : home.between(noon, noon + 2 * day))
        changes += m.topic.ends_with("/availability");
    EXPECT_GE(changes, 2);
    auto said = by_topic(home.snapshot(noon));
    for (const auto& d : home.devices()) EXPECT_TRUE(said.contains(d.dialect->topic(d)));
}

} // namespace
} // namespace caredian::tools
