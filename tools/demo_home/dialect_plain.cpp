// JSON of nobody's convention, alone or with Home Assistant's discovery; and a Bluetooth gateway.
#include "dialect.h"

#include <cctype>

namespace caredian::tools {
namespace {

class Plain : public Dialect {
public:
    std::string_view name() const override { return "plain JSON"; }
    std::string topic(const DemoDevice& d) const override {
        return "home/" + d.room + "/" + d.name;
    }
    void describe(const DemoDevice&, std::int64_t, Messages&) const override {}
    void available(const DemoDevice&, bool, std::int64_t, Messages&) const override {}
    void report(const DemoDevice& d, const Values& values, std::int64_t second,
                Messages& out) const override {
        out.push_back({second, topic(d), json_of(values), false});
    }
};

class Described final : public Plain {
public:
    std::string_view name() const override { return "JSON with discovery"; }
    void describe(const DemoDevice& d, std::int64_t second, Messages& out) const override {
        for (const auto& field : d.fields) {
            auto kind = field_kind(field);
            std::string text;
            JsonWriter json(text);
            json.begin_object();
            discovery_body(json, d, kind, "demo_" + device_address(d), "True", "False");
            json.member("stat_t", topic(d)).member("val_tpl", "{{ value_json." + field + " }}");
            json.member("avty_t", topic(d) + "/status");
            json.end_object();
            out.push_back({second, discovery_topic(kind, "demo_" + device_address(d)), text, true});
        }
    }
    void available(const DemoDevice& d, bool there, std::int64_t second,
                   Messages& out) const override {
        out.push_back({second, topic(d) + "/status", there ? "online" : "offline", true});
    }
};

std::string colons(const std::string& address) {
    std::string out;
    for (std::size_t i = 0; i < address.size(); ++i) {
        if (i > 0 && i % 2 == 0) out += ':';
        out += static_cast<char>(std::toupper(static_cast<unsigned char>(address[i])));
    }
    return out;
}

// Theengs' names for what it reads from advertisements.
std::string_view theengs_name(std::string_view field) {
    if (field == "temperature") return "tempc";
    if (field == "humidity") return "hum";
    if (field == "battery") return "batt";
    return field;
}

class Ble final : public Dialect {
public:
    std::string_view name() const override { return "Bluetooth (Theengs)"; }
    std::string topic(const DemoDevice& d) const override {
        std::string address = device_address(d);
        for (char& c : address) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        return "home/TheengsGateway/BTtoMQTT/" + address;
    }
    void describe(const DemoDevice&, std::int64_t, Messages&) const override {}
    void available(const DemoDevice&, bool, std::int64_t, Messages&) const override {}
    void report(const DemoDevice& d, const Values& values, std::int64_t second,
                Messages& out) const override {
        std::string text;
        JsonWriter json(text);
        json.begin_object().member("id", colons(device_address(d)));
        json.member("name", device_label(d)).member("brand", d.maker).member("model_id", d.model);
        for (const auto& [field, value] : values) {
            json.key(theengs_name(field));
            write_json(json, value);
        }
        json.end_object();
        out.push_back({second, topic(d), text, false});
    }
};

} // namespace

const Dialect& plain() {
    static const Plain instance;
    return instance;
}

const Dialect& described() {
    static const Described instance;
    return instance;
}

const Dialect& ble() {
    static const Ble instance;
    return instance;
}

} // namespace caredian::tools
