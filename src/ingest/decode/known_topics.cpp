// Topics of well-known conventions that carry no readings of a sensor: left out by name.
#include "ingest/decode/decoder.h"

namespace caredian::ingest {

namespace {

class KnownTopics final : public Decoder {
public:
    std::string_view name() const override { return "known_topics"; }
    bool claims(const TopicLevels&) const override { return true; }

    Outcome decode(const Input& in, JsonFields&, Output&) override {
        std::string_view topic = in.message.topic;
        // A retained message was deleted, whatever its convention.
        if (in.content.kind == Content::Kind::empty) return Outcome::ignore(Ignored::empty);
        // Sparkplug B is protobuf: without a decoder it must not look like text.
        if (topic.starts_with("spBv1.0/")) return Outcome::ignore(Ignored::sparkplug);
        return Outcome::pass();
    }
};

} // namespace

std::unique_ptr<Decoder> make_known_topics(const DecodeOptions&) {
    return std::make_unique<KnownTopics>();
}

} // namespace caredian::ingest
