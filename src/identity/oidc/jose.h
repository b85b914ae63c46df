// Signed tokens of others: JWS compact form (RFC 7515), algorithms (RFC 7518 §3), keys (RFC 7517).
// Pure: bytes in, a verdict out.
#pragma once

#include "base/json.h"
#include "base/secret.h"
#include "identity/oidc/errc.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace caredian::identity::oidc {

enum class Algorithm { rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, es512, hs256 };
std::string_view to_string(Algorithm a);                         // "RS256"
std::optional<Algorithm> parse_algorithm(std::string_view name); // "none" is none of them

inline constexpr std::size_t max_foreign_token = 16 * 1024;
inline constexpr std::size_t max_jwks = 256 * 1024;

// A token taken apart; nothing of it is believed yet.
struct Jws {
    Algorithm algorithm{};
    std::string key_id; // kid, may be empty
    std::string type;   // typ, may be empty
    std::string signed_bytes;
    std::string signature;
    json::object claims;
};
// Errors: malformed (also crit, b64 and embedded keys: nothing we know needs them), algorithm.
result<Jws> parse_jws(std::string_view token);

// A provider's public keys. Immutable; any thread.
class KeySet {
public:
    // Takes RSA keys of 2048 to 8192 bits and EC keys on P-256, P-384, P-521 that are for
    // signatures; passes over everything else. Error: malformed (no JWK set).
    static result<KeySet> parse(std::string_view document);
    // Errors: unknown_key, signature. A token without kid fits when one key only can be meant
    // (OpenID Connect Core §10.1).
    result<void> verify(const Jws& token) const;
    std::size_t size() const { return keys_.size(); }

private:
    struct Key {
        std::string id;
        std::optional<Algorithm> only; // its "alg"
        int curve_bits = 0;            // EC: 256, 384, 521; RSA: 0
        std::shared_ptr<evp_pkey_st> key;
        bool fits(Algorithm a) const;
    };
    static std::optional<Key> read(const json::object& jwk);
    std::vector<Key> keys_;
};

// HS256: the client secret is the key. Constant time. Error: signature.
result<void> verify_hmac(const Jws& token, const Secret& secret);

// The left half of the hash of `text`, as at_hash wants it (OpenID Connect Core §3.1.3.6).
std::string half_hash(Algorithm algorithm, std::string_view text);

// SHA-256 as base64url: PKCE's S256 (RFC 7636 §4.2), and ids of rows.
std::string sha256_base64url(std::string_view text);

} // namespace caredian::identity::oidc
