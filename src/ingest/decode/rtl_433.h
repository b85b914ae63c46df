// Readings of what rtl_433 decodes: weather stations, meters, tyres at 433 and 868 MHz.
#pragma once

#include "ingest/decode/decoder.h"

#include <string>
#include <string_view>

namespace caredian::ingest {

// {"time":"2026-01-10 12:05:00","model":"Acurite-Tower","id":1234,"channel":"A",
//  "temperature_C":22.5,"humidity":45,"battery_ok":1,"mic":"CHECKSUM"}
// is measurement `rtl_433`, tags device=Acurite-Tower/A/1234 (model, subtype, channel, id: as in
// the topics that rtl_433 makes itself) and gateway=<who heard it>. `json` holds the message.
class Rtl433 {
public:
    Outcome decode(const JsonFields& json, std::string_view gateway, Output& out);

private:
    std::string device_;
};

} // namespace caredian::ingest
