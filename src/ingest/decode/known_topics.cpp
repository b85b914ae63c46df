// Topics of well-known conventions that carry no readings of a sensor: left out by name.
#include "ingest/decode/decoder.h"

namespace caredian::ingest {

namespace {

class KnownTopics final : public Decoder {
public:
    std::string_view name() const override { return "known_topics"; }

    Outcome decode(const Input& in, JsonFields&, Output& out) override {
        std::string_view topic = in.message.topic;
        bool empty = in.content.kind == Content::Kind::empty;
        if (empty && is_discovery(topic)) { // the device takes back what it said here
            auto& gone = out.describe();
            gone.origin = "homeassistant";
            gone.withdrawn = true;
            return Outcome::describe();
        }
        // A retained message was deleted, whatever its convention.
        if (empty) return Outcome::ignore(Ignored::empty);
        // Sparkplug B is protobuf: without a decoder it must not look like text.
        if (topic.starts_with("spBv1.0/")) return Outcome::ignore(Ignored::sparkplug);
        if (is_discovery(topic)) return Outcome::ignore(Ignored::ha_discovery);
        return Outcome::pass();
    }

private:
    // homeassistant/<component>/[<node>/]<object>/config: what a device is, not what it says
    static bool is_discovery(std::string_view topic) {
        return topic.starts_with("homeassistant/") && topic.ends_with("/config");
    }
};

} // namespace

std::unique_ptr<Decoder> make_known_topics(const DecodeOptions&) {
    return std::make_unique<KnownTopics>();
}

} // namespace caredian::ingest
