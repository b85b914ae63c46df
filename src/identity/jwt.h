// Session tokens: JWT (RFC 7519) signed with HS256 (RFC 7515, 7518). One algorithm, no choice.
#pragma once

#include "base/clock.h"
#include "base/secret.h"
#include "identity/errc.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace caredian::identity {

inline constexpr std::size_t max_token_bytes = 1024; // longer ones are refused unread

struct Claims {
    std::string session;      // sid
    std::string account;      // sub
    std::int64_t issued = 0;  // iat, seconds since 1970
    std::int64_t expires = 0; // exp: the session's absolute limit
};

// One key object per thread (cjose counts its references without locking).
class TokenKey {
public:
    // `secret`: 32 bytes or more; errors are std::invalid_argument. The key id is drawn from it.
    explicit TokenKey(const Secret& secret);
    ~TokenKey();
    TokenKey(TokenKey&&) noexcept;
    TokenKey(const TokenKey&) = delete;

    std::string sign(const Claims& claims) const;

    // In this order, so that nothing of a token is believed too early: length and alphabet; three
    // parts; a header with alg exactly "HS256", our kid, no crit and no foreign typ; the signature
    // (constant time); then the claims: sid and sub texts of ours, exp and iat numbers, nbf a
    // number if it is there, all of them finite and in the range of a date; exp ahead, nbf passed.
    // Errors: bad_token, expired.
    result<Claims> verify(std::string_view token, WallTime now) const;
    const std::string& id() const; // kid

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace caredian::identity
