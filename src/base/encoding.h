// base64url, hex, percent decoding, UTF-8.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace caredian {

std::string base64url_encode(std::string_view bytes);        // RFC 4648 §5, no padding
result<std::string> base64url_decode(std::string_view text); // strict: no padding, no blanks
std::string base64_encode(std::string_view bytes);           // RFC 4648 §4
std::string hex_encode(std::string_view bytes);
result<std::string> hex_decode(std::string_view text);
result<std::string> percent_decode(std::string_view text); // refuses a stray or short %
std::string percent_encode(std::string_view text);         // everything but unreserved
// `name`=`value` behind a URL's query, `value` encoded.
void add_parameter(std::string& url, std::string_view name, std::string_view value);
bool is_utf8(std::string_view text); // shortest form, no surrogates
// `text` with every byte that is not part of valid UTF-8 replaced by U+FFFD, cut at `max_bytes`.
std::string sanitize_utf8(std::string_view text, std::size_t max_bytes);
std::string lower_ascii(std::string_view text);
bool iequals_ascii(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text); // blanks and tabs
// Cuts `text` at the first `separator`; the rest is left in `text` (empty when none is left).
std::string_view next_token(std::string_view& text, char separator);

} // namespace caredian
