#include "dialect.h"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace caredian::tools {

std::string device_address(const DemoDevice& d) {
    char text[13];
    std::snprintf(text, sizeof text, "a4c1380000%02x", static_cast<unsigned>(d.number) & 255);
    return text;
}

std::string json_of(const Values& values) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    for (const auto& [name, value] : values) {
        json.key(name);
        write_json(json, value);
    }
    json.end_object();
    return out;
}

std::string device_label(const DemoDevice& d) {
    std::string out = d.room + " " + d.name;
    std::replace(out.begin(), out.end(), '_', ' ');
    out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
    return out;
}

void discovery_body(JsonWriter& json, const DemoDevice& d, const FieldKind& kind,
                    std::string_view identifier, std::string_view on, std::string_view off) {
    json.member("name", field_label(kind.name));
    json.member("unique_id", std::string(identifier) + "_" + std::string(kind.name));
    json.member("object_id", d.room + "_" + d.name + "_" + std::string(kind.name));
    if (!kind.unit.empty()) json.member("unit_of_measurement", kind.unit);
    if (!kind.device_class.empty()) json.member("device_class", kind.device_class);
    if (!kind.state_class.empty()) json.member("state_class", kind.state_class);
    if (kind.binary) json.member("payload_on", on).member("payload_off", off);
    json.key("device").begin_object();
    json.key("identifiers").begin_array().value(identifier).end_array();
    json.member("name", device_label(d));
    json.member("manufacturer", d.maker).member("model", d.model);
    json.member("suggested_area", d.room);
    json.end_object();
}

std::string discovery_topic(const FieldKind& kind, std::string_view node) {
    return std::string("homeassistant/") + (kind.binary ? "binary_sensor/" : "sensor/") +
           std::string(node) + "/" + std::string(kind.name) + "/config";
}

} // namespace caredian::tools
