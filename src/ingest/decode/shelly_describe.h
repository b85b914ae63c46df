// What a Shelly says about itself, of either generation.
#pragma once

#include "ingest/decode/json_fields.h"
#include "readings/description.h"

#include <string>
#include <string_view>

namespace caredian::ingest {

// "shellyplus1pm-a8032ab1c2d3": family, dash, six or twelve hexadecimal digits.
bool is_shelly_id(std::string_view text);

// An announcement of `json`: {"id":"shelly1pm-B1C2D3","model":"SHSW-PM","mac":…,"fw_ver":…} of the
// first generation, {"id":…,"name":…,"mac":…,"model":…,"gen":2,"app":…,"ver":…} of later ones.
// `prefix`: of the topics of the device, empty when the topic does not tell it. False: it is none.
bool read_shelly_announce(const JsonFields& json, std::string_view prefix,
                          readings::Description& out);

// What status and notifications tell: the id (may be empty) and `mac` (too) of what speaks below
// `prefix`. False: neither tells which device it is.
bool describe_shelly(std::string_view prefix, std::string_view id, std::string_view mac,
                     readings::Description& out);

} // namespace caredian::ingest
