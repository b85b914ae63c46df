// ESPHome's MQTT component: https://esphome.io/components/mqtt/
//
//   <node>/<component>/<object id>/state              bare value
//   <node>/<component>/<object id>/<attribute>/state  bare value (climate, fan, cover, valve)
//   <node>/light/<object id>/state                    JSON
//   …/command, <node>/debug                           left out
//
// Measurement `esphome`, tags device=<node> (it may hold slashes), component, entity=<object id>.
// One name per type, as with statestream: `value` is a number, `value_bool` on or off, `state` any
// other text. A payload that its component never sends is not claimed.
//
// <node>/status online, offline is what many programs say: boolean.cpp takes it.
#include "base/encoding.h"
#include "ingest/decode/decoder.h"

#include <algorithm>
#include <array>

namespace caredian::ingest {

namespace {

enum class States : std::uint8_t { number, on_off, text, json };

struct Component {
    std::string_view name;
    States states;
    bool attributes = false; // has topics of the second kind
};

// Sorted.
constexpr std::array components = std::to_array<Component>({
    {"alarm_control_panel", States::text},
    {"binary_sensor", States::on_off},
    {"button", States::text},
    {"climate", States::text, true},
    {"cover", States::text, true},
    {"date", States::json},
    {"datetime", States::json},
    {"event", States::json},
    {"fan", States::on_off, true},
    {"light", States::json},
    {"lock", States::text},
    {"number", States::number},
    {"select", States::text},
    {"sensor", States::number},
    {"switch", States::on_off},
    {"text", States::text},
    {"text_sensor", States::text},
    {"time", States::json},
    {"update", States::json},
    {"valve", States::text, true},
});
static_assert(std::is_sorted(components.begin(), components.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));

const Component* find_component(std::string_view name) {
    auto at = std::lower_bound(components.begin(), components.end(), name,
                               [](const Component& c, std::string_view n) { return c.name < n; });
    return at != components.end() && at->name == name ? &*at : nullptr;
}

struct Place {
    const Component* component = nullptr;
    std::string_view node, entity, attribute;
};

// Of …/state and …/command, whatever the last level is.
Place find_place(const TopicLevels& topic) {
    Place place;
    std::size_t n = topic.size();
    if (n >= 4) place = {find_component(topic[n - 3]), topic.join(0, n - 3), topic[n - 2], {}};
    if (!place.component && n >= 5) {
        place = {find_component(topic[n - 4]), topic.join(0, n - 4), topic[n - 3], topic[n - 2]};
        if (place.component && !place.component->attributes) place.component = nullptr;
    }
    if (place.node.empty() || place.entity.empty()) place.component = nullptr;
    return place;
}

// "[D][sensor:093]: …", with the time or a colour before it
bool is_log_line(std::string_view text) {
    text = text.substr(0, 80);
    for (auto at = text.find('['); at != std::string_view::npos; at = text.find('[', at + 1))
        if (at + 4 < text.size() && text[at + 2] == ']' && text[at + 3] == '[' &&
            std::string_view("EWICDV").find(text[at + 1]) != std::string_view::npos)
            return true;
    return false;
}

class EspHome final : public Decoder {
public:
    std::string_view name() const override { return "esphome"; }
    bool claims(const TopicLevels& topic) const override {
        if (topic.last() == "debug") return topic.size() >= 2;
        bool known = topic.last() == "state" || topic.last() == "command";
        return known && find_place(topic).component;
    }

    Outcome decode(const Input& in, JsonFields& json, Output& out) override {
        std::string_view last = in.levels.last();
        if (last == "debug")
            return is_log_line(in.message.payload) ? Outcome::ignore(Ignored::esphome_log)
                                                   : Outcome::pass();
        if (last == "command") return Outcome::ignore(Ignored::esphome_command);
        Place place = find_place(in.levels);
        if (!place.attribute.empty()) return attribute(place, in, out);
        if (place.component->states == States::json) return object(place, in, json, out);
        return state(place, in, out);
    }

private:
    static void start(const Place& place, Output& out) {
        out.start(place.component->name == "event" ? "esphome_event" : "esphome", place.node);
        out.tag("component", place.component->name);
        out.tag("entity", place.entity);
    }

    static Outcome state(const Place& place, const Input& in, Output& out) {
        Bare bare = bare_value(in.content);
        if (place.component->states == States::number) {
            bool number = bare.value.kind == FlatField::Kind::number;
            if (bare.outcome.kind != Outcome::Kind::decoded) return bare.outcome; // also `nan`
            if (!number) return Outcome::pass();
            start(place, out);
            out.number("value", bare.value.number);
            return Outcome::done();
        }
        if (place.component->states == States::on_off) {
            auto on = in.content.kind == Content::Kind::scalar ? switch_word(in.content.text)
                                                               : std::nullopt;
            if (!on) return Outcome::pass();
            start(place, out);
            out.boolean("value_bool", *on);
            return Outcome::done();
        }
        // Always text: a choice named "2", or "{x}", is no number and no object.
        std::string_view text = in.content.text;
        if (!is_utf8(text)) return Outcome::fail(Broken::invalid_utf8);
        start(place, out);
        out.text("state", text);
        return Outcome::done();
    }

    // climate/…/current_temperature, fan/…/oscillation, cover/…/position
    static Outcome attribute(const Place& place, const Input& in, Output& out) {
        Bare bare = bare_value(in.content);
        if (bare.outcome.kind != Outcome::Kind::decoded) return bare.outcome;
        start(place, out);
        out.field(place.attribute, bare.value);
        return Outcome::done();
    }

    static Outcome object(const Place& place, const Input& in, JsonFields& json, Output& out) {
        if (in.content.kind != Content::Kind::object) return Outcome::pass();
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        start(place, out);
        for (const auto& f : json.fields()) {
            auto on = f.top && f.name == "state" && f.kind == FlatField::Kind::text
                          ? switch_word(f.text)
                          : std::nullopt;
            if (on)
                out.boolean("value_bool", *on);
            else
                out.field(f);
        }
        return done_or_nothing(out, json);
    }
};

} // namespace

std::unique_ptr<Decoder> make_esphome(const DecodeOptions&) {
    return std::make_unique<EspHome>();
}

} // namespace caredian::ingest
