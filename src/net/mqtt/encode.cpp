#include "net/mqtt/codec.h"
#include "net/mqtt/property.h"

namespace caredian::net::mqtt {
namespace {

void append_fixed_header(std::string& out, PacketType type, std::uint8_t flags,
                         std::size_t length) {
    append_u8(out, static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4 | flags));
    append_varint(out, static_cast<std::uint32_t>(length));
}

void append_packet(std::string& out, PacketType type, std::uint8_t flags, std::string_view body) {
    append_fixed_header(out, type, flags, body.size());
    out.append(body);
}

std::size_t publish_body_size(const OutgoingPublish& p, Version version) {
    const unsigned properties = version != Version::v5 ? 0u : p.expiry == 0 ? 1u : 6u;
    return 2 + p.topic.size() + (p.qos > 0 ? 2u : 0u) + properties + p.payload.size();
}

void append_number(std::string& out, PropertyId id, std::uint32_t value) {
    if (value != 0) append_property(out, id, value);
}

std::uint8_t connect_flags(const Connect& p) {
    unsigned flags = p.clean_start ? 2 : 0;
    if (p.will != nullptr)
        flags |= 4u | static_cast<unsigned>(p.will->qos) << 3 | (p.will->retain ? 0x20u : 0u);
    // 3.1.1 §3.1.2.9: no password without a user name
    if (!p.password.empty() && (p.version == Version::v5 || !p.username.empty())) flags |= 0x40;
    if (!p.username.empty()) flags |= 0x80;
    return static_cast<std::uint8_t>(flags);
}

} // namespace

std::string_view to_string(PacketType type) {
    constexpr std::string_view names[] = {"packet type 0", "CONNECT",  "CONNACK",     "PUBLISH",
                                          "PUBACK",        "PUBREC",   "PUBREL",      "PUBCOMP",
                                          "SUBSCRIBE",     "SUBACK",   "UNSUBSCRIBE", "UNSUBACK",
                                          "PINGREQ",       "PINGRESP", "DISCONNECT",  "AUTH"};
    auto i = static_cast<std::size_t>(type);
    return i < std::size(names) ? names[i] : names[0];
}

void encode_connect(std::string& out, const Connect& p) {
    std::string body;
    auto flags = connect_flags(p);
    append_text(body, "MQTT");
    append_u8(body, static_cast<std::uint8_t>(p.version));
    append_u8(body, flags);
    append_u16(body, p.keep_alive);
    if (p.version == Version::v5) {
        std::string properties;
        append_number(properties, PropertyId::session_expiry, p.session_expiry);
        append_number(properties, PropertyId::receive_maximum, p.receive_maximum);
        append_number(properties, PropertyId::maximum_packet, p.maximum_packet);
        append_number(properties, PropertyId::topic_alias_maximum, p.topic_alias_maximum);
        append_properties(body, properties);
    }
    append_text(body, p.client_id);
    if (p.will != nullptr) {
        if (p.version == Version::v5) append_properties(body, {});
        append_text(body, p.will->topic);
        append_text(body, p.will->payload);
    }
    if ((flags & 0x80) != 0) append_text(body, p.username);
    if ((flags & 0x40) != 0) append_text(body, p.password);
    append_packet(out, PacketType::connect, 0, body);
}

std::size_t publish_size(const OutgoingPublish& p, Version version) {
    std::size_t body = publish_body_size(p, version);
    return 1 + (body < 128 ? 1u : body < 16'384 ? 2u : body < 2'097'152 ? 3u : 4u) + body;
}

void encode_publish(std::string& out, const OutgoingPublish& p, Version version) {
    auto flags = static_cast<std::uint8_t>((p.dup ? 8 : 0) | p.qos << 1 | (p.retain ? 1 : 0));
    append_fixed_header(out, PacketType::publish, flags, publish_body_size(p, version));
    append_text(out, p.topic);
    if (p.qos > 0) append_u16(out, p.packet_id);
    if (version == Version::v5) {
        std::string properties;
        append_number(properties, PropertyId::message_expiry, p.expiry);
        append_properties(out, properties);
    }
    out.append(p.payload);
}

void encode_ack(std::string& out, PacketType type, std::uint16_t packet_id,
                std::uint8_t reason_code, Version version) {
    bool with_reason = version == Version::v5 && reason_code != 0;
    append_fixed_header(out, type, type == PacketType::pubrel ? 2 : 0, with_reason ? 3 : 2);
    append_u16(out, packet_id);
    if (with_reason) append_u8(out, reason_code);
}

void encode_subscribe(std::string& out, std::uint16_t packet_id,
                      std::span<const Subscription> filters, Version version) {
    std::string body;
    append_u16(body, packet_id);
    if (version == Version::v5) append_properties(body, {});
    for (const auto& f : filters) {
        append_text(body, f.filter);
        unsigned options = f.qos;
        if (version == Version::v5)
            options |= (f.no_local ? 4u : 0u) | (f.retain_as_published ? 8u : 0u) |
                       static_cast<unsigned>(f.retain_handling) << 4;
        append_u8(body, static_cast<std::uint8_t>(options));
    }
    append_packet(out, PacketType::subscribe, 2, body);
}

void encode_unsubscribe(std::string& out, std::uint16_t packet_id,
                        std::span<const std::string> filters, Version version) {
    std::string body;
    append_u16(body, packet_id);
    if (version == Version::v5) append_properties(body, {});
    for (const auto& f : filters) append_text(body, f);
    append_packet(out, PacketType::unsubscribe, 2, body);
}

void encode_pingreq(std::string& out) {
    append_fixed_header(out, PacketType::pingreq, 0, 0);
}

void encode_disconnect(std::string& out, std::uint8_t reason_code, Version version) {
    bool with_reason = version == Version::v5 && reason_code != 0;
    append_fixed_header(out, PacketType::disconnect, 0, with_reason ? 1 : 0);
    if (with_reason) append_u8(out, reason_code);
}

void encode_auth(std::string& out, std::uint8_t reason_code, std::string_view method,
                 std::string_view data) {
    std::string properties, body;
    append_property(properties, PropertyId::authentication_method, method);
    if (!data.empty()) append_property(properties, PropertyId::authentication_data, data);
    append_u8(body, reason_code);
    append_properties(body, properties);
    append_packet(out, PacketType::auth, 0, body);
}

} // namespace caredian::net::mqtt
