// Where an outbound request goes: scheme, host and port (RFC 6454 §4).
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace caredian::net::http {

struct Origin {
    bool tls = false;
    std::string host; // name or address, without brackets
    std::uint16_t port = 80;
};
// "http://host:port" or "https://…" without path, query, fragment or user part. Error:
// invalid_argument.
result<Origin> parse_origin(std::string_view url);

// "host", "host:port", "[::1]:port" as the Host header wants it.
std::string host_header(const Origin& origin);

} // namespace caredian::net::http
