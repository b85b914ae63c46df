// Zigbee2MQTT: https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html
//
//   <base>/<friendly name>               JSON state       zigbee, device=<friendly name>
//   <base>/<friendly name>/availability  online, offline  zigbee, field online
//   <base>/<friendly name>/<attribute>   scalar           zigbee (option output: attribute)
//   `action` of a state                                   zigbee_event
//   <base>/bridge/…, …/set, …/get        see below
//
// A friendly name may hold slashes, so a JSON object's device is all levels after the base.
#include "base/encoding.h"
#include "ingest/decode/decoder.h"
#include "ingest/decode/describe.h"
#include "ingest/decode/numbers.h"
#include "ingest/decode/zigbee2mqtt_exposes.h"

namespace caredian::ingest {

namespace {

constexpr std::string_view measurement = "zigbee", event_measurement = "zigbee_event";

std::string_view last_level(std::string_view topic) {
    return topic.substr(topic.rfind('/') + 1); // npos + 1 = 0: all of it
}
std::string_view without_last_level(std::string_view topic) {
    auto cut = topic.rfind('/');
    return cut == std::string_view::npos ? std::string_view() : topic.substr(0, cut);
}

class Zigbee2Mqtt final : public Decoder {
public:
    Zigbee2Mqtt(std::string base, JsonLimits limits)
        : base_(std::move(base)), prefix_(base_ + '/'), devices_topic_(prefix_ + "bridge/devices"),
          limits_(limits) {}
    std::string_view name() const override { return "zigbee2mqtt"; }
    bool takes_large(std::string_view topic) const override { return topic == devices_topic_; }
    bool claims(const TopicLevels& topic) const override {
        return prefix_.size() > 1 && topic.topic().starts_with(prefix_);
    }

    Outcome decode(const Input& in, JsonFields& json, Output& out) override {
        std::string_view rest = in.message.topic.substr(prefix_.size());
        if (rest.starts_with("bridge/")) return bridge(rest.substr(7), in, json, out);
        if (is_command(rest)) return Outcome::ignore(Ignored::z2m_command);
        if (last_level(rest) == "availability" && !without_last_level(rest).empty())
            return availability(without_last_level(rest), in, json, out);
        if (in.content.kind == Content::Kind::scalar) return attribute(rest, in, out);
        return state(rest, in, json, out);
    }

private:
    // …/set, …/get, …/set/<attribute>, …/<endpoint>/set
    static bool is_command(std::string_view rest) {
        std::string_view last = last_level(rest);
        std::string_view before = last_level(without_last_level(rest));
        return last == "set" || last == "get" || before == "set" || before == "get";
    }

    Outcome state(std::string_view device, const Input& in, JsonFields& json, Output& out) {
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        if (!json.is_object()) return Outcome::pass();
        const FlatField* action = json.top("action");
        bool no_action = action && action->kind == FlatField::Kind::text && action->text.empty();
        out.start(measurement, device);
        for (const auto& f : json.fields()) {
            if (&f == action) continue;
            auto seen = f.top && f.name == "last_seen" ? device_time(f) : std::nullopt;
            if (seen)
                out.text("device_time", *seen);
            else
                out.field(f);
        }
        bool made = out.has_fields();
        if (!made) out.drop();
        if (action && !no_action) {
            out.start(event_measurement, device);
            out.field(*action);
            made = true;
        }
        if (made) return Outcome::done();
        return no_action ? Outcome::ignore(Ignored::z2m_no_action) : nothing_in(json);
    }

    // {"state":"online"}, or the word alone from older versions
    Outcome availability(std::string_view device, const Input& in, JsonFields& json, Output& out) {
        std::string_view word = in.content.text;
        if (in.content.kind == Content::Kind::object) {
            Broken broken = json.parse(in.message.payload);
            if (broken != JsonFields::good) return Outcome::fail(broken);
            const FlatField* f = json.top("state");
            word = f && f->kind == FlatField::Kind::text ? f->text : std::string_view();
        }
        auto online = online_word(word);
        if (!online) return Outcome::pass();
        out.start(measurement, device);
        out.boolean("online", *online);
        return Outcome::done();
    }

    // One level is a device that sends a bare value, more are <device>/<attribute>.
    Outcome attribute(std::string_view rest, const Input& in, Output& out) {
        std::string_view device = without_last_level(rest);
        std::string_view name = last_level(rest);
        if (device.empty() || !is_utf8(in.content.text)) return Outcome::pass();
        // The types that the attribute has in a JSON state: there "ON" is text, too.
        auto number = in.content.quoted ? std::nullopt : parse_number(in.content.text);
        if (!number && is_not_a_number(in.content.text)) return Outcome::pass();
        out.start(name == "action" ? event_measurement : measurement, device);
        if (number) {
            out.number(name, *number);
        } else if (in.content.text == "true" || in.content.text == "false") {
            out.boolean(name, in.content.text == "true");
        } else {
            out.text(name, in.content.text);
        }
        return Outcome::done();
    }

    Outcome bridge(std::string_view what, const Input& in, JsonFields& json, Output& out) {
        if (what == "state") {
            Outcome outcome = availability("bridge", in, json, out);
            return outcome.kind == Outcome::Kind::not_mine ? Outcome::ignore(Ignored::z2m_metadata)
                                                           : outcome;
        }
        if (what == "event") return event(in, json, out);
        if (what == "devices") return devices(in, out);
        if (what == "logging" || what == "log") return Outcome::ignore(Ignored::bridge_log);
        if (what.starts_with("request/") || what.starts_with("response/") ||
            what.starts_with("config/"))
            return Outcome::ignore(Ignored::z2m_command);
        return Outcome::ignore(Ignored::z2m_metadata);
    }

    // The list of all devices: one that is missing from it is taken back. It comes again after each
    // change of a name.
    Outcome devices(const Input& in, Output& out) {
        auto payload = parse_json(in.message.payload, limits_);
        if (!payload) return Outcome::fail(broken(payload.error()));
        const auto* list = payload->if_array();
        if (!list) return Outcome::ignore(Ignored::z2m_metadata);
        std::size_t found = 0;
        for (const auto& item : *list) {
            readings::Description description;
            const auto* device = item.if_object();
            if (!device || !read_zigbee_device(*device, base_, description)) continue;
            out.describe() = std::move(description);
            if (++found == max_descriptions) break;
        }
        if (found == 0) {
            auto& none = out.describe();
            none.origin = "zigbee2mqtt";
            none.withdrawn = true;
        }
        return Outcome::describe();
    }

    // {"type":"device_leave","data":{"friendly_name":"hall_motion",…}}
    Outcome event(const Input& in, JsonFields& json, Output& out) {
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        std::string_view device = "bridge";
        for (const auto& f : json.fields())
            if (f.name == "data_friendly_name" && f.kind == FlatField::Kind::text) device = f.text;
        out.start(event_measurement, device);
        for (const auto& f : json.fields()) out.field(f);
        if (!out.has_fields()) return nothing_in(json);
        take_back_left(json, out);
        return Outcome::done();
    }

    // What bridge/devices said of a device that left does not hold any more.
    void take_back_left(const JsonFields& json, Output& out) {
        const FlatField* type = json.top("type");
        if (!type || type->text != "device_leave") return;
        for (const auto& f : json.fields()) {
            if (f.name != "data_ieee_address" || f.kind != FlatField::Kind::text) continue;
            auto& left = out.describe();
            left.origin = "zigbee2mqtt";
            left.topic = devices_topic_;
            left.withdrawn = true;
            left.identifiers.push_back("zigbee2mqtt_" + std::string(f.text));
        }
    }

    std::string base_, prefix_, devices_topic_;
    JsonLimits limits_;
};

} // namespace

std::unique_ptr<Decoder> make_zigbee2mqtt(const DecodeOptions& options) {
    return std::make_unique<Zigbee2Mqtt>(options.zigbee2mqtt_base, JsonLimits{options.max_depth});
}

} // namespace caredian::ingest
