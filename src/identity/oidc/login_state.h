// A sign-in under way: what was asked of the provider, kept in the browser that asked. The sealed
// cookie binds the answer to that browser; nothing is stored here until an answer comes.
#pragma once

#include "base/clock.h"
#include "identity/oidc/metadata.h"
#include "identity/oidc/options.h"
#include "store/sealed.h"

namespace caredian::identity::oidc {

inline constexpr std::chrono::minutes login_lifetime{10};

struct LoginState {
    std::string provider;
    std::string state;    // in the address, and back (RFC 6749 §10.12)
    std::string nonce;    // in the ID token
    std::string verifier; // PKCE (RFC 7636)
    std::string redirect_uri;
    std::string return_to;
    std::string language;
    WallTime expires{};

    static LoginState fresh(Random& random, WallTime now);
};

std::string seal_login(const LoginState& state, const store::Sealer& sealer, Random& random);
// Error: no_login (not ours, changed, or too old).
result<LoginState> open_login(std::string_view cookie, const store::Sealer& sealer, WallTime now);

// Where to send the browser.
std::string authorization_url(const Metadata& metadata, const ProviderOptions& options,
                              const LoginState& login);

} // namespace caredian::identity::oidc
