#include "identity/oidc/errc.h"

namespace caredian::identity::oidc {

const char* room_name(Errc) {
    return "oidc";
}

std::string_view describe(Errc e) {
    switch (e) {
    case Errc::ok:
        return "ok";
    case Errc::malformed:
        return "the token is malformed";
    case Errc::algorithm:
        return "the token is signed with an algorithm that is not set up for this provider";
    case Errc::unknown_key:
        return "the provider has no key of that id";
    case Errc::signature:
        return "the signature is wrong";
    case Errc::issuer:
        return "the answer comes from another issuer";
    case Errc::audience:
        return "the token is for another client";
    case Errc::nonce:
        return "the nonce is not the one that was sent";
    case Errc::hash:
        return "the access token is not the one that was signed for";
    case Errc::expired:
        return "the token has expired";
    case Errc::not_yet:
        return "the token is not valid yet";
    case Errc::subject:
        return "userinfo speaks of another person";
    case Errc::metadata:
        return "the provider's discovery document is unusable";
    case Errc::unreachable:
        return "the provider does not answer";
    case Errc::provider_error:
        return "the provider answers with an error";
    case Errc::denied:
        return "the sign-in was refused at the provider";
    case Errc::no_login:
        return "no such sign-in is under way in this browser";
    case Errc::replayed:
        return "this was used before";
    case Errc::not_admitted:
        return "this person may not have an account here";
    case Errc::unknown_provider:
        return "there is no such provider";
    }
    return "unknown";
}

} // namespace caredian::identity::oidc
