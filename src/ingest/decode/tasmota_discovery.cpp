// Tasmota's own discovery: https://tasmota.github.io/docs/Home-Assistant/
//
//   tasmota/discovery/<MAC>/config    names, model, relays, how its topics are made up
//   tasmota/discovery/<MAC>/sensors   a SENSOR message in `sn`: what it measures
//
// Both are retained; an empty one takes back what was said. What `sensors` says belongs to the
// topics that `config` names: when it comes first, it waits for it.
#include "base/encoding.h"
#include "ingest/decode/decoder.h"
#include "ingest/decode/describe.h"
#include "ingest/decode/names.h"
#include "ingest/decode/tasmota_fields.h"

#include <unordered_map>

namespace caredian::ingest {

namespace {

struct Meaning {
    std::string_view field, unit, device_class, state_class;
};

constexpr std::string_view measured = "measurement", growing = "total_increasing";

constexpr Meaning meanings[] = {
    {"temperature", "°C", "temperature", measured},
    {"temperature_f", "°F", "temperature", measured},
    {"dew_point", "°C", "temperature", measured},
    {"dew_point_f", "°F", "temperature", measured},
    {"humidity", "%", "humidity", measured},
    {"pressure", "hPa", "pressure", measured},
    {"sea_pressure", "hPa", "pressure", measured},
    {"illuminance", "lx", "illuminance", measured},
    {"power", "W", "power", measured},
    {"apparent_power", "VA", "apparent_power", measured},
    {"reactive_power", "var", "reactive_power", measured},
    {"factor", "", "power_factor", measured},
    {"voltage", "V", "voltage", measured},
    {"current", "A", "current", measured},
    {"frequency", "Hz", "frequency", measured},
    {"total", "kWh", "energy", growing},
    {"today", "kWh", "energy", growing},
    {"yesterday", "kWh", "energy", ""},
    {"period", "Wh", "energy", ""},
    {"carbon_dioxide", "ppm", "carbon_dioxide", measured},
    {"eco2", "ppm", "carbon_dioxide", measured},
    {"tvoc", "ppb", "volatile_organic_compounds_parts", measured},
    {"pm1", "µg/m³", "pm1", measured},
    {"pm25", "µg/m³", "pm25", measured},
    {"pm10", "µg/m³", "pm10", measured},
    {"distance", "cm", "distance", measured},
    {"moisture", "%", "moisture", measured},
    {"gas", "kΩ", "", measured},
    {"uv_index", "UV index", "", measured},
};

const Meaning* meaning_of(std::string_view field) {
    auto phase = field.find_last_of('_');
    bool phased = phase != std::string_view::npos && phase + 2 == field.size() &&
                  field[phase + 1] >= '0' && field[phase + 1] <= '9';
    std::string_view name = phased ? field.substr(0, phase) : field;
    for (const auto& m : meanings)
        if (m.field == name) return &m;
    return nullptr;
}

// Of a flattened name, which may be below the top.
std::string_view flat_text(const JsonFields& json, std::string_view name) {
    for (const auto& f : json.fields())
        if (f.name == name && f.kind == FlatField::Kind::text) return f.text;
    return {};
}

double number_of(const JsonFields& json, std::string_view name) {
    for (const auto& f : json.fields())
        if (f.name == name && f.kind == FlatField::Kind::number) return f.number;
    return 0;
}

// How the topics of a device are made up: ft "%prefix%/%topic%/", tp its three prefixes.
struct Topics {
    std::string full; // with %prefix% left in it
    std::string command = "cmnd", state = "stat", tele = "tele";

    std::string at(const std::string& prefix, std::string_view what) const {
        std::string made = full;
        if (auto found = made.find("%prefix%"); found != std::string::npos)
            made.replace(found, 8, prefix);
        if (!made.ends_with('/')) made += '/';
        made += what;
        return is_topic(made) ? made : std::string();
    }
};

void replace(std::string& text, std::string_view from, std::string_view to) {
    if (auto found = text.find(from); found != std::string::npos)
        text.replace(found, from.size(), to);
}

Topics topics_of(const JsonFields& json, std::string_view mac) {
    Topics topics;
    topics.full = flat_text(json, "ft").substr(0, max_topic);
    replace(topics.full, "%topic%", flat_text(json, "t"));
    replace(topics.full, "%hostname%", flat_text(json, "hn"));
    replace(topics.full, "%id%", mac);
    auto take = [&](std::string_view name, std::string& prefix) {
        if (auto text = flat_text(json, name); !text.empty()) prefix = text.substr(0, max_topic);
    };
    take("tp_0", topics.command);
    take("tp_1", topics.state);
    take("tp_2", topics.tele);
    return topics;
}

class TasmotaDiscovery final : public Decoder {
public:
    std::string_view name() const override { return "tasmota_discovery"; }
    bool claims(const TopicLevels& topic) const override {
        return topic.size() == 4 && topic[0] == "tasmota" && topic[1] == "discovery" &&
               is_one_of(topic[3], {"config", "sensors"});
    }

    Outcome decode(const Input& in, JsonFields& json, Output& out) override {
        std::string_view mac = in.levels[2];
        if (in.content.kind == Content::Kind::empty) {
            auto& gone = out.describe();
            gone.origin = "tasmota";
            gone.withdrawn = true;
            return Outcome::describe();
        }
        if (in.content.kind != Content::Kind::object) return Outcome::pass();
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        if (in.levels[3] == "sensors") {
            describe_sensors(json, mac, start(mac, out));
            if (!topics_.contains(std::string(mac))) wait(mac, in.message.payload);
            return Outcome::describe();
        }
        if (flat_text(json, "ft").empty()) return Outcome::pass();
        describe_device(json, mac, start(mac, out));
        auto waiting = waiting_.extract(std::string(mac));
        if (!waiting.empty() && json.parse(waiting.mapped()) == JsonFields::good) {
            auto& sensors = start(mac, out);
            sensors.topic = std::string(in.levels.without_last(1)) + "/sensors";
            describe_sensors(json, mac, sensors);
        }
        return Outcome::describe();
    }

private:
    static readings::Description& start(std::string_view mac, Output& out) {
        auto& made = out.describe();
        made.origin = "tasmota";
        made.identifiers.push_back(connection("mac", mac));
        return made;
    }

    void wait(std::string_view mac, std::string_view payload) {
        if (payload.size() > longest_waiting) return;
        if (waiting_.size() >= most_waiting) waiting_.clear();
        waiting_.insert_or_assign(std::string(mac), std::string(payload));
    }

    void describe_device(const JsonFields& json, std::string_view mac,
                         readings::Description& made) {
        Topics topics = topics_of(json, mac);
        if (topics_.size() >= most_devices) topics_.clear();
        topics_.insert_or_assign(std::string(mac), topics);
        made.name = label(flat_text(json, "dn"));
        made.manufacturer = "Tasmota";
        made.model = label(flat_text(json, "md"));
        made.sw_version = label(flat_text(json, "sw"));
        made.availability_topic = topics.at(topics.tele, "LWT");
        for (const char* what : {"SENSOR", "STATE"})
            if (auto topic = topics.at(topics.tele, what); !topic.empty())
                made.topics.push_back(topic);
        if (auto topic = topics.at(topics.state, "RESULT"); !topic.empty())
            made.topics.push_back(topic);
        relays(json, topics, made);
        auto& signal = made.entities.emplace_back();
        signal.id = signal.field = "wifi_signal";
        signal.name = "Wi-Fi";
        signal.component = "sensor";
        signal.unit = "dBm";
        signal.device_class = "signal_strength";
        signal.state_class = measured;
        signal.category = "diagnostic";
        signal.state_topic = topics.at(topics.tele, "STATE");
    }

    // rl: 0 none, 1 switch, 2 light, 3 shutter
    static void relays(const JsonFields& json, const Topics& topics, readings::Description& made) {
        constexpr int most_relays = 32;
        std::vector<int> found;
        std::string key;
        for (int i = 0; i < most_relays; ++i) {
            key = "rl_" + std::to_string(i);
            double kind = number_of(json, key);
            if (kind == 1 || kind == 2) found.push_back(i);
        }
        for (int i : found) {
            std::string number = std::to_string(i + 1);
            std::string word = found.size() == 1 && i == 0 ? "POWER" : "POWER" + number;
            auto& relay = made.entities.emplace_back();
            relay.id = word;
            relay.name = label(flat_text(json, "fn_" + std::to_string(i)));
            relay.component = number_of(json, "rl_" + std::to_string(i)) == 2 ? "light" : "switch";
            relay.state_topic = topics.at(topics.tele, "STATE");
            append_power_name(relay.field, word);
            relay.command_topic = topics.at(topics.command, word);
            if (!relay.command_topic.empty()) switched(topics, word, relay);
        }
        // lt_st: kind of light; 1 has no colours, 2 and 5 have white that is warm or cold
        const double light = number_of(json, "lt_st");
        if (light > 0) dimmed(topics, {"Dimmer", "dimmer", "%", 0, 100}, made);
        if (light == 2 || light == 5) dimmed(topics, {"CT", "ct", "", 153, 500}, made);
    }

    // Told POWER1, it answers with {"POWER1":"ON"}, or "POWER" when it has one alone; and so does
    // one whose option 4 names the command's topic instead of RESULT.
    static void switched(const Topics& topics, const std::string& word,
                         readings::EntityDescription& relay) {
        auto& c = relay.command;
        c.as = readings::CommandDescription::As::payload;
        c.takes = readings::CommandDescription::boolean;
        c.words = {{"ON", "ON", {"ON"}}, {"OFF", "OFF", {"OFF"}}, {"TOGGLE", "TOGGLE", {}}};
        c.shown = {{topics.at(topics.state, "RESULT"), word},
                   {topics.at(topics.state, word), "value"},
                   {topics.at(topics.state, word), word},
                   {topics.at(topics.tele, "STATE"), word}};
    }

    struct Dimmed {
        std::string_view word, field, unit;
        double min = 0, max = 0;
    };
    static void dimmed(const Topics& topics, const Dimmed& what, readings::Description& made) {
        const std::string word(what.word);
        auto& e = made.entities.emplace_back();
        e.id = e.name = word;
        e.component = "number";
        e.unit = what.unit;
        e.state_topic = topics.at(topics.tele, "STATE");
        e.field = what.field;
        e.command_topic = topics.at(topics.command, word);
        if (e.command_topic.empty()) return;
        e.command.as = readings::CommandDescription::As::payload;
        e.command.takes = readings::CommandDescription::number;
        e.command.min = what.min;
        e.command.max = what.max;
        e.command.step = 1;
        e.command.shown = {{topics.at(topics.state, "RESULT"), word},
                           {topics.at(topics.tele, "STATE"), word}};
    }

    void describe_sensors(const JsonFields& json, std::string_view mac,
                          readings::Description& made) {
        auto known = topics_.find(std::string(mac));
        std::string topic =
            known == topics_.end() ? "" : known->second.at(known->second.tele, "SENSOR");
        bool fahrenheit = flat_text(json, "sn_TempUnit") == "F";
        std::string pressure = label(flat_text(json, "sn_PressureUnit"), 16);
        for (const auto& f : json.fields()) {
            bool value = f.outer() == "sn" && f.second != 0 && f.kind == FlatField::Kind::number;
            if (!value || made.entities.size() >= max_entities) continue;
            std::string field;
            append_snake_case(field, f.below_inner());
            bool warm = field.find("temperature") != std::string::npos || field == "dew_point";
            if (warm && fahrenheit) field += "_f";
            auto& entity = made.entities.emplace_back();
            entity.id = label(f.below_outer());
            entity.name = label(std::string(f.inner()) + ' ' + std::string(f.below_inner()));
            entity.component = "sensor";
            entity.state_topic = topic;
            entity.field = std::string(f.inner()) + '_' + field; // the tag `sensor` comes first
            if (const auto* meaning = meaning_of(field)) {
                entity.unit = meaning->unit;
                entity.device_class = meaning->device_class;
                entity.state_class = meaning->state_class;
            }
            if (entity.device_class == "pressure" && !pressure.empty() && pressure != "hPa") {
                entity.unit = pressure;
                entity.field += '_' + lower_ascii(pressure); // as tasmota_fields.cpp names it
            }
        }
    }

    static constexpr std::size_t most_devices = 2000, most_waiting = 200, longest_waiting = 8192;
    std::unordered_map<std::string, Topics> topics_;       // by MAC
    std::unordered_map<std::string, std::string> waiting_; // `sensors` by MAC
};

} // namespace

std::unique_ptr<Decoder> make_tasmota_discovery(const DecodeOptions&) {
    return std::make_unique<TasmotaDiscovery>();
}

} // namespace caredian::ingest
