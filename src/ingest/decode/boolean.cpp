// A bare ON, OFF, true or false, in any case: field `value_bool`. online and offline, which devices
// send as their birth and last will: field `online`. Both names differ from a number's `value`, so
// that a topic tree of switches and thermometers has no type to dispute. Other pairs (open/closed,
// yes/no, 1/0) mean different things to different devices: they stay text or number.
#include "ingest/decode/decoder.h"

namespace caredian::ingest {

namespace {

class Boolean final : public Decoder {
public:
    std::string_view name() const override { return "boolean"; }

    Outcome decode(const Input& in, JsonFields&, Output& out) override {
        if (in.content.kind != Content::Kind::scalar) return Outcome::pass();
        auto on = switch_word(in.content.text);
        auto online = online_word(in.content.text);
        if (!on && !online) return Outcome::pass();
        out.start_generic(in.message.topic);
        if (on)
            out.boolean("value_bool", *on);
        else
            out.boolean("online", *online);
        return Outcome::done();
    }
};

} // namespace

std::unique_ptr<Decoder> make_boolean(const DecodeOptions&) {
    return std::make_unique<Boolean>();
}

} // namespace caredian::ingest
