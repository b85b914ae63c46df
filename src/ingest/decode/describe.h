// Texts of descriptions out of JSON that anybody may have sent: bounded, valid UTF-8, for people
// or for comparing.
#pragma once

#include "base/json.h"
#include "ingest/decode/json_fields.h"
#include "ingest/options.h"
#include "readings/description.h"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace caredian::ingest {

constexpr std::size_t max_label = 200;         // bytes of a name, unit, model, …
constexpr std::size_t max_topic = 1024;        // bytes; a longer one is left out
constexpr std::size_t max_template = 1024;     // bytes of a value_template; cut there
constexpr std::size_t max_identifiers = 16;    // of one description
constexpr std::size_t max_options = 64;        // of one entity
constexpr std::size_t max_entities = 512;      // of one description
constexpr std::size_t max_descriptions = 2000; // of one message

// The member of that name, or of the first of its other names; nullptr when there is none.
const json::value* member(const json::object& object,
                          std::initializer_list<std::string_view> names);

// A text or a number as text ("" for anything else): no control characters and none of those that
// turn the direction of a line round, blanks at either end gone, cut at `most` bytes.
std::string label(const json::value* value, std::size_t most = max_label);
std::string label(std::string_view text, std::size_t most = max_label);

// The text of that name at the top, "" when there is none; the second as label() has it.
std::string_view text_of(const JsonFields& json, std::string_view name);
std::string text_label(const JsonFields& json, std::string_view name);

// A text, number or boolean as the wire has it: "ON", "1", "true". For comparing: cut, not cleaned.
std::string wire_text(const json::value* value);

// Topics on which bridges and devices describe themselves once and for all, retained.
bool describes(std::string_view topic, const DecodeOptions& options);

// An MQTT topic to subscribe to: "" when it is none (wildcards, control characters, too long).
std::string topic_of(const json::value* value);
bool is_topic(std::string_view text);

// "mac:a4c138aabb01" for any way of writing a MAC, "<type>:<value>" for other connections.
std::string connection(std::string_view type, std::string_view value);
// The same for what should be a MAC: "" when it is not twelve hexadecimal digits.
std::string mac_connection(std::string_view value);

} // namespace caredian::ingest
