// A rule to begin with, made from one message.
#include "base/encoding.h"
#include "base/json.h"
#include "ingest/decode/names.h"
#include "ingest/decode/numbers.h"
#include "ingest/explain.h"

#include <algorithm>
#include <set>

namespace caredian::ingest {

namespace {

constexpr std::size_t most_fields = 40; // of a suggestion; the rest is kept as it is

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

// As YAML has it: quoted where a plain text would be read as something else.
std::string in_quotes(std::string_view text) {
    bool letter = !text.empty() && is_plain(text[0]) && text[0] != '-' && text[0] > '9';
    bool word = is_one_of(lower_ascii(text.substr(0, 8)),
                          {"on", "off", "yes", "no", "true", "false", "null", "y", "n"});
    if (letter && !word && std::all_of(text.begin(), text.end(), is_plain))
        return std::string(text);
    std::string out;
    append_json_string(out, text); // JSON's strings are YAML's, too
    return out;
}

// A last level that says what is sent, not who sends it.
bool is_what(std::string_view level) {
    return is_one_of(level,
                     {"state", "status", "data", "value", "values", "json", "sensor", "sensors",
                      "telemetry", "reading", "readings", "measurement", "event", "update"});
}

// home/kitchen/plug/state → home/{area}/{device}/state
std::string pattern_of(const TopicLevels& topic, bool named_by_payload) {
    std::size_t n = topic.size();
    std::size_t device = n - 1;
    if (n >= 3 && is_what(topic.last())) device = n - 2;
    if (named_by_payload || device == 0) device = n; // no level is the device
    std::size_t between = device == n ? 0 : device - 1;
    std::string out;
    for (std::size_t i = 0; i < n; ++i) {
        if (i) out += '/';
        if (i == device)
            out += "{device}";
        else if (i > 0 && i < device && between == 1 && device != n)
            out += "{area}";
        else if (i > 0 && i < device && device != n)
            out += "{level" + std::to_string(i + 1) + '}';
        else
            out += topic[i];
    }
    return out;
}

std::string_view type_of(const FlatField& f) {
    if (f.kind == FlatField::Kind::number) return "float";
    if (f.kind == FlatField::Kind::boolean || switch_word(f.text)) return "boolean";
    return parse_number(f.text) ? "float" : "string";
}

std::string field_line(std::string_view from, std::string_view name, std::string_view type) {
    return "        " + in_quotes(from) + ": {name: " + in_quotes(name) +
           ", type: " + std::string(type) + "}\n";
}

// A name that a rule can have, and that no line before has.
bool is_free(std::string_view name, std::set<std::string, std::less<>>& used) {
    std::string buffer;
    bool clean = !name.empty() && clean_name(name, buffer).data() == name.data();
    return clean && used.emplace(name).second;
}

std::string field_lines(const JsonFields& json) {
    std::string out, name;
    std::size_t lines = 0;
    std::set<std::string, std::less<>> from_used, to_used;
    const FlatField* device = device_field(json);
    for (const auto& f : json.fields()) {
        bool time = f.top && is_time_name(f.name) && device_time(f);
        if (&f == device || time || lines == most_fields) continue;
        std::string from = json.is_object() ? std::string(f.name) : "value_" + std::string(f.name);
        if (!is_free(from, from_used)) continue;
        name.clear();
        append_snake_case(name, from);
        if (!is_free(name, to_used) && !is_free(name = from, to_used)) continue;
        out += field_line(from, name, type_of(f));
        ++lines;
    }
    return out;
}

std::string time_line(const JsonFields& json) {
    for (const auto& f : json.fields())
        if (f.top && is_time_name(f.name) && device_time(f))
            return "      # time: payload   # the point's time is \"" + std::string(f.name) +
                   "\", not that of its arrival\n";
    return {};
}

} // namespace

std::optional<std::string> suggest_rule(const DecodeOptions& options, std::string_view topic,
                                        std::string_view payload) {
    TopicLevels levels(topic);
    std::string buffer;
    if (levels.size() == 0 || topic.find_first_of("+#{}") != std::string_view::npos ||
        topic.size() > max_name || clean_name(topic, buffer).data() != topic.data())
        return std::nullopt;
    JsonFields json(options.max_depth, options.max_fields);
    bool good = json.parse(payload) == JsonFields::good;
    bool structured = good && !(json.fields().size() == 1 && json.fields()[0].name.empty());
    FlatField whole;
    whole.kind = FlatField::Kind::text;
    whole.text = payload;
    std::string fields =
        structured ? field_lines(json) : field_line("value", "value", type_of(whole));
    if (fields.empty()) return std::nullopt;
    std::string out = "ingest:\n  mappings:\n    - topic: ";
    out += in_quotes(pattern_of(levels, structured && device_field(json)));
    out += "\n      measurement: " + in_quotes(split_topic(topic).first) + "\n      fields:\n" +
           fields;
    if (structured) out += time_line(json);
    return out;
}

} // namespace caredian::ingest
