#include "base/json.h"
#include "devices/catalogue.h"

#include <gtest/gtest.h>

namespace caredian::devices {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t noon = 1'768'046'400 * second; // 2026-01-10T12:00:00Z

struct Value {
    std::string name;
    readings::FieldValue value;
    std::string unit = {}, device_class = {};
    std::int64_t time = noon;
};

DeviceView device(std::string measurement, std::string name, const std::vector<Value>& values,
                  std::vector<std::pair<std::string, std::string>> more = {}) {
    DeviceView view;
    view.id = name;
    more.emplace_back("device", std::move(name));
    view.series = {{std::move(measurement), std::move(more)}};
    for (const auto& v : values) {
        FieldView shown;
        shown.field.name = v.name;
        shown.field.value = v.value;
        shown.field.time = v.time;
        shown.unit = v.unit;
        shown.device_class = v.device_class;
        view.fields.push_back(std::move(shown));
    }
    return view;
}

std::string csv(const Catalogue& catalogue) {
    std::string out;
    catalogue.append_csv(out);
    return out.substr(out.find('\n') + 1);
}

TEST(Catalogue, ARowIsAFieldOfOneTypeUnitAndClass) {
    Catalogue all;
    all.add(device("zigbee", "a",
                   {{"temperature", 21.5, "°C", "temperature"}, {"state", std::string("ON")}}));
    all.add(device("zigbee", "b",
                   {{"temperature", 20.0, "°C", "temperature", noon + second}, {"state", true}}));
    all.add(device("esphome", "node", {{"value", 40.0, "%", "humidity"}},
                   {{"component", "sensor"}, {"entity", "humidity"}, {"path", ""}}));
    all.add(device("esphome", "silent", {}));
    EXPECT_EQ(all.devices(), 3u);
    EXPECT_EQ(csv(all), "esphome,component;device;entity,value,float,%,humidity,1,"
                        "2026-01-10T12:00:00Z\r\n"
                        "zigbee,device,state,boolean,,,1,2026-01-10T12:00:00Z\r\n"
                        "zigbee,device,state,string,,,1,2026-01-10T12:00:00Z\r\n"
                        "zigbee,device,temperature,float,°C,temperature,2,"
                        "2026-01-10T12:00:01Z\r\n");
}

TEST(Catalogue, ADeviceThatSpeaksInTwoSeriesIsOneDevice) {
    auto view = device("esphome", "node", {{"value", 1.0}, {"value", 2.0}});
    view.series.push_back({"esphome", {{"device", "node"}, {"entity", "other"}}});
    view.fields[1].series = 1;
    Catalogue all;
    all.add(view);
    EXPECT_EQ(csv(all), "esphome,device;entity,value,float,,,1,2026-01-10T12:00:00Z\r\n");
}

TEST(Catalogue, Json) {
    Catalogue all;
    all.add(device("zigbee", "a", {{"temperature", 21.5, "°C", ""}}));
    std::string out;
    all.append_json(out, from_ns(noon));
    EXPECT_EQ(out, R"({"made":"2026-01-10T12:00:00Z","devices":1,"truncated":false,"fields":[)"
                   R"({"measurement":"zigbee","tags":["device"],"field":"temperature",)"
                   R"("type":"float","unit":"°C","device_class":null,"devices":1,)"
                   R"("last_seen":"2026-01-10T12:00:00Z"}]})");
}

TEST(Catalogue, MarkdownInBothLanguages) {
    Catalogue all;
    all.add(device("zigbee", "a", {{"temperature", 21.5, "°C", "temperature"}}));
    all.add(device("ble", "b", {{"batt", 60.0, "%", ""}}, {{"gateway", "g"}}));
    std::string out;
    all.append_markdown(out, from_ns(noon), false);
    EXPECT_EQ(out, R"(# Sensor catalogue

Made by CareDian from what devices really sent: 2026-01-10T12:00:00Z, 2 devices.

## `ble`

Tags: `device`, `gateway`

| Field | Type | Unit | Class | Devices | Last seen |
|---|---|---|---|--:|---|
| `batt` | `float` | `%` |  | 1 | 2026-01-10T12:00:00Z |

## `zigbee`

Tags: `device`

| Field | Type | Unit | Class | Devices | Last seen |
|---|---|---|---|--:|---|
| `temperature` | `float` | `°C` | `temperature` | 1 | 2026-01-10T12:00:00Z |
)");
    out.clear();
    all.append_markdown(out, from_ns(noon), true);
    EXPECT_NE(out.find("2026-01-10T12:00:00Z, 기기 2대.\n"), out.npos) << out;
    EXPECT_NE(out.find("| 필드 | 형식 |"), out.npos);
    out.clear();
    Catalogue().append_markdown(out, from_ns(noon), false);
    EXPECT_NE(out.find("Nothing was heard yet."), out.npos);
}

TEST(Catalogue, NamesFromOutsideAreNamesAndNothingElse) {
    Catalogue all;
    all.add(device("=cmd()", "a", {{"x|y`<b>\n# z", 1.0, "-1", "@sum,\"q\""}}));
    EXPECT_EQ(csv(all), "\"'=cmd()\",device,\"x|y`<b>\n# z\",float,\"'-1\",\"'@sum,\"\"q\"\"\",1,"
                        "2026-01-10T12:00:00Z\r\n");
    std::string out;
    all.append_markdown(out, from_ns(noon), false);
    EXPECT_NE(out.find("| `x\\|y'<b> # z` | `float` | `-1` | `@sum,\"q\"` | 1 |"), out.npos) << out;
}

TEST(Catalogue, IsBounded) {
    Catalogue all;
    for (std::size_t i = 0; i <= Catalogue::most_rows; i += 100) {
        std::vector<Value> values;
        for (std::size_t k = i; k < i + 100; ++k) values.push_back({"f" + std::to_string(k), 1.0});
        all.add(device("m", "d" + std::to_string(i), values));
    }
    EXPECT_EQ(all.size(), Catalogue::most_rows);
    std::string out;
    all.append_json(out, from_ns(noon));
    EXPECT_NE(out.find("\"truncated\":true"), out.npos);
}

} // namespace
} // namespace caredian::devices
