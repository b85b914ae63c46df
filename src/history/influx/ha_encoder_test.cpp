#include "history/influx/encoder.h"

#include <cmath>
#include <gtest/gtest.h>

namespace caredian::history::influx {
namespace {

readings::Reading reading(std::string measurement, std::string device,
                          std::vector<readings::Field> fields) {
    readings::Reading r;
    r.series = {std::move(measurement), {{"device", std::move(device)}, {"domain", "x"}}};
    r.fields = std::move(fields);
    r.time = from_ns(5);
    return r;
}

struct HaLayout : testing::Test {
    int asked = 0;
    std::unique_ptr<Encoder> encoder = make_ha_encoder([this](const auto&, std::string_view field) {
        ++asked;
        return field == "temperature" ? "°C" : "";
    });
    std::string text(const readings::Reading& r) {
        Lines out;
        (void)encoder->append(r, out);
        return out.text;
    }
};

TEST_F(HaLayout, AnEntityWithoutAUnitIsItsOwnMeasurement) {
    EXPECT_EQ(text(reading("ha", "sensor.count", {{"value", 21.5}})),
              "sensor.count,domain=sensor,entity_id=count value=21.5 5\n");
}

TEST_F(HaLayout, TheUnitIsTheMeasurementOnceItIsKnown) {
    EXPECT_EQ(text(reading("ha", "sensor.living", {{"unit_of_measurement", std::string("°C")}})),
              "");
    EXPECT_EQ(text(reading("ha", "sensor.living", {{"value", 21.0}})),
              "°C,domain=sensor,entity_id=living value=21 5\n");
    EXPECT_EQ(asked, 0);
}

TEST_F(HaLayout, AWordIsAStateAndANumberWhenItMeansOnOrOff) {
    EXPECT_EQ(text(reading("ha", "light.hall", {{"value_bool", true}})),
              "light.hall,domain=light,entity_id=hall value=1,state=\"on\" 5\n");
    EXPECT_EQ(text(reading("ha", "person.kim", {{"state", std::string("not_home")}})),
              "person.kim,domain=person,entity_id=kim value=0,state=\"not_home\" 5\n");
    EXPECT_EQ(text(reading("ha", "sun.sun", {{"state", std::string("twilight")}})),
              "sun.sun,domain=sun,entity_id=sun state=\"twilight\" 5\n");
}

TEST_F(HaLayout, AttributesAreNumbersOrHaveTheirSuffix) {
    EXPECT_EQ(text(reading("ha", "light.hall",
                           {{"friendly_name", std::string("Hall light")},
                            {"brightness", 20.0},
                            {"steps", std::int64_t{3}},
                            {"charging", true},
                            {"device_time", std::string("2026")},
                            {"bad", std::nan("")}})),
              "light.hall,domain=light,entity_id=hall friendly_name_str=\"Hall light\","
              "brightness=20,steps=3,charging=1 5\n");
}

TEST_F(HaLayout, ADeviceHasAnEntityForEachField) {
    EXPECT_EQ(text(reading("zigbee", "Living Room",
                           {{"temperature", 21.5},
                            {"open", false},
                            {"n", std::int64_t{2}},
                            {"device_time", std::string("2026")}})),
              "°C,domain=sensor,entity_id=living_room_temperature value=21.5 5\n"
              "binary_sensor.living_room_open,domain=binary_sensor,entity_id=living_room_open "
              "value=0,state=\"off\" 5\n"
              "sensor.living_room_n,domain=sensor,entity_id=living_room_n value=2 5\n");
    EXPECT_EQ(text(reading("zigbee", "거실 #1", {{"temperature", 1.0}})),
              "°C,domain=sensor,entity_id=거실_1_temperature value=1 5\n");
    EXPECT_EQ(asked, 3) << "of each field once";
}

} // namespace
} // namespace caredian::history::influx
