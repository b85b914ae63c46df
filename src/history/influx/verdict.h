// What a server's answer to a write means. The three versions use the same status codes for
// different things; here they become one list. Pure.
#pragma once

#include "history/influx/column_types.h"
#include "history/influx/options.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::history::influx {

enum class Fate : std::uint8_t {
    stored,    // all of it
    later,     // overloaded, starting, or out of memory: the same again, after a pause
    closed,    // not let in (401, 403), or an answer that is no InfluxDB's: nothing goes until
               // somebody mends it
    missing,   // no such database, bucket or organisation
    too_large, // in smaller pieces
    refused,   // some of the lines, perhaps all, and the others may be stored or not: see below
};
std::string_view to_string(Fate fate);

// A field whose type is another one at the server.
struct TypeConflict {
    std::string measurement; // empty: the line's own
    std::string field;
    Column there = Column::foreign;
};

struct RefusedLine {
    std::size_t number = 0; // in what was sent, from 1
    std::string reason;
    std::optional<TypeConflict> conflict;
};

struct Verdict {
    Fate fate = Fate::later;
    std::string reason; // the server's own words, at most 300 bytes; for logs
    std::optional<std::chrono::seconds> retry_after;
    // Of Fate::refused:
    bool of_lines = false;                // the reason is one that concerns lines, not the request
    std::optional<TypeConflict> conflict; // the one that the server named
    std::size_t dropped = 0;              // as it says; 0: it does not
    std::vector<RefusedLine> lines;       // v3 names them, and has stored the others
};

// `retry_after`: the header's value, empty when there is none (seconds alone; a date counts as
// none).
Verdict judge(Version version, unsigned status, std::string_view retry_after,
              std::string_view body);

} // namespace caredian::history::influx
