// Somebody's own question to a server, as InfluxQL: read only, one statement, of the gateway's own
// database, bounded.
#pragma once

#include "history/influx/options.h"

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

namespace caredian::history::influx {

// What is wrong with a statement; empty: it may be asked. Refused is more than would do harm: the
// words INTO and `;` stand nowhere, not even in a text, so that no trick of quotes hides them.
std::string_view wrong_statement(std::string_view statement);

struct StatementLimits {
    std::size_t rows = 10'000;
    std::size_t bytes = std::size_t{16} * 1024 * 1024; // of series_json, and one piece more
    nanoseconds time = std::chrono::seconds(10); // in all, and between two pieces of the answer
};
struct StatementAnswer {
    std::string series_json; // an array: [{"name","tags","columns","values"}]
    std::string error;       // the server's words; then there are no series
    bool partial = false;    // there would have been more
};
// Blocks. `statement` is one that may be asked. Errors: of the connection.
result<StatementAnswer> ask_statement(const Options& options, std::string_view statement,
                                      const StatementLimits& limits = {});

} // namespace caredian::history::influx
