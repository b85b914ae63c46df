// The Homie convention, 3 to 5: https://homieiot.github.io/specification/
//
//   homie/<device>/<node>/<property>  bare         homie, device=<device>, node, field <property>
//   homie/<device>/$state             ready, lost  homie, online and state
//   homie/<device>/$stats/<value>     bare         homie, field <value>
//   …/set, homie/$broadcast/…, other $…            left out
//
// Version 5 has one level more: homie/5/<device>/….
#include "base/encoding.h"
#include "ingest/decode/decoder.h"
#include "ingest/decode/names.h"

namespace caredian::ingest {

namespace {

class Homie final : public Decoder {
public:
    std::string_view name() const override { return "homie"; }
    bool claims(const TopicLevels& topic) const override {
        std::size_t at = device_at(topic);
        return topic[0] == "homie" && topic.size() >= at + 2 && topic.size() <= at + 5 &&
               !topic[at].empty();
    }

    Outcome decode(const Input& in, JsonFields&, Output& out) override {
        const TopicLevels& topic = in.levels;
        std::size_t at = device_at(topic), levels = topic.size() - at; // 2: <device>/$state
        if (topic.last() == "set" || topic[at] == "$broadcast")
            return Outcome::ignore(Ignored::homie_command);
        if (levels == 2 && topic[at + 1] == "$state") return life(topic[at], in, out);
        bool stats = levels == 3 && topic[at + 1] == "$stats" && topic.last() != "interval";
        if (!stats && has_dollar(topic, at)) return Outcome::ignore(Ignored::homie_metadata);
        if (levels != 3) return Outcome::pass();
        Bare bare = bare_value(in.content);
        if (bare.outcome.kind != Outcome::Kind::decoded) return bare.outcome;
        out.start("homie", topic[at]);
        if (!stats) out.tag("node", topic[at + 1]);
        out.field(topic.last(), bare.value);
        return Outcome::done();
    }

private:
    static std::size_t device_at(const TopicLevels& topic) { return topic[1] == "5" ? 2 : 1; }

    static bool has_dollar(const TopicLevels& topic, std::size_t from) {
        for (std::size_t i = from; i < topic.size(); ++i)
            if (topic[i].starts_with('$')) return true;
        return false;
    }

    static Outcome life(std::string_view device, const Input& in, Output& out) {
        std::string_view state = in.content.text;
        bool gone = is_one_of(state, {"disconnected", "lost"});
        if (!gone && !is_one_of(state, {"init", "ready", "sleeping", "alert"}))
            return Outcome::pass();
        out.start("homie", device);
        out.boolean("online", !gone);
        out.text("state", state);
        return Outcome::done();
    }
};

} // namespace

std::unique_ptr<Decoder> make_homie(const DecodeOptions&) {
    return std::make_unique<Homie>();
}

} // namespace caredian::ingest
