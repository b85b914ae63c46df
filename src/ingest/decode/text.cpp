// What is left: valid UTF-8 is a text in the field `state`, anything else is broken.
#include "base/encoding.h"
#include "ingest/decode/decoder.h"

namespace caredian::ingest {

namespace {

class Text final : public Decoder {
public:
    std::string_view name() const override { return "text"; }
    bool claims(const TopicLevels&) const override { return true; }

    Outcome decode(const Input& in, JsonFields&, Output& out) override {
        if (!is_utf8(in.message.payload)) return Outcome::fail(Broken::invalid_utf8);
        if (in.content.text == "null" && !in.content.quoted)
            return Outcome::ignore(Ignored::no_value);
        out.start_generic(in.message.topic);
        out.text("state", in.content.text);
        return Outcome::done();
    }
};

} // namespace

std::unique_ptr<Decoder> make_text(const DecodeOptions&) {
    return std::make_unique<Text>();
}

} // namespace caredian::ingest
