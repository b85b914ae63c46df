// IP addresses, networks, and who the true client is behind trusted proxies.
#pragma once

#include "base/result.h"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::net {

// An IPv4 or IPv6 address as 16 bytes (IPv4 as ::ffff:a.b.c.d, so the two forms compare equal).
struct Address {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(const Address&) const = default;
    bool is_v4() const;
    bool is_loopback() const;
    std::string to_string() const; // "192.0.2.1", "2001:db8::1"
};

// Without port, brackets or zone.
std::optional<Address> parse_address(std::string_view text);

struct Network {
    Address base;
    std::uint8_t prefix = 128; // of the 16-byte form
    bool contains(const Address& a) const;
};

// "10.0.0.0/8", "::1", "fd00::/8". Refuses host bits that are set.
std::optional<Network> parse_network(std::string_view text);

class NetworkSet {
public:
    NetworkSet() = default;
    explicit NetworkSet(std::vector<Network> networks) : networks_(std::move(networks)) {}
    bool contains(const Address& a) const;
    bool empty() const { return networks_.empty(); }

private:
    std::vector<Network> networks_;
};

// The client behind `peer`: X-Forwarded-For is read from the right, trusted entries are passed
// over; the first other one is the client. An unreadable entry ends the walk at the last good one.
// Not from a trusted peer: the peer.
Address true_client(const Address& peer, std::string_view x_forwarded_for,
                    const NetworkSet& trusted);

} // namespace caredian::net
