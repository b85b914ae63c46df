// Points as text, one batch after the other.
#pragma once

#include "history/query.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::history {

class PointWriter {
public:
    virtual ~PointWriter() = default;
    virtual void head(std::string& out) = 0; // before the first batch
    // Points [begin, end) of the batch.
    virtual void points(std::string& out, const Batch& batch, std::size_t begin,
                        std::size_t end) = 0;
    virtual void tail(std::string& out) = 0; // after the last
};

enum class ExchangeFormat { csv, line_protocol };
std::optional<ExchangeFormat> parse_exchange_format(std::string_view name); // "csv", "lp"

// What an import gives back as it was.
//
// csv: RFC 4180, lines end with CR LF; time,measurement,device,field,type,value, then a column for
// each other tag. An empty cell is a tag that isn't there. `type` as readings::to_string says;
// numbers that are not finite are NaN, +Inf, -Inf.
// line_protocol: as InfluxDB reads it, nanoseconds. What it cannot say is left out and named in a
// comment: numbers that are not finite, names that hold a line break or end in a backslash, tags
// with an empty value. Where devices of one measurement have a field in several types, the type
// that comes first keeps the name; the others are written as `<field>_<type>`.
std::unique_ptr<PointWriter> export_writer(ExchangeFormat format,
                                           std::vector<std::string> tag_names);

// A CSV cell: in quotes, with quotes doubled, when it holds a comma, a quote, CR, LF or edge
// blanks.
void append_csv(std::string& out, std::string_view text);

} // namespace caredian::history
