// What a message becomes, and why: for people who look at one that surprised them.
#pragma once

#include "ingest/decode/decoder.h"
#include "readings/reading.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::ingest {

struct Explanation {
    std::string decoder;    // "tasmota", "mapping", "json", …; empty: nobody was asked
    std::size_t rule = 0;   // of ingest.mappings, from 1; 0: none
    std::string rule_topic; // its pattern
    Outcome outcome;
    std::vector<readings::Reading> readings; // as decoded; field types are pinned later
    std::vector<std::string> left_out;       // values of the payload that the rule could not cast
    std::size_t descriptions = 0;
    // A rule to begin with, as YAML of `ingest`: when only the content told what it may be.
    std::optional<std::string> suggestion;
};

// Pure, and on its own: a running gateway's decoders are not touched. Any thread.
Explanation explain(const DecodeOptions& options, std::string_view topic, std::string_view payload);

// What POST /api/v1/ingest/explain answers (docs/openapi.json, Explanation): the rule as a text,
// "2: sensors/{area}/{device}", and a reading's time only when it is the payload's.
void append_json(std::string& out, const Explanation& explanation);

// A rule of ingest.mappings for such a message. Nothing when it has no value, or its topic cannot
// be written as a pattern.
std::optional<std::string> suggest_rule(const DecodeOptions& options, std::string_view topic,
                                        std::string_view payload);

} // namespace caredian::ingest
