#include "devices/implied.h"

#include "ingest/decode/topic_levels.h"

#include <algorithm>

namespace caredian::devices {

namespace {

using ingest::TopicLevels;
using readings::EntityDescription;
using Command = readings::CommandDescription;
using As = Command::As;
using Words = std::vector<Command::Word>;

const Words& on_off() {
    static const Words words{
        {"ON", "ON", {"ON"}}, {"OFF", "OFF", {"OFF"}}, {"TOGGLE", "TOGGLE", {}}};
    return words;
}
const Words& moves() {
    static const Words words{{"OPEN", "OPEN", {"OPEN", "open", "opening"}},
                             {"CLOSE", "CLOSE", {"CLOSED", "closed", "closing"}},
                             {"STOP", "STOP", {}}};
    return words;
}

struct Finder {
    std::vector<Implied>& out;
    const TopicLink& link;
    std::string origin;

    EntityDescription& add(std::string id, std::string component, std::string command_topic,
                           std::string field) {
        auto& made = out.emplace_back(Implied{origin, {}}).entity;
        made.id = std::move(id);
        made.component = std::move(component);
        made.command_topic = std::move(command_topic);
        made.state_topic = link.topic;
        made.field = std::move(field);
        made.command.as = As::payload;
        made.command.shown = {{link.topic, "value"}};
        return made;
    }
    void words(EntityDescription& e, unsigned takes, Words all) const {
        e.command.takes = takes;
        e.command.words = std::move(all);
    }
    void number(EntityDescription& e, std::optional<double> min, std::optional<double> max) const {
        e.command.takes = Command::number;
        e.command.min = min;
        e.command.max = max;
    }
    void member(EntityDescription& e, std::string name, std::string fixed) const {
        e.command.as = As::member;
        e.command.path = {std::move(name)};
        e.command.fixed = std::move(fixed);
    }

    void esphome();
    void esphome_state(const std::string& id, const std::string& component,
                       const std::string& command);
    void esphome_attribute(const std::string& id, const std::string& component,
                           std::string_view attribute, const std::string& command);
    void gen1(const TopicLevels& topic);
    void gen2(const std::string& prefix);
};

// <node>/switch/fan/state → <node>/switch/fan/command; <node>/cover/door/position/state likewise.
void Finder::esphome() {
    const TopicLevels topic(link.topic);
    const std::string component(link.series.tag("component")), entity(link.series.tag("entity"));
    if (topic.last() != "state" || component.empty() || entity.empty()) return;
    const std::string base(topic.without_last(1)), id = component + '/' + entity;
    if (base.ends_with('/' + id)) return esphome_state(id, component, base + "/command");
    const auto attribute = topic.last(1);
    if (!base.ends_with('/' + id + '/' + std::string(attribute))) return;
    esphome_attribute(id + '/' + std::string(attribute), component, attribute, base + "/command");
}

void Finder::esphome_state(const std::string& id, const std::string& component,
                           const std::string& command) {
    if (component == "switch" || component == "fan") {
        words(add(id, component, command, "value"), Command::boolean, on_off());
    } else if (component == "light") {
        auto& light = add(id, component, command, "state");
        words(light, Command::boolean,
              {{"ON", R"("ON")", {"ON"}},
               {"OFF", R"("OFF")", {"OFF"}},
               {"TOGGLE", R"("TOGGLE")", {}}});
        member(light, "state", {});
        light.command.shown = {{link.topic, "state"}};
        auto& brightness = add(id + "/brightness", "number", command, "brightness");
        number(brightness, 0, 255);
        member(brightness, "brightness", R"("state":"ON")");
        brightness.command.shown = {{link.topic, "brightness"}};
    } else if (component == "lock") {
        words(add(id, component, command, "value"), Command::boolean | Command::option,
              {{"LOCK", "LOCK", {"LOCKED"}},
               {"UNLOCK", "UNLOCK", {"UNLOCKED"}},
               {"OPEN", "OPEN", {}}});
    } else if (component == "cover" || component == "valve") {
        words(add(id, component, command, "value"), Command::option, moves());
    } else if (component == "number") {
        number(add(id, component, command, "value"), {}, {});
    } else if (component == "select" || component == "text") {
        add(id, component, command, "value").command.takes = Command::text;
    }
}

void Finder::esphome_attribute(const std::string& id, const std::string& component,
                               std::string_view attribute, const std::string& command) {
    const bool position = attribute == "position" && (component == "cover" || component == "valve");
    const bool climate = component == "climate";
    if (position || attribute == "tilt")
        number(add(id, "number", command, "value"), 0, 100);
    else if (component == "fan" && attribute == "speed_level")
        number(add(id, "number", command, "value"), 0, {});
    else if (climate && attribute.starts_with("target_temperature"))
        number(add(id, "number", command, "value"), {}, {});
    else if (climate && (attribute == "mode" || attribute == "fan_mode" || attribute == "preset"))
        add(id, "text", command, "value").command.takes = Command::text;
}

// shellies/<id>/relay/0 → shellies/<id>/relay/0/command
void Finder::gen1(const TopicLevels& topic) {
    if (topic.size() != 4) return;
    const std::string kind(topic[2]), id = kind + '/' + std::string(topic[3]);
    const Words switched{{"on", "on", {"on"}}, {"off", "off", {"off"}}, {"toggle", "toggle", {}}};
    if (kind == "relay") {
        words(add(id, "switch", link.topic + "/command", "value"), Command::boolean, switched);
    } else if (kind == "light" || kind == "white" || kind == "color") {
        words(add(id, "light", link.topic + "/command", "value"), Command::boolean, switched);
        const std::string name = kind == "color" ? "gain" : "brightness";
        auto& level = add(id + '/' + name, "number", link.topic + "/set",
                          kind + ':' + std::string(topic[3]) + '_' + name);
        number(level, 0, 100);
        member(level, name, R"("turn":"on")");
        level.command.shown = {{link.topic + "/status", name}};
        level.state_topic = link.topic + "/status";
    } else if (kind == "roller") {
        words(add(id, "cover", link.topic + "/command", "value"), Command::option,
              {{"open", "open", {"open"}},
               {"close", "close", {"close"}},
               {"stop", "stop", {"stop"}}});
        auto& position = add(id + "/pos", "number", link.topic + "/command/pos", "value");
        number(position, 0, 100);
        position.state_topic = link.topic + "/pos";
        position.command.shown = {{position.state_topic, "value"}};
    }
}

// <prefix>/status/switch:0, <prefix>/events/rpc → <prefix>/rpc
void Finder::gen2(const std::string& prefix) {
    const std::string component(link.series.tag("component"));
    const auto colon = component.find(':');
    if (colon == std::string::npos || colon == 0) return;
    const std::string kind = component.substr(0, colon), number_text = component.substr(colon + 1);
    if (number_text.empty() || number_text.size() > 4 ||
        number_text.find_first_not_of("0123456789") != std::string::npos)
        return;
    const std::string fixed = "\"id\":" + std::to_string(std::stoul(number_text));
    auto rpc = [&](const std::string& id, const char* as, std::string method, std::string parameter,
                   const std::string& field) -> EntityDescription& {
        auto& e = add(id, as, prefix + "/rpc", component + '_' + field);
        e.command.as = As::rpc;
        if (!method.empty()) e.command.path = {std::move(method), std::move(parameter)};
        e.command.fixed = fixed;
        e.command.shown = {{prefix + "/status/" + component, field},
                           {prefix + "/events/rpc", "params_" + component + '_' + field}};
        return e;
    };
    const Words flags{{"ON", "true", {"true"}}, {"OFF", "false", {"false"}}};
    if (kind == "switch") {
        words(rpc(component, "switch", "Switch.Set", "on", "output"), Command::boolean, flags);
    } else if (kind == "light") {
        words(rpc(component, "light", "Light.Set", "on", "output"), Command::boolean, flags);
        auto& level =
            rpc(component + "/brightness", "number", "Light.Set", "brightness", "brightness");
        number(level, 0, 100);
        level.command.fixed += R"(,"on":true)";
    } else if (kind == "cover") {
        words(rpc(component, "cover", {}, {}, "state"), Command::option,
              {{"open", "Cover.Open", {"open", "opening"}},
               {"close", "Cover.Close", {"closed", "closing"}},
               {"stop", "Cover.Stop", {"stopped"}}});
        number(rpc(component + "/position", "number", "Cover.GoToPosition", "pos", "current_pos"),
               0, 100);
    }
}

// shellyplus1pm-a8032ab1c2d3/status/switch:0, …/events/rpc: what comes before
std::string gen2_prefix(const TopicLevels& topic) {
    const bool status = topic.last(1) == "status", events = topic.last(1) == "events";
    return status || (events && topic.last() == "rpc") ? std::string(topic.without_last(2))
                                                       : std::string();
}

} // namespace

std::string territory_of(const SourceKey& source, const TopicLink& link) {
    const TopicLevels topic(link.topic);
    if (source.family() == "esphome") {
        const std::string node(link.series.tag("device"));
        return !node.empty() && link.topic.starts_with(node + '/') ? node : std::string();
    }
    if (source.family() == "tasmota") {
        const bool usual = topic.size() > 2 && (topic[0] == "tele" || topic[0] == "stat");
        return usual ? "cmnd/" + std::string(topic.join(1, topic.size() - 1)) : std::string();
    }
    if (source.family() != "shelly") return {};
    if (auto prefix = gen2_prefix(topic); !prefix.empty()) return prefix;
    return topic[0] == "shellies" && topic.size() > 2 ? std::string(topic.join(0, 2))
                                                      : std::string();
}

std::vector<Implied> implied_entities(const std::vector<const Source*>& sources) {
    std::vector<Implied> out;
    for (const auto* source : sources) {
        const bool esphome = source->key.measurement == "esphome";
        if (!esphome && source->key.measurement != "shelly") continue;
        for (const auto& link : source->links) {
            std::vector<Implied> found;
            Finder finder{found, link, esphome ? "esphome" : "shelly"};
            const TopicLevels topic(link.topic);
            if (esphome)
                finder.esphome();
            else if (auto prefix = gen2_prefix(topic); !prefix.empty())
                finder.gen2(prefix);
            else if (topic[0] == "shellies")
                finder.gen1(topic);
            for (auto& one : found) {
                const bool known = std::any_of(out.begin(), out.end(), [&](const Implied& other) {
                    return other.entity.id == one.entity.id &&
                           other.entity.command_topic == one.entity.command_topic;
                });
                if (!known) out.push_back(std::move(one));
            }
        }
    }
    return out;
}

} // namespace caredian::devices
