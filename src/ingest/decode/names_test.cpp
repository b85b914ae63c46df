#include "ingest/decode/names.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

TEST(Names, SnakeCase) {
    const std::pair<const char*, const char*> cases[] = {
        {"Temperature", "temperature"},
        {"ApparentPower", "apparent_power"},
        {"TotalStartTime", "total_start_time"},
        {"UptimeSec", "uptime_sec"},
        {"POWER1", "power1"},
        {"TVOC", "tvoc"},
        {"eCO2", "eco2"},
        {"Wifi_SSId", "wifi_ssid"},
        {"Wifi_BSSId", "wifi_bssid"},
        {"SSIdle", "ss_idle"},
        {"PM2.5", "pm25"},
        {"PB0.3", "pb0_3"},
        {"HSBColor", "hsb_color"},
        {"A0", "a0"},
        {"Power_0", "power_0"},
        {"CTEnergy_Power", "ct_energy_power"},
        {"filter-main", "filter_main"},
        {"already_fine", "already_fine"},
        {"거실Temp", "거실temp"}, // only after ASCII does a capital begin a word
        {"", ""},
    };
    for (auto [name, out] : cases) {
        std::string made;
        append_snake_case(made, name);
        EXPECT_EQ(made, out) << name;
    }
}

TEST(Names, WordAndNumber) {
    EXPECT_TRUE(is_word_and_number("POWER", "POWER"));
    EXPECT_TRUE(is_word_and_number("POWER12", "POWER"));
    EXPECT_FALSE(is_word_and_number("POWER123", "POWER"));
    EXPECT_FALSE(is_word_and_number("POWERON", "POWER"));
    EXPECT_FALSE(is_word_and_number("POW", "POWER"));
}

} // namespace
} // namespace caredian::ingest
