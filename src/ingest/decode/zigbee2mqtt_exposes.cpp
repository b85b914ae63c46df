#include "ingest/decode/zigbee2mqtt_exposes.h"

#include "ingest/decode/describe.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace caredian::ingest {

namespace {

constexpr std::int64_t can_set = 2; // bit of `access`
constexpr int deepest = 4;          // features within features

using Command = readings::CommandDescription;
using Pair = std::pair<std::string_view, std::string_view>;
// Home Assistant's device classes for properties that have another name here.
constexpr Pair classes[] = {
    {"battery", "battery"},
    {"carbon_monoxide", "carbon_monoxide"},
    {"co2", "carbon_dioxide"},
    {"contact", "door"},
    {"current", "current"},
    {"energy", "energy"},
    {"gas", "gas"},
    {"humidity", "humidity"},
    {"illuminance", "illuminance"},
    {"illuminance_lux", "illuminance"},
    {"local_temperature", "temperature"},
    {"moving", "moving"},
    {"occupancy", "occupancy"},
    {"pm10", "pm10"},
    {"pm25", "pm25"},
    {"power", "power"},
    {"power_factor", "power_factor"},
    {"presence", "presence"},
    {"pressure", "pressure"},
    {"smoke", "smoke"},
    {"soil_moisture", "moisture"},
    {"tamper", "tamper"},
    {"temperature", "temperature"},
    {"vibration", "vibration"},
    {"voc", "volatile_organic_compounds"},
    {"voltage", "voltage"},
    {"water_leak", "moisture"},
    {"battery_low", "battery"},
};

std::string_view class_of(std::string_view name) {
    for (const auto& [property, device_class] : classes)
        if (property == name) return device_class;
    return {};
}

bool is_one_of(std::string_view type, std::initializer_list<std::string_view> types) {
    return std::find(types.begin(), types.end(), type) != types.end();
}

struct Exposes {
    readings::Description& out;
    std::string topic;

    std::vector<std::string> outer; // properties of the composites that this one is in

    void read(const json::value* list, const std::string& prefix, int depth,
              std::string_view owner = {});
    void one(const json::object& expose, const std::string& prefix, int depth,
             std::string_view owner);
    void entity(const json::object& expose, std::string property, std::string_view type,
                std::string_view owner);
    void command(const json::object& expose, std::string_view type, const json::value* values,
                 readings::EntityDescription& e) const;
};

std::string_view component_of(std::string_view type, bool settable, std::string_view property) {
    if (property == "action") return "event";
    if (type == "binary") return settable ? "switch" : "binary_sensor";
    if (type == "numeric") return settable ? "number" : "sensor";
    if (type == "enum") return settable ? "select" : "sensor";
    return settable && type == "text" ? "text" : "sensor";
}

void Exposes::entity(const json::object& expose, std::string property, std::string_view type,
                     std::string_view owner) {
    if (out.entities.size() >= max_entities || property.empty()) return;
    const auto* bits = member(expose, {"access"});
    bool settable = bits && bits->is_int64() && (bits->get_int64() & can_set) != 0;
    auto name = label(member(expose, {"name"}));
    auto& e = out.entities.emplace_back();
    e.id = property;
    e.name = label(member(expose, {"label"}));
    if (e.name.empty()) e.name = name;
    e.component = component_of(type, settable, name);
    // A light's `state` is the light, a thermostat's mode the thermostat.
    if (!owner.empty() && (name == "state" || (owner == "climate" && name == "system_mode")))
        e.component = owner;
    e.unit = label(member(expose, {"unit"}));
    bool sensor = is_one_of(e.component, {"sensor", "binary_sensor"});
    if (sensor) e.device_class = class_of(name);
    if (e.component == "sensor" && type == "numeric")
        e.state_class = name == "energy" ? "total_increasing" : "measurement";
    e.category = label(member(expose, {"category"}));
    if (!is_one_of(e.category, {"config", "diagnostic"})) e.category.clear();
    e.state_topic = topic;
    e.field = std::move(property);
    e.on = wire_text(member(expose, {"value_on"}));
    e.off = wire_text(member(expose, {"value_off"}));
    if (e.on == "ON") e.on.clear();
    if (e.off == "OFF") e.off.clear();
    const auto* values = member(expose, {"values"});
    if (settable && topic.size() + 4 <= max_topic) {
        e.command_topic = topic + "/set";
        command(expose, type, values, e);
    }
    if (!values || !values->is_array()) return;
    for (const auto& value : values->get_array())
        if (e.options.size() < max_options) e.options.push_back(wire_text(&value));
}

void Exposes::command(const json::object& expose, std::string_view type, const json::value* values,
                      readings::EntityDescription& e) const {
    auto& c = e.command;
    auto add = [&c](const json::value* sent, bool shows = true) {
        auto said = wire_text(sent);
        if (said.empty() || c.words.size() >= max_options) return;
        std::string literal;
        append_json(literal, *sent);
        if (literal.size() > max_label) return; // it was cut
        auto& word = c.words.emplace_back();
        word.sent = std::move(literal);
        if (shows) word.shows.push_back(said);
        word.said = std::move(said);
    };
    auto bound = [&expose](const char* name) -> std::optional<double> {
        const auto* value = member(expose, {name});
        return value && value->is_number() ? std::optional(value->to_number<double>())
                                           : std::nullopt;
    };
    if (type == "binary") {
        c.takes = Command::boolean;
        add(member(expose, {"value_on"}));
        add(member(expose, {"value_off"}));
        if (c.words.size() != 2) return c.words.clear();
        add(member(expose, {"value_toggle"}), false);
    } else if (type == "numeric") {
        c.takes = Command::number;
        c.min = bound("value_min");
        c.max = bound("value_max");
        c.step = bound("value_step");
    } else if (type == "enum" && values && values->is_array()) {
        c.takes = Command::option;
        for (const auto& value : values->get_array()) add(&value, wire_text(&value) != "STOP");
    } else if (type == "text") {
        c.takes = Command::text;
    } else {
        return;
    }
    c.as = Command::As::member;
    c.path = outer;
    c.path.push_back(label(member(expose, {"property"})));
    c.shown.push_back({topic, e.field});
}

void Exposes::one(const json::object& expose, const std::string& prefix, int depth,
                  std::string_view owner) {
    auto type = label(member(expose, {"type"}));
    auto property = label(member(expose, {"property"}));
    const auto* features = member(expose, {"features"});
    if (is_one_of(type, {"light", "switch", "cover", "lock", "fan", "climate"})) {
        read(features, prefix, depth + 1, type);
    } else if (type == "composite") {
        // {"color":{"x":…,"y":…}} is flattened to color_x, color_y
        if (property.empty()) return read(features, prefix, depth + 1);
        outer.push_back(property);
        read(features, prefix + property + '_', depth + 1);
        outer.pop_back();
    } else if (type == "list") {
        entity(expose, property.empty() ? property : prefix + property + "_0", type, owner);
    } else {
        entity(expose, property.empty() ? property : prefix + property, type, owner);
    }
}

void Exposes::read(const json::value* list, const std::string& prefix, int depth,
                   std::string_view owner) {
    if (!list || !list->is_array() || depth > deepest || prefix.size() > max_label) return;
    for (const auto& item : list->get_array())
        if (const auto* expose = item.if_object()) one(*expose, prefix, depth, owner);
}

} // namespace

bool read_zigbee_device(const json::object& device, std::string_view base,
                        readings::Description& out) {
    auto address = label(member(device, {"ieee_address"}));
    const auto* friendly = member(device, {"friendly_name"});
    if (address.empty() || !friendly || !friendly->is_string()) return false;
    if (label(member(device, {"type"})) == "Coordinator") return false;
    std::string topic = std::string(base) + '/' + std::string(friendly->get_string());
    if (friendly->get_string().empty() || !is_topic(topic)) return false;

    out.origin = "zigbee2mqtt";
    out.identifiers = {"zigbee2mqtt_" + address};
    out.name = label(friendly);
    out.manufacturer = label(member(device, {"manufacturer"}));
    out.model_id = label(member(device, {"model_id"}));
    out.sw_version = label(member(device, {"software_build_id"}));
    if (auto room = out.name.find('/'); room != std::string::npos) // kitchen/climate
        out.suggested_area = out.name.substr(0, room);
    out.topics = {topic};
    out.availability_topic = topic.size() + 13 <= max_topic ? topic + "/availability" : "";
    const auto* found = member(device, {"definition"});
    const auto* definition = found ? found->if_object() : nullptr;
    if (!definition) return true; // not supported, or not interviewed yet
    if (auto vendor = label(member(*definition, {"vendor"})); !vendor.empty())
        out.manufacturer = vendor;
    out.model = label(member(*definition, {"description"}));
    if (auto model = label(member(*definition, {"model"})); !model.empty()) out.model_id = model;
    Exposes{out, topic, {}}.read(member(*definition, {"exposes"}), {}, 0);
    return true;
}

} // namespace caredian::ingest
