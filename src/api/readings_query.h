// The parameters of /api/v1/readings and /api/v1/export, checked.
#pragma once

#include "base/clock.h"
#include "history/exchange/point_writer.h"
#include "history/query.h"

#include <string>
#include <string_view>
#include <variant>

namespace caredian::api {

struct ReadingsQuery {
    history::Query query;
    bool csv = false;
    std::string source; // a name of ReadingsSources; empty: the one that the settings choose
};

struct ExportQuery {
    history::Query query;
    history::ExchangeFormat format = history::ExchangeFormat::csv;
};

// `query` is the raw query of the target. The text, when it is not a ReadingsQuery, is the
// problem's detail: a sentence that names the parameter.
std::variant<ReadingsQuery, std::string> parse_readings_query(std::string_view query, WallTime now);
std::variant<ExportQuery, std::string> parse_export_query(std::string_view query, WallTime now);

} // namespace caredian::api
