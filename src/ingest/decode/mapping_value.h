// Casts and times of mapping rules.
#pragma once

#include "base/clock.h"
#include "ingest/decode/json_fields.h"
#include "ingest/mapping_rule.h"
#include "readings/message.h"
#include "readings/reading.h"

#include <optional>

namespace caredian::ingest {

// A value as a rule wants it; nothing when it cannot be had: "high" is no number, 2.5 no boolean.
//   float    numbers, texts that are numbers, true = 1
//   integer  the same, rounded, below 2^53
//   boolean  booleans, 1 and 0, on/off, true/false, yes/no in any case, and the rule's own words
//   string   anything
std::optional<readings::FieldValue> cast(const FlatField& value, const MappedField& rule);

// "unavailable", "unknown", "none", "null" in any case, or nothing: a device's way to say that it
// has no value. No error, though it cannot be cast.
bool says_nothing(const FlatField& value);

// The time that a payload gives, at µs: between 2001 and 2100, else nothing, so that a device whose
// clock was never set does not write into 1970. A text needs a zone, its own or the rule's.
std::optional<WallTime> payload_time(const FlatField& value, const MappedTime& rule);

// A point's time out of it: µs, and the last three digits those of the message, so that two
// messages of one series and microsecond stay two points.
WallTime point_time(WallTime from_payload, const readings::Message& message);

} // namespace caredian::ingest
