// Tasmota: https://tasmota.github.io/docs/MQTT/
//
//   tele/<topic>/SENSOR          JSON             tasmota, device=<topic>, a reading for each
//   sensor tele/<topic>/STATE           JSON             tasmota tele/<topic>/LWT Online, Offline
//   tasmota, field online stat/<topic>/POWER[n]        ON, OFF          tasmota, field
//   power_state[_n] …/RESULT, stat/<topic>/DIMMER, …  JSON        tasmota, tasmota_event
//   stat/<topic>/STATUS[n]       JSON             as SENSOR and STATE, when it holds them
//   stat/<topic>/STATUS[n], tele/<topic>/INFO[n]  how it is set up: left out
//   cmnd/…                       left out
//
// The full topic may be set up otherwise: the prefix at any level but the last (%topic%/%prefix%/),
// more levels in <topic>. {"AM2301":{"Temperature":22.4}} gets the tag sensor=AM2301. `Time` is
// local time without a zone, and 1970 before the device has one: it is the field device_time, never
// the point's time. A sensor's text `Id` is a tag: it says which of several DS18B20 it is.
#include "base/encoding.h"
#include "ingest/decode/decoder.h"
#include "ingest/decode/tasmota_fields.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

enum class What : std::uint8_t {
    unknown,
    sensor,
    state,
    lwt,
    power,
    result,
    status,
    info,
    answer, // stat/<topic>/DIMMER: a result, when the content agrees
    command,
};

struct Place {
    What what = What::unknown;
    std::string_view device, suffix;
};

bool is_upper_word(std::string_view text) {
    return text.size() > 1 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           });
}

What what_of(std::string_view prefix, std::string_view suffix) {
    if (prefix == "cmnd") return What::command;
    if (suffix == "SENSOR") return What::sensor;
    if (suffix == "STATE" || suffix == "UPTIME") return What::state;
    if (suffix == "LWT") return What::lwt;
    if (suffix == "RESULT") return What::result;
    if (is_word_and_number(suffix, "POWER")) return What::power;
    if (is_word_and_number(suffix, "STATUS")) return What::status;
    if (is_word_and_number(suffix, "INFO")) return What::info;
    return prefix == "stat" && is_upper_word(suffix) ? What::answer : What::unknown;
}

Place find_place(const TopicLevels& topic) {
    for (std::size_t i = 0; i + 2 <= topic.size() && topic.size() >= 3; ++i) {
        std::string_view level = topic[i];
        if (level != "tele" && level != "stat" && level != "cmnd") continue;
        bool last = i + 2 == topic.size(); // %topic%/%prefix%/SENSOR
        Place place{what_of(level, topic.last()),
                    last ? topic.join(0, i) : topic.join(i + 1, topic.size() - 1), topic.last()};
        if (place.what != What::unknown && !place.device.empty()) return place;
    }
    return {};
}

// tasmota/discovery/<MAC>/config, …/sensors: what a device is, not what it says
bool is_discovery(const TopicLevels& topic) {
    return topic.size() == 4 && topic[0] == "tasmota" && topic[1] == "discovery";
}

class Tasmota final : public Decoder {
public:
    std::string_view name() const override { return "tasmota"; }
    bool claims(const TopicLevels& topic) const override {
        return find_place(topic).what != What::unknown || is_discovery(topic);
    }

    Outcome decode(const Input& in, JsonFields& json, Output& out) override {
        if (is_discovery(in.levels)) return Outcome::ignore(Ignored::tasmota_metadata);
        Place place = find_place(in.levels);
        switch (place.what) {
        case What::command:
            return Outcome::ignore(Ignored::tasmota_command);
        case What::lwt:
            return word("online", online_word(in.content.text), place, out);
        case What::power:
            name_.clear();
            append_power_name(name_, place.suffix);
            return word(name_, switch_word(in.content.text), place, out);
        default:
            break;
        }
        if (in.content.kind != Content::Kind::object) return Outcome::pass();
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        return object(place, json, out);
    }

private:
    static Outcome word(std::string_view name, std::optional<bool> value, const Place& place,
                        Output& out) {
        if (!value) return Outcome::pass();
        out.start(tasmota_measurement, place.device);
        out.boolean(name, *value);
        return Outcome::done();
    }

    Outcome object(const Place& place, const JsonFields& json, Output& out) {
        TasmotaReadings make(json, out, place.device);
        switch (place.what) {
        case What::sensor:
            if (!looks_like_sensors(json)) return Outcome::pass();
            make.sensors({});
            break;
        case What::state:
            if (!json.top("Time") && !json.top("Uptime")) return Outcome::pass();
            make.state({});
            break;
        case What::status:
            make.sensors("StatusSNS");
            make.state("StatusSTS");
            if (!make.made()) return Outcome::ignore(Ignored::tasmota_metadata);
            break;
        case What::info:
            return Outcome::ignore(Ignored::tasmota_metadata);
        case What::answer:
            if (json.fields().empty() || !answers(json.fields()[0], place.suffix))
                return Outcome::pass();
            [[fallthrough]];
        default:
            make.result();
            if (!make.made()) return Outcome::ignore(Ignored::tasmota_answer);
        }
        return make.made() ? Outcome::done() : nothing_in(json);
    }

    // Tasmota writes the time, but not into what its Zigbee bridge received. A home's own
    // tele/kitchen/SENSOR {"temperature":21} is neither.
    static bool looks_like_sensors(const JsonFields& json) {
        if (json.top("Time") || json.top("TempUnit")) return true;
        return !json.fields().empty() && json.fields()[0].outer() == "ZbReceived";
    }

    // stat/<topic>/DIMMER {"Dimmer":50}
    static bool answers(const FlatField& first, std::string_view suffix) {
        return iequals_ascii(first.top ? first.name : first.outer(), suffix);
    }

    std::string name_;
};

} // namespace

std::unique_ptr<Decoder> make_tasmota(const DecodeOptions&) {
    return std::make_unique<Tasmota>();
}

} // namespace caredian::ingest
