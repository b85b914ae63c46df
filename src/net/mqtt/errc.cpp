#include "net/mqtt/errc.h"

namespace caredian::net::mqtt {

const char* room_name(Errc) {
    return "mqtt";
}

std::string_view describe(Errc e) {
    switch (e) {
    case Errc::ok:
        return "no error";
    case Errc::truncated:
        return "packet ends inside a field";
    case Errc::trailing_bytes:
        return "bytes after the last field of a packet";
    case Errc::bad_length:
        return "length of more than four bytes";
    case Errc::reserved_type:
        return "packet type 0";
    case Errc::reserved_flags:
        return "reserved flags in the fixed header";
    case Errc::qos_3:
        return "QoS 3";
    case Errc::dup_qos_0:
        return "DUP with QoS 0";
    case Errc::packet_id_zero:
        return "packet id 0";
    case Errc::bad_utf8:
        return "text that is not UTF-8";
    case Errc::nul_character:
        return "NUL in a text";
    case Errc::wildcard_in_topic:
        return "wildcard in a topic name";
    case Errc::property_length:
        return "wrong length of properties";
    case Errc::unknown_property:
        return "unknown property";
    case Errc::connack_flags:
        return "wrong flags in CONNACK";
    case Errc::no_codes:
        return "answer without reason codes";
    case Errc::property_not_here:
        return "property that this packet may not have";
    case Errc::duplicate_property:
        return "property given twice";
    case Errc::property_value:
        return "property value out of range";
    case Errc::empty_topic:
        return "PUBLISH without topic and alias";
    case Errc::unknown_alias:
        return "topic alias that was never set";
    case Errc::unexpected_packet:
        return "packet that a broker may not send now";
    case Errc::id_in_use:
        return "new PUBLISH under a packet id that is still open";
    case Errc::code_count:
        return "number of reason codes is not that of the filters";
    case Errc::too_large:
        return "packet announces more than the limit";
    case Errc::alias_range:
        return "topic alias out of range";
    }
    return "unknown";
}

std::uint8_t reason_code(Errc e) {
    switch (e) {
    case Errc::ok:
        return 0x00;
    case Errc::too_large:
        return 0x95;
    case Errc::alias_range:
        return 0x94;
    default:
        return e >= Errc::property_not_here ? 0x82 : 0x81;
    }
}

} // namespace caredian::net::mqtt
