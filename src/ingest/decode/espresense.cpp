// ESPresense: https://espresense.com
//
//   espresense/devices/<id>/<room>   JSON             espresense, device=<id>, room
//   espresense/rooms/<room>/status   online, offline  espresense, device=<room>, online
//   espresense/rooms/<room>/telemetry JSON            espresense, device=<room>
//   espresense/rooms/<room>/<value>  bare             espresense, device=<room>
//   …/set, espresense/settings/…                      left out
//
// Ids that begin with `rnd:` are addresses that change every few minutes: left out.
#include "ingest/decode/decoder.h"
#include "ingest/decode/names.h"

namespace caredian::ingest {

namespace {

class EspResense final : public Decoder {
public:
    std::string_view name() const override { return "espresense"; }
    bool claims(const TopicLevels& topic) const override {
        return topic[0] == "espresense" && topic.size() >= 4 &&
               is_one_of(topic[1], {"devices", "rooms", "settings"}) && !topic[2].empty();
    }

    Outcome decode(const Input& in, JsonFields& json, Output& out) override {
        const TopicLevels& topic = in.levels;
        if (topic.last() == "set") return Outcome::ignore(Ignored::espresense_command);
        if (topic[1] == "settings") return Outcome::ignore(Ignored::espresense_metadata);
        bool device = topic[1] == "devices";
        if (device && topic[2].starts_with("rnd:"))
            return Outcome::ignore(Ignored::ble_random_address);
        if (topic.size() != 4) return Outcome::pass();
        if (in.content.kind == Content::Kind::object) return object(in, json, out);
        return device ? Outcome::pass() : room(in, out);
    }

private:
    static Outcome object(const Input& in, JsonFields& json, Output& out) {
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        out.start("espresense", in.levels[2]);
        if (in.levels[1] == "devices") out.tag("room", in.levels[3]);
        for (const auto& f : json.fields())
            if (!is_one_of(f.name, {"id", "idType", "disc"})) out.field(f);
        return done_or_nothing(out, json);
    }

    static Outcome room(const Input& in, Output& out) {
        Bare bare = bare_value(in.content);
        if (bare.outcome.kind != Outcome::Kind::decoded) return bare.outcome;
        std::string_view what = in.levels[3];
        auto online = what == "status" ? online_word(in.content.text) : std::nullopt;
        auto on = switch_word(in.content.text);
        out.start("espresense", in.levels[2]);
        if (online)
            out.boolean("online", *online);
        else if (on)
            out.boolean(what, *on);
        else
            out.field(what, bare.value);
        return Outcome::done();
    }
};

} // namespace

std::unique_ptr<Decoder> make_espresense(const DecodeOptions&) {
    return std::make_unique<EspResense>();
}

} // namespace caredian::ingest
