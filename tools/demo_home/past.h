// A long past of the demo home as InfluxDB line protocol, made by the gateway's own decoders: what
// it would have kept, had it listened.
#pragma once

#include "model.h"

#include <cstdint>
#include <functional>
#include <string_view>

namespace caredian::tools {

// From `from` to `to` (seconds since the Unix epoch), a report of each device every `step` seconds
// at most. `write` is given pieces of whole lines and says false to stop. Returns the lines
// written.
std::uint64_t write_past(const DemoHome& home, std::int64_t from, std::int64_t to,
                         std::int64_t step, const std::function<bool(std::string_view)>& write);

} // namespace caredian::tools
