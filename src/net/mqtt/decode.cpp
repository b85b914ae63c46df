#include "net/mqtt/codec.h"
#include "net/mqtt/property.h"

namespace caredian::net::mqtt {
namespace {

// §2.1.3: the flags are fixed for every packet but PUBLISH.
bool flags_ok(PacketType type, std::uint8_t flags) {
    using enum PacketType;
    if (type == publish) return true;
    return flags == (type == pubrel || type == subscribe || type == unsubscribe ? 2 : 0);
}

// Walks over the properties at the reader's place and hands each to `take`.
template <class Take>
void read_properties(Reader& r, Place place, Take take) {
    PropertyCursor cursor(take_properties(r), place);
    Property p;
    while (cursor.next(p)) take(p);
    if (cursor.error() != Errc::ok) r.fail(cursor.error());
}

void apply(Connack& c, const Property& p) {
    using enum PropertyId;
    switch (p.id) {
    case session_expiry:
        c.session_expiry = p.number;
        break;
    case server_keep_alive:
        c.server_keep_alive = static_cast<std::uint16_t>(p.number);
        break;
    case receive_maximum:
        c.receive_maximum = static_cast<std::uint16_t>(p.number);
        break;
    case maximum_qos:
        c.maximum_qos = static_cast<std::uint8_t>(p.number);
        break;
    case retain_available:
        c.retain_available = p.number != 0;
        break;
    case maximum_packet:
        c.maximum_packet = p.number;
        break;
    case topic_alias_maximum:
        c.topic_alias_maximum = static_cast<std::uint16_t>(p.number);
        break;
    case wildcard_available:
        c.wildcard_available = p.number != 0;
        break;
    case subscription_ids_available:
        c.subscription_ids_available = p.number != 0;
        break;
    case shared_available:
        c.shared_available = p.number != 0;
        break;
    case assigned_client_id:
        c.assigned_client_id = p.text;
        break;
    case reason_string:
        c.reason_string = p.text;
        break;
    case server_reference:
        c.server_reference = p.text;
        break;
    case authentication_method:
        c.authentication_method = p.text;
        break;
    default:
        break;
    }
}

// Return codes of 3.1.1 (its table 3.1) as reason codes of 5.0.
std::uint8_t from_return_code(std::uint8_t code) {
    constexpr std::uint8_t same[] = {0x00, 0x84, 0x85, 0x88, 0x86, 0x87};
    return code < std::size(same) ? same[code] : 0x80;
}

// What is left must be nothing.
template <class T>
result<T> finish(Reader& r, T& packet) {
    if (!r.failed() && !r.at_end()) r.fail(Errc::trailing_bytes);
    if (r.failed()) return r.error();
    return packet;
}

std::uint16_t read_packet_id(Reader& r) {
    auto id = r.u16();
    if (id == 0) r.fail(Errc::packet_id_zero);
    return id;
}

} // namespace

result<std::optional<Frame>> next_frame(std::string_view bytes, std::uint32_t max_packet) {
    if (bytes.empty()) return std::nullopt;
    auto first = static_cast<std::uint8_t>(bytes[0]);
    Frame frame;
    if (first >> 4 == 0) return Errc::reserved_type;
    frame.type = static_cast<PacketType>(first >> 4);
    frame.flags = first & 15;
    if (!flags_ok(frame.type, frame.flags)) return Errc::reserved_flags;
    std::size_t length = 0, at = 1;
    for (;; ++at) {
        if (at == 5) return Errc::bad_length;
        if (at == bytes.size()) return std::nullopt;
        auto b = static_cast<std::uint8_t>(bytes[at]);
        length |= static_cast<std::size_t>(b & 0x7F) << (7 * (at - 1));
        if ((b & 0x80) == 0) break;
    }
    ++at;
    frame.size = at + length;
    if (frame.size > max_packet) return Errc::too_large;
    if (bytes.size() < frame.size) return std::nullopt;
    frame.body = bytes.substr(at, length);
    return frame;
}

result<Connack> decode_connack(const Frame& frame, Version version) {
    Reader r(frame.body);
    Connack packet;
    auto flags = r.u8();
    packet.reason_code = r.u8();
    packet.session_present = flags == 1;
    if (flags > 1 || (flags == 1 && packet.reason_code != 0)) r.fail(Errc::connack_flags);
    // A broker that does not know 5.0 answers in the form of 3.1.1.
    if (version == Version::v311 || (r.at_end() && packet.reason_code < 6))
        packet.reason_code = from_return_code(packet.reason_code);
    else
        read_properties(r, Place::connack, [&](const Property& p) { apply(packet, p); });
    return finish(r, packet);
}

result<IncomingPublish> decode_publish(const Frame& frame, Version version) {
    Reader r(frame.body);
    IncomingPublish packet;
    packet.retain = (frame.flags & 1) != 0;
    packet.qos = (frame.flags >> 1) & 3;
    packet.dup = (frame.flags & 8) != 0;
    if (packet.qos == 3) return Errc::qos_3;
    if (packet.qos == 0 && packet.dup) return Errc::dup_qos_0;
    packet.topic = r.binary();
    if (auto e = check_topic(packet.topic); e != Errc::ok) r.fail(e);
    if (packet.qos > 0) packet.packet_id = read_packet_id(r);
    if (version == Version::v5) {
        packet.properties = take_properties(r);
        PropertyCursor cursor(packet.properties, Place::publish);
        for (Property p; cursor.next(p);)
            if (p.id == PropertyId::topic_alias)
                packet.topic_alias = static_cast<std::uint16_t>(p.number);
        if (cursor.error() != Errc::ok) r.fail(cursor.error());
    }
    if (packet.topic.empty() && !packet.topic_alias) r.fail(Errc::empty_topic);
    if (r.failed()) return r.error();
    packet.payload = r.rest();
    return packet;
}

result<Ack> decode_ack(const Frame& frame, Version version) {
    Reader r(frame.body);
    Ack packet;
    packet.packet_id = read_packet_id(r);
    if (version == Version::v5 && !r.at_end()) {
        packet.reason_code = r.u8();
        // §3.4.2.2.1: the length may be left out when there are no properties
        if (!r.at_end())
            read_properties(r, static_cast<Place>(frame.type), [&](const Property& p) {
                if (p.id == PropertyId::reason_string) packet.reason_string = p.text;
            });
    }
    return finish(r, packet);
}

result<Suback> decode_suback(const Frame& frame, Version version) {
    Reader r(frame.body);
    Suback packet;
    packet.packet_id = read_packet_id(r);
    if (version == Version::v5)
        read_properties(r, static_cast<Place>(frame.type), [&](const Property& p) {
            if (p.id == PropertyId::reason_string) packet.reason_string = p.text;
        });
    bool codes = version == Version::v5 || frame.type == PacketType::suback;
    if (codes) {
        if (!r.failed() && r.at_end()) r.fail(Errc::no_codes);
        packet.codes = r.bytes(r.rest().size());
    }
    return finish(r, packet);
}

result<Disconnect> decode_disconnect(const Frame& frame) {
    Reader r(frame.body);
    Disconnect packet;
    if (!r.at_end()) packet.reason_code = r.u8();
    if (!r.at_end())
        read_properties(r, Place::disconnect, [&](const Property& p) {
            if (p.id == PropertyId::reason_string) packet.reason_string = p.text;
            if (p.id == PropertyId::server_reference) packet.server_reference = p.text;
            // §3.14.2.2.2: a server must not send it
            if (p.id == PropertyId::session_expiry) r.fail(Errc::property_not_here);
        });
    return finish(r, packet);
}

result<Auth> decode_auth(const Frame& frame) {
    Reader r(frame.body);
    Auth packet;
    if (!r.at_end()) {
        packet.reason_code = r.u8();
        read_properties(r, Place::auth, [&](const Property& p) {
            if (p.id == PropertyId::authentication_method) packet.method = p.text;
            if (p.id == PropertyId::authentication_data) packet.data = p.text;
        });
    }
    return finish(r, packet);
}

} // namespace caredian::net::mqtt
