// What can go wrong between a provider's answer and a person we know.
#pragma once

#include "base/result.h"

namespace caredian::identity::oidc {

enum class Errc {
    ok,
    malformed,        // a token or document that is not what its specification says
    algorithm,        // signed with an algorithm that this provider is not set up for
    unknown_key,      // the provider publishes no key of that id: fetch its keys again, once
    signature,        //
    issuer,           // iss is another's (also of the authorization response, RFC 9207)
    audience,         // aud or azp is not this client
    nonce,            // not the one that was sent
    hash,             // at_hash does not fit the access token
    expired,          //
    not_yet,          // nbf or iat lie ahead
    subject,          // userinfo speaks of somebody else than the ID token
    metadata,         // the discovery document is unusable
    unreachable,      // the provider does not answer, or not in time
    provider_error,   // it answers with an error or with nonsense
    denied,           // the person or the provider said no
    no_login,         // no sign-in under way in this browser, or it took too long
    replayed,         // used before
    not_admitted,     // a person who may not have an account here
    unknown_provider, //
};
const char* room_name(Errc);
std::string_view describe(Errc e);
inline error_code make_error_code(Errc e) {
    return make_code(e);
}

} // namespace caredian::identity::oidc

template <>
struct boost::system::is_error_code_enum<caredian::identity::oidc::Errc> : std::true_type {};
