#include "values.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace caredian::tools {
namespace {

constexpr std::string_view measured = "measurement", counted = "total_increasing";
constexpr std::array kinds{
    FieldKind{"temperature", "°C", "temperature", measured},
    FieldKind{"left_temperature", "°C", "temperature", measured},
    FieldKind{"right_temperature", "°C", "temperature", measured},
    FieldKind{"humidity", "%", "humidity", measured},
    FieldKind{"soil_moisture", "%", "moisture", measured},
    FieldKind{"pressure", "hPa", "pressure", measured},
    FieldKind{"illuminance", "lx", "illuminance", measured},
    FieldKind{"battery", "%", "battery", measured},
    FieldKind{"linkquality", "lqi", "", measured},
    FieldKind{"rssi", "dBm", "signal_strength", measured},
    FieldKind{"wifi_signal", "dBm", "signal_strength", measured},
    FieldKind{"voltage", "V", "voltage", measured},
    FieldKind{"battery_voltage", "mV", "voltage", measured},
    FieldKind{"current", "A", "current", measured},
    FieldKind{"power", "W", "power", measured},
    FieldKind{"energy", "kWh", "energy", counted},
    FieldKind{"water", "m³", "water", counted},
    FieldKind{"gas", "m³", "gas", counted},
    FieldKind{"co2", "ppm", "carbon_dioxide", measured},
    FieldKind{"pm2_5", "µg/m³", "pm25", measured},
    FieldKind{"pm10", "µg/m³", "pm10", measured},
    FieldKind{"tvoc", "ppb", "volatile_organic_compounds_parts", measured},
    FieldKind{"brightness", "", "", measured},
    FieldKind{"position", "%", "", measured},
    FieldKind{"volume", "%", "", measured},
    FieldKind{"heart_rate", "bpm", "", measured},
    FieldKind{"steps", "steps", "", counted},
    FieldKind{"duration", "s", "duration", measured},
    FieldKind{"remaining_time", "min", "duration", measured},
    FieldKind{"total_time", "min", "duration", measured},
    FieldKind{"devices_connected", "", "", measured},
    FieldKind{"download", "KiB/s", "data_rate", measured},
    FieldKind{"upload", "KiB/s", "data_rate", measured},
    FieldKind{"cpu_speed", "GHz", "frequency", measured},
    FieldKind{"target_distance", "cm", "distance", measured},
    FieldKind{"occupancy", "", "occupancy", "", true},
    FieldKind{"presence", "", "presence", "", true},
    FieldKind{"bed_occupied", "", "occupancy", "", true},
    FieldKind{"contact", "", "door", "", true},
    FieldKind{"door", "", "door", "", true},
    FieldKind{"window", "", "window", "", true},
    FieldKind{"water_leak", "", "moisture", "", true},
    FieldKind{"smoke", "", "smoke", "", true},
    FieldKind{"carbon_monoxide", "", "carbon_monoxide", "", true},
    FieldKind{"gas_leak", "", "gas", "", true},
    FieldKind{"valve_open", "", "opening", "", true},
    FieldKind{"fresh_air_filter", "", "", "", true},
    FieldKind{"rinse_refill_needed", "", "problem", "", true},
    FieldKind{"chime_sound", "", "sound", "", true},
};

} // namespace

const Value* Values::find(std::string_view name) const {
    auto at =
        std::find_if(all_.begin(), all_.end(), [&](const auto& v) { return v.first == name; });
    return at == all_.end() ? nullptr : &at->second;
}

double Values::number(std::string_view name) const {
    const Value* value = find(name);
    if (!value) return 0;
    if (const auto* whole = std::get_if<std::int64_t>(value)) return static_cast<double>(*whole);
    const auto* number = std::get_if<double>(value);
    return number ? *number : 0;
}

void write_json(JsonWriter& json, const Value& value) {
    std::visit(
        [&](const auto& v) {
            if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::string>)
                json.value(std::string_view(v));
            else
                json.value(v);
        },
        value);
}

std::string bare(const Value& value, std::string_view on, std::string_view off) {
    if (const auto* flag = std::get_if<bool>(&value)) return std::string(*flag ? on : off);
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    std::string out;
    if (const auto* whole = std::get_if<std::int64_t>(&value)) append_number(out, *whole);
    if (const auto* number = std::get_if<double>(&value)) append_number(out, *number);
    return out;
}

FieldKind field_kind(std::string_view name) {
    auto at = std::find_if(kinds.begin(), kinds.end(),
                           [&](const FieldKind& kind) { return kind.name == name; });
    return at == kinds.end() ? FieldKind{name, {}, {}, {}} : *at;
}

std::string field_label(std::string_view name) {
    if (name == "co2") return "CO2";
    if (name == "pm2_5") return "PM2.5";
    if (name == "pm10" || name == "tvoc" || name == "rssi" || name == "cpu_speed") {
        std::string upper(name);
        for (char& c : upper) c = c == '_' ? ' ' : static_cast<char>(std::toupper(c));
        return upper;
    }
    std::string out(name);
    std::replace(out.begin(), out.end(), '_', ' ');
    out[0] = static_cast<char>(std::toupper(out[0]));
    return out;
}

} // namespace caredian::tools
