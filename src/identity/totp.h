// Time-based one-time codes (RFC 6238): SHA-1, six digits, steps of 30 s, as every authenticator
// app has them. Pure.
#pragma once

#include "base/clock.h"
#include "base/secret.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caredian::identity {

inline constexpr std::size_t totp_secret_bytes = 20; // RFC 4226 §4: as long as SHA-1
inline constexpr std::size_t totp_digits = 6;

std::int64_t totp_step(WallTime now); // 30 s each, since 1970
std::string totp_code(const Secret& secret, std::int64_t step);
// The step whose code it is: now's, or one before or behind (RFC 6238 §5.2). All three are
// compared, in constant time.
std::optional<std::int64_t> totp_match(const Secret& secret, std::string_view code, WallTime now);

std::string base32_encode(std::string_view bytes); // RFC 4648 §6, no padding

// What authenticator apps take (github.com/google/google-authenticator/wiki/Key-Uri-Format).
Secret totp_uri(const Secret& secret, std::string_view issuer, std::string_view username);

} // namespace caredian::identity
