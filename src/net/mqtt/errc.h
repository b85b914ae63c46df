// What can be wrong with bytes from a broker, and the reason code that says so.
#pragma once

#include "base/result.h"

#include <cstdint>

namespace caredian::net::mqtt {

enum class Errc {
    ok,
    // malformed packet (0x81)
    truncated,         // the body ends inside a field
    trailing_bytes,    // something follows the last field
    bad_length,        // a variable byte integer of more than four bytes
    reserved_type,     // packet type 0
    reserved_flags,    // the low half of the first byte is not what §2.1.3 demands
    qos_3,             //
    dup_qos_0,         // DUP without a packet that could be sent again
    packet_id_zero,    //
    bad_utf8,          // not UTF-8, or a surrogate
    nul_character,     // U+0000 in a text
    wildcard_in_topic, // + or # in a topic name
    property_length,   // the properties reach beyond the body, or a property beyond them
    unknown_property,  //
    connack_flags,     // reserved bits of CONNACK, or a session without a connection
    no_codes,          // SUBACK, UNSUBACK without a single code
    // protocol error (0x82)
    property_not_here,  // a property in a packet that has none such
    duplicate_property, //
    property_value,     // outside its range: 0 for receive maximum, 2 for a boolean ...
    empty_topic,        // without a topic alias
    unknown_alias,      // a topic alias that no earlier PUBLISH set
    unexpected_packet,  // a packet that a broker may not send, or not now
    id_in_use,          // a new PUBLISH under an id that waits for its acknowledgement
    code_count,         // SUBACK with more or fewer codes than filters
    // with a code of their own
    too_large,   // 0x95: announces more than max_packet
    alias_range, // 0x94: alias 0, or above what we allowed
};

const char* room_name(Errc);
std::string_view describe(Errc e);
std::uint8_t reason_code(Errc e); // for DISCONNECT
inline error_code make_error_code(Errc e) {
    return make_code(e);
}

} // namespace caredian::net::mqtt

template <>
struct boost::system::is_error_code_enum<caredian::net::mqtt::Errc> : std::true_type {};
