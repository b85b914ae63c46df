// What a person says about messages of their own: plain structs, filled in by app from
// `ingest.mappings`, and what can be wrong with one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace caredian::ingest {

// How one value becomes a field.
struct MappedField {
    enum class Type { as_it_is, number, integer, boolean, text };

    std::string from; // flattened name in the payload; "value" is a bare payload
    std::string name; // of the field; empty: `from`
    Type type = Type::as_it_is;
    double scale = 1, offset = 0; // value · scale + offset, for numbers
    std::string unit;
    std::vector<std::string> on, off; // words for true and false besides the usual ones
    bool drop = false;
    bool operator==(const MappedField&) const = default;
};

// Where a point's time comes from when not from its arrival.
struct MappedTime {
    enum class Format { any, rfc3339, unix_s, unix_ms, unix_us, unix_ns };

    bool payload = false;
    std::string field; // empty: time, timestamp, ts, datetime, device_time, the first that is there
    Format format = Format::any;
    int zone_minutes = 0; // east of UTC, for a text that says none
    bool has_zone = false;
    bool operator==(const MappedTime&) const = default;
};

struct MappingRule {
    // An MQTT filter whose levels may have names: "sensors/{area}/{device}/#".
    std::string topic;
    // Texts in which {name} stands for that level and {payload.name} for that value. Empty:
    // measurement = the first level, device = the level {device}, else as for plain JSON.
    std::string measurement, device;
    std::vector<std::pair<std::string, std::string>> tags;
    bool has_tags = false; // else every named level but {device} and {measurement} is a tag
    std::vector<MappedField> fields;
    bool keep_rest = true; // of values that `fields` does not name
    bool drop = false;     // leave the message out
    MappedTime time;
    bool operator==(const MappingRule&) const = default;
};

constexpr std::size_t max_mapping_rules = 500, max_mapped_fields = 200; // of one rule

// One thing that is wrong with a rule, and where in it.
struct RuleProblem {
    std::string part;         // "topic", "fields", …
    std::string key;          // the entry of `tags` or `fields`; empty: the part itself
    std::string what;         // goes on after its name: "is given twice"
    std::string text() const; // "fields: temp: is given twice"
};
std::vector<RuleProblem> problems_of(const MappingRule& rule); // none: it can be used

// The earlier rule that takes every message which rules[at] could have.
std::optional<std::size_t> shadowed_by(const std::vector<MappingRule>& rules, std::size_t at);

} // namespace caredian::ingest
