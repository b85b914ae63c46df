// Listening sockets.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace caredian::net::http {

// One socket per worker on the same address and port (SO_REUSEPORT): the kernel spreads.
struct ListenGroup {
    std::string address; // as configured
    std::uint16_t port = 0;
    std::vector<int> sockets;
};

// "0.0.0.0:8080", "[::]:8080" (IPv6 only when an IPv4 entry has the same port), port 0 = any free.
// The sockets belong to the caller. Fails when another program listens there.
result<std::vector<ListenGroup>> listen_on(const std::vector<std::string>& addresses,
                                           std::size_t workers);

} // namespace caredian::net::http
