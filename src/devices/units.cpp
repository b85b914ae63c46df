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

struct FamilyUnit {
    std::string_view measurement, field, unit;
};

// What firmware implies by its field names and never says.
constexpr FamilyUnit kFamilyUnits[] = {
    {"ble", "batt", "%"},
    {"ble", "fer", "µS/cm"},
    {"ble", "hum", "%"},
    {"ble", "lux", "lx"},
    {"ble", "moi", "%"},
    {"ble", "pres", "hPa"},
    {"ble", "tempc", "°C"},
    {"ble", "tempf", "°F"},
    {"ble", "volt", "V"},
    {"frigate", "audio_dBFS", "dBFS"},
    {"frigate", "inference_speed", "ms"},
    {"frigate", "recordings_free", "MB"},
    {"frigate", "recordings_used", "MB"},
    {"frigate", "service_uptime", "s"},
    {"openmqttgateway", "freemem", "B"},
    {"openmqttgateway", "uptime", "s"},
    {"rtl_433", "freq", "MHz"},
    {"rtl_433", "noise", "dB"},
    {"rtl_433", "pressure_hPa", "hPa"},
    {"rtl_433", "rain_mm", "mm"},
    {"rtl_433", "rssi", "dB"},
    {"rtl_433", "snr", "dB"},
    {"rtl_433", "temperature_C", "°C"},
    {"rtl_433", "temperature_F", "°F"},
    {"rtl_433", "wind_avg_km_h", "km/h"},
    {"rtl_433", "wind_avg_m_s", "m/s"},
    {"shelly", "aenergy_by_minute", "mWh"},
    {"shelly", "aenergy_total", "Wh"},
    {"shelly", "apower", "W"},
    {"shelly", "aprt_power", "VA"},
    {"shelly", "battery_voltage", "V"},
    {"shelly", "current_pos", "%"},
    {"shelly", "freq", "Hz"},
    {"shelly", "pos", "%"},
    {"shelly", "ret_aenergy_total", "Wh"},
    {"shelly", "returned_energy", "kWh"},
    {"shelly", "rh", "%"},
    {"shelly", "tC", "°C"},
    {"shelly", "tF", "°F"},
    {"shelly", "temperature_f", "°F"},
    {"shelly", "temperature_tC", "°C"},
    {"shelly", "temperature_tF", "°F"},
    {"shelly", "total", "Wh"},
    {"shelly", "total_returned", "Wh"},
    {"shelly", "uptime", "s"},
    {"shelly", "voltage", "V"},
    {"tasmota", "dew_point_f", "°F"},
    {"tasmota", "distance", "cm"},
    {"tasmota", "heat_index_f", "°F"},
    {"tasmota", "period", "Wh"},
    {"tasmota", "reactive_power", "var"},
    {"tasmota", "temperature_f", "°F"},
    {"tasmota", "today", "kWh"},
    {"tasmota", "total", "kWh"},
    {"tasmota", "uptime_sec", "s"},
    {"tasmota", "voltage", "V"},
    {"tasmota", "wifi_quality", "%"},
    {"tasmota", "wifi_signal", "dBm"},
    {"tasmota", "yesterday", "kWh"},
    {"valetudo", "current_statistics_area", "cm²"},
    {"valetudo", "current_statistics_time", "s"},
    {"valetudo", "wifi_signal", "dBm"},
};

// "power_2" → "power"
std::string_view without_index(std::string_view field) {
    auto last = field.find_last_of('_');
    if (last == std::string_view::npos || last + 1 == field.size()) return field;
    bool index = field.find_first_not_of("0123456789", last + 1) == std::string_view::npos;
    return index ? field.substr(0, last) : field;
}

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

std::string_view unit_of(std::string_view measurement, std::string_view field) {
    std::string_view name = without_index(field);
    for (const auto& known : kFamilyUnits)
        if (known.measurement == measurement && known.field == name) return known.unit;
    return unit_of(name);
}

} // namespace caredian::devices
