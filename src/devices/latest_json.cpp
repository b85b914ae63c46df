// How a device looks in the API.
#include "base/json.h"
#include "devices/device_state.h"
#include "devices/latest.h"
#include "devices/units.h"

namespace caredian::devices {
namespace {

void write_tags(JsonWriter& json, const readings::SeriesKey& key) {
    json.key("tags").begin_object();
    for (const auto& [name, value] : key.tags)
        if (name != "device") json.member(name, std::string_view(value));
    json.end_object();
}

void write_value(JsonWriter& json, const readings::FieldValue& value) {
    json.key("value");
    switch (readings::type_of(value)) {
    case readings::FieldType::number:
        json.value(std::get<double>(value));
        break;
    case readings::FieldType::integer:
        json.value(std::get<std::int64_t>(value));
        break;
    case readings::FieldType::boolean:
        json.value(std::get<bool>(value));
        break;
    case readings::FieldType::text:
        json.value(std::string_view(std::get<std::string>(value)));
    }
    json.member("type", readings::to_string(readings::type_of(value)));
}

void write_field(JsonWriter& json, const LatestField& field, const DeviceSeries* other) {
    json.begin_object().member("name", std::string_view(field.name));
    write_value(json, field.value);
    auto unit = std::holds_alternative<std::string>(field.value) ||
                        std::holds_alternative<bool>(field.value)
                    ? std::string_view()
                    : unit_of(field.name);
    if (unit.empty())
        json.key("unit").value(nullptr);
    else
        json.member("unit", unit);
    json.member("time", from_ns(field.time));
    if (field.initial) json.member("initial", true);
    if (other != nullptr) {
        json.member("measurement", std::string_view(other->key.measurement));
        write_tags(json, other->key);
    }
    json.end_object();
}

} // namespace

void append_device_json(std::string& out, std::string_view id, const DeviceState& device) {
    JsonWriter json(out);
    const DeviceSeries& first = device.series.front();
    json.begin_object().member("id", id).member("name", id);
    json.member("measurement", std::string_view(first.key.measurement));
    write_tags(json, first.key);
    json.key("area").value(nullptr);
    json.member("last_seen", from_ns(device.last_seen));
    json.key("fields").begin_array();
    for (const auto& series : device.series)
        for (const auto& field : series.fields)
            write_field(json, field, &series == &first ? nullptr : &series);
    json.end_array().end_object();
}

} // namespace caredian::devices
