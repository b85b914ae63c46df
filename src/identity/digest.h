// What is kept of tokens and codes that are random enough that no guess is worth slowing down.
#pragma once

#include <string>
#include <string_view>

namespace caredian::identity {

std::string sha256(std::string_view text); // 32 bytes
std::string sha256_hex(std::string_view text);

} // namespace caredian::identity
