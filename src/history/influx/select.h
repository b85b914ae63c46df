// Questions in InfluxQL, which all three versions understand at /query. Pure.
// https://docs.influxdata.com/influxdb/v1/query_language/spec/
#pragma once

#include "history/influx/dialect.h"
#include "history/query.h"

#include <string>
#include <vector>

namespace caredian::history::influx {

struct FieldColumn {
    std::string name;
    readings::FieldType type = readings::FieldType::number;
};

// What is asked of one measurement.
struct Selection {
    std::string measurement;
    std::vector<FieldColumn> fields; // sorted by name
    std::vector<std::string> tags;   // what names a series there; sorted
    // The server makes the windows; else it gives points, and windows are made of them here.
    // Columns are then, for each field, the value, and with Query::ranges its min and its max.
    bool windows = false;
};

std::string show_measurements(const Query& query);
std::string show_fields(const Options& options, std::string_view measurement);
std::string show_tags(const Options& options, std::string_view measurement);

// Whether the server's windows are the same as ours: mean, sum, min and max of booleans are ours
// alone, and so is one window over a range that is open at its beginning.
bool server_makes_windows(const Query& query, const std::vector<FieldColumn>& fields);
// The fields that matter for `fn`: texts have no mean.
std::vector<FieldColumn> fields_for(const Query& query, std::vector<FieldColumn> fields);

std::string select(const Options& options, const Query& query, const Selection& selection);
// One row for each series: how many values each field has.
std::string select_counts(const Options& options, const Query& query, const Selection& selection);
// The first or the last point of all, whatever series.
std::string select_edge(const Options& options, const Query& query, const Selection& selection,
                        bool last);

// POST /query, the answer in chunks.
Setup ask(const Options& options, std::string_view statement);

} // namespace caredian::history::influx
