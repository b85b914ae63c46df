// Line protocol, piece by piece: what may stand where, and how.
// https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/
#pragma once

#include "readings/reading.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::history::influx {

// Each appends to `out`. Names come out in a form that every version reads back as the same name;
// what line protocol cannot express is replaced: line breaks by a blank, a backslash at the end by
// an underscore behind it, a `#` at a measurement's beginning (a comment) by a backslash before it.
void append_measurement(std::string& out, std::string_view name);
void append_name(std::string& out, std::string_view name); // tag key, tag value, field key
void append_text(std::string& out, std::string_view text); // with its quotes; any bytes

// False, and nothing appended: NaN and infinities do not exist.
bool append_value(std::string& out, const readings::FieldValue& value);

// "measurement,tag=value": tags without a value are left out. `tag` is one more, at its place in
// the order, unless the series has one of that name.
void append_series(std::string& out, const readings::SeriesKey& key, std::string_view tag = {},
                   std::string_view value = {});

// A field of a line that we wrote: places in the line.
struct LineField {
    std::size_t begin = 0;  // of the name
    std::size_t equals = 0; // the '=' behind it
    std::size_t end = 0;    // behind the value
    std::string name;       // unescaped
    readings::FieldType type = readings::FieldType::number;
};
struct LineParts {
    std::string measurement; // unescaped
    std::vector<LineField> fields;
};
// Of one line without its line break. nullopt: it is none of ours.
std::optional<LineParts> take_apart(std::string_view line);

} // namespace caredian::history::influx
