// The row of ingest.mappings: a list of rules, each a map.
#include "app/config_mapping.h"

#include "base/encoding.h"

#include <algorithm>
#include <charconv>

namespace caredian::app {

namespace {

using ingest::MappedField;
using ingest::MappedTime;
using ingest::MappingRule;

// Reads the members of one map, and says which it does not know.
class Members {
public:
    Members(const YamlNode& node, const Row::Report& report, std::string what,
            std::vector<std::string> names)
        : node_(node), report_(report), what_(std::move(what)) {
        if (node.kind != YamlNode::Kind::map) {
            refuse(node.line, "must be a map");
            return;
        }
        for (const auto& entry : node.entries) {
            if (std::find(names.begin(), names.end(), entry.key) != names.end()) continue;
            auto hint = near_match(entry.key, names);
            refuse(entry.line, "there is no " + quote_value(entry.key) +
                                   (hint.empty() ? "" : " (do you mean " + hint + "?)"));
        }
    }

    const YamlEntry* find(std::string_view name) const {
        for (const auto& entry : node_.entries)
            if (entry.key == name) return &entry;
        return nullptr;
    }
    void refuse(int line, const std::string& message) {
        report_(line, what_ + message);
        good_ = false;
    }
    bool good() const { return good_; }

    void text(std::string_view name, std::string& out) {
        if (const auto* entry = find(name)) scalar(*entry, out);
    }
    void flag(std::string_view name, bool& out) { read(name, app::flag(), out); }
    void finite(std::string_view name, double& out) {
        std::string written;
        const auto* entry = find(name);
        if (!entry || !scalar(*entry, written)) return;
        auto [end, ec] = std::from_chars(written.data(), written.data() + written.size(), out);
        if (ec != std::errc() || end != written.data() + written.size())
            refuse(entry->line,
                   std::string(name) + ": " + quote_value(written) + " is not a number");
    }
    template <class T>
    void read(std::string_view name, const Codec<T>& codec, T& out) {
        std::string written;
        const auto* entry = find(name);
        if (!entry || !scalar(*entry, written)) return;
        if (auto refusal = codec.parse(written, out))
            refuse(entry->line, std::string(name) + ": " + *refusal);
    }
    // A word, or a list of them.
    void words(std::string_view name, std::vector<std::string>& out) {
        const auto* entry = find(name);
        if (!entry) return;
        auto items = entry->value.kind == YamlNode::Kind::list
                         ? entry->value.items
                         : std::vector<YamlNode>{entry->value};
        for (const auto& item : items) {
            if (item.kind != YamlNode::Kind::scalar)
                return refuse(item.line, std::string(name) + ": must be a word or a list of them");
            out.push_back(item.text);
        }
    }

private:
    bool scalar(const YamlEntry& entry, std::string& out) {
        if (entry.value.kind != YamlNode::Kind::scalar) {
            refuse(entry.value.line, entry.key + ": must be a single value");
            return false;
        }
        out = entry.value.text;
        return true;
    }
    const YamlNode& node_;
    const Row::Report& report_;
    std::string what_;
    bool good_ = true;
};

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

// `temp: {name: temperature, scale: 0.1}`, `temp: temperature`, `temp: drop`
bool read_field(const YamlEntry& entry, MappedField& out, const std::string& what,
                const Row::Report& report) {
    out.from = entry.key;
    std::string here = what + "fields: " + sanitize_utf8(entry.key, 40) + ": ";
    if (entry.value.kind == YamlNode::Kind::scalar) {
        out.drop = entry.value.text == "drop";
        if (!out.drop) out.name = entry.value.text;
        return true;
    }
    Members members(entry.value, report, here,
                    {"name", "type", "scale", "offset", "unit", "on", "off", "drop"});
    if (entry.value.kind != YamlNode::Kind::map) return false;
    members.text("name", out.name);
    members.read("type", field_type(), out.type);
    members.finite("scale", out.scale);
    members.finite("offset", out.offset);
    members.text("unit", out.unit);
    members.words("on", out.on);
    members.words("off", out.off);
    members.flag("drop", out.drop);
    return members.good();
}

// `time: payload`, `time: arrival`, `time: {field: ts, format: unix_ms, zone: "+09:00"}`
bool read_time(const YamlNode& node, MappedTime& out, const std::string& what,
               const Row::Report& report) {
    if (node.kind == YamlNode::Kind::scalar) {
        out.payload = node.text == "payload";
        if (out.payload || node.text == "arrival") return true;
        report(node.line,
               what + "time: " + quote_value(node.text) + " is neither payload nor arrival");
        return false;
    }
    Members members(node, report, what + "time: ", {"field", "format", "zone"});
    if (node.kind != YamlNode::Kind::map) return false;
    out.payload = true;
    members.text("field", out.field);
    members.read("format", time_format(), out.format);
    out.has_zone = members.find("zone") != nullptr;
    members.read("zone", zone(), out.zone_minutes);
    return members.good();
}

bool read_tags(const YamlNode& node, MappingRule& out, const std::string& what,
               const Row::Report& report) {
    out.has_tags = true;
    bool map = node.kind == YamlNode::Kind::map || node.kind == YamlNode::Kind::null;
    bool good = map && std::all_of(node.entries.begin(), node.entries.end(), [](const auto& e) {
                    return e.value.kind == YamlNode::Kind::scalar;
                });
    if (!good) {
        report(node.line, what + "tags: must be a map from names to texts");
        return false;
    }
    for (const auto& entry : node.entries) out.tags.emplace_back(entry.key, entry.value.text);
    return true;
}

bool read_fields(const YamlNode& node, MappingRule& out, const std::string& what,
                 const Row::Report& report) {
    if (node.kind != YamlNode::Kind::map) {
        report(node.line, what + "fields: must be a map from names in the payload");
        return false;
    }
    bool good = true;
    for (const auto& entry : node.entries)
        good = read_field(entry, out.fields.emplace_back(), what, report) && good;
    return good;
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

bool read_rule(const YamlNode& node, MappingRule& out, const std::string& what,
               const Row::Report& report) {
    Members members(node, report, what,
                    {"topic", "measurement", "device", "tags", "fields", "rest", "drop", "time"});
    if (node.kind != YamlNode::Kind::map) return false;
    if (!members.find("topic")) members.refuse(node.line, "topic is missing");
    members.text("topic", out.topic);
    members.text("measurement", out.measurement);
    members.text("device", out.device);
    members.read("rest", choice<bool>({{"keep", true}, {"drop", false}}), out.keep_rest);
    members.flag("drop", out.drop);
    bool good = members.good();
    if (const auto* e = members.find("tags")) good = read_tags(e->value, out, what, report) && good;
    if (const auto* e = members.find("fields"))
        good = read_fields(e->value, out, what, report) && good;
    if (const auto* e = members.find("time"))
        good = read_time(e->value, out.time, what, report) && good;
    if (!good) return false;
    for (const auto& problem : ingest::problems_of(out)) {
        report(line_of(node, problem.part, problem.key), what + problem.text());
        good = false;
    }
    return good;
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
        std::string what = "rule " + std::to_string(i + 1) + ": ";
        good = read_rule(node.items[i], rule, what, report) && good;
        auto by = ingest::shadowed_by(out, i);
        if (!by) continue;
        report(line_of(node.items[i], "topic", {}), what + "topic: is never reached: rule " +
                                                        std::to_string(*by + 1) +
                                                        " takes all of its messages");
        good = false;
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
