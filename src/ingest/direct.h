// Readings that a client posted (POST /api/v1/devices/{id}/readings), as the journal holds them.
//
// They were read, checked and given their times before they came here, so the record says readings
// and no text of somebody's: version 1 (do not change; another one gets another first byte)
//   u8      1
//   varint  readings; of each
//     text    measurement
//     varint  tags but `device`; of each: text name, text value
//     i64     time, ns
//     varint  fields; of each: text name, u8 FieldType, then f64, i64, u8 or text
// A text is a varint of its length and its bytes. The device is the topic's.
#pragma once

#include "ingest/decode/decoder.h"
#include "readings/reading.h"

#include <span>
#include <string>
#include <string_view>

namespace caredian::ingest {

// "$readings/DEVICE". Topics below $readings/ are ours alone: what a broker brings there is not
// kept (session.h).
std::string direct_topic(std::string_view device);
bool is_direct(std::string_view topic);

// Of readings of one device.
std::string encode_direct(std::span<const readings::Reading> readings);

// The record of a message on such a topic, back: readings, and the description that makes one
// device of all measurements that were posted under its name. Broken when it is not whole.
Outcome decode_direct(const readings::Message& message, Output& out);

// The record for people, its beginning: a line of line protocol for each reading.
std::string direct_text(std::string_view payload, std::size_t most);

} // namespace caredian::ingest
