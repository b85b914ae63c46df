// Shelly's first generation: https://shelly-api-docs.shelly.cloud/gen1/#mqtt-support
//
//   shellies/<id>/<kind>/<n>              relay/0 on           shelly, component=relay:0, output
//   shellies/<id>/<kind>/<n>/<value>      relay/0/power 48.31  shelly, component=relay:0, power
//   shellies/<id>/sensor/<value>          sensor/humidity 61   shelly, humidity
//   shellies/<id>/<value>                 temperature 41.2     shelly, temperature
//   shellies/<id>/input_event/<n>         {"event":"S",…}      shelly_event, component=input:0
//   shellies/<id>/status, …/<n>/status    JSON                 shelly, flattened
//   shellies/<id>/info                    JSON                 rssi, uptime, ram_free, has_update
//   shellies/announce, shellies/<id>/announce  JSON            a description, also of gen2
//   …/command, …/set, …/settings                               left out
//
// Devices count energy in watt-minutes: the field `energy` is kWh.
#include "ingest/decode/decoder.h"
#include "ingest/decode/names.h"
#include "ingest/decode/shelly_describe.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

constexpr double watt_minutes_per_kwh = 60'000;

bool is_index(std::string_view text) {
    return !text.empty() && text.size() <= 2 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// What a bare value of <kind>/<n> says.
std::string_view field_of_kind(std::string_view kind) {
    if (is_one_of(kind, {"relay", "light", "color", "white"})) return "output";
    if (kind == "roller") return "state";
    if (kind == "ext_temperature") return "temperature";
    if (kind == "ext_humidity") return "humidity";
    return kind; // input, longpush, adc, ext_switch, …
}

// Sent as 0 and 1, or as words.
bool is_flag(std::string_view field) {
    return is_one_of(field,
                     {"output", "input", "longpush", "ext_switch", "overtemperature", "overload",
                      "flood", "smoke", "motion", "vibration", "charger", "ext_power", "online"});
}

std::optional<bool> flag_of(std::string_view text) {
    if (text == "1") return true;
    if (text == "0") return false;
    return switch_word(text);
}

class ShellyGen1 final : public Decoder {
public:
    std::string_view name() const override { return "shelly_gen1"; }
    bool claims(const TopicLevels& topic) const override {
        return topic[0] == "shellies" && topic.size() >= 2 && topic.size() <= 6;
    }

    Outcome decode(const Input& in, JsonFields& json, Output& out) override {
        const TopicLevels& topic = in.levels;
        std::string_view last = topic.last();
        bool command = last == "command" || last == "set" || topic.last(1) == "command";
        if (command) return Outcome::ignore(Ignored::shelly_command);
        if (last == "announce") return announce(in, json, out);
        if (last == "settings") return Outcome::ignore(Ignored::shelly_metadata);
        if (topic.size() < 3 || topic.size() > 5 || topic[1].empty()) return Outcome::pass();
        if (in.content.kind == Content::Kind::object) return object(in, json, out);
        return bare(in, out);
    }

private:
    static Outcome announce(const Input& in, JsonFields& json, Output& out) {
        if (in.content.kind != Content::Kind::object)
            return Outcome::ignore(Ignored::shelly_metadata);
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        std::string_view prefix =
            in.levels.size() > 2 ? in.levels.without_last(1) : std::string_view();
        return read_shelly_announce(json, prefix, out.describe())
                   ? Outcome::describe()
                   : Outcome::ignore(Ignored::shelly_metadata);
    }

    // Starts the reading of <kind>/<n>; false when the topic has none.
    bool start(const TopicLevels& topic, std::string_view measurement, std::string_view kind,
               Output& out) {
        out.start(measurement, topic[1]);
        out.names_may_meet();
        if (topic.size() < 4 || !is_index(topic[3])) return false;
        component_.assign(kind);
        component_ += ':';
        component_ += topic[3];
        out.tag("component", component_);
        return true;
    }

    Outcome bare(const Input& in, Output& out) {
        const TopicLevels& topic = in.levels;
        Bare bare = bare_value(in.content);
        if (bare.outcome.kind != Outcome::Kind::decoded) return bare.outcome;
        bool indexed = start(topic, "shelly", topic[2], out);
        std::string_view field = topic.last();
        if (topic.size() == 4 && indexed) field = field_of_kind(topic[2]);
        add(field, in.content.text, bare.value, out);
        return Outcome::done();
    }

    static void add(std::string_view field, std::string_view text, const FlatField& value,
                    Output& out) {
        if (field == "output" && text == "overpower") { // it switched itself off
            out.boolean("output", false);
            out.boolean("overpower", true);
            return;
        }
        auto flag = is_flag(field) ? flag_of(text) : std::nullopt;
        bool energy = field == "energy" || field == "returned_energy";
        if (flag)
            out.boolean(field, *flag);
        else if (energy && value.kind == FlatField::Kind::number)
            out.number(field, value.number / watt_minutes_per_kwh);
        else
            out.field(field, value);
    }

    Outcome object(const Input& in, JsonFields& json, Output& out) {
        const TopicLevels& topic = in.levels;
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        std::string_view word = topic[2];
        bool event = word == "input_event";
        bool indexed = start(topic, event ? "shelly_event" : "shelly", event ? "input" : word, out);
        if (word == "info") return info(json, out);
        bool whole = indexed || topic.last() == "status";
        for (const auto& f : json.fields()) {
            name_.clear();
            if (!whole) (name_ += topic.last()) += '_'; // ext_temperatures {"0":{"tC":21.5}}
            name_ += f.name == "ison" ? "output" : f.name == "bat" ? "battery" : f.name;
            out.field(name_, f);
        }
        return done_or_nothing(out, json);
    }

    // The whole state of a device, every value of which has a topic of its own; here only the rest.
    static Outcome info(const JsonFields& json, Output& out) {
        for (const auto& f : json.fields()) {
            if (f.name == "wifi_sta_rssi") out.field("rssi", f);
            if (is_one_of(f.name, {"uptime", "ram_free", "has_update"})) out.field(f);
        }
        if (out.has_fields()) return Outcome::done();
        out.drop();
        return Outcome::ignore(Ignored::shelly_metadata);
    }

    std::string component_, name_;
};

} // namespace

std::unique_ptr<Decoder> make_shelly_gen1(const DecodeOptions&) {
    return std::make_unique<ShellyGen1>();
}

} // namespace caredian::ingest
