// The properties of MQTT 5 (§2.2.2): which there are, where they may stand, what they may say.
#pragma once

#include "net/mqtt/wire.h"

namespace caredian::net::mqtt {

enum class PropertyId : std::uint8_t {
    payload_format = 0x01,
    message_expiry = 0x02,
    content_type = 0x03,
    response_topic = 0x08,
    correlation_data = 0x09,
    subscription_id = 0x0B,
    session_expiry = 0x11,
    assigned_client_id = 0x12,
    server_keep_alive = 0x13,
    authentication_method = 0x15,
    authentication_data = 0x16,
    request_problem_information = 0x17,
    will_delay = 0x18,
    request_response_information = 0x19,
    response_information = 0x1A,
    server_reference = 0x1C,
    reason_string = 0x1F,
    receive_maximum = 0x21,
    topic_alias_maximum = 0x22,
    topic_alias = 0x23,
    maximum_qos = 0x24,
    retain_available = 0x25,
    user_property = 0x26,
    maximum_packet = 0x27,
    wildcard_available = 0x28,
    subscription_ids_available = 0x29,
    shared_available = 0x2A,
};

// Where properties stand: the packets by their type number, and the will inside CONNECT.
enum class Place : std::uint8_t {
    will = 0,
    connect = 1,
    connack = 2,
    publish = 3,
    puback = 4,
    pubrec = 5,
    pubrel = 6,
    pubcomp = 7,
    subscribe = 8,
    suback = 9,
    unsubscribe = 10,
    unsuback = 11,
    disconnect = 14,
    auth = 15,
};

struct Property {
    PropertyId id{};
    std::uint32_t number = 0;    // byte, two and four byte integer, variable byte integer
    std::string_view text;       // text, binary data, name of a pair
    std::string_view pair_value; // of user_property
};

// Walks over properties and checks each: known, allowed here, not twice, in range, whole.
//   for (PropertyCursor c(bytes, Place::connack); c.next(p);) ...; then c.error().
class PropertyCursor {
public:
    PropertyCursor(std::string_view bytes, Place place) : reader_(bytes), place_(place) {}
    bool next(Property& out); // false: at the end, or wrong
    Errc error() const { return error_; }

private:
    bool stop(Errc e) {
        error_ = e;
        return false;
    }
    Reader reader_;
    Place place_;
    std::uint64_t seen_ = 0;
    Errc error_ = Errc::ok;
};

// Takes the length and the bytes of properties from a packet's reader.
std::string_view take_properties(Reader& reader);
// Walks over all of them: ok or what is wrong.
Errc check_properties(std::string_view bytes, Place place);

// Numbers are written in the width of the property.
void append_property(std::string& out, PropertyId id, std::uint32_t number);
void append_property(std::string& out, PropertyId id, std::string_view text);
void append_user_property(std::string& out, std::string_view name, std::string_view value);
// Length and properties.
void append_properties(std::string& out, std::string_view properties);

} // namespace caredian::net::mqtt
