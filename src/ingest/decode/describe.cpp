#include "ingest/decode/describe.h"

#include "base/encoding.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

// U+200E, U+200F, U+202A…E, U+2066…9: names that hold them show other text than they say.
bool turns_direction(std::string_view at) {
    if (at.size() < 3 || at[0] != '\xe2') return false;
    auto second = static_cast<unsigned char>(at[1]), third = static_cast<unsigned char>(at[2]);
    if (second == 0x80) return third == 0x8e || third == 0x8f || (third >= 0xaa && third <= 0xae);
    return second == 0x81 && third >= 0xa6 && third <= 0xa9;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

std::string number_text(const json::value& value) {
    std::string out;
    append_json(out, value);
    return out;
}

} // namespace

const json::value* member(const json::object& object,
                          std::initializer_list<std::string_view> names) {
    for (auto name : names)
        if (const auto* found = object.if_contains(name)) return found;
    return nullptr;
}

std::string label(std::string_view text, std::size_t most) {
    std::string out;
    out.reserve(std::min(text.size(), most));
    for (std::size_t i = 0; i < text.size() && out.size() <= most + 3; ++i) {
        if (turns_direction(text.substr(i)))
            i += 2;
        else
            out += is_control(text[i]) ? ' ' : text[i];
    }
    out = sanitize_utf8(out, most);
    auto from = out.find_first_not_of(' ');
    if (from == std::string::npos) return {};
    return out.substr(from, out.find_last_not_of(' ') - from + 1);
}

std::string label(const json::value* value, std::size_t most) {
    if (!value) return {};
    if (const auto* text = value->if_string()) return label(std::string_view(*text), most);
    return value->is_number() ? number_text(*value) : std::string();
}

std::string_view text_of(const JsonFields& json, std::string_view name) {
    const FlatField* f = json.top(name);
    return f && f->kind == FlatField::Kind::text ? f->text : std::string_view();
}

std::string text_label(const JsonFields& json, std::string_view name) {
    return label(text_of(json, name));
}

std::string wire_text(const json::value* value) {
    if (!value) return {};
    if (const auto* text = value->if_string()) return sanitize_utf8(*text, max_label);
    if (const auto* flag = value->if_bool()) return *flag ? "true" : "false";
    return value->is_number() ? number_text(*value) : std::string();
}

bool describes(std::string_view topic, const DecodeOptions& options) {
    auto below = [&](std::string_view base) {
        return topic.size() > base.size() && topic.starts_with(base) && topic[base.size()] == '/';
    };
    if (below(options.discovery_prefix)) return topic.ends_with("/config");
    if (below(options.zigbee2mqtt_base))
        return topic.substr(options.zigbee2mqtt_base.size()) == "/bridge/devices";
    return below("tasmota/discovery") || below("esphome/discover") ||
           topic.ends_with("/announce"); // Shelly
}

bool is_topic(std::string_view text) {
    if (text.empty() || text.size() > max_topic) return false;
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return is_control(c) || c == '#' || c == '+'; });
}

std::string topic_of(const json::value* value) {
    const auto* text = value ? value->if_string() : nullptr;
    return text && is_topic(*text) ? std::string(*text) : std::string();
}

std::string connection(std::string_view type, std::string_view value) {
    std::string out = lower_ascii(std::string(type)) + ':';
    bool mac = iequals_ascii(type, "mac");
    for (char c : value)
        if (!mac || (c != ':' && c != '-' && c != '.')) out += c;
    return mac ? lower_ascii(out) : label(out);
}

std::string mac_connection(std::string_view value) {
    constexpr std::string_view prefix = "mac:", digits = "0123456789abcdef";
    if (value.size() > 17) return {}; // with separators
    std::string out = connection("mac", value);
    bool good = out.size() == prefix.size() + 12 &&
                out.find_first_not_of(digits, prefix.size()) == std::string::npos;
    return good ? out : std::string();
}

} // namespace caredian::ingest
