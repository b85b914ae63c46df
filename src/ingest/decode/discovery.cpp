// Home Assistant's MQTT discovery: what a device is, said by whoever follows the convention.
// https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery
//
//   <prefix>/<component>/[<node>/]<object>/config   one entity, and the device that it belongs to
//   <prefix>/device/[<node>/]<object>/config        a device with all its entities in `cmps`
//
// An empty payload takes back what was said. Abbreviations and `~` are those of the convention.
#include "ingest/decode/decoder.h"
#include "ingest/decode/discovery_payload.h"

#include <array>

namespace caredian::ingest {

namespace {

class Discovery final : public Decoder {
public:
    explicit Discovery(const DecodeOptions& options)
        : prefix_(options.discovery_prefix + '/'), limits_{options.max_depth} {}
    std::string_view name() const override { return "discovery"; }
    bool claims(const TopicLevels& topic) const override {
        return prefix_.size() > 1 && topic.topic().starts_with(prefix_) &&
               topic.topic().ends_with("/config");
    }

    Outcome decode(const Input& in, JsonFields&, Output& out) override {
        std::string_view rest = in.message.topic;
        rest.remove_prefix(prefix_.size());
        auto levels = split(rest.substr(0, rest.size() - 7));
        if (!levels) return Outcome::ignore(Ignored::ha_discovery);
        if (in.content.kind == Content::Kind::empty) return take_back(out);
        auto payload = parse_json(in.message.payload, limits_);
        if (!payload) return Outcome::fail(broken(payload.error()));
        const auto* object = payload->if_object();
        if (!object) return Outcome::fail(Broken::malformed_json);
        auto& description = out.describe();
        description.origin = "homeassistant";
        bool good = levels->component == "device"
                        ? read_device_discovery(*object, description)
                        : read_discovery(levels->component, levels->object, *object, description);
        return good ? Outcome::describe() : Outcome::ignore(Ignored::ha_discovery);
    }

private:
    struct Levels {
        std::string_view component, object;
    };
    // component/object or component/node/object, none of them empty
    static std::optional<Levels> split(std::string_view text) {
        auto first = text.find('/'), last = text.rfind('/');
        if (first == std::string_view::npos) return std::nullopt;
        Levels levels{text.substr(0, first), text.substr(last + 1)};
        std::string_view node = first == last ? "none" : text.substr(first + 1, last - first - 1);
        bool bad = levels.component.empty() || levels.object.empty() || node.empty() ||
                   node.find('/') != std::string_view::npos;
        return bad ? std::nullopt : std::optional(levels);
    }

    static Outcome take_back(Output& out) {
        auto& gone = out.describe();
        gone.origin = "homeassistant";
        gone.withdrawn = true;
        return Outcome::describe();
    }

    std::string prefix_;
    JsonLimits limits_;
};

} // namespace

Broken broken(error_code error) {
    if (error == JsonErrc::too_deep) return Broken::too_deep;
    return error == JsonErrc::invalid_utf8 ? Broken::invalid_utf8 : Broken::malformed_json;
}

std::unique_ptr<Decoder> make_discovery(const DecodeOptions& options) {
    return std::make_unique<Discovery>(options);
}

} // namespace caredian::ingest
