#include "identity/totp.h"

#include "base/encoding.h"

#include <array>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdexcept>

namespace caredian::identity {

namespace {

constexpr std::int64_t step_seconds = 30;
constexpr std::uint32_t modulus = 1'000'000;

} // namespace

std::int64_t totp_step(WallTime now) {
    auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    return seconds / step_seconds;
}

std::string totp_code(const Secret& secret, std::int64_t step) {
    std::array<unsigned char, 8> counter{};
    auto rest = static_cast<std::uint64_t>(step);
    for (std::size_t i = counter.size(); i-- > 0; rest >>= 8)
        counter[i] = static_cast<unsigned char>(rest & 0xff);
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned int size = 0;
    const auto& key = secret.reveal();
    if (!HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), counter.data(), counter.size(),
              mac.data(), &size) ||
        size != 20)
        throw std::runtime_error("HMAC-SHA-1 is not to be had");
    // RFC 4226 §5.3, dynamic truncation.
    const std::size_t at = mac[19] & 0x0f;
    const std::uint32_t number = (static_cast<std::uint32_t>(mac[at] & 0x7f) << 24) |
                                 (static_cast<std::uint32_t>(mac[at + 1]) << 16) |
                                 (static_cast<std::uint32_t>(mac[at + 2]) << 8) |
                                 static_cast<std::uint32_t>(mac[at + 3]);
    std::string digits = std::to_string(number % modulus);
    return std::string(totp_digits - digits.size(), '0') + digits;
}

std::optional<std::int64_t> totp_match(const Secret& secret, std::string_view code, WallTime now) {
    std::optional<std::int64_t> found;
    const std::int64_t current = totp_step(now);
    for (std::int64_t step = current - 1; step <= current + 1; ++step)
        if (equal_constant_time(totp_code(secret, step), code)) found = step;
    return found;
}

std::string base32_encode(std::string_view bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string out;
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (char c : bytes) {
        buffer = (buffer << 8) | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 5; bits -= 5) out += alphabet[(buffer >> (bits - 5)) & 31];
    }
    if (bits > 0) out += alphabet[(buffer << (5 - bits)) & 31];
    return out;
}

Secret totp_uri(const Secret& secret, std::string_view issuer, std::string_view username) {
    const std::string by = percent_encode(issuer);
    return Secret("otpauth://totp/" + by + ":" + percent_encode(username) +
                  "?secret=" + base32_encode(secret.reveal()) + "&issuer=" + by +
                  "&algorithm=SHA1&digits=6&period=30");
}

} // namespace caredian::identity
