#include "identity/webauthn/errc.h"

namespace caredian::identity::webauthn {

const char* room_name(Errc) {
    return "identity/webauthn";
}

std::string_view describe(Errc e) {
    switch (e) {
    case Errc::ok:
        return "ok";
    case Errc::malformed:
        return "malformed";
    case Errc::wrong_type:
        return "made for another ceremony";
    case Errc::challenge:
        return "another challenge";
    case Errc::origin:
        return "made on another page";
    case Errc::rp_id:
        return "made for another site";
    case Errc::not_present:
        return "nobody was present";
    case Errc::not_verified:
        return "the person was not verified";
    case Errc::algorithm:
        return "an algorithm that was not asked for";
    case Errc::key:
        return "not a key of its algorithm";
    case Errc::attestation:
        return "an attestation that was not asked for";
    case Errc::signature:
        return "the signature is wrong";
    case Errc::counter:
        return "the counter went back";
    }
    return "unknown";
}

} // namespace caredian::identity::webauthn
