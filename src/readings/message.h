// A message: what came from outside, before anyone understood it.
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace caredian::readings {

using Row = std::uint64_t; // the journal's own counter, from 1; never used again

// As the journal holds it. Views point into a batch that outlives the call they are handed to.
struct Message {
    Row row = 0;
    WallTime time{}; // unique per series: µs of receipt, the last three digits are row mod 1000
    std::string_view topic;
    std::string_view payload;
    bool initial = false; // RETAIN was set: an old value, not something that happened now
    // Redelivered (DUP = 1, same content): `time` and `first_row` are those of the first storing.
    bool redelivered = false;
    Row first_row = 0; // = row unless redelivered
};

} // namespace caredian::readings
