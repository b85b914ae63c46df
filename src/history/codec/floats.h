// A column of doubles, kept bit by bit.
//
// What sensors send are decimals, so a column is first tried as integers over a power of ten
// (21.37 = 2137 / 10²) with the few values that don't fit listed apart; such columns take a byte a
// value or less where XOR takes six. The rest is XOR'ed with the value before (Pelkonen et al.,
// "Gorilla", VLDB 2015).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::history {

// Values are the bits of doubles: -0.0, infinities and NaN come back as they were.
void pack_floats(std::string& out, std::span<const std::int64_t> values);
bool unpack_floats(std::string_view in, std::size_t count, std::vector<std::int64_t>& values);

} // namespace caredian::history
