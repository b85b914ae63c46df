// A reading: one point in time of one series, as decoders make it and consumers take it.
#pragma once

#include "base/clock.h"
#include "readings/message.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace caredian::readings {

// Order is the wire and disk order of types: do not change.
enum class FieldType : std::uint8_t { number = 0, integer = 1, boolean = 2, text = 3 };
std::string_view to_string(FieldType t); // "float", "integer", "boolean", "string" as InfluxDB says

using FieldValue = std::variant<double, std::int64_t, bool, std::string>;
inline FieldType type_of(const FieldValue& v) {
    return static_cast<FieldType>(v.index());
}

struct Field {
    std::string name;
    FieldValue value;
};

// What names a series: measurement and tags (sorted by name). `device` is a tag, always there.
struct SeriesKey {
    std::string measurement;
    std::vector<std::pair<std::string, std::string>> tags;
    auto operator<=>(const SeriesKey&) const = default;
    std::string_view tag(std::string_view name) const; // empty when absent
    // "measurement,tag=value,…" with InfluxDB's escaping: unique, printable.
    std::string to_string() const;
};

struct Reading {
    SeriesKey series;
    std::vector<Field> fields; // at least one; names are unique
    WallTime time{};           // of the point: the message's, or what a mapping rule read in it
    WallTime received{};       // the message's own: when the device was heard
    Row row = 0;
    bool initial = false;
    bool redelivered = false;
    Row first_row = 0;
    std::string topic; // of the message
};

} // namespace caredian::readings
