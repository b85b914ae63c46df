// A message that could not be read, as it is kept.
#pragma once

#include "readings/message.h"

#include <cstdint>
#include <string>

namespace caredian::ingest {

struct DeadLetter {
    readings::Row row = 0; // given again after a restart: replaces itself
    WallTime time{};
    std::string topic;
    std::string error;
    std::uint64_t bytes = 0; // of the whole payload
    std::string payload;     // cut at DeadLetterOptions::max_payload
};

} // namespace caredian::ingest
