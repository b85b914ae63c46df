// The two ceremonies of WebAuthn Level 2, judged: §7.1 a passkey is registered, §7.2 it is used.
// Signatures by libfido2. Pure: no clock, no store. Any thread.
#pragma once

#include "identity/webauthn/data.h"

#include <string>
#include <string_view>

namespace caredian::identity::webauthn {

// Us.
struct RelyingParty {
    std::string id;     // a host name: passkeys are bound to it
    std::string origin; // of our pages: "https://home.example.org"
};

struct Registration {
    std::string client_data; // JSON
    std::string attestation_object;
};

struct NewCredential {
    std::string id;
    PublicKey key;
    std::uint32_t counter = 0;
    bool verified = false;
    bool backed_up = false;
};

// Attestation is neither asked for nor believed: "none", or signed with the new key itself, which
// is checked. Errors: Errc's.
result<NewCredential> verify_registration(const RelyingParty& us, std::string_view challenge,
                                          const Registration& answer, bool must_verify);

struct Assertion {
    std::string client_data; // JSON
    std::string authenticator_data;
    std::string signature;
};

struct KnownCredential {
    PublicKey key;
    std::uint32_t counter = 0; // the last one; 0: it has none
};

struct Verified {
    std::uint32_t counter = 0;
    bool verified = false;
    bool backed_up = false;
};

// Errors: Errc's; `counter` comes last, when everything else is good.
result<Verified> verify_assertion(const RelyingParty& us, std::string_view challenge,
                                  const Assertion& answer, const KnownCredential& credential,
                                  bool must_verify);

} // namespace caredian::identity::webauthn
