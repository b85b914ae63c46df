#include "net/address.h"

#include "base/encoding.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>

namespace caredian::net {

namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

// A whole number without sign or leading blank.
std::optional<unsigned> parse_number(std::string_view text) {
    unsigned value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) return {};
    return value;
}

// An entry of X-Forwarded-For: "192.0.2.1", "192.0.2.1:1234", "2001:db8::1", "[2001:db8::1]:1234".
std::optional<Address> parse_forwarded(std::string_view entry) {
    if (auto plain = parse_address(entry)) return plain;
    auto colon = entry.rfind(':');
    if (entry.starts_with('[')) {
        auto close = entry.find(']');
        if (close == std::string_view::npos) return {};
        auto rest = entry.substr(close + 1);
        if (!rest.empty() && (rest[0] != ':' || !parse_number(rest.substr(1)))) return {};
        return parse_address(entry.substr(1, close - 1));
    }
    if (colon == std::string_view::npos || !parse_number(entry.substr(colon + 1))) return {};
    auto address = parse_address(entry.substr(0, colon));
    return address && address->is_v4() ? address : std::nullopt;
}

} // namespace

bool Address::is_v4() const {
    return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes.begin());
}

bool Address::is_loopback() const {
    if (is_v4()) return bytes[12] == 127;
    return std::all_of(bytes.begin(), bytes.end() - 1, [](auto b) { return b == 0; }) &&
           bytes[15] == 1;
}

std::string Address::to_string() const {
    char text[INET6_ADDRSTRLEN];
    if (is_v4())
        inet_ntop(AF_INET, bytes.data() + 12, text, sizeof(text));
    else
        inet_ntop(AF_INET6, bytes.data(), text, sizeof(text));
    return text;
}

std::optional<Address> parse_address(std::string_view text) {
    char copy[INET6_ADDRSTRLEN];
    if (text.empty() || text.size() >= sizeof(copy)) return {};
    if (text.find('\0') != std::string_view::npos) return {};
    std::memcpy(copy, text.data(), text.size());
    copy[text.size()] = '\0';
    Address made;
    if (inet_pton(AF_INET, copy, made.bytes.data() + 12) == 1) {
        std::copy(v4_prefix.begin(), v4_prefix.end(), made.bytes.begin());
        return made;
    }
    if (inet_pton(AF_INET6, copy, made.bytes.data()) == 1) return made;
    return {};
}

bool Network::contains(const Address& a) const {
    std::size_t whole = prefix / 8;
    if (!std::equal(base.bytes.begin(), base.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                    a.bytes.begin()))
        return false;
    if (prefix % 8 == 0) return true;
    auto mask = static_cast<std::uint8_t>(0xFF << (8 - prefix % 8));
    return ((base.bytes[whole] ^ a.bytes[whole]) & mask) == 0;
}

std::optional<Network> parse_network(std::string_view text) {
    auto slash = text.find('/');
    auto address = parse_address(text.substr(0, slash));
    if (!address) return {};
    // The form that was written decides the width: "::ffff:0:0/96" is a network of 16 bytes.
    bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
    Network made{*address, 128};
    if (slash != std::string_view::npos) {
        auto bits = parse_number(text.substr(slash + 1));
        if (!bits || *bits > (v4 ? 32u : 128u)) return {};
        made.prefix = static_cast<std::uint8_t>(*bits + (v4 ? 96u : 0u));
    }
    for (std::size_t bit = made.prefix; bit < 128; ++bit)
        if (address->bytes[bit / 8] & (0x80 >> (bit % 8))) return {};
    return made;
}

bool NetworkSet::contains(const Address& a) const {
    return std::any_of(networks_.begin(), networks_.end(),
                       [&](const Network& n) { return n.contains(a); });
}

Address true_client(const Address& peer, std::string_view x_forwarded_for,
                    const NetworkSet& trusted) {
    Address client = peer;
    auto rest = trim(x_forwarded_for);
    while (!rest.empty() && trusted.contains(client)) {
        auto comma = rest.rfind(',');
        auto entry = parse_forwarded(trim(rest.substr(comma + 1)));
        if (!entry) break;
        client = *entry;
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(0, comma);
    }
    return client;
}

} // namespace caredian::net
