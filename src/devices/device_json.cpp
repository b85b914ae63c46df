// How a device looks in the API.
#include "base/encoding.h"
#include "base/json.h"
#include "devices/device_view.h"
#include "devices/json_null.h"

#include <utility>

namespace caredian::devices {

namespace {

void write_tags(JsonWriter& json, const readings::SeriesKey& key) {
    json.key("tags").begin_object();
    for (const auto& [name, value] : key.tags)
        if (name != "device") json.member(name, std::string_view(value));
    json.end_object();
}

void write_value(JsonWriter& json, const readings::FieldValue& value) {
    std::visit(
        [&json](const auto& v) {
            if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::string>)
                json.value(std::string_view(v));
            else
                json.value(v);
        },
        value);
}

std::string state_text(const readings::FieldValue& value) {
    std::string out;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<double>(&value)) append_number(out, *number);
    if (const auto* whole = std::get_if<std::int64_t>(&value)) append_number(out, *whole);
    return out;
}

// What is on or off is told as true or false, whatever words the device has for it.
void write_state(JsonWriter& json, const readings::EntityDescription& said,
                 const readings::FieldValue& value) {
    bool binary = said.component == "binary_sensor" || said.component == "switch" ||
                  said.component == "light" || said.component == "fan" ||
                  said.component == "siren" || said.component == "humidifier";
    auto text = state_text(value);
    auto is = [&](const std::string& word, std::string_view usual) {
        if (!word.empty()) return iequals_ascii(text, word);
        return iequals_ascii(text, usual) || text == (usual == "ON" ? "true" : "false");
    };
    if (binary && is(said.on, "ON"))
        json.value(true);
    else if (binary && is(said.off, "OFF"))
        json.value(false);
    else
        write_value(json, value);
}

void write_field(JsonWriter& json, const DeviceView& view, const FieldView& shown) {
    const auto& field = shown.field;
    json.begin_object().member("name", std::string_view(field.name)).key("value");
    write_value(json, field.value);
    json.member("type", readings::to_string(readings::type_of(field.value)));
    text_or_null(json, "unit", shown.unit);
    json.member("time", from_ns(field.time));
    if (!shown.label.empty()) json.member("label", std::string_view(shown.label));
    if (!shown.device_class.empty())
        json.member("device_class", std::string_view(shown.device_class));
    if (!shown.category.empty()) json.member("category", std::string_view(shown.category));
    if (field.initial) json.member("initial", true);
    if (shown.series != 0) {
        const auto& key = view.series[shown.series];
        json.member("measurement", std::string_view(key.measurement));
        json.member("device", key.tag("device"));
        write_tags(json, key);
    }
    json.end_object();
}

void write_sources(JsonWriter& json, const DeviceView& view) {
    json.key("sources").begin_array();
    for (const auto& key : view.sources) {
        json.begin_object().member("measurement", std::string_view(key.measurement));
        json.member("device", std::string_view(key.device));
        if (!key.path.empty()) json.member("path", std::string_view(key.path));
        json.end_object();
    }
    json.end_array();
}

void write_list(JsonWriter& json, std::string_view name, const auto& values, auto text_of) {
    json.key(name).begin_array();
    for (const auto& value : values) json.value(std::string_view(text_of(value)));
    json.end_array();
}

// What it can be told, so that a control can be drawn.
void write_command(JsonWriter& json, const readings::EntityDescription& e) {
    using Command = readings::CommandDescription;
    const auto& c = e.command;
    const bool told = c.as != Command::As::nothing && !e.command_topic.empty();
    const auto same = [](const std::string& text) -> const std::string& { return text; };
    if (!told) {
        if (!e.options.empty()) write_list(json, "options", e.options, same);
        return;
    }
    constexpr std::pair<unsigned, std::string_view> kinds[] = {{Command::boolean, "boolean"},
                                                               {Command::number, "number"},
                                                               {Command::option, "option"},
                                                               {Command::text, "text"},
                                                               {Command::press, "press"}};
    json.member("commandable", true).key("kinds").begin_array();
    for (const auto& [bit, name] : kinds)
        if ((c.takes & bit) != 0) json.value(name);
    json.end_array();
    const bool number = (c.takes & Command::number) != 0;
    const std::pair<std::string_view, std::optional<double>> bounds[] = {
        {number ? "min" : "min_length", c.min},
        {number ? "max" : "max_length", c.max},
        {"step", c.step}};
    for (const auto& [name, value] : bounds)
        if (value) json.member(name, *value);
    // On and off, and the pressing of a button, are no choice.
    if ((c.takes & Command::option) != 0)
        write_list(json, "options", c.words, [](const auto& word) { return word.said; });
    else if (!e.options.empty())
        write_list(json, "options", e.options, same);
}

void write_entity(JsonWriter& json, const DeviceView& view, const EntityView& entity) {
    const auto& e = entity.said;
    json.begin_object().member("id", std::string_view(e.id));
    text_or_null(json, "name", e.name);
    json.member("component", std::string_view(e.component));
    text_or_null(json, "unit", e.unit);
    text_or_null(json, "device_class", e.device_class);
    text_or_null(json, "state_class", e.state_class);
    text_or_null(json, "category", e.category);
    text_or_null(json, "state_topic", e.state_topic);
    text_or_null(json, "field", e.field);
    text_or_null(json, "value_template", e.value_template);
    text_or_null(json, "command_topic", e.command_topic);
    json.key("state");
    if (entity.field)
        write_state(json, e, view.fields[*entity.field].field.value);
    else
        json.value(nullptr);
    write_command(json, e);
    json.end_object();
}

void write_time(JsonWriter& json, std::string_view name, std::int64_t ns) {
    json.key(name);
    if (ns == 0)
        json.value(nullptr);
    else
        json.value(from_ns(ns));
}

void write_condition(JsonWriter& json, const DeviceView& view) {
    json.key("online");
    if (view.online)
        json.value(*view.online);
    else
        json.value(nullptr);
    json.member("stale", view.stale).key("expected_interval_s");
    if (view.expected)
        json.value(view.expected->count());
    else
        json.value(nullptr);
    json.key("battery");
    if (view.battery)
        json.value(*view.battery);
    else
        json.value(nullptr);
    json.key("signal");
    if (!view.signal) {
        json.value(nullptr);
        return;
    }
    const auto& shown = view.fields[*view.signal];
    json.begin_object().member("name", std::string_view(shown.field.name)).key("value");
    write_value(json, shown.field.value);
    text_or_null(json, "unit", shown.unit);
    json.end_object();
}

void write_detail(JsonWriter& json, const DeviceView& view) {
    json.key("entities").begin_array();
    for (const auto& entity : view.entities) write_entity(json, view, entity);
    json.end_array().key("identifiers").begin_array();
    for (const auto& id : view.identifiers) json.value(std::string_view(id));
    json.end_array();
    text_or_null(json, "model_id", view.model_id);
    text_or_null(json, "via", view.via);
    text_or_null(json, "sw_version", view.sw_version);
    write_time(json, "first_seen", view.first_seen);
}

} // namespace

void append_json(std::string& out, const DeviceView& view, bool detail) {
    JsonWriter json(out);
    json.begin_object().member("id", std::string_view(view.id));
    json.member("name", std::string_view(view.name));
    text_or_null(json, "area", view.area);
    if (view.area_guessed) json.member("area_guessed", true);
    if (view.area_unsure && !view.area.empty()) json.member("area_unsure", true);
    if (view.area_chosen) json.member("area_chosen", true);
    text_or_null(json, "manufacturer", view.manufacturer);
    text_or_null(json, "model", view.model.empty() ? view.model_id : view.model);
    text_or_null(json, "origin", view.origin);
    write_condition(json, view);
    write_time(json, "last_seen", view.last_seen);
    static const readings::SeriesKey none;
    const auto& first = view.series.empty() ? none : view.series.front();
    text_or_null(json, "measurement", first.measurement);
    write_tags(json, first);
    write_sources(json, view);
    json.key("fields").begin_array();
    for (const auto& field : view.fields) write_field(json, view, field);
    json.end_array();
    if (detail) write_detail(json, view);
    json.end_object();
}

} // namespace caredian::devices
