// A column of 64-bit integers: times, counters, decimals, dictionary indexes.
//
// Each column picks what is shortest for it: how it is predicted (not at all, from the value
// before, from the two before), and how the rest is written (all equal, one width for all, Rice's
// code). Sensor times jump by jitter and sensor values by noise, so bits beat bytes here: a value
// that doesn't change costs one bit. Layout: docs/history-format.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::history {

// Appends the column. Any values, any number of them.
void pack_integers(std::string& out, std::span<const std::int64_t> values);

// Exactly `count` values out of the whole of `in`; false when it is not that.
bool unpack_integers(std::string_view in, std::size_t count, std::vector<std::int64_t>& values);

// The same for times: seconds, milliseconds or microseconds are found and divided out.
void pack_times(std::string& out, std::span<const std::int64_t> times);
bool unpack_times(std::string_view in, std::size_t count, std::vector<std::int64_t>& times);

} // namespace caredian::history
