// The parameters of /api/v1/readings, checked.
#pragma once

#include "base/clock.h"
#include "history/query.h"

#include <string>
#include <string_view>
#include <variant>

namespace caredian::api {

struct ReadingsQuery {
    history::Query query;
    bool csv = false;
};

// `query` is the raw query of the target. The text, when it is not a ReadingsQuery, is the
// problem's detail: a sentence that names the parameter.
std::variant<ReadingsQuery, std::string> parse_readings_query(std::string_view query, WallTime now);

} // namespace caredian::api
