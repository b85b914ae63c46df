#include "devices/enrol/errc.h"

namespace caredian::devices::enrol {

const char* room_name(Errc) {
    return "enrolment";
}

std::string_view describe(Errc e) {
    switch (e) {
    case Errc::ok:
        return "ok";
    case Errc::bad_name:
        return "a device's id is 1 to 64 of a-z, 0-9, _ and -";
    case Errc::reserved_name:
        return "that id is reserved";
    case Errc::exists:
        return "there is a device of that id";
    case Errc::not_found:
        return "there is no device of that id";
    case Errc::revoked:
        return "that device was revoked: remove it, then add it again";
    case Errc::bad_topic:
        return "the name on topics is 1 to 64 letters, digits, _, - or . and none that others use";
    case Errc::topic_taken:
        return "another device speaks on these topics";
    case Errc::bad_convention:
        return "the convention is generic, tasmota, esphome, shelly, zigbee2mqtt or homie";
    case Errc::too_many:
        return "there are too many of them";
    case Errc::bad_request:
        return "this is no PEM certificate signing request that its own key has signed";
    case Errc::weak_key:
        return "the key of a request is P-256, P-384, Ed25519, or RSA of 2048 to 4096 bits";
    case Errc::other_name:
        return "the request names another device";
    case Errc::bad_code:
        return "this code is not good, or not any more";
    case Errc::no_password:
        return "that device signs in with its certificate";
    case Errc::no_certificate:
        return "that device signs in with a password";
    case Errc::bad_host:
        return "a name of the broker is neither a host name nor an address";
    case Errc::no_hosts:
        return "no name of the broker is given";
    case Errc::crypto:
        return "the certificate could not be made; see the log";
    case Errc::wrong_key:
        return "the authority's key cannot be opened: master_key is another one";
    case Errc::no_broker:
        return "broker.directory is not set";
    }
    return "unknown";
}

} // namespace caredian::devices::enrol
