// For tests: what a broker would send, written by hand, and a handler that remembers its calls.
#pragma once

#include "net/mqtt/codec.h"
#include "net/mqtt/property.h"

#include <string>
#include <string_view>
#include <vector>

namespace caredian::net::mqtt::testing {

// "30 03 00 01 61" to bytes
inline std::string bytes(std::string_view hex) {
    std::string out;
    unsigned value = 0, digits = 0;
    for (char c : hex) {
        if (c == ' ') continue;
        value = value << 4 | static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        if (++digits == 2) {
            out += static_cast<char>(value);
            value = digits = 0;
        }
    }
    return out;
}

inline std::string packet(std::uint8_t first, std::string_view body) {
    std::string out;
    append_u8(out, first);
    append_varint(out, static_cast<std::uint32_t>(body.size()));
    out.append(body);
    return out;
}

inline std::string connack(bool session_present = false, std::uint8_t code = 0,
                           std::string_view properties = {}, Version version = Version::v5) {
    std::string body;
    append_u8(body, session_present ? 1 : 0);
    append_u8(body, code);
    if (version == Version::v5) append_properties(body, properties);
    return packet(0x20, body);
}

inline std::string property(PropertyId id, std::uint32_t number) {
    std::string out;
    append_property(out, id, number);
    return out;
}

inline std::string property(PropertyId id, std::string_view text) {
    std::string out;
    append_property(out, id, text);
    return out;
}

inline std::string publish(std::string_view topic, std::string_view payload, std::uint8_t qos = 0,
                           std::uint16_t id = 0, bool dup = false, std::string_view properties = {},
                           Version version = Version::v5) {
    std::string body;
    append_text(body, topic);
    if (qos > 0) append_u16(body, id);
    if (version == Version::v5) append_properties(body, properties);
    body.append(payload);
    return packet(static_cast<std::uint8_t>(0x30 | (dup ? 8 : 0) | qos << 1), body);
}

inline std::string ack(PacketType type, std::uint16_t id, std::uint8_t code = 0,
                       Version version = Version::v5) {
    std::string out;
    encode_ack(out, type, id, code, version);
    return out;
}

inline std::string suback(std::uint16_t id, std::string_view codes, Version version = Version::v5,
                          std::uint8_t first = 0x90) {
    std::string body;
    append_u16(body, id);
    if (version == Version::v5) append_properties(body, {});
    body.append(codes);
    return packet(first, body);
}

// The types and bodies of the packets in `out`.
inline std::vector<Frame> frames(std::string_view out) {
    std::vector<Frame> all;
    while (!out.empty()) {
        auto frame = next_frame(out, max_varint);
        if (!frame || !*frame) break;
        all.push_back(**frame);
        out.remove_prefix((*frame)->size);
    }
    return all;
}

} // namespace caredian::net::mqtt::testing
