// How many are asked for: "limit=50".
#pragma once

#include "net/http/message.h"

#include <cstddef>
#include <optional>
#include <string>

namespace caredian::api {

// nullopt: there is one, and it is not from 1 to `most`.
std::optional<std::size_t> read_limit(const net::http::Request& request, std::size_t most,
                                      std::size_t otherwise);
std::string wrong_limit(std::size_t most); // what to say then

} // namespace caredian::api
