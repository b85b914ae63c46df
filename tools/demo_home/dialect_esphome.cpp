#include "dialect.h"

#include <algorithm>

namespace caredian::tools {
namespace {

std::string node_of(const DemoDevice& d) {
    std::string node = d.room + "-" + d.name;
    std::replace(node.begin(), node.end(), '_', '-');
    return node;
}

class EspHome final : public Dialect {
public:
    std::string_view name() const override { return "ESPHome"; }
    std::string topic(const DemoDevice& d) const override {
        return state_topic(d, field_kind(d.fields.front()));
    }
    void describe(const DemoDevice& d, std::int64_t second, Messages& out) const override {
        for (const auto& field : d.fields) {
            auto kind = field_kind(field);
            std::string text;
            JsonWriter json(text);
            json.begin_object();
            discovery_body(json, d, kind, device_address(d), "ON", "OFF");
            json.member("state_topic", state_topic(d, kind));
            json.member("availability_topic", node_of(d) + "/status");
            json.end_object();
            out.push_back({second, discovery_topic(kind, node_of(d)), text, true});
        }
    }
    void available(const DemoDevice& d, bool there, std::int64_t second,
                   Messages& out) const override {
        out.push_back({second, node_of(d) + "/status", there ? "online" : "offline", true});
    }
    void report(const DemoDevice& d, const Values& values, std::int64_t second,
                Messages& out) const override {
        for (const auto& [name, value] : values)
            out.push_back({second, state_topic(d, field_kind(name)), bare(value), false});
    }

private:
    static std::string state_topic(const DemoDevice& d, const FieldKind& kind) {
        std::string_view component = kind.binary                ? "binary_sensor"
                                     : kind.state_class.empty() ? "text_sensor"
                                                                : "sensor";
        return node_of(d) + "/" + std::string(component) + "/" + std::string(kind.name) + "/state";
    }
};

} // namespace

const Dialect& esphome() {
    static const EspHome instance;
    return instance;
}

} // namespace caredian::tools
