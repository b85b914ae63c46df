#include "base/json.h"
#include "base/log.h"
#include "devices/device_view.h"
#include "devices/latest.h"
#include "devices/units.h"

#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <limits>

namespace caredian::devices {
namespace {

using readings::Field;
using readings::Reading;

constexpr std::int64_t kStart = 1'767'999'300'000'000'000;

Reading reading(readings::Row row, std::string device, std::vector<Field> fields,
                std::int64_t time = 0) {
    Reading r;
    r.series = {"zigbee", {{"device", std::move(device)}}};
    r.fields = std::move(fields);
    r.time = from_ns(kStart + (time == 0 ? static_cast<std::int64_t>(row) : time));
    r.row = r.first_row = row;
    return r;
}

class LatestTest : public testing::Test {
protected:
    LatestTest() {
        std::string name = (std::filesystem::temp_directory_path() / "latest-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        options.path = folder + "/devices.db";
        open();
    }
    ~LatestTest() override { std::filesystem::remove_all(folder); }
    void open() {
        latest.reset();
        auto opened = Latest::open(options, clock);
        if (opened) latest = std::move(*opened);
        EXPECT_TRUE(latest);
    }
    void take(const Reading& r) { latest->take({&r, 1}, r.row); }
    std::string show(std::string_view id) {
        auto series = latest->series(id);
        if (series.empty()) return "none";
        std::string out;
        append_json(out, compose(std::string(id), {}, {}, {}, std::move(series), clock.wall()),
                    false);
        return out;
    }
    json::value value_of(std::string_view id, std::string_view field) {
        auto device = parse_json(show(id));
        if (!device || !device->is_object()) return nullptr;
        for (const auto& f : device->at("fields").as_array())
            if (f.at("name").as_string() == field) return f.at("value");
        return nullptr;
    }

    std::string folder;
    ManualClock clock;
    LatestOptions options;
    std::unique_ptr<Latest> latest;
};

TEST_F(LatestTest, KeepsTheFieldsOfADevice) {
    take(reading(1, "kitchen/climate", {{"temperature", 21.37}, {"open", false}}));
    EXPECT_EQ(value_of("kitchen/climate", "temperature").to_number<double>(), 21.37);
    EXPECT_EQ(value_of("kitchen/climate", "open").as_bool(), false);
    EXPECT_EQ(show("kitchen"), "none");
}

TEST_F(LatestTest, TheRowDecidesNotTheClock) {
    take(reading(5, "d", {{"v", 5.0}}, 100));
    take(reading(6, "d", {{"v", 6.0}}, 50)); // the clock stepped back
    EXPECT_EQ(value_of("d", "v").to_number<double>(), 6.0);
}

TEST_F(LatestTest, ARedeliveredRowChangesNothing) {
    take(reading(1, "d", {{"v", 1.0}}));
    take(reading(2, "d", {{"v", 2.0}}));
    Reading again = reading(3, "d", {{"v", 1.0}, {"new", 1.0}});
    again.redelivered = true;
    again.first_row = 1;
    take(again);
    EXPECT_EQ(value_of("d", "v").to_number<double>(), 2.0);
    // Whose first row was never seen: it counts as old as it is.
    EXPECT_EQ(value_of("d", "new").to_number<double>(), 1.0);
    take(reading(4, "d", {{"v", 4.0}}));
    EXPECT_EQ(value_of("d", "v").to_number<double>(), 4.0);
}

TEST_F(LatestTest, RetainedValuesAreMarked) {
    Reading old = reading(1, "d", {{"v", 1.0}});
    old.initial = true;
    take(old);
    EXPECT_NE(show("d").find("\"initial\":true"), std::string::npos);
    take(reading(2, "d", {{"v", 2.0}}));
    EXPECT_EQ(show("d").find("initial"), std::string::npos);
}

TEST_F(LatestTest, SurvivesARestartAndASecondReplay) {
    take(reading(1, "d",
                 {{"f", 0.1 + 0.2}, {"i", INT64_MIN}, {"b", true}, {"s", std::string("x\n\"")}}));
    latest->save();
    take(reading(2, "d", {{"f", 9.0}}));
    auto before = show("d");
    open(); // a crash: row 2 was not saved
    EXPECT_EQ(latest->cursor(), 1U);
    EXPECT_EQ(value_of("d", "f").to_number<double>(), 0.1 + 0.2);
    take(reading(1, "d", {{"f", 7.0}})); // stored already
    EXPECT_EQ(value_of("d", "f").to_number<double>(), 0.1 + 0.2);
    take(reading(2, "d", {{"f", 9.0}}));
    EXPECT_EQ(show("d"), before);
    clock.advance(std::chrono::minutes(11));
    latest->tick();
    EXPECT_EQ(latest->cursor(), 2U);
}

TEST_F(LatestTest, ADeviceOfTwoSeriesKeepsTheFieldsOfBoth) {
    take(reading(1, "node", {{"value", 1.0}}));
    Reading other = reading(2, "node", {{"value", 2.0}});
    other.series.tags.emplace_back("entity", "humidity");
    take(other);
    auto device = parse_json(show("node"));
    ASSERT_TRUE(device);
    const auto& fields = device->at("fields").as_array();
    ASSERT_EQ(fields.size(), 2U);
    EXPECT_FALSE(fields[0].as_object().contains("tags"));
    EXPECT_EQ(fields[1].at("tags").at("entity").as_string(), "humidity");
}

TEST_F(LatestTest, ATypeMayChangeAndALongTextIsCut) {
    options.max_text = 10;
    open();
    take(reading(1, "d", {{"v", 1.0}}));
    take(reading(2, "d", {{"v", std::string("온도가높음!!")}}));
    EXPECT_EQ(value_of("d", "v").as_string(), "온도가");
}

TEST_F(LatestTest, OddNumbersAreShownAsJsonAllows) {
    take(reading(1, "d",
                 {{"v", std::numeric_limits<double>::quiet_NaN()}, {"w", 1e308}, {"z", -0.0}}));
    EXPECT_TRUE(value_of("d", "v").is_null());
    EXPECT_TRUE(parse_json(show("d")));
}

TEST_F(LatestTest, FloodsAreBounded) {
    options.max_devices = 5;
    options.max_fields = 4;
    open();
    std::string logged;
    log::set_capture([&](std::string_view line) { logged += line; });
    for (readings::Row row = 1; row <= 20; ++row)
        take(reading(row, "d" + std::to_string(row), {{"v", 1.0}}));
    for (readings::Row row = 21; row <= 40; ++row)
        take(reading(row, "d1", {{"f" + std::to_string(row), 1.0}}));
    log::set_capture({});
    EXPECT_EQ(latest->stats().devices, 5U);
    EXPECT_EQ(latest->stats().dropped, 15U + 17U);
    EXPECT_EQ(logged.find("too many"), logged.rfind("too many"));
}

TEST_F(LatestTest, HostileNamesComeBack) {
    const std::string names[] = {std::string("nul\0x", 5), "\"},{\"id\":\"other", "\xff\xfe",
                                 "가 나"};
    readings::Row row = 1;
    for (const auto& name : names) take(reading(row++, name, {{name, 1.0}}));
    latest->save();
    open();
    for (const auto& name : names) {
        ASSERT_NE(show(name), "none");
        EXPECT_TRUE(parse_json(show(name))) << show(name);
    }
}

TEST(Units, ByNameOrItsLastWord) {
    EXPECT_EQ(unit_of("temperature"), "°C");
    EXPECT_EQ(unit_of("outdoor_temperature"), "°C");
    EXPECT_EQ(unit_of("weather.humidity"), "%");
    EXPECT_EQ(unit_of("power_factor"), "");
    EXPECT_EQ(unit_of("state"), "");
    EXPECT_EQ(unit_of("shelly", "voltage"), "V");
    EXPECT_EQ(unit_of("zigbee", "voltage"), ""); // of a battery: mV; of a plug: V
    EXPECT_EQ(unit_of("shelly", "aenergy_total"), "Wh");
    EXPECT_EQ(unit_of("tasmota", "total"), "kWh");
    EXPECT_EQ(unit_of("tasmota", "power_2"), "W");
    EXPECT_EQ(unit_of("tasmota", "voltage_0"), "V");
    EXPECT_EQ(unit_of("ble", "tempc"), "°C");
    EXPECT_EQ(unit_of("home", "temperature"), "°C");
    EXPECT_EQ(unit_of("home", "x_"), "");
    EXPECT_EQ(unit_of(""), "");
}

} // namespace
} // namespace caredian::devices
