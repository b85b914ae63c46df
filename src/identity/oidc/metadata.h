// What a provider says of itself: OpenID Connect Discovery 1.0, RFC 8414. Pure.
#pragma once

#include "identity/oidc/errc.h"

#include <string>
#include <string_view>

namespace caredian::identity::oidc {

struct Metadata {
    std::string issuer;
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string jwks_uri;
    std::string userinfo_endpoint;    // may be empty
    std::string end_session_endpoint; // may be empty
    bool secret_in_body = false;      // client_secret_post, not client_secret_basic
    bool names_issuer = false;        // authorization responses carry iss (RFC 9207)
};

// Of a document fetched for `issuer`, which it must name letter by letter. Every endpoint is a URL
// without user part and fragment, https unless the issuer itself is http. Error: metadata.
result<Metadata> parse_metadata(std::string_view document, std::string_view issuer);

// Where the document of `issuer` is: /.well-known/openid-configuration behind its path.
std::string discovery_url(std::string_view issuer);

} // namespace caredian::identity::oidc
