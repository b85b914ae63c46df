// Shelly's second and later generations:
// https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Mqtt
//
//   <prefix>/status/<component>:<n>  JSON         shelly, component=switch:0, flattened
//   <prefix>/events/rpc              NotifyStatus, NotifyFullStatus: the same, for each component
//                                    NotifyEvent: shelly_event
//   <prefix>/online                  true, false  shelly, field online
//   <prefix>/announce                JSON         a description
//   <prefix>/rpc, <prefix>/command/… left out
//
// The device is described by what it announces, by `src` of a notification and by `mac` of `sys`.
// <prefix> is the device's id unless it was set up otherwise; then only what tells by its content
// is claimed. `params.ts` is the field device_time. NotifyStatus holds what changed: values that
// are not in it stay as they are.
#include "base/encoding.h"
#include "ingest/decode/decoder.h"
#include "ingest/decode/describe.h"
#include "ingest/decode/shelly_describe.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

// "switch:0": its number, or nothing
std::optional<double> number_of(std::string_view component) {
    auto colon = component.find(':');
    if (colon == std::string_view::npos || colon == 0 || component.size() - colon > 6)
        return std::nullopt;
    double number = 0;
    for (char c : component.substr(colon + 1)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return colon + 1 < component.size() ? std::optional(number) : std::nullopt;
}

enum class What : std::uint8_t { none, status, events, rpc, online, announce, command, log };

struct Place {
    What what = What::none;
    std::string_view prefix;
};

Place find_place(const TopicLevels& topic) {
    std::string_view last = topic.last(), before = topic.last(1);
    std::string_view two_up = topic.without_last(2), one_up = topic.without_last(1);
    bool shelly = is_shelly_id(topic.last(1)), shelly_above = is_shelly_id(topic.last(2));
    if (before == "status" && !two_up.empty() && (number_of(last) || shelly_above))
        return {What::status, two_up};
    if (before == "events" && last == "rpc" && !two_up.empty()) return {What::events, two_up};
    if (last == "rpc" && !one_up.empty()) return {What::rpc, one_up};
    if (last == "online" && shelly) return {What::online, one_up};
    if (last == "announce" && topic[0] != "shellies" && !one_up.empty())
        return {What::announce, one_up};
    if (before == "command" && (number_of(last) || shelly_above)) return {What::command, two_up};
    if (last == "command" && shelly) return {What::command, one_up};
    if (before == "debug" && shelly_above) return {What::log, two_up};
    return {};
}

// Some set the prefix of the first generation.
std::string_view device_of(std::string_view prefix) {
    constexpr std::string_view root = "shellies/";
    return prefix.starts_with(root) && prefix.size() > root.size() ? prefix.substr(root.size())
                                                                   : prefix;
}

bool is_text(const FlatField* f) {
    return f && f->kind == FlatField::Kind::text;
}

class ShellyGen2 final : public Decoder {
public:
    std::string_view name() const override { return "shelly_gen2"; }
    bool claims(const TopicLevels& topic) const override {
        return find_place(topic).what != What::none;
    }

    Outcome decode(const Input& in, JsonFields& json, Output& out) override {
        Place place = find_place(in.levels);
        device_ = device_of(place.prefix);
        switch (place.what) {
        case What::online:
            return online(in, out);
        case What::command:
            return Outcome::ignore(Ignored::shelly_command);
        case What::log:
            return Outcome::ignore(Ignored::shelly_metadata);
        default:
            break;
        }
        if (in.content.kind != Content::Kind::object) return Outcome::pass();
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        prefix_ = place.prefix;
        switch (place.what) {
        case What::status:
            return status(in.levels.last(), json, out);
        case What::events:
            return notification(json, out);
        case What::announce:
            return announce(json, out);
        default:
            return rpc(json);
        }
    }

private:
    Outcome online(const Input& in, Output& out) {
        auto word = switch_word(in.content.text);
        if (!word) return Outcome::pass();
        out.start("shelly", device_);
        out.boolean("online", *word);
        return Outcome::done();
    }

    // Others may announce something, too.
    Outcome announce(const JsonFields& json, Output& out) {
        if (!json.top("app") || !json.top("mac")) return Outcome::pass();
        if (read_shelly_announce(json, prefix_, out.describe())) return Outcome::describe();
        out.take_back_description();
        return Outcome::pass();
    }

    void describe(std::string_view id, std::string_view mac, Output& out) {
        auto& device = out.describe();
        if (!describe_shelly(prefix_, id, mac, device)) out.take_back_description();
    }

    // A request or an answer: {"id":1,"src":"…","method":"Switch.Set"}
    static Outcome rpc(const JsonFields& json) {
        bool one = json.top("method") || (json.top("id") && json.top("dst")) || json.top("src");
        return one ? Outcome::ignore(Ignored::shelly_command) : Outcome::pass();
    }

    Outcome status(std::string_view component, const JsonFields& json, Output& out) {
        auto number = number_of(component);
        const FlatField* id = json.top("id");
        if (number && (!id || id->kind != FlatField::Kind::number || id->number != *number))
            return Outcome::pass();
        start("shelly", component, out);
        for (const auto& f : json.fields()) add(component, f.name, f, out);
        if (component == "sys") describe(device_, text_of(json, "mac"), out);
        return done_or_nothing(out, json);
    }

    Outcome notification(const JsonFields& json, Output& out) {
        const FlatField* method = json.top("method");
        if (!is_text(method) || !method->text.starts_with("Notify")) return Outcome::pass();
        time_.reset();
        for (const auto& f : json.fields())
            if (f.name == "params_ts") time_ = device_time(f);
        made_ = 0;
        open_ = false;
        if (method->text == "NotifyEvent")
            events(json, out);
        else
            components(json, out);
        if (made_) describe(text_of(json, "src"), {}, out);
        return made_ ? Outcome::done() : Outcome::ignore(Ignored::shelly_metadata);
    }

    void components(const JsonFields& json, Output& out) {
        std::string_view component;
        for (const auto& f : json.fields()) {
            if (f.outer() != "params" || f.second == 0) continue;
            if (f.inner() != component) {
                finish(out);
                start("shelly", component = f.inner(), out);
            }
            add(component, f.below_inner(), f, out);
        }
        finish(out);
    }

    // params.events is a list: of its elements, "0_component", "0_event", "1_component", …
    void events(const JsonFields& json, Output& out) {
        std::string_view index;
        for (const auto& f : json.fields()) {
            if (f.outer() != "params" || f.inner() != "events") continue;
            std::string_view name = f.below_inner();
            std::string_view at = next_token(name, '_');
            if (at != index || !open_) {
                finish(out);
                start("shelly_event", {}, out);
                index = at;
            }
            if (name == "component" && is_text(&f))
                out.tag("component", f.text);
            else if (name != "id" && name != "ts")
                out.field(name, f);
        }
        finish(out);
    }

    void start(std::string_view measurement, std::string_view component, Output& out) {
        out.start(measurement, device_);
        out.names_may_meet();
        out.tag("component", component);
        open_ = true;
    }

    void finish(Output& out) {
        if (!std::exchange(open_, false)) return;
        if (!out.has_fields()) return out.drop();
        if (time_) out.text("device_time", *time_);
        ++made_;
    }

    // One name per type: `state` is a text (a cover), `value` a number.
    static void add(std::string_view component, std::string_view name, const FlatField& f,
                    Output& out) {
        bool boolean = f.kind == FlatField::Kind::boolean;
        if (name == "id") return;
        if (name == "state" && component.starts_with("input")) name = "input";
        if (name == "battery_percent") name = "battery";
        if (name == "battery_V") name = "battery_voltage";
        if (name == "value" && boolean) name = "value_bool";
        if (name == "value" && f.kind == FlatField::Kind::text) name = "state";
        out.field(name, f);
    }

    std::string_view device_, prefix_;
    std::optional<std::string> time_;
    bool open_ = false;
    std::size_t made_ = 0;
};

} // namespace

std::unique_ptr<Decoder> make_shelly_gen2(const DecodeOptions&) {
    return std::make_unique<ShellyGen2>();
}

} // namespace caredian::ingest
