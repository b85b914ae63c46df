// Passwords: argon2id (RFC 9106) by libsodium, in its own text form "$argon2id$v=19$m=…".
#pragma once

#include "base/metrics.h"
#include "base/result.h"
#include "base/secret.h"

#include <atomic>
#include <string>
#include <string_view>

namespace caredian::identity {

// OWASP's second choice: m = 19 MiB, t = 2, p = 1. Tests take less.
struct PasswordCost {
    std::size_t memory_bytes = 19 * 1024 * 1024;
    unsigned long long passes = 2;
};

inline constexpr std::size_t min_password_bytes = 8;
inline constexpr std::size_t max_password_bytes = 1024;

// Any thread. Each call takes tens of milliseconds and `memory_bytes`: it belongs on the pool for
// passwords (one thread per two cores), never on an event loop.
class Passwords {
public:
    explicit Passwords(PasswordCost cost = {});
    // Throws std::bad_alloc when the memory is not to be had.
    std::string hash(std::string_view password) const;
    // An empty `stored` (no such account, or one without a password) is compared with a hash that
    // nothing matches, so that the answer takes the same time.
    bool verify(std::string_view stored, std::string_view password) const;
    bool needs_rehash(std::string_view stored) const; // made with another cost
    std::uint64_t verifications() const { return verifications_.value(); }

private:
    PasswordCost cost_;
    std::string dummy_;
    mutable SharedCounter verifications_;
};

// errc::bad_password when it is too short or too long. Length is all we ask (NIST SP 800-63B).
result<void> check_password(std::string_view password);

} // namespace caredian::identity
