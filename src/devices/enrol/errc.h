// What can go wrong when a device is to get an identity.
#pragma once

#include "base/result.h"

namespace caredian::devices::enrol {

enum class Errc {
    ok,
    bad_name,      // not [a-z0-9_-]{1,64}
    reserved_name, // reserved_because says why
    exists,        // there is a device of that id
    not_found,     // there is none
    revoked,       // it was revoked: remove it first
    bad_topic,     // not a name that may stand in topics
    topic_taken,   // another device speaks on these topics
    bad_convention,
    too_many,       // devices or open codes
    bad_request,    // a certificate signing request that is none, or not signed by its key
    weak_key,       // of a request: neither P-256, P-384, Ed25519 nor RSA of 2048 to 4096 bits
    other_name,     // of a request: made for another device
    bad_code,       // no code of ours, used, or over
    no_password,    // the device signs in with its certificate
    no_certificate, // the device signs in with a password
    bad_host,       // neither a host name nor an address
    no_hosts,       // of the broker: none is given
    crypto,         // OpenSSL refused; logged
    wrong_key,      // the authority's key was sealed with another master_key
    no_broker,      // broker.directory is not set
};
const char* room_name(Errc);
std::string_view describe(Errc e);
inline error_code make_error_code(Errc e) {
    return make_code(e);
}

} // namespace caredian::devices::enrol

template <>
struct boost::system::is_error_code_enum<caredian::devices::enrol::Errc> : std::true_type {};
