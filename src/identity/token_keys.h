// The keys that sign access tokens: JWT (RFC 7519, 9068) by HS256 with the gateway's secret, or by
// RS256 or ES256 with a key of the operator's (RFC 7518), so that others can verify them.
//
// A key has an id (kid). The first one signs; older ones verify until what they signed has ended.
#pragma once

#include "base/clock.h"
#include "base/secret.h"
#include "identity/errc.h"
#include "identity/scopes.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::identity {

// Stands for a token that is too long to be kept (session_cache.h): "at:" and a keyless hash of it
// (BLAKE2b, 256 bits: nobody finds two tokens with one).
std::string token_digest(std::string_view token);

struct TokenKeyOptions {
    Secret secret;     // HS256; 32 bytes or more
    Secret old_secret; // empty: none
    Secret key;        // PEM, private: RSA of 2048 bits or more, or EC P-256. Signs, if given
    std::vector<Secret> old_keys;      // likewise; they verify
    std::string issuer = "caredian";   // iss; not empty
    std::string audience = "caredian"; // aud; not empty
};

struct AccessClaims {
    std::string grant;        // jti: what it was issued on; see token_grants.h
    std::string account;      // sub: Account::id
    std::string client;       // client_id: ApiKey::id
    Scopes scopes;            // scope
    std::int64_t issued = 0;  // iat, nbf: seconds since 1970
    std::int64_t expires = 0; // exp
};

// One object per thread (cjose counts its references without locking).
class TokenKeys {
public:
    // Throws std::invalid_argument with a sentence for the operator.
    explicit TokenKeys(const TokenKeyOptions& options);
    ~TokenKeys();
    TokenKeys(TokenKeys&&) noexcept;
    TokenKeys(const TokenKeys&) = delete;

    std::string sign(const AccessClaims& claims) const;
    // Does it begin as a token that one of these keys signed? Nothing is verified.
    bool is_ours(std::string_view token) const;
    // The header must be, byte for byte, the one that we write with that key: alg, kid and
    // typ = at+jwt and nothing else, so no crit, no b64, no other algorithm. Then the signature;
    // then the claims: iss and aud ours, ids texts, scope known words, iat, nbf and exp whole
    // numbers in the range of a date; exp ahead; nbf and iat not more than a minute ahead.
    // Errors: bad_token, expired.
    result<AccessClaims> verify(std::string_view token, WallTime now) const;
    // The public keys (RFC 7517); {"keys":[]} where there are secrets only.
    const std::string& jwks() const;
    const std::string& issuer() const;
    const std::string& audience() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace caredian::identity
