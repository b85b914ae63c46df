// ID tokens (OpenID Connect Core §3.1.3.7) and logout tokens (Back-Channel Logout §2.4, 2.6).
// Pure: the caller brings keys and the time.
#pragma once

#include "base/clock.h"
#include "identity/oidc/jose.h"

namespace caredian::identity::oidc {

// How this provider signs: fixed by its settings, never by a token.
struct Verifier {
    std::string issuer;
    std::string client_id;
    std::vector<Algorithm> algorithms;
    Secret client_secret; // HS256's key
    std::chrono::seconds skew{60};
};

// The signature of a token that names an allowed algorithm. Errors: algorithm, unknown_key,
// signature. `keys` may be null when HS256 alone is allowed.
result<void> check_signature(const Jws& token, const Verifier& by, const KeySet* keys);

// A text claim of at most 512 bytes; empty when it is absent or something else.
std::string text_claim(const json::object& claims, std::string_view name);

struct IdToken {
    std::string subject;
    std::string session; // sid; may be empty
    json::object claims;
};
// What a token whose signature is good must say. `nonce` empty: none was sent (a refresh), then
// none is compared. `access_token` empty: at_hash is not compared.
// Errors: malformed, issuer, audience, nonce, hash, expired, not_yet.
result<IdToken> check_id_claims(const Jws& token, const Verifier& by, std::string_view nonce,
                                std::string_view access_token, WallTime now);

struct LogoutToken {
    std::string subject; // one of the two may be empty
    std::string session;
    std::string id; // jti
    WallTime expires{};
};
// Errors: malformed (no event, a nonce, neither sub nor sid, another typ), issuer, audience,
// expired (exp, or an iat of more than five minutes ago), not_yet.
result<LogoutToken> check_logout_claims(const Jws& token, const Verifier& by, WallTime now);

} // namespace caredian::identity::oidc
