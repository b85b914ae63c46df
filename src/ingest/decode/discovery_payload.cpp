#include "ingest/decode/discovery_payload.h"

#include "ingest/decode/describe.h"
#include "ingest/decode/discovery_command.h"
#include "ingest/decode/discovery_source.h"
#include "ingest/decode/value_template.h"

#include <algorithm>
#include <array>

namespace caredian::ingest {

namespace {

using Source = DiscoverySource;

// Where a component's state is, when it is not state_topic and value_template: the first pair of
// which the payload has the topic. `field` is what a payload in JSON holds it in by convention.
struct StatePlace {
    std::string_view component, suffix, topic, topic_short, tpl, tpl_short, field;
};
constexpr StatePlace places[] = {
    {"climate", "", "mode_state_topic", "mode_stat_t", "mode_state_template", "mode_stat_tpl", ""},
    {"climate", "current_temperature", "current_temperature_topic", "curr_temp_t",
     "current_temperature_template", "curr_temp_tpl", ""},
    {"climate", "temperature", "temperature_state_topic", "temp_stat_t",
     "temperature_state_template", "temp_stat_tpl", ""},
    {"climate", "current_humidity", "current_humidity_topic", "curr_hum_t",
     "current_humidity_template", "curr_hum_tpl", ""},
    {"climate", "action", "action_topic", "act_t", "action_template", "act_tpl", ""},
    {"climate", "fan_mode", "fan_mode_state_topic", "fan_mode_stat_t", "fan_mode_state_template",
     "fan_mode_stat_tpl", ""},
    {"climate", "preset_mode", "preset_mode_state_topic", "pr_mode_stat_t",
     "preset_mode_value_template", "pr_mode_val_tpl", ""},
    {"water_heater", "", "mode_state_topic", "mode_stat_t", "mode_state_template", "mode_stat_tpl",
     ""},
    {"water_heater", "current_temperature", "current_temperature_topic", "curr_temp_t",
     "current_temperature_template", "curr_temp_tpl", ""},
    {"water_heater", "temperature", "temperature_state_topic", "temp_stat_t",
     "temperature_state_template", "temp_stat_tpl", ""},
    {"humidifier", "target_humidity", "target_humidity_state_topic", "hum_stat_t",
     "target_humidity_state_template", "hum_state_tpl", ""},
    {"humidifier", "current_humidity", "current_humidity_topic", "curr_hum_t",
     "current_humidity_template", "curr_hum_tpl", ""},
    {"cover", "position", "position_topic", "pos_t", "position_template", "pos_tpl", ""},
    {"fan", "percentage", "percentage_state_topic", "pct_stat_t", "percentage_value_template",
     "pct_val_tpl", ""},
    {"light", "brightness", "brightness_state_topic", "bri_stat_t", "brightness_value_template",
     "bri_val_tpl", ""},
    {"light", "color_temp", "color_temp_state_topic", "clr_temp_stat_t",
     "color_temp_value_template", "clr_temp_val_tpl", ""},
    {"light", "effect", "effect_state_topic", "fx_stat_t", "effect_value_template", "fx_val_tpl",
     ""},
    {"fan", "preset_mode", "preset_mode_state_topic", "pr_mode_stat_t",
     "preset_mode_value_template", "pr_mode_val_tpl", ""},
    {"humidifier", "mode", "mode_state_topic", "mode_stat_t", "mode_state_template",
     "mode_stat_tpl", ""},
    {"climate", "swing_mode", "swing_mode_state_topic", "swing_mode_stat_t",
     "swing_mode_state_template", "swing_mode_stat_tpl", ""},
    {"lawn_mower", "", "activity_state_topic", "act_stat_t", "activity_value_template",
     "act_val_tpl", ""},
    {"light", "", "state_topic", "stat_t", "state_value_template", "stat_val_tpl", "state"},
    {"fan", "", "state_topic", "stat_t", "state_value_template", "stat_val_tpl", ""},
    {"humidifier", "", "state_topic", "stat_t", "state_value_template", "stat_val_tpl", ""},
    {"siren", "", "state_topic", "stat_t", "state_value_template", "stat_val_tpl", ""},
    {"vacuum", "", "state_topic", "stat_t", "value_template", "val_tpl", "state"},
};

constexpr std::string_view components[] = {
    "alarm_control_panel",
    "binary_sensor",
    "button",
    "camera",
    "climate",
    "cover",
    "device_automation",
    "device_tracker",
    "event",
    "fan",
    "humidifier",
    "image",
    "lawn_mower",
    "light",
    "lock",
    "notify",
    "number",
    "scene",
    "select",
    "sensor",
    "siren",
    "switch",
    "tag",
    "text",
    "update",
    "vacuum",
    "valve",
    "water_heater",
};

bool is_component(std::string_view name) {
    return std::find(std::begin(components), std::end(components), name) != std::end(components);
}

std::string base_of(const json::object& payload) {
    return topic_of(member(payload, {"~"}));
}

// ---- the device

void add_identifier(readings::Description& out, std::string id) {
    bool known =
        std::find(out.identifiers.begin(), out.identifiers.end(), id) != out.identifiers.end();
    if (!id.empty() && !known && out.identifiers.size() < max_identifiers)
        out.identifiers.push_back(std::move(id));
}

void read_identifiers(const json::object& device, readings::Description& out) {
    const auto* ids = member(device, {"identifiers", "ids"});
    if (ids && ids->is_array())
        for (const auto& id : ids->get_array()) add_identifier(out, label(&id));
    else
        add_identifier(out, label(ids));
    const auto* connections = member(device, {"connections", "cns"});
    if (!connections || !connections->is_array()) return;
    for (const auto& one : connections->get_array()) {
        const auto* pair = one.if_array();
        if (!pair || pair->size() != 2) continue;
        auto type = label(pair->if_contains(0)), value = label(pair->if_contains(1));
        if (!type.empty() && !value.empty()) add_identifier(out, connection(type, value));
    }
}

void read_device(const json::object& payload, readings::Description& out) {
    const auto* found = member(payload, {"device", "dev"});
    const auto* device = found ? found->if_object() : nullptr;
    if (!device) return;
    read_identifiers(*device, out);
    out.name = label(member(*device, {"name"}));
    out.manufacturer = label(member(*device, {"manufacturer", "mf"}));
    out.model = label(member(*device, {"model", "mdl"}));
    out.model_id = label(member(*device, {"model_id", "mdl_id"}));
    out.sw_version = label(member(*device, {"sw_version", "sw"}));
    out.suggested_area = label(member(*device, {"suggested_area", "sa"}));
    out.via = label(member(*device, {"via_device"}));
}

// availability_topic, or the last of `availability`: before it stands what the device hangs on
std::string availability(const Source& in) {
    if (auto topic = in.topic({"availability_topic", "avty_t"}); !topic.empty()) return topic;
    const auto* list = in.find({"availability", "avty"});
    if (!list) return {};
    if (const auto* array = list->if_array()) list = array->empty() ? nullptr : &array->back();
    const auto* last = list ? list->if_object() : nullptr;
    return last ? Source{*last, nullptr, in.base}.topic({"topic", "t"}) : std::string();
}

// ---- entities

void read_state(const Source& in, const StatePlace& place, readings::EntityDescription& entity) {
    entity.state_topic = in.topic({place.topic, place.topic_short});
    if (entity.state_topic.empty()) return;
    const auto* given = in.find({place.tpl, place.tpl_short});
    const auto* text = given ? given->if_string() : nullptr;
    if (!text || text->empty()) {
        bool json_schema = !place.field.empty() &&
                           (place.component != "light" || label(in.find({"schema"})) == "json");
        entity.field = json_schema ? place.field : std::string_view("value");
    } else if (auto field = template_field(*text)) {
        entity.field = label(*field, max_label);
    } else {
        entity.value_template = label(*text, max_template);
    }
}

// What means on and off: what is sent, unless the state has words of its own.
void read_on_off(const Source& in, readings::EntityDescription& entity) {
    auto take = [&](Names state, Names payload) {
        auto text = wire_text(in.find(state));
        return text.empty() ? wire_text(in.find(payload)) : text;
    };
    if (entity.component == "lock") {
        entity.on = take({"state_locked", "stat_locked"}, {});
        entity.off = take({"state_unlocked", "stat_unlocked"}, {});
    } else {
        entity.on = take({"state_on", "stat_on"}, {"payload_on", "pl_on"});
        entity.off = take({"state_off", "stat_off"}, {"payload_off", "pl_off"});
    }
    if (entity.on == "ON") entity.on.clear();
    if (entity.off == "OFF") entity.off.clear();
}

void read_options(const json::value* list, readings::EntityDescription& entity) {
    if (!list || !list->is_array()) return;
    for (const auto& option : list->get_array()) {
        if (entity.options.size() == max_options) return;
        entity.options.push_back(label(&option));
    }
}

// What a climate or a light has beside its state: its own entity with the id <id>_<suffix>.
void add_further(const Source& in, const readings::EntityDescription& main,
                 readings::Description& out) {
    for (const auto& place : places) {
        if (place.component != main.component || place.suffix.empty()) continue;
        readings::EntityDescription further;
        read_state(in, place, further);
        if (main.component == "light" && place.suffix == "brightness" && dims_by_json(in)) {
            further.state_topic = main.state_topic;
            further.field = place.suffix;
        }
        read_command(in, main.component, place.suffix, further);
        const bool told = !further.command_topic.empty();
        if ((further.state_topic.empty() && !told) || out.entities.size() >= max_entities) continue;
        further.id = main.id + '_' + std::string(place.suffix);
        further.name = std::string(place.suffix);
        std::replace(further.name.begin(), further.name.end(), '_', ' ');
        further.component = "sensor";
        bool degrees = place.suffix == "temperature" || place.suffix == "current_temperature";
        if (degrees) {
            auto unit = label(in.find({"temperature_unit", "temp_unit"}));
            further.unit = unit == "F" ? "°F" : "°C";
            further.device_class = "temperature";
        } else if (place.suffix.ends_with("humidity")) {
            further.unit = "%";
            further.device_class = "humidity";
        }
        out.entities.push_back(std::move(further));
    }
}

StatePlace place_of(std::string_view component, const Source& in) {
    for (const auto& place : places)
        if (place.component == component && place.suffix.empty() &&
            in.find({place.topic, place.topic_short}))
            return place;
    return {component, "", "state_topic", "stat_t", "value_template", "val_tpl", ""};
}

void add_entity(std::string_view component, std::string id, const Source& in,
                readings::Description& out) {
    if (out.entities.size() >= max_entities) return;
    readings::EntityDescription entity;
    entity.component = component;
    auto unique = label(in.own.if_contains("unique_id") ? in.own.if_contains("unique_id")
                                                        : in.own.if_contains("uniq_id"));
    entity.id = unique.empty() ? std::move(id) : unique;
    entity.name = label(in.own.if_contains("name"));
    entity.unit = label(in.find({"unit_of_measurement", "unit_of_meas"}));
    entity.device_class = label(in.find({"device_class", "dev_cla"}));
    entity.state_class = label(in.find({"state_class", "stat_cla"}));
    entity.category = label(in.find({"entity_category", "ent_cat"}));
    if (entity.category != "config" && entity.category != "diagnostic") entity.category.clear();
    entity.command_topic = in.topic({"command_topic", "cmd_t"});
    read_state(in, place_of(component, in), entity);
    read_command(in, component, "", entity);
    read_on_off(in, entity);
    read_options(in.find({"options", "ops", "modes", "event_types", "evt_typ"}), entity);
    out.entities.push_back(entity);
    add_further(in, entity, out);
}

// A trigger or a tag has no state: its topic is the device's all the same.
bool add(std::string_view component, std::string id, const Source& in, readings::Description& out) {
    if (!is_component(component)) return false;
    if (component == "device_automation" || component == "tag") {
        auto topic = in.topic({"topic", "t"});
        if (!topic.empty() && out.topics.size() < max_entities) out.topics.push_back(topic);
        return !topic.empty();
    }
    add_entity(component, std::move(id), in, out);
    return true;
}

} // namespace

bool read_discovery(std::string_view component, std::string_view object_id,
                    const json::object& payload, readings::Description& out) {
    read_device(payload, out);
    Source in{payload, nullptr, base_of(payload)};
    out.availability_topic = availability(in);
    return add(component, std::string(object_id), in, out);
}

bool read_device_discovery(const json::object& payload, readings::Description& out) {
    read_device(payload, out);
    Source shared{payload, nullptr, base_of(payload)};
    out.availability_topic = availability(shared);
    const auto* found = member(payload, {"components", "cmps"});
    const auto* parts = found ? found->if_object() : nullptr;
    bool any = false;
    if (parts)
        for (const auto& [key, value] : *parts) {
            const auto* own = value.if_object();
            if (!own || own->size() < 2) continue; // {"p":"sensor"} alone: taken back
            auto component = label(member(*own, {"platform", "p"}));
            Source in{*own, &payload, own->contains("~") ? base_of(*own) : shared.base};
            any = add(component, label(std::string_view(key)), in, out) || any;
        }
    return any;
}

} // namespace caredian::ingest
