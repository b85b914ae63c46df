// The row of ingest.mappings: a list of rules, each a map.
#include "app/config_mapping.h"

#include "app/config_record.h"
#include "base/encoding.h"

#include <algorithm>
#include <charconv>

namespace caredian::app {

namespace {

using ingest::MappedField;
using ingest::MappedTime;
using ingest::MappingRule;

template <class T>
using Members = std::vector<RecordField<T>>;

// ingest::problems_of says which texts cannot be.
Codec<std::string> any_text() {
    return {{}, [](std::string_view text, std::string& out) { return out = text, Refusal(); }, {}};
}

Codec<double> real_number() {
    return {{},
            [](std::string_view text, double& out) -> Refusal {
                auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
                if (ec == std::errc() && end == text.data() + text.size()) return std::nullopt;
                return quote_value(text) + " is not a number";
            },
            {}};
}

Codec<MappedField::Type> field_type() {
    using enum MappedField::Type;
    return choice<MappedField::Type>({{"float", number},
                                      {"integer", integer},
                                      {"boolean", boolean},
                                      {"string", text},
                                      {"number", number},
                                      {"int", integer},
                                      {"bool", boolean},
                                      {"text", text}});
}

Codec<MappedTime::Format> time_format() {
    using enum MappedTime::Format;
    return choice<MappedTime::Format>({{"any", any},
                                       {"rfc3339", rfc3339},
                                       {"unix", unix_s},
                                       {"unix_ms", unix_ms},
                                       {"unix_us", unix_us},
                                       {"unix_ns", unix_ns}});
}

// "+09:00", "-03:30", "Z"
Codec<int> zone() {
    return {{},
            [](std::string_view text, int& out) -> Refusal {
                if (text == "Z" || text == "UTC") return out = 0, std::nullopt;
                auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
                bool form = text.size() == 6 && (text[0] == '+' || text[0] == '-') && digit(1) &&
                            digit(2) && text[3] == ':' && digit(4) && digit(5);
                int hours = form ? (text[1] - '0') * 10 + text[2] - '0' : 99;
                int minutes = form ? (text[4] - '0') * 10 + text[5] - '0' : 99;
                if (hours > 14 || minutes > 59)
                    return quote_value(text) + " is no offset (write +09:00)";
                out = (hours * 60 + minutes) * (text[0] == '-' ? -1 : 1);
                return std::nullopt;
            },
            {}};
}

const YamlEntry* entry_of(const YamlNode& map, std::string_view name) {
    for (const auto& entry : map.entries)
        if (entry.key == name) return &entry;
    return nullptr;
}

// Where a part of a rule is written, or its entry `key`.
int line_of(const YamlNode& rule, std::string_view part, std::string_view key) {
    const auto* found = entry_of(rule, part);
    if (!found) return rule.line;
    const auto* inside = key.empty() ? nullptr : entry_of(found->value, key);
    return inside ? inside->line : found->line;
}

// `temp: {name: temperature, scale: 0.1}`, `temp: temperature`, `temp: drop`
void read_field(const YamlNode& node, MappedField& out, const Row::Report& report) {
    static const Members<MappedField> members = {
        field("name", &MappedField::name, any_text()),
        field("type", &MappedField::type, field_type()),
        field("scale", &MappedField::scale, real_number()),
        field("offset", &MappedField::offset, real_number()),
        field("unit", &MappedField::unit, any_text()),
        list_field("on", &MappedField::on, any_text()),
        list_field("off", &MappedField::off, any_text()),
        field("drop", &MappedField::drop, flag()),
    };
    if (node.kind != YamlNode::Kind::scalar)
        (void)read_members(members, node, out, report);
    else if (node.text == "drop")
        out.drop = true;
    else
        out.name = node.text;
}

// `time: payload`, `time: arrival`, `time: {field: ts, format: unix_ms, zone: "+09:00"}`
void read_time(const YamlNode& node, MappingRule& rule, const Row::Report& report) {
    static const Members<MappedTime> members = {
        field("field", &MappedTime::field, any_text()),
        field("format", &MappedTime::format, time_format()),
        field("zone", &MappedTime::zone_minutes, zone()),
    };
    MappedTime& out = rule.time;
    out.payload = node.kind != YamlNode::Kind::scalar || node.text == "payload";
    out.has_zone = entry_of(node, "zone") != nullptr;
    if (node.kind != YamlNode::Kind::scalar)
        (void)read_members(members, node, out, report);
    else if (!out.payload && node.text != "arrival")
        report(node.line, quote_value(node.text) + " is neither payload nor arrival");
}

void read_tags(const YamlNode& node, MappingRule& out, const Row::Report& report) {
    out.has_tags = true;
    bool map = node.kind == YamlNode::Kind::map || node.kind == YamlNode::Kind::null;
    bool good = map && std::all_of(node.entries.begin(), node.entries.end(), [](const auto& e) {
                    return e.value.kind == YamlNode::Kind::scalar;
                });
    if (!good) return report(node.line, "must be a map from names to texts");
    for (const auto& entry : node.entries) out.tags.emplace_back(entry.key, entry.value.text);
}

void read_fields(const YamlNode& node, MappingRule& out, const Row::Report& report) {
    if (node.kind != YamlNode::Kind::map)
        return report(node.line, "must be a map from names in the payload");
    for (const auto& entry : node.entries) {
        auto& one = out.fields.emplace_back();
        one.from = entry.key;
        read_field(entry.value, one, [&](int line, const std::string& message) {
            report(line, sanitize_utf8(entry.key, 40) + ": " + message);
        });
    }
}

void read_rule(const YamlNode& node, MappingRule& out, const Row::Report& report) {
    static const Members<MappingRule> members = {
        field("topic", &MappingRule::topic, any_text()),
        field("measurement", &MappingRule::measurement, any_text()),
        field("device", &MappingRule::device, any_text()),
        field("rest", &MappingRule::keep_rest, choice<bool>({{"keep", true}, {"drop", false}})),
        field("drop", &MappingRule::drop, flag()),
        {{"tags", {}, {}}, read_tags},
        {{"fields", {}, {}}, read_fields},
        {{"time", {}, {}}, read_time},
    };
    bool good = read_members(members, node, out, report);
    if (node.kind == YamlNode::Kind::map && !entry_of(node, "topic"))
        return report(node.line, "topic is missing");
    if (!good) return;
    for (const auto& problem : ingest::problems_of(out))
        report(line_of(node, problem.part, problem.key), problem.text());
}

} // namespace

bool read_mapping_rules(const YamlNode& node, std::vector<MappingRule>& out,
                        const Row::Report& report) {
    if (node.kind == YamlNode::Kind::null) return true;
    if (node.kind != YamlNode::Kind::list) {
        report(node.line, "must be a list of rules");
        return false;
    }
    if (node.items.size() > ingest::max_mapping_rules) {
        report(node.line, "has more than " + std::to_string(ingest::max_mapping_rules) + " rules");
        return false;
    }
    bool good = true;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        auto& rule = out.emplace_back();
        auto refuse = [&](int line, const std::string& message) {
            report(line, "rule " + std::to_string(i + 1) + ": " + message);
            good = false;
        };
        read_rule(node.items[i], rule, refuse);
        if (auto by = ingest::shadowed_by(out, i))
            refuse(line_of(node.items[i], "topic", {}), "topic: is never reached: rule " +
                                                            std::to_string(*by + 1) +
                                                            " takes all of its messages");
    }
    return good;
}

std::string show_mapping_rules(const std::vector<MappingRule>& rules) {
    std::string out;
    for (const auto& rule : rules)
        out += (out.empty() ? "[{topic: " : ", {topic: ") + yaml_text(rule.topic) + ", …}";
    return out.empty() ? "[]" : out + "]";
}

} // namespace caredian::app
