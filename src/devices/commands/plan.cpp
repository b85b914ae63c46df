#include "devices/commands/plan.h"

#include "devices/commands/value.h"
#include "ingest/decode/command_template.h"

#include <algorithm>

namespace caredian::devices::commands {

namespace {

using readings::EntityDescription;
using Command = readings::CommandDescription;
using As = Command::As;

constexpr std::size_t most_values = 32;

std::string in_quotes(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

// Sets out[path[0]][path[1]]… to what `literal` says.
void set(json::object& out, const std::vector<std::string>& path, std::string_view literal) {
    json::object* at = &out;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
        auto& inner = (*at)[path[i]];
        if (!inner.is_object()) inner.emplace_object();
        at = &inner.get_object();
    }
    auto value = parse_json(literal); // our own, or checked when it was described
    (*at)[path.back()] = value ? std::move(*value) : json::value();
}

struct Planner {
    const DeviceView& device;
    const Conventions& conventions;
    std::int64_t number;
    Plan out;
    std::string wrong; // a sentence
    json::object members, fixed;

    // One value of the plan; false: `wrong` says why.
    bool take(const EntityView& entity, const json::value& value);
    void payload_of(const EntityDescription& said, const Chosen& chosen);
    void procedure(const EntityDescription& said, const Chosen& chosen);
    bool values(const json::object& all);
    bool attribute(const std::string& name, const json::value& value);
    void refusals(const EntityView& entity);
    std::variant<Plan, Refusal> finish();
};

bool Planner::take(const EntityView& entity, const json::value& value) {
    const auto& said = entity.said;
    if (!is_commandable(said)) {
        wrong = in_quotes(said.id) + " cannot be told anything";
        return false;
    }
    wrong = forbidden_because(said.command_topic, conventions);
    if (!wrong.empty()) return false;
    if (!out.topic.empty() && out.topic != said.command_topic) {
        wrong = "these are told on different topics: one command for each";
        return false;
    }
    auto choice = choose(said, value);
    if (auto* why = std::get_if<std::string>(&choice)) {
        wrong = *why;
        return false;
    }
    auto& chosen = std::get<Chosen>(choice);
    const auto& c = said.command;
    out.topic = said.command_topic;
    out.entities.push_back(said.id);
    out.qos = std::max<std::uint8_t>(1, c.qos);
    out.retain = c.retain && chosen.repeatable;
    out.repeatable = out.repeatable && chosen.repeatable;
    payload_of(said, chosen);
    if (chosen.tells && !c.shown.empty()) {
        auto& shows = out.shows.emplace_back(std::move(chosen.shows));
        shows.places = c.shown;
    }
    refusals(entity);
    return wrong.empty();
}

void Planner::payload_of(const EntityDescription& said, const Chosen& chosen) {
    const auto& c = said.command;
    switch (c.as) {
    case As::payload: {
        if (c.format.empty()) {
            out.payload = chosen.text;
            return;
        }
        auto format = ingest::CommandTemplate::parse(c.format);
        auto filled = format ? format->fill(chosen.text) : std::nullopt;
        if (filled)
            out.payload = std::move(*filled);
        else
            wrong = "the device's template does not take this value";
        return;
    }
    case As::member:
        set(members, c.path, chosen.literal);
        if (auto more = parse_json('{' + c.fixed + '}'); more && more->is_object())
            for (const auto& [name, value] : more->get_object()) fixed[name] = value;
        return;
    case As::rpc:
        procedure(said, chosen);
        return;
    case As::nothing:
        return;
    }
}

// The answer comes to <src>/rpc: below the device's own topics, where it may publish anyway.
void Planner::procedure(const EntityDescription& said, const Chosen& chosen) {
    const auto& c = said.command;
    constexpr std::string_view last = "/rpc";
    const std::string prefix =
        said.command_topic.substr(0, said.command_topic.size() - last.size());
    const std::string source = prefix + "/events/caredian";
    const bool by_word = c.path.empty(); // the word is the method
    const std::string parameters =
        '{' + c.fixed + (by_word ? "" : ',' + in_quotes(c.path.at(1)) + ':' + chosen.literal) + '}';
    out.reply_topic = source + std::string(last);
    out.reply_id = number;
    JsonWriter(out.payload)
        .begin_object()
        .member("id", number)
        .member("src", std::string_view(source))
        .member("method", std::string_view(by_word ? chosen.text : c.path.at(0)))
        .key("params")
        .raw(parameters)
        .end_object();
}

void Planner::refusals(const EntityView& entity) {
    if (entity.command_origin == "zigbee2mqtt") {
        out.refusal_topic = conventions.zigbee2mqtt_base + "/bridge/logging";
        const auto& topic = entity.said.command_topic;
        const auto from = conventions.zigbee2mqtt_base.size() + 1;
        constexpr std::size_t set_size = 4; // "/set"
        if (topic.size() > from + set_size)
            out.refusal_mark = topic.substr(from, topic.size() - from - set_size);
    } else if (entity.command_origin == "tasmota" && !entity.said.command.shown.empty()) {
        out.refusal_topic = entity.said.command.shown[0].topic;
    }
}

// {"state":"ON","color":{"x":0.3,"y":0.4}}: each a member of what the device is told, or an entity.
bool Planner::attribute(const std::string& name, const json::value& value) {
    const EntityView* inner = nullptr;
    for (const auto& entity : device.entities) {
        const auto& c = entity.said.command;
        if (c.as != As::member || c.path.empty() || c.path[0] != name) continue;
        if (c.path.size() == 1) return take(entity, value);
        inner = &entity;
    }
    const auto* object = value.if_object();
    if (!inner || !object || object->empty()) {
        const auto* entity = find_entity(device, name);
        if (entity && entity->said.command.as == As::member) return take(*entity, value);
        wrong = inner ? in_quotes(name) + " is an object"
                      : "the device has no attribute " + in_quotes(name) + " that can be set";
        return false;
    }
    for (const auto& [member, own] : *object) {
        auto found = std::find_if(
            device.entities.begin(), device.entities.end(), [&](const EntityView& entity) {
                const auto& path = entity.said.command.path;
                return entity.said.command.as == As::member && path.size() == 2 &&
                       path[0] == name && path[1] == std::string_view(member);
            });
        if (found == device.entities.end()) {
            wrong = in_quotes(name) + " has no member " + in_quotes(member) + " that can be set";
            return false;
        }
        if (!take(*found, own)) return false;
    }
    return true;
}

bool Planner::values(const json::object& all) {
    if (all.empty() || all.size() > most_values) {
        wrong = "values holds one attribute at least, and at most 32";
        return false;
    }
    if (all.size() == 1)
        if (const auto* one = find_entity(device, all.begin()->key());
            one && one->said.command.as != As::member)
            return take(*one, all.begin()->value());
    return std::all_of(all.begin(), all.end(), [this](const auto& one) {
        return attribute(std::string(one.key()), one.value());
    });
}

std::variant<Plan, Refusal> Planner::finish() {
    if (!wrong.empty()) return Refusal{wrong};
    if (!members.empty()) {
        for (const auto& [name, value] : fixed)
            if (!members.contains(name)) members[name] = value;
        caredian::append_json(out.payload, members);
    }
    if (out.payload.size() > longest_payload)
        return Refusal{"the message for the device would be too long"};
    return std::move(out);
}

} // namespace

bool is_commandable(const EntityDescription& entity) {
    return entity.command.as != As::nothing && !entity.command_topic.empty();
}

const EntityView* find_entity(const DeviceView& device, std::string_view id) {
    auto find = [&](auto matches) -> const EntityView* {
        auto at = std::find_if(device.entities.begin(), device.entities.end(), matches);
        return at == device.entities.end() ? nullptr : &*at;
    };
    auto own = [&](const EntityView& e) { return e.said.id == id; };
    // Two may have one id: the one that can be told something is meant.
    if (const auto* told =
            find([&](const EntityView& e) { return own(e) && is_commandable(e.said); }))
        return told;
    if (const auto* entity = find(own)) return entity;
    return find([&](const EntityView& e) {
        return std::find(e.also.begin(), e.also.end(), id) != e.also.end();
    });
}

std::variant<Plan, Refusal> plan(const DeviceView& device, const Wanted& wanted,
                                 const Conventions& conventions, std::int64_t number) {
    Planner planner{device, conventions, number, {}, {}, {}, {}};
    if (wanted.values) {
        (void)planner.values(*wanted.values);
    } else if (const auto* entity = find_entity(device, wanted.entity)) {
        (void)planner.take(*entity, wanted.value);
    } else {
        planner.wrong = "the device has no entity " + in_quotes(wanted.entity);
    }
    return planner.finish();
}

} // namespace caredian::devices::commands
