// A bare ON, OFF, true or false, in any case: field `value_bool`. online and offline, which devices
// send as their birth and last will: field `online`. When the topic's last level is but a word for
// that (plug/status online, home/gw/LWT offline, plug/online true), it is the device above that is
// online. Both names differ from a number's `value`, so that a topic tree of switches and
// thermometers has no type to dispute. Other pairs (open/closed, yes/no, 1/0) mean different things
// to different devices: they stay text or number.
#include "base/encoding.h"
#include "ingest/decode/decoder.h"

namespace caredian::ingest {

namespace {

bool means_available(std::string_view level) {
    for (std::string_view word :
         {"status", "availability", "available", "LWT", "connection", "online"})
        if (iequals_ascii(level, word)) return true;
    return false;
}

class Boolean final : public Decoder {
public:
    std::string_view name() const override { return "boolean"; }
    bool claims(const TopicLevels&) const override { return true; }

    Outcome decode(const Input& in, JsonFields&, Output& out) override {
        if (in.content.kind != Content::Kind::scalar) return Outcome::pass();
        auto on = switch_word(in.content.text);
        auto online = online_word(in.content.text);
        if (!on && !online) return Outcome::pass();
        std::string_view last = in.levels.last(), above = in.levels.without_last(1);
        bool of_above =
            !above.empty() && (on ? iequals_ascii(last, "online") : means_available(last));
        out.start_generic(of_above ? above : in.message.topic);
        if (on && !of_above)
            out.boolean("value_bool", *on);
        else
            out.boolean("online", on ? *on : *online);
        return Outcome::done();
    }
};

} // namespace

std::unique_ptr<Decoder> make_boolean(const DecodeOptions&) {
    return std::make_unique<Boolean>();
}

} // namespace caredian::ingest
