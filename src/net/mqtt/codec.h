// Packets to bytes and back, MQTT 3.1.1 and 5.0. Nothing is copied or allocated when decoding.
// Encoders append a whole packet to `out`.
#pragma once

#include "net/mqtt/errc.h"
#include "net/mqtt/packet.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace caredian::net::mqtt {

// --- framing

struct Frame {
    PacketType type{};
    std::uint8_t flags = 0; // the low half of the first byte
    std::string_view body;  // what follows the fixed header
    std::size_t size = 0;   // of the whole packet
};

// The first packet in `bytes`; nothing when more bytes are needed. A packet is refused as soon as
// its first bytes show it: reserved type or flags, a length of five bytes, a size above
// `max_packet`.
result<std::optional<Frame>> next_frame(std::string_view bytes, std::uint32_t max_packet);

// --- decoding: frame.type must be the packet's

result<Connack> decode_connack(const Frame& frame, Version version);
result<IncomingPublish> decode_publish(const Frame& frame, Version version);
result<Ack> decode_ack(const Frame& frame, Version version); // PUBACK, PUBREC, PUBREL, PUBCOMP
result<Suback> decode_suback(const Frame& frame, Version version); // and UNSUBACK
result<Disconnect> decode_disconnect(const Frame& frame);          // 5.0 only
result<Auth> decode_auth(const Frame& frame);                      // 5.0 only
// PINGRESP has no body.

// --- encoding

void encode_connect(std::string& out, const Connect& packet);
void encode_publish(std::string& out, const OutgoingPublish& packet, Version version);
std::size_t publish_size(const OutgoingPublish& packet, Version version); // of the whole packet
// A reason code that is not 0 is written on 5.0 only.
void encode_ack(std::string& out, PacketType type, std::uint16_t packet_id,
                std::uint8_t reason_code, Version version);
void encode_subscribe(std::string& out, std::uint16_t packet_id,
                      std::span<const Subscription> filters, Version version);
void encode_unsubscribe(std::string& out, std::uint16_t packet_id,
                        std::span<const std::string> filters, Version version);
void encode_pingreq(std::string& out);
void encode_disconnect(std::string& out, std::uint8_t reason_code, Version version);
void encode_auth(std::string& out, std::uint8_t reason_code, std::string_view method,
                 std::string_view data);

} // namespace caredian::net::mqtt
