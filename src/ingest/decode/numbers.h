// Numbers as devices write them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace caredian::ingest {

// The whole of `text` as a finite double, exactly rounded. Takes JSON's grammar and also a leading
// `+` or `.`; "007", "0x1f", "1,5", "21.5 °C", nan and 1e400 are not numbers.
std::optional<double> parse_number(std::string_view text);

// "nan", "NaN", "inf", "-Infinity", …, and a number out of a double's range: a number was meant,
// but there is none.
bool is_not_a_number(std::string_view text);

// Copies `json` with every bare nan, inf or infinity (any case, with or without sign) outside of
// strings replaced by null. Returns how many.
std::size_t replace_bare_nan(std::string_view json, std::string& out);

} // namespace caredian::ingest
