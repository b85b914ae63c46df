#include "dialect.h"

namespace caredian::tools {
namespace {

std::string address_of(const DemoDevice& d) {
    return "0x0015" + device_address(d);
}

// Zigbee2MQTT writes booleans into its JSON, so "on" is `true` in its discovery.
class Zigbee2Mqtt final : public Dialect {
public:
    std::string_view name() const override { return "Zigbee2MQTT"; }
    std::string topic(const DemoDevice& d) const override {
        return "zigbee2mqtt/" + d.room + "/" + d.name;
    }
    void describe(const DemoDevice& d, std::int64_t second, Messages& out) const override {
        for (const auto& field : d.fields) {
            auto kind = field_kind(field);
            std::string text;
            JsonWriter json(text);
            json.begin_object();
            discovery_body(json, d, kind, "zigbee2mqtt_" + address_of(d), "True", "False");
            json.member("state_topic", topic(d));
            json.member("value_template", "{{ value_json." + field + " }}");
            json.member("availability_topic", topic(d) + "/availability");
            json.member("availability_template", "{{ value_json.state }}");
            json.end_object();
            out.push_back({second, discovery_topic(kind, address_of(d)), text, true});
        }
    }
    void available(const DemoDevice& d, bool there, std::int64_t second,
                   Messages& out) const override {
        out.push_back({second, topic(d) + "/availability", availability_payload(there), true});
    }
    void report(const DemoDevice& d, const Values& values, std::int64_t second,
                Messages& out) const override {
        out.push_back({second, topic(d), json_of(values), false});
    }
};

void expose(JsonWriter& json, const std::string& field) {
    auto kind = field_kind(field);
    bool numeric = !kind.state_class.empty();
    json.begin_object();
    json.member("type", kind.binary ? "binary" : numeric ? "numeric" : "text");
    json.member("name", field).member("property", field).member("label", field_label(field));
    json.member("access", 1);
    if (!kind.unit.empty()) json.member("unit", kind.unit);
    if (kind.binary) json.member("value_on", true).member("value_off", false);
    json.end_object();
}

} // namespace

const Dialect& zigbee2mqtt() {
    static const Zigbee2Mqtt instance;
    return instance;
}

std::string availability_payload(bool online) {
    return online ? R"({"state":"online"})" : R"({"state":"offline"})";
}

std::string bridge_devices(const std::vector<DemoDevice>& devices) {
    std::string out;
    JsonWriter json(out);
    json.begin_array();
    for (const auto& d : devices) {
        if (d.dialect != &zigbee2mqtt()) continue;
        json.begin_object();
        json.member("ieee_address", address_of(d)).member("type", "EndDevice");
        json.member("friendly_name", d.room + "/" + d.name).member("supported", true);
        json.member("interview_completed", true).member("model_id", d.model);
        json.key("definition").begin_object();
        json.member("model", d.model).member("vendor", d.maker);
        json.member("description", field_label(d.name));
        json.key("exposes").begin_array();
        for (const auto& field : d.fields) expose(json, field);
        json.end_array().end_object().end_object();
    }
    json.end_array();
    return out;
}

} // namespace caredian::tools
