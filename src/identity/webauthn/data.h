// What a browser brings back from an authenticator, read: WebAuthn Level 2
// (https://www.w3.org/TR/webauthn-2/). All of it is bytes from outside; nothing is believed here.
#pragma once

#include "base/result.h"
#include "identity/webauthn/errc.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caredian::identity::webauthn {

inline constexpr std::size_t max_client_data = 8 * 1024;
inline constexpr std::size_t max_authenticator_data = 4 * 1024;
inline constexpr std::size_t max_attestation = 16 * 1024;
inline constexpr std::size_t max_credential_id = 1023; // §5.8.3

// §5.8.1, clientDataJSON.
struct ClientData {
    std::string type;
    std::string challenge; // decoded
    std::string origin;
    bool cross_origin = false;
};
result<ClientData> read_client_data(std::string_view json);

// COSE (RFC 9053) algorithm numbers that we take.
enum class Algorithm : std::int32_t { eddsa = -8, es256 = -7, rs256 = -257 };
std::optional<Algorithm> algorithm_of(std::int64_t number);

// A COSE_Key (RFC 9052 §7) of one of them; `key` as libfido2 takes it: x and y (ES256), n and e
// (RS256: 2048 bits), x (EdDSA: Ed25519).
struct PublicKey {
    Algorithm algorithm = Algorithm::es256;
    std::string key;
};
// Errors: malformed, algorithm, key.
result<PublicKey> read_public_key(std::string_view cose);

// §6.1. Views of what was read.
struct AuthenticatorData {
    std::string_view rp_id_hash;
    bool present = false;  // UP
    bool verified = false; // UV
    bool may_backup = false;
    bool backed_up = false;
    std::uint32_t counter = 0;
    struct Credential { // §6.5.1, when there is one
        std::string_view aaguid;
        std::string_view id;
        std::string_view public_key; // COSE
    };
    std::optional<Credential> credential;
};
// All of the bytes, extensions too. Error: malformed.
result<AuthenticatorData> read_authenticator_data(std::string_view bytes);

// §6.5.4. Views of what was read.
struct AttestationObject {
    std::string_view format;
    std::string_view statement; // CBOR
    std::string_view authenticator_data;
};
result<AttestationObject> read_attestation_object(std::string_view bytes);

// The statement of self attestation (§8.2 without x5c): its algorithm and signature. Nothing: it is
// another kind.
struct SelfStatement {
    std::int64_t algorithm = 0;
    std::string_view signature;
};
std::optional<SelfStatement> read_self_statement(std::string_view statement);
bool is_empty_statement(std::string_view statement); // of the format "none"

} // namespace caredian::identity::webauthn
