// What a provider is set up as.
#pragma once

#include "base/secret.h"
#include "identity/oidc/jose.h"
#include "identity/principal.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::identity::oidc {

// What a provider says of a person, and under which name: a dotted path into the ID token,
// userinfo or profile ("response.id").
struct ClaimPaths {
    std::string subject = "sub";
    std::string username = "preferred_username";
    std::string name = "name";
    std::string email = "email";
    std::string email_verified = "email_verified";
    std::string groups = "groups";
};

enum class Preset { oidc, oauth2, authentik, keycloak, google, kakao, naver };
std::optional<Preset> parse_preset(std::string_view name);

struct ProviderOptions {
    std::string id;     // in paths and in rows: stays
    bool openid = true; // ID tokens; false: OAuth 2.0 with a profile (RFC 6749)
    std::string issuer; // with OAuth 2.0 alone: the name under which its people are kept
    std::string client_id;
    Secret client_secret; // empty: a public client, held by PKCE alone
    bool secret_in_body = false;
    std::vector<std::string> scopes;
    std::vector<Algorithm> algorithms;
    ClaimPaths claims;
    std::map<std::string, Role> roles; // of groups; empty: roles are not the provider's business
    std::string label_ko;
    std::string label_en;
    std::string ca_file; // PEM; empty: the system's
    // OAuth 2.0 alone: there is no discovery.
    std::string authorization_url;
    std::string token_url;
    std::string profile_url;
    // Who may have an account.
    bool trusts_emails = false;              // each address counts as verified
    bool creates_accounts = true;            // for people who have none yet
    std::vector<std::string> allowed_emails; // verified; "ann@example.org", "@example.org"
    std::vector<std::string> allowed_groups; // one of them, at each sign-in
};

// Everything that a preset knows already.
ProviderOptions preset_options(Preset preset);

} // namespace caredian::identity::oidc
