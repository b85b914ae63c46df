#include "devices/units.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace caredian::devices {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

// Zigbee2MQTT's and Home Assistant's usual names and units.
constexpr Row kUnits[] = {
    {"apparent_power", "VA"},
    {"aqi", "AQI"},
    {"battery", "%"},
    {"battery_level", "%"},
    {"carbon_dioxide", "ppm"},
    {"carbon_monoxide", "ppm"},
    {"co", "ppm"},
    {"co2", "ppm"},
    {"current", "A"},
    {"dew_point", "°C"},
    {"dewpoint", "°C"},
    {"distance", "m"},
    {"energy", "kWh"},
    {"eco2", "ppm"},
    {"formaldehyd", "mg/m³"},
    {"frequency", "Hz"},
    {"gas", "m³"},
    {"heart_rate", "bpm"},
    {"humidity", "%"},
    {"illuminance", "lx"},
    {"illuminance_lux", "lx"},
    {"linkquality", "lqi"},
    {"lux", "lx"},
    {"moisture", "%"},
    {"noise", "dB"},
    {"occupied_heating_setpoint", "°C"},
    {"pm1", "µg/m³"},
    {"pm10", "µg/m³"},
    {"pm25", "µg/m³"},
    {"power", "W"},
    {"power_factor", ""},
    {"precipitation", "mm"},
    {"pressure", "hPa"},
    {"respiration_rate", "br/min"},
    {"rssi", "dBm"},
    {"signal_strength", "dBm"},
    {"soil_moisture", "%"},
    {"steps", "steps"},
    {"temperature", "°C"},
    {"tvoc", "ppb"},
    {"voc", "ppb"},
    {"voltage", ""}, // volts of a plug, millivolts of a battery: nobody knows
    {"volume", ""},
    {"water", "m³"},
    {"weight", "kg"},
    {"wind_speed", "m/s"},
};

std::string_view exact(std::string_view name, bool& known) {
    auto at = std::find_if(std::begin(kUnits), std::end(kUnits),
                           [name](const Row& row) { return row.first == name; });
    known = at != std::end(kUnits);
    return known ? at->second : std::string_view();
}

} // namespace

std::string_view unit_of(std::string_view field) {
    bool known = false;
    auto unit = exact(field, known);
    auto last = field.find_last_of("_.");
    if (known || last == std::string_view::npos) return unit;
    return exact(field.substr(last + 1), known);
}

} // namespace caredian::devices
