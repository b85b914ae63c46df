#include "devices/commands/answer.h"

#include "base/encoding.h"
#include "ingest/decode/numbers.h"

#include <algorithm>
#include <cmath>

namespace caredian::devices::commands {

namespace {

constexpr std::size_t deepest = 16, most_fields = 512;
constexpr std::size_t largest = 256 * 1024; // bytes of a message that is looked at

bool matches(const Shows& shows, std::string_view text) {
    if (shows.number) {
        auto number = ingest::parse_number(text);
        return number && std::abs(*number - *shows.number) <= shows.tolerance + 1e-9;
    }
    return std::any_of(shows.texts.begin(), shows.texts.end(),
                       [&](const auto& wanted) { return iequals_ascii(wanted, text); });
}

std::string words(std::string_view text) {
    return sanitize_utf8(text, longest_answer);
}

} // namespace

Answer::Answer(const Plan& plan)
    : plan_(plan), satisfied_(plan.shows.size()), json_(deepest, most_fields) {
    auto want = [this](const std::string& topic) {
        if (!topic.empty() && std::find(topics_.begin(), topics_.end(), topic) == topics_.end())
            topics_.push_back(topic);
    };
    for (const auto& shows : plan.shows)
        for (const auto& place : shows.places) want(place.topic);
    want(plan.reply_topic);
    want(plan.refusal_topic);
}

Heard Answer::hear(std::string_view topic, std::string_view payload) {
    if (payload.size() > largest) return Heard::nothing;
    if (!plan_.reply_topic.empty() && topic == plan_.reply_topic) return reply(payload);
    if (!plan_.refusal_topic.empty() && topic == plan_.refusal_topic)
        if (auto heard = refusal(payload); heard != Heard::nothing) return heard;
    return shown(topic, payload);
}

// {"id":7,"result":{…}} or {"id":7,"error":{"code":-105,"message":"…"}}
Heard Answer::reply(std::string_view payload) {
    auto parsed = parse_json(payload, {deepest});
    const auto* object = parsed ? parsed->if_object() : nullptr;
    const auto* id = object ? object->if_contains("id") : nullptr;
    if (!id || !id->is_int64() || id->get_int64() != plan_.reply_id) return Heard::nothing;
    if (const auto* error = object->if_contains("error")) {
        const auto* inner = error->if_object();
        const auto* message = inner ? inner->if_contains("message") : nullptr;
        text_ = message && message->is_string() ? words(message->get_string()) : "an error";
        return Heard::refused;
    }
    const auto* result = object->if_contains("result");
    std::string out;
    if (result) caredian::append_json(out, *result);
    text_ = out.empty() || out.size() > longest_answer ? "null" : out;
    return Heard::done;
}

// "Publish 'set' 'color_temp' to 'lamp' failed": of another command to the same device, where ours
// has no such attribute. Zigbee2MQTT names state_l1 as 'state'.
bool Answer::is_of_another(std::string_view message) const {
    for (std::string_view before : {"Publish 'set' '", "No converter available for '"}) {
        const auto at = message.find(before);
        if (at == std::string_view::npos) continue;
        auto key = message.substr(at + before.size());
        key = key.substr(0, key.find('\''));
        const auto sent = parse_json(plan_.payload, {deepest});
        const auto* object = sent ? sent->if_object() : nullptr;
        return object && std::ranges::none_of(*object, [&](const auto& member) {
                   const std::string_view name = member.key();
                   return name.starts_with(key) &&
                          (name.size() == key.size() || name[key.size()] == '_');
               });
    }
    return false;
}

// Zigbee2MQTT: {"level":"error","message":"Publish 'set' 'state' to 'lamp' failed: '…'"}
// Tasmota: {"Command":"Unknown"}
Heard Answer::refusal(std::string_view payload) {
    auto parsed = parse_json(payload, {deepest});
    const auto* object = parsed ? parsed->if_object() : nullptr;
    if (!object) return Heard::nothing;
    auto text = [&](std::string_view name) -> std::string_view {
        const auto* value = object->if_contains(name);
        return value && value->is_string() ? std::string_view(value->get_string())
                                           : std::string_view();
    };
    if (plan_.refusal_mark.empty()) {
        if (text("Command") != "Unknown" && text("Command") != "Error") return Heard::nothing;
        text_ = "the device does not know this command";
        return Heard::refused;
    }
    const auto message = text("message");
    const bool ours = message.find('\'' + plan_.refusal_mark + '\'') != std::string_view::npos &&
                      (message.find("Publish 'set'") != std::string_view::npos ||
                       message.find("No converter available") != std::string_view::npos);
    if (text("level") != "error" || !ours || is_of_another(message)) return Heard::nothing;
    text_ = words(message);
    return Heard::refused;
}

bool Answer::value_of(std::string_view payload, std::string_view field, std::string& out,
                      bool& number) {
    auto bare = trim(payload);
    const bool object = bare.starts_with('{');
    number = false;
    if (!object && field == "value") {
        if (bare.size() >= 2 && bare.front() == '"' && bare.back() == '"')
            bare = bare.substr(1, bare.size() - 2);
        out = words(bare);
        number = ingest::parse_number(bare).has_value();
        return !bare.empty();
    }
    if (!object || json_.parse(bare) != ingest::JsonFields::good) return false;
    for (const auto& f : json_.fields()) {
        if (f.name != field) continue;
        out.clear();
        number = f.kind == ingest::FlatField::Kind::number;
        if (number)
            append_number(out, f.number);
        else if (f.kind == ingest::FlatField::Kind::boolean)
            out = f.boolean ? "true" : "false";
        else
            out = words(f.text);
        return true;
    }
    return false;
}

Heard Answer::shown(std::string_view topic, std::string_view payload) {
    bool any = false, other = false;
    for (std::size_t i = 0; i < plan_.shows.size(); ++i) {
        for (const auto& place : plan_.shows[i].places) {
            std::string value;
            bool number = false;
            if (place.topic != topic || !value_of(payload, place.field, value, number)) continue;
            any = true;
            satisfied_[i] = matches(plan_.shows[i], value);
            other = other || !satisfied_[i];
            text_.clear();
            if (number)
                text_ = value;
            else
                append_json_string(text_, value);
            break;
        }
    }
    if (!any) return Heard::nothing;
    if (std::find(satisfied_.begin(), satisfied_.end(), false) == satisfied_.end())
        return Heard::done;
    return other ? Heard::other : Heard::nothing;
}

} // namespace caredian::devices::commands
