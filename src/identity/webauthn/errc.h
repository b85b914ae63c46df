// Why an answer of a passkey is not good; for the log. People are told one thing for all of it.
#pragma once

#include "base/result.h"

namespace caredian::identity::webauthn {

enum class Errc {
    ok,
    malformed,    // not what the specification describes, or larger than we read
    wrong_type,   // of another ceremony
    challenge,    // of another moment
    origin,       // made for another page, or inside one
    rp_id,        // made for another site
    not_present,  // nobody touched the authenticator
    not_verified, // … or proved to it who they are, where that is asked for
    algorithm,    // none that we asked for
    key,          // not a key of that algorithm
    attestation,  // neither "none" nor the key's own
    signature,
    counter, // not above the last one: there may be a copy of the authenticator
};
const char* room_name(Errc);
std::string_view describe(Errc e);
inline error_code make_error_code(Errc e) {
    return make_code(e);
}

} // namespace caredian::identity::webauthn

template <>
struct boost::system::is_error_code_enum<caredian::identity::webauthn::Errc> : std::true_type {};
