// Frames and decodes arbitrary bytes as a broker's packets of both versions. What was decoded is
// looked at in full, and what can be encoded again must give the same bytes' meaning.
#include "net/mqtt/codec.h"
#include "net/mqtt/property.h"

#include <cstdlib>
#include <string>

namespace {

using namespace caredian::net::mqtt;

volatile unsigned sink;

void look(std::string_view text) {
    for (char c : text) sink = sink + static_cast<unsigned char>(c);
}

void check(bool good) {
    if (!good) std::abort();
}

void publish_again(const IncomingPublish& p, Version version) {
    if (p.topic.empty()) return; // by alias
    std::string out;
    OutgoingPublish again{p.topic, p.payload, p.packet_id, p.qos, p.retain, p.dup};
    encode_publish(out, again, version);
    check(out.size() == publish_size(again, version));
    auto frame = next_frame(out, max_varint);
    check(frame && *frame && (*frame)->size == out.size());
    auto back = decode_publish(**frame, version);
    check(back && back->topic == p.topic && back->payload == p.payload &&
          back->packet_id == p.packet_id && back->qos == p.qos);
}

void decode(const Frame& frame, Version version) {
    switch (frame.type) {
    case PacketType::connack:
        if (auto p = decode_connack(frame, version)) look(p->reason_string);
        break;
    case PacketType::publish:
        if (auto p = decode_publish(frame, version)) {
            look(p->topic);
            look(p->payload);
            PropertyCursor cursor(p->properties, Place::publish);
            for (Property q; cursor.next(q);) {
                look(q.text);
                look(q.pair_value);
            }
            check(cursor.error() == Errc::ok);
            publish_again(*p, version);
        }
        break;
    case PacketType::puback:
    case PacketType::pubrec:
    case PacketType::pubrel:
    case PacketType::pubcomp:
        if (auto p = decode_ack(frame, version)) look(p->reason_string);
        break;
    case PacketType::suback:
    case PacketType::unsuback:
        if (auto p = decode_suback(frame, version)) look(p->codes);
        break;
    case PacketType::disconnect:
        if (auto p = decode_disconnect(frame)) look(p->server_reference);
        break;
    case PacketType::auth:
        if (auto p = decode_auth(frame)) look(p->data);
        break;
    default:
        break;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // Exactly this size on the heap, so that reading beyond it is seen.
    std::string bytes(reinterpret_cast<const char*>(data), size);
    for (Version version : {Version::v311, Version::v5}) {
        std::string_view rest = bytes;
        while (true) {
            auto frame = next_frame(rest, 1024 * 1024);
            if (!frame || !*frame) break;
            check((*frame)->size <= rest.size() && (*frame)->size >= 2);
            decode(**frame, version);
            rest.remove_prefix((*frame)->size);
        }
    }
    is_filter(bytes);
    return 0;
}
