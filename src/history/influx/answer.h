// What /query answers: one line of JSON for each chunk. Pure, and strict: an answer comes from
// outside.
#pragma once

#include "base/result.h"
#include "history/influx/select.h"
#include "history/query.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::history::influx {

// A cell of a row.
struct Cell {
    enum class Kind : std::uint8_t { none, number, integer, boolean, text };
    Kind kind = Kind::none;
    double number = 0;
    std::int64_t integer = 0;
    bool boolean = false;
    std::string text;
};

// Rows of one series. The first column of a SELECT is the time in ns.
struct Table {
    readings::SeriesKey key; // tags sorted; those without a value are left out
    std::vector<std::string> columns;
    std::vector<std::vector<Cell>> rows;
};

struct Chunk {
    std::vector<Table> tables;
    std::string error; // of the statement, though the status is 200
};
// Errors: bad_message, when it is not of this shape.
result<Chunk> parse_chunk(std::string_view line);

// Rows as points of the selection's fields, appended to `out`: without windows one column for each
// field; with windows each value is what `query` asked for, at `at` instead of the row's time when
// that is given, with its range beside it. Cells of another type than the field's are left out.
void to_points(const Table& table, const Query& query, const Selection& selection,
               std::optional<std::int64_t> at, Batch& out);

} // namespace caredian::history::influx
