// What an ESPHome node says about itself: https://esphome.io/components/mqtt/
//
//   esphome/discover/<node>  {"name":"bath-node","mac":"a0b1c2d3e4f5","version":"2025.6.0",…}
//
// Its messages are below its topic prefix, which is the node's name unless it was set up otherwise;
// the message does not tell the prefix.
#include "base/encoding.h"
#include "ingest/decode/decoder.h"
#include "ingest/decode/describe.h"

namespace caredian::ingest {

namespace {

class EspHomeDiscover final : public Decoder {
public:
    std::string_view name() const override { return "esphome_discover"; }
    bool claims(const TopicLevels& topic) const override {
        return topic.size() == 3 && topic[0] == "esphome" && topic[1] == "discover";
    }

    Outcome decode(const Input& in, JsonFields& json, Output& out) override {
        if (in.content.kind != Content::Kind::object) return Outcome::pass();
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        std::string name = text_label(json, "name"), mac = mac_connection(text_of(json, "mac"));
        if (name.empty() || mac.empty()) return Outcome::pass();
        auto& node = out.describe();
        node.origin = "esphome";
        // The second as nodes say it in Home Assistant's discovery.
        node.identifiers = {mac, mac.substr(4)};
        node.name = text_label(json, "friendly_name");
        if (node.name.empty()) node.name = name;
        make(json, node);
        if (auto version = text_label(json, "version"); !version.empty())
            node.sw_version = "ESPHome " + version;
        if (is_topic(name + "/status")) {
            node.topics = {name + "/#"};
            node.availability_topic = name + "/status";
        }
        return Outcome::describe();
    }

private:
    // Of a product that was made with ESPHome ("athom.smart-plug"), else of the board.
    static void make(const JsonFields& json, readings::Description& node) {
        std::string project = text_label(json, "project_name");
        if (auto dot = project.find('.'); dot != std::string::npos) {
            node.manufacturer = project.substr(0, dot);
            node.model = project.substr(dot + 1);
            node.model_id = text_label(json, "board");
            return;
        }
        node.model = text_label(json, "board");
        if (lower_ascii(text_label(json, "platform")).starts_with("esp"))
            node.manufacturer = "Espressif";
    }
};

} // namespace

std::unique_ptr<Decoder> make_esphome_discover(const DecodeOptions&) {
    return std::make_unique<EspHomeDiscover>();
}

} // namespace caredian::ingest
