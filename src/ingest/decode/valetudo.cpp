// Valetudo: https://valetudo.cloud/pages/integrations/mqtt.html
//
//   valetudo/<robot>/<capability>/<value>  BatteryStateAttribute/level 87  valetudo, battery_level
//   valetudo/<robot>/$state                ready, lost                     valetudo, online
//   valetudo/<robot>/state, …/attributes   JSON (older versions)           valetudo, flattened
//   valetudo/<robot>/MapData/…             maps                            left out
//   …/set, other $… of the Homie convention                                left out
#include "base/encoding.h"
#include "ingest/decode/decoder.h"
#include "ingest/decode/names.h"

namespace caredian::ingest {

namespace {

std::string_view without_ending(std::string_view text) {
    for (std::string_view ending : {"StateAttribute", "MonitoringCapability", "ControlCapability",
                                    "ConfigurationCapability", "Capability"})
        if (text.size() > ending.size() && text.ends_with(ending))
            return text.substr(0, text.size() - ending.size());
    return text;
}

bool is_metadata(const TopicLevels& topic) {
    for (std::size_t i = 2; i < topic.size(); ++i)
        if (topic[i].starts_with('$')) return true;
    return topic[2] == "hass";
}

class Valetudo final : public Decoder {
public:
    std::string_view name() const override { return "valetudo"; }
    bool claims(const TopicLevels& topic) const override {
        return topic[0] == "valetudo" && topic.size() >= 3 && topic.size() <= 6 &&
               !topic[1].empty();
    }

    Outcome decode(const Input& in, JsonFields& json, Output& out) override {
        const TopicLevels& topic = in.levels;
        std::string_view what = topic[2], last = topic.last();
        if (what == "MapData" || what.starts_with("map")) // map_data of older versions
            return Outcome::ignore(Ignored::valetudo_map);
        if (last == "set" || last == "command" || last == "custom_command")
            return Outcome::ignore(Ignored::valetudo_command);
        if (what == "$state" && topic.size() == 3) return life(in, out);
        if (is_metadata(topic)) return Outcome::ignore(Ignored::valetudo_metadata);
        if (in.content.kind == Content::Kind::object) return object(in, json, out);
        return value(in, out);
    }

private:
    // https://homieiot.github.io/specification/#device-life-cycle
    static Outcome life(const Input& in, Output& out) {
        std::string_view state = in.content.text;
        bool gone = is_one_of(state, {"disconnected", "lost"});
        if (!gone && !is_one_of(state, {"init", "ready", "sleeping", "alert"}))
            return Outcome::pass();
        out.start("valetudo", in.levels[1]);
        out.boolean("online", !gone);
        return Outcome::done();
    }

    // "BatteryStateAttribute", "level" → battery_level; "StatusStateAttribute", "status" → status
    void make_name(const TopicLevels& topic) {
        name_.clear();
        append_snake_case(name_, without_ending(topic[2]));
        for (std::size_t i = 3; i < topic.size(); ++i) {
            std::string part;
            append_snake_case(part, topic[i]);
            if (part == name_) continue;
            name_ += '_';
            name_ += part;
        }
    }

    Outcome value(const Input& in, Output& out) {
        Bare bare = bare_value(in.content);
        if (bare.outcome.kind != Outcome::Kind::decoded) return bare.outcome;
        make_name(in.levels);
        out.start("valetudo", in.levels[1]);
        out.field(name_, bare.value);
        return Outcome::done();
    }

    Outcome object(const Input& in, JsonFields& json, Output& out) {
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        bool whole = is_one_of(in.levels[2], {"state", "attributes"}) && in.levels.size() == 3;
        std::string prefix;
        if (!whole) {
            make_name(in.levels);
            prefix = name_ + '_';
        }
        out.start("valetudo", in.levels[1]);
        out.names_may_meet();
        for (const auto& f : json.fields()) {
            name_ = prefix;
            append_snake_case(name_, f.name);
            out.field(name_, f);
        }
        return done_or_nothing(out, json);
    }

    std::string name_;
};

} // namespace

std::unique_ptr<Decoder> make_valetudo(const DecodeOptions&) {
    return std::make_unique<Valetudo>();
}

} // namespace caredian::ingest
