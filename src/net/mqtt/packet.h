// The control packets (§3) as a client meets them. Views point into what was decoded.
#pragma once

#include "net/mqtt/types.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace caredian::net::mqtt {

enum class PacketType : std::uint8_t {
    connect = 1,
    connack,
    publish,
    puback,
    pubrec,
    pubrel,
    pubcomp,
    subscribe,
    suback,
    unsubscribe,
    unsuback,
    pingreq,
    pingresp,
    disconnect,
    auth,
};
std::string_view to_string(PacketType type); // "PUBLISH"

// --- what a client sends

struct Connect {
    Version version = Version::v5;
    bool clean_start = false;
    std::uint16_t keep_alive = 0; // seconds
    std::string_view client_id;
    std::string_view username; // empty: not sent
    std::string_view password; // empty: not sent; 3.1.1 wants a user name with it
    const Will* will = nullptr;
    // 5.0 only; 0 or absent values are not written
    std::uint32_t session_expiry = 0;
    std::uint16_t receive_maximum = 0;
    std::uint32_t maximum_packet = 0;
    std::uint16_t topic_alias_maximum = 0;
};

struct OutgoingPublish {
    std::string_view topic;
    std::string_view payload;
    std::uint16_t packet_id = 0;
    std::uint8_t qos = 0;
    bool retain = false;
    bool dup = false;
    std::uint32_t expiry = 0; // seconds; 5.0 only, 0 is not written
};

// --- what a broker sends

// 3.1.1's return codes 1 to 5 are given as the reason codes of 5.0 that mean the same.
struct Connack {
    std::uint8_t reason_code = 0;
    bool session_present = false;
    std::optional<std::uint32_t> session_expiry;
    std::optional<std::uint16_t> server_keep_alive;
    std::uint16_t receive_maximum = 65'535;
    std::uint8_t maximum_qos = 2;
    bool retain_available = true;
    std::uint32_t maximum_packet = 0; // 0 = no limit
    std::uint16_t topic_alias_maximum = 0;
    bool wildcard_available = true;
    bool subscription_ids_available = true;
    bool shared_available = true;
    std::string_view assigned_client_id;
    std::string_view reason_string;
    std::string_view server_reference;
    std::string_view authentication_method;
};

struct IncomingPublish : Publish {
    std::optional<std::uint16_t> topic_alias;
    std::string_view properties; // checked; walk with PropertyCursor(…, Place::publish)
};

struct Ack { // PUBACK, PUBREC, PUBREL, PUBCOMP
    std::uint16_t packet_id = 0;
    std::uint8_t reason_code = 0;
    std::string_view reason_string;
};

struct Suback { // and UNSUBACK
    std::uint16_t packet_id = 0;
    std::string_view codes; // a byte per filter; UNSUBACK of 3.1.1 has none
    std::string_view reason_string;
};

struct Disconnect {
    std::uint8_t reason_code = 0;
    std::string_view reason_string;
    std::string_view server_reference;
};

struct Auth {
    std::uint8_t reason_code = 0;
    std::string_view method;
    std::string_view data;
};

} // namespace caredian::net::mqtt
