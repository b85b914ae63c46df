// For this folder's tests: entities and devices in few words.
#pragma once

#include "devices/commands/plan.h"

#include <string>

namespace caredian::devices::commands {

using Command = readings::CommandDescription;

inline EntityView entity(std::string id, std::string topic, Command command,
                         std::string origin = "homeassistant") {
    EntityView e;
    e.said.id = std::move(id);
    e.said.command_topic = std::move(topic);
    e.said.command = std::move(command);
    e.origin = e.command_origin = std::move(origin);
    return e;
}

inline Command on_off(std::string state_topic, std::string field = "value") {
    Command c;
    c.as = Command::As::payload;
    c.takes = Command::boolean;
    c.words = {{"ON", "1", {"ON"}}, {"OFF", "0", {"OFF"}}, {"TOGGLE", "2", {}}};
    if (!state_topic.empty()) c.shown = {{std::move(state_topic), std::move(field)}};
    return c;
}

inline Command member_number(std::vector<std::string> path, double min, double max,
                             std::string state_topic) {
    Command c;
    c.as = Command::As::member;
    c.takes = Command::number;
    c.min = min;
    c.max = max;
    std::string field;
    for (const auto& name : path) field += (field.empty() ? "" : "_") + name;
    c.path = std::move(path);
    c.shown = {{std::move(state_topic), field}};
    return c;
}

inline Command member_switch(std::string name, std::string state_topic) {
    Command c;
    c.as = Command::As::member;
    c.takes = Command::boolean;
    c.path = {name};
    c.words = {
        {"ON", R"("ON")", {"ON"}}, {"OFF", R"("OFF")", {"OFF"}}, {"TOGGLE", R"("TOGGLE")", {}}};
    c.shown = {{std::move(state_topic), std::move(name)}};
    return c;
}

// A lamp at Zigbee2MQTT, with a colour.
inline DeviceView lamp() {
    const std::string topic = "zigbee2mqtt/room/lamp";
    DeviceView d;
    d.id = "room/lamp";
    for (auto& [id, command] : std::initializer_list<std::pair<std::string, Command>>{
             {"state", member_switch("state", topic)},
             {"brightness", member_number({"brightness"}, 0, 254, topic)},
             {"color_x", member_number({"color", "x"}, 0, 1, topic)},
             {"color_y", member_number({"color", "y"}, 0, 1, topic)}})
        d.entities.push_back(entity(id, topic + "/set", command, "zigbee2mqtt"));
    return d;
}

inline Wanted wants(std::string id, json::value value) {
    Wanted w;
    w.entity = std::move(id);
    w.value = std::move(value);
    return w;
}
inline Wanted wants_all(std::string_view object) {
    Wanted w;
    w.values = parse_json(object).value().get_object();
    return w;
}

} // namespace caredian::devices::commands
