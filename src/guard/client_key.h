// What counts as one client: an address, or the /64 of an IPv6 one (a home has one, and may change
// addresses within it at will).
#pragma once

#include "net/address.h"

#include <string_view>

namespace caredian::guard {

// The bytes that are compared; as long as `address`.
inline std::string_view client_key(const net::Address& address) {
    const auto* bytes = reinterpret_cast<const char*>(address.bytes.data());
    return {bytes, address.is_v4() ? 16u : 8u};
}

} // namespace caredian::guard
