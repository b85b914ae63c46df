// https://www.home-assistant.io/integrations/influxdb/: what its integration writes, so that
// dashboards made for it go on.
//
//   °C,domain=sensor,entity_id=living_temperature value=21.4 <ns>
//   binary_sensor.door,domain=binary_sensor,entity_id=door value=1,state="on" <ns>
#include "base/json.h"
#include "history/influx/encoder.h"
#include "history/influx/line.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

namespace caredian::history::influx {

namespace {

using readings::Field;

constexpr std::string_view unit_attribute = "unit_of_measurement";
constexpr std::size_t most_units = 20'000;

// homeassistant.helpers.state.state_as_number
std::optional<double> as_number(std::string_view state) {
    constexpr std::array on{"on", "open", "home", "locked", "above_horizon", "cleaning"};
    constexpr std::array off{"off", "closed", "not_home", "unlocked", "below_horizon", "idle"};
    if (std::ranges::find(on, state) != on.end()) return 1;
    if (std::ranges::find(off, state) != off.end()) return 0;
    return std::nullopt;
}

void append_slug(std::string& out, std::string_view text) {
    bool gap = false;
    auto begin = out.size();
    for (char c : text) {
        bool upper = c >= 'A' && c <= 'Z';
        bool plain = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
        if (plain && gap && out.size() > begin) out += '_';
        gap = !plain;
        if (plain) out += upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
}

struct Entity {
    std::string domain, object;
};

class HomeAssistant final : public Encoder {
public:
    explicit HomeAssistant(UnitOf unit_of) : unit_of_(std::move(unit_of)) {}

    std::size_t append(const readings::Reading& reading, Lines& out) override {
        return reading.series.measurement == "ha" ? entity(reading, out) : device(reading, out);
    }

private:
    // mqtt_statestream: the state in a reading of its own, each attribute in another.
    std::size_t entity(const readings::Reading& reading, Lines& out) {
        auto id = reading.series.tag("device");
        auto dot = std::min(id.find('.'), id.size());
        Entity entity{std::string(id.substr(0, dot)),
                      std::string(id.substr(std::min(dot + 1, id.size())))};
        learn(reading);
        begin(out, entity, unit(reading.series, "value"));
        std::size_t written = 0, left_out = 0;
        for (const auto& field : reading.fields) {
            if (field.name == unit_attribute || field.name == "device_time") continue;
            bool said = field.name == "value" || field.name == "value_bool" || field.name == "state"
                            ? state(out, field, written)
                            : attribute(out, field, written);
            if (!said) ++left_out;
        }
        end(out, reading, written);
        return left_out;
    }

    // One line for each field: Home Assistant has an entity for each.
    std::size_t device(const readings::Reading& reading, Lines& out) {
        std::size_t left_out = 0;
        for (const auto& field : reading.fields) {
            if (field.name == "device_time") continue;
            bool flag = std::holds_alternative<bool>(field.value);
            Entity entity{flag ? "binary_sensor" : "sensor", {}};
            append_slug(entity.object, reading.series.tag("device"));
            entity.object += '_';
            append_slug(entity.object, field.name);
            begin(out, entity, unit(reading.series, field.name));
            std::size_t written = 0;
            if (!state(out, field, written)) ++left_out;
            end(out, reading, written);
        }
        return left_out;
    }

    void begin(Lines& out, const Entity& entity, std::string_view unit) {
        out.begin();
        if (unit.empty())
            append_measurement(out.text, entity.domain + "." + entity.object);
        else
            append_measurement(out.text, unit);
        out.text += ",domain=";
        append_name(out.text, entity.domain);
        if (!entity.object.empty()) {
            out.text += ",entity_id=";
            append_name(out.text, entity.object);
        }
    }

    static void end(Lines& out, const readings::Reading& reading, std::size_t written) {
        if (written == 0) return out.take_back();
        out.text += ' ';
        append_number(out.text, to_ns(reading.time));
        out.text += '\n';
    }

    static bool add(Lines& out, std::string_view name, const readings::FieldValue& value,
                    std::size_t& written) {
        auto before = out.text.size();
        out.text += written == 0 ? ' ' : ',';
        append_name(out.text, name);
        out.text += '=';
        if (append_value(out.text, value)) return ++written, true;
        out.text.resize(before);
        return false;
    }

    // A number is `value`; a word is `state`, and `value` too when it means on or off.
    static bool state(Lines& out, const Field& field, std::size_t& written) {
        if (const auto* number = std::get_if<double>(&field.value))
            return add(out, "value", *number, written);
        if (const auto* integer = std::get_if<std::int64_t>(&field.value))
            return add(out, "value", static_cast<double>(*integer), written);
        std::string word;
        if (const auto* flag = std::get_if<bool>(&field.value))
            word = *flag ? "on" : "off";
        else
            word = std::get<std::string>(field.value);
        if (auto number = as_number(word)) add(out, "value", *number, written);
        return add(out, "state", word, written);
    }

    static bool attribute(Lines& out, const Field& field, std::size_t& written) {
        if (const auto* text = std::get_if<std::string>(&field.value))
            return add(out, field.name + "_str", *text, written);
        if (const auto* flag = std::get_if<bool>(&field.value))
            return add(out, field.name, *flag ? 1.0 : 0.0, written);
        if (const auto* integer = std::get_if<std::int64_t>(&field.value))
            return add(out, field.name, static_cast<double>(*integer), written);
        return add(out, field.name, field.value, written);
    }

    void learn(const readings::Reading& reading) {
        for (const auto& field : reading.fields)
            if (field.name == unit_attribute)
                if (const auto* text = std::get_if<std::string>(&field.value))
                    remember(key_of(reading.series, "value"), *text);
    }

    std::string_view unit(const readings::SeriesKey& series, std::string_view field) {
        auto key = key_of(series, field);
        auto known = units_.find(key);
        if (known != units_.end()) return known->second;
        return remember(std::move(key), unit_of_ ? unit_of_(series, field) : std::string());
    }

    std::string_view remember(std::string key, std::string unit) {
        if (units_.size() >= most_units) units_.clear(); // asked for again
        return units_.insert_or_assign(std::move(key), std::move(unit)).first->second;
    }

    // Entities each have their own unit; of devices it goes by the field's name.
    static std::string key_of(const readings::SeriesKey& series, std::string_view field) {
        std::string key = series.measurement;
        key += '\n';
        key += series.measurement == "ha" ? series.tag("device") : field;
        return key;
    }

    UnitOf unit_of_;
    std::unordered_map<std::string, std::string> units_;
};

} // namespace

std::unique_ptr<Encoder> make_ha_encoder(UnitOf unit_of) {
    return std::make_unique<HomeAssistant>(std::move(unit_of));
}

} // namespace caredian::history::influx
