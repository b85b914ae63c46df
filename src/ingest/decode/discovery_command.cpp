#include "ingest/decode/discovery_command.h"

#include "ingest/decode/command_template.h"
#include "ingest/decode/describe.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

using Command = readings::CommandDescription;
using As = Command::As;

enum class Kind : std::uint8_t { on_off, lock, moves, valve, number, list, text, press, vacuum };

// Where a command goes, and what goes there. For numbers: names and usual values of the bounds; for
// lists: the name of the list.
struct CommandPlace {
    std::string_view component, suffix, topic, topic_short, tpl, tpl_short;
    Kind kind = Kind::on_off;
    std::string_view low{}, low_short{}, high{}, high_short{};
    double least = 0, most = 100;
};

constexpr CommandPlace places[] = {
    {"switch", "", "command_topic", "cmd_t", "command_template", "cmd_tpl"},
    {"light", "", "command_topic", "cmd_t", "", ""},
    {"light", "brightness", "brightness_command_topic", "bri_cmd_t", "brightness_command_template",
     "bri_cmd_tpl", Kind::number, "", "", "brightness_scale", "bri_scl", 0, 255},
    {"light", "color_temp", "color_temp_command_topic", "clr_temp_cmd_t",
     "color_temp_command_template", "clr_temp_cmd_tpl", Kind::number, "min_mireds", "min_mirs",
     "max_mireds", "max_mirs", 153, 500},
    {"light", "effect", "effect_command_topic", "fx_cmd_t", "effect_command_template", "fx_cmd_tpl",
     Kind::list, "effect_list", "fx_list", "", ""},
    {"fan", "", "command_topic", "cmd_t", "command_template", "cmd_tpl"},
    {"fan", "percentage", "percentage_command_topic", "pct_cmd_t", "percentage_command_template",
     "pct_cmd_tpl", Kind::number, "speed_range_min", "spd_rng_min", "speed_range_max",
     "spd_rng_max", 1, 100},
    {"fan", "preset_mode", "preset_mode_command_topic", "pr_mode_cmd_t",
     "preset_mode_command_template", "pr_mode_cmd_tpl", Kind::list, "preset_modes", "pr_modes", "",
     ""},
    {"humidifier", "", "command_topic", "cmd_t", "command_template", "cmd_tpl"},
    {"humidifier", "target_humidity", "target_humidity_command_topic", "hum_cmd_t",
     "target_humidity_command_template", "hum_cmd_tpl", Kind::number, "min_humidity", "min_hum",
     "max_humidity", "max_hum"},
    {"humidifier", "mode", "mode_command_topic", "mode_cmd_t", "mode_command_template",
     "mode_cmd_tpl", Kind::list, "modes", "", "", ""},
    {"siren", "", "command_topic", "cmd_t", "command_template", "cmd_tpl"},
    {"lock", "", "command_topic", "cmd_t", "command_template", "cmd_tpl", Kind::lock},
    {"cover", "", "command_topic", "cmd_t", "", "", Kind::moves},
    {"cover", "position", "set_position_topic", "set_pos_t", "set_position_template", "set_pos_tpl",
     Kind::number, "position_closed", "pos_clsd", "position_open", "pos_open"},
    {"valve", "", "command_topic", "cmd_t", "command_template", "cmd_tpl", Kind::valve,
     "position_closed", "pos_clsd", "position_open", "pos_open"},
    {"number", "", "command_topic", "cmd_t", "command_template", "cmd_tpl", Kind::number, "min", "",
     "max", "", 1, 100},
    {"select", "", "command_topic", "cmd_t", "command_template", "cmd_tpl", Kind::list, "options",
     "ops", "", ""},
    {"text", "", "command_topic", "cmd_t", "command_template", "cmd_tpl", Kind::text, "min", "",
     "max", "", 0, 255},
    {"notify", "", "command_topic", "cmd_t", "command_template", "cmd_tpl", Kind::text, "", "", "",
     "", 0, 255},
    {"button", "", "command_topic", "cmd_t", "command_template", "cmd_tpl", Kind::press},
    {"scene", "", "command_topic", "cmd_t", "", "", Kind::press},
    {"vacuum", "", "command_topic", "cmd_t", "", "", Kind::vacuum},
    {"climate", "", "mode_command_topic", "mode_cmd_t", "mode_command_template", "mode_cmd_tpl",
     Kind::list, "modes", "", "", ""},
    {"climate", "temperature", "temperature_command_topic", "temp_cmd_t",
     "temperature_command_template", "temp_cmd_tpl", Kind::number, "min_temp", "", "max_temp", "",
     7, 35},
    {"climate", "fan_mode", "fan_mode_command_topic", "fan_mode_cmd_t", "fan_mode_command_template",
     "fan_mode_cmd_tpl", Kind::list, "fan_modes", "", "", ""},
    {"climate", "preset_mode", "preset_mode_command_topic", "pr_mode_cmd_t",
     "preset_mode_command_template", "pr_mode_cmd_tpl", Kind::list, "preset_modes", "pr_modes", "",
     ""},
    {"climate", "swing_mode", "swing_mode_command_topic", "swing_mode_cmd_t",
     "swing_mode_command_template", "swing_mode_cmd_tpl", Kind::list, "swing_modes", "", "", ""},
    {"water_heater", "", "mode_command_topic", "mode_cmd_t", "mode_command_template",
     "mode_cmd_tpl", Kind::list, "modes", "", "", ""},
    {"water_heater", "temperature", "temperature_command_topic", "temp_cmd_t",
     "temperature_command_template", "temp_cmd_tpl", Kind::number, "min_temp", "", "max_temp", "",
     43, 60},
};

// The lists that Home Assistant means when a payload has none.
std::vector<std::string> usual_list(std::string_view name) {
    if (name == "modes") return {"auto", "off", "cool", "heat", "dry", "fan_only"};
    if (name == "fan_modes") return {"auto", "low", "medium", "high"};
    if (name == "swing_modes") return {"on", "off"};
    return {};
}

struct Reader {
    const DiscoverySource& in;
    const CommandPlace& place;
    readings::EntityDescription& entity;
    Command& command = entity.command;

    // One that is disabled by null is left out.
    void add(std::string said, std::string sent, std::vector<std::string> shows) {
        if (sent.empty() || command.words.size() >= max_options) return;
        std::erase(shows, "");
        command.words.push_back({std::move(said), std::move(sent), std::move(shows)});
    }

    void on_off() {
        command.takes = Command::boolean;
        auto on = in.word({"payload_on", "pl_on"}, "ON");
        auto off = in.word({"payload_off", "pl_off"}, "OFF");
        add("ON", on, {in.word({"state_on", "stat_on"}, on)});
        add("OFF", off, {in.word({"state_off", "stat_off"}, off)});
        // Lights have a JSON of their own; a siren without a template has one, too.
        const bool json_light = place.component == "light" && schema() == "json";
        if (json_light || (place.component == "siren" && command.format.empty())) {
            command.as = As::member;
            command.path = {"state"};
            if (json_light) command.words = {{"ON", "ON", {"ON"}}, {"OFF", "OFF", {"OFF"}}};
            quote();
        }
        if (command.words.size() != 2) command = {};
    }

    std::string schema() const { return label(in.find({"schema"})); }

    void quote() {
        for (auto& word : command.words) {
            std::string text;
            append_json_string(text, word.sent);
            word.sent = std::move(text);
        }
    }

    void lock() {
        command.takes = Command::boolean | Command::option;
        add("LOCK", in.word({"payload_lock", "pl_lock"}, "LOCK"),
            {in.word({"state_locked", "stat_locked"}, "LOCKED")});
        add("UNLOCK", in.word({"payload_unlock", "pl_unlk"}, "UNLOCK"),
            {in.word({"state_unlocked", "stat_unlocked"}, "UNLOCKED")});
        add("OPEN", in.word({"payload_open", "pl_open"}, ""), {});
    }

    // It is on its way: that is an answer, too.
    void moves() {
        command.takes = Command::option;
        add("OPEN", in.word({"payload_open", "pl_open"}, "OPEN"),
            {in.word({"state_open", "stat_open"}, "open"),
             in.word({"state_opening", "stat_opening"}, "opening")});
        add("CLOSE", in.word({"payload_close", "pl_cls"}, "CLOSE"),
            {in.word({"state_closed", "stat_clsd"}, "closed"),
             in.word({"state_closing", "stat_closing"}, "closing")});
        add("STOP", in.word({"payload_stop", "pl_stop"}, place.component == "cover" ? "STOP" : ""),
            {});
    }

    void number() {
        command.takes = Command::number;
        command.min = in.number({place.low, place.low_short}).value_or(place.least);
        command.max = in.number({place.high, place.high_short}).value_or(place.most);
        if (*command.min > *command.max) std::swap(command.min, command.max);
        if (place.suffix == "temperature")
            command.step = in.number({"temp_step"}).value_or(1);
        else if (place.component == "number")
            command.step = in.number({"step"}).value_or(1);
    }

    void list() {
        command.takes = Command::option;
        const auto* given = in.find({place.low, place.low_short});
        if (const auto* array = given ? given->if_array() : nullptr)
            for (const auto& one : *array) add(wire_text(&one), wire_text(&one), {wire_text(&one)});
        else
            for (const auto& one : usual_list(place.low)) add(one, one, {one});
        if (command.words.empty()) command = {};
    }

    void text() {
        command.takes = Command::text;
        command.min = in.number({place.low}).value_or(place.least);
        command.max = in.number({place.high}).value_or(place.most);
    }

    void press() {
        command.takes = Command::press;
        if (place.component == "scene")
            add("PRESS", in.word({"payload_on", "pl_on"}, ""), {});
        else
            add("PRESS", in.word({"payload_press", "pl_prs"}, "PRESS"), {});
        if (command.words.empty()) command = {};
    }

    void vacuum() {
        command.takes = Command::option;
        for (std::string_view word :
             {"start", "pause", "stop", "return_to_base", "clean_spot", "locate"})
            add(std::string(word), in.word({"payload_" + std::string(word)}, word), {});
    }

    void read() {
        switch (place.kind) {
        case Kind::on_off:
            return on_off();
        case Kind::lock:
            return lock();
        case Kind::moves:
            return moves();
        case Kind::valve:
            return in.flag({"reports_position", "pos"}) ? number() : moves();
        case Kind::number:
            return number();
        case Kind::list:
            return list();
        case Kind::text:
            return text();
        case Kind::press:
            return press();
        case Kind::vacuum:
            return vacuum();
        }
    }
};

void by_json(const DiscoverySource& in, readings::EntityDescription& entity) {
    auto& command = entity.command;
    command.as = As::member;
    command.takes = Command::number;
    command.path = {"brightness"};
    command.fixed = R"("state":"ON")";
    command.min = 0;
    command.max = in.number({"brightness_scale", "bri_scl"}).value_or(255);
}

// What Home Assistant would ask somebody for, or evaluate.
bool beyond_us(const DiscoverySource& in, std::string_view component) {
    if (component == "lock") return in.find({"code_format", "cod_form"});
    return component == "light" && (label(in.find({"schema"})) == "template" ||
                                    in.find({"on_command_type", "on_cmd_type"}));
}

} // namespace

bool dims_by_json(const DiscoverySource& in) {
    if (label(in.find({"schema"})) != "json") return false;
    if (in.flag({"brightness"})) return true;
    const auto* modes = in.find({"supported_color_modes", "sup_clrm"});
    const auto* list = modes ? modes->if_array() : nullptr;
    return list && std::any_of(list->begin(), list->end(),
                               [](const auto& mode) { return wire_text(&mode) != "onoff"; });
}

void read_command(const DiscoverySource& in, std::string_view component, std::string_view suffix,
                  readings::EntityDescription& entity) {
    const auto* place = std::find_if(std::begin(places), std::end(places), [&](const auto& one) {
        return one.component == component && one.suffix == suffix;
    });
    if (place == std::end(places)) return;
    const bool json_brightness = component == "light" && suffix == "brightness" && dims_by_json(in);
    entity.command_topic = json_brightness ? in.topic({"command_topic", "cmd_t"})
                                           : in.topic({place->topic, place->topic_short});
    if (entity.command_topic.empty() || beyond_us(in, component)) return;
    auto& command = entity.command;
    if (json_brightness) {
        by_json(in, entity);
    } else {
        const auto* given = place->tpl.empty() ? nullptr : in.find({place->tpl, place->tpl_short});
        const auto* format = given ? given->if_string() : nullptr;
        if (format && !format->empty()) {
            if (format->size() > max_template || !CommandTemplate::parse(*format)) return;
            command.format = std::string(*format);
        }
        command.as = As::payload;
        Reader{in, *place, entity}.read();
        if (command.as == As::nothing) return;
    }
    command.qos = static_cast<std::uint8_t>(std::clamp(in.number({"qos"}).value_or(0), 0.0, 2.0));
    command.retain = in.flag({"retain", "ret"});
    // A state on the topic that is told would be heard from ourselves.
    if (!entity.state_topic.empty() && !entity.field.empty() &&
        entity.state_topic != entity.command_topic)
        command.shown.push_back({entity.state_topic, entity.field});
}

} // namespace caredian::ingest
