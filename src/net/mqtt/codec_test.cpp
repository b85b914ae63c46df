#include "net/mqtt/codec.h"
#include "net/mqtt/property.h"
#include "net/mqtt/test_bytes.h"

#include <gtest/gtest.h>

namespace caredian::net::mqtt {
namespace {

using testing::bytes;

constexpr std::uint32_t limit = 4 * 1024 * 1024;

Frame whole(std::string_view packet) {
    auto frame = next_frame(packet, limit);
    if (!frame || !*frame) throw std::runtime_error("not one packet");
    return **frame;
}

// The verdict of framing and decoding, as a session would come to it.
error_code verdict(std::string_view packet, Version version) {
    auto next = next_frame(packet, limit);
    if (!next) return next.error();
    if (!*next) return Errc::truncated;
    const Frame& frame = **next;
    switch (frame.type) {
    case PacketType::connack:
        return decode_connack(frame, version).error();
    case PacketType::publish:
        return decode_publish(frame, version).error();
    case PacketType::puback:
    case PacketType::pubrec:
    case PacketType::pubrel:
    case PacketType::pubcomp:
        return decode_ack(frame, version).error();
    case PacketType::suback:
    case PacketType::unsuback:
        return decode_suback(frame, version).error();
    case PacketType::disconnect:
        return decode_disconnect(frame).error();
    case PacketType::auth:
        return decode_auth(frame).error();
    default:
        return Errc::unexpected_packet;
    }
}

struct Bad {
    const char* what;
    Version version;
    const char* hex;
    Errc expected;
};

class BadPacket : public ::testing::TestWithParam<Bad> {};

TEST_P(BadPacket, IsRefusedByName) {
    std::string packet = bytes(GetParam().hex);
    EXPECT_EQ(verdict(packet, GetParam().version), make_error_code(GetParam().expected))
        << GetParam().what << ": " << verdict(packet, GetParam().version).message();
}

constexpr auto v4 = Version::v311;
constexpr auto v5 = Version::v5;

INSTANTIATE_TEST_SUITE_P(
    Table, BadPacket,
    ::testing::Values(
        Bad{"type 0", v4, "00 00", Errc::reserved_type},
        Bad{"PUBREL flags 0", v4, "60 02 00 01", Errc::reserved_flags},
        Bad{"PUBACK flags 2", v4, "42 02 00 01", Errc::reserved_flags},
        Bad{"CONNACK flags", v5, "21 03 00 00 00", Errc::reserved_flags},
        Bad{"five length bytes", v4, "30 80 80 80 80 01", Errc::bad_length},
        Bad{"256 MB announced", v4, "30 ff ff ff 7f", Errc::too_large},
        Bad{"QoS 3", v4, "36 05 00 01 61 00 01", Errc::qos_3},
        Bad{"DUP with QoS 0", v4, "38 03 00 01 61", Errc::dup_qos_0},
        Bad{"packet id 0", v4, "32 05 00 01 61 00 00", Errc::packet_id_zero},
        Bad{"packet id cut", v4, "32 04 00 01 61 00", Errc::truncated},
        Bad{"topic longer than the body", v4, "30 03 00 05 61", Errc::truncated},
        Bad{"topic length cut", v4, "30 01 00", Errc::truncated},
        Bad{"empty body", v4, "30 00", Errc::truncated},
        Bad{"empty topic", v4, "30 02 00 00", Errc::empty_topic},
        Bad{"empty topic without alias", v5, "30 03 00 00 00", Errc::empty_topic},
        Bad{"NUL in topic", v4, "30 05 00 03 61 00 62", Errc::nul_character},
        Bad{"# in topic", v4, "30 05 00 03 61 2f 23", Errc::wildcard_in_topic},
        Bad{"+ in topic", v5, "30 06 00 03 2b 2f 61 00", Errc::wildcard_in_topic},
        Bad{"+ in a long topic", v4, "30 0c 00 0a 61 61 61 61 61 61 61 61 61 2b",
            Errc::wildcard_in_topic},
        Bad{"invalid UTF-8", v4, "30 04 00 02 c3 28", Errc::bad_utf8},
        Bad{"overlong UTF-8", v4, "30 04 00 02 c0 af", Errc::bad_utf8},
        Bad{"surrogate", v4, "30 05 00 03 ed a0 80", Errc::bad_utf8},
        Bad{"beyond U+10FFFF", v4, "30 06 00 04 f4 90 80 80", Errc::bad_utf8},
        Bad{"no properties", v5, "30 03 00 01 61", Errc::truncated},
        Bad{"properties beyond the body", v5, "30 05 00 01 61 05 01", Errc::property_length},
        Bad{"property cut", v5, "30 06 00 01 61 02 02 00", Errc::property_length},
        Bad{"property length of five bytes", v5, "30 08 00 01 61 80 80 80 80 01", Errc::bad_length},
        Bad{"unknown property", v5, "30 06 00 01 61 02 7e 00", Errc::unknown_property},
        Bad{"property 0", v5, "30 06 00 01 61 02 00 00", Errc::unknown_property},
        Bad{"session expiry in PUBLISH", v5, "30 09 00 01 61 05 11 00 00 00 01",
            Errc::property_not_here},
        Bad{"format indicator twice", v5, "30 08 00 01 61 04 01 01 01 01",
            Errc::duplicate_property},
        Bad{"alias twice", v5, "30 0a 00 01 61 06 23 00 01 23 00 01", Errc::duplicate_property},
        Bad{"format indicator 2", v5, "30 06 00 01 61 02 01 02", Errc::property_value},
        Bad{"subscription id 0", v5, "30 06 00 01 61 02 0b 00", Errc::property_value},
        Bad{"subscription id of five bytes", v5, "30 0a 00 01 61 06 0b 80 80 80 80 01",
            Errc::bad_length},
        Bad{"wildcard in response topic", v5, "30 08 00 01 61 04 08 00 01 23",
            Errc::wildcard_in_topic},
        Bad{"user property cut", v5, "30 08 00 01 61 04 26 00 01 61", Errc::property_length},
        Bad{"bad UTF-8 in user property", v5, "30 0a 00 01 61 06 26 00 01 ff 00 00",
            Errc::bad_utf8},
        Bad{"CONNACK empty", v4, "20 00", Errc::truncated},
        Bad{"CONNACK reserved flags", v4, "20 02 02 00", Errc::connack_flags},
        Bad{"CONNACK session and refusal", v4, "20 02 01 05", Errc::connack_flags},
        Bad{"CONNACK trailing byte", v4, "20 03 00 00 00", Errc::trailing_bytes},
        Bad{"CONNACK receive maximum 0", v5, "20 06 00 00 03 21 00 00", Errc::property_value},
        Bad{"CONNACK maximum packet 0", v5, "20 08 00 00 05 27 00 00 00 00", Errc::property_value},
        Bad{"CONNACK maximum QoS 2", v5, "20 05 00 00 02 24 02", Errc::property_value},
        Bad{"CONNACK topic alias", v5, "20 06 00 00 03 23 00 01", Errc::property_not_here},
        Bad{"CONNACK trailing", v5, "20 04 00 00 00 00", Errc::trailing_bytes},
        Bad{"PUBACK cut", v4, "40 01 00", Errc::truncated},
        Bad{"PUBACK id 0", v4, "40 02 00 00", Errc::packet_id_zero},
        Bad{"PUBACK long", v4, "40 03 00 01 00", Errc::trailing_bytes},
        Bad{"PUBACK properties", v5, "40 04 00 01 00 05", Errc::property_length},
        Bad{"PUBREL id 0", v5, "62 02 00 00", Errc::packet_id_zero},
        Bad{"SUBACK id 0", v4, "90 03 00 00 00", Errc::packet_id_zero},
        Bad{"SUBACK without codes", v4, "90 02 00 01", Errc::no_codes},
        Bad{"SUBACK without codes", v5, "90 03 00 01 00", Errc::no_codes},
        Bad{"UNSUBACK trailing", v4, "b0 03 00 01 00", Errc::trailing_bytes},
        Bad{"DISCONNECT with session expiry", v5, "e0 07 8e 05 11 00 00 00 01",
            Errc::property_not_here},
        Bad{"DISCONNECT trailing", v5, "e0 03 8e 00 00", Errc::trailing_bytes},
        Bad{"AUTH cut", v5, "f0 01 18", Errc::truncated},
        Bad{"PINGREQ from a broker", v4, "c0 00", Errc::unexpected_packet}));

TEST(Framing, WantsMoreUntilAPacketIsWhole) {
    std::string packet = testing::publish("a/b", "payload", 1, 7);
    for (std::size_t n = 0; n < packet.size(); ++n) {
        auto next = next_frame(std::string_view(packet).substr(0, n), limit);
        ASSERT_TRUE(next) << n;
        EXPECT_FALSE(*next) << n;
    }
    auto next = next_frame(packet + "extra", limit);
    ASSERT_TRUE(next && *next);
    EXPECT_EQ((*next)->size, packet.size());
}

TEST(Framing, LengthsOfOneToFourBytes) {
    for (std::size_t payload :
         {std::size_t{0}, std::size_t{124}, std::size_t{125}, std::size_t{16'380},
          std::size_t{16'381}, std::size_t{2'097'148}, std::size_t{2'097'149}}) {
        OutgoingPublish out{.topic = "a", .payload = {}};
        std::string body(payload, 'x');
        out.payload = body;
        std::string packet;
        encode_publish(packet, out, v4);
        EXPECT_EQ(packet.size(), publish_size(out, v4));
        auto decoded = decode_publish(whole(packet), v4);
        ASSERT_TRUE(decoded) << payload;
        EXPECT_EQ(decoded->payload.size(), payload);
    }
}

TEST(Framing, LimitCountsTheWholePacket) {
    std::string packet = testing::publish("a", "b", 0, 0, false, {}, v4);
    EXPECT_TRUE(next_frame(packet, static_cast<std::uint32_t>(packet.size())));
    auto refused = next_frame(std::string_view(packet).substr(0, 2),
                              static_cast<std::uint32_t>(packet.size()) - 1);
    EXPECT_EQ(refused.error(), make_error_code(Errc::too_large));
    EXPECT_EQ(reason_code(Errc::too_large), 0x95);
}

TEST(Codec, PublishBothVersions) {
    for (Version v : {v4, v5}) {
        std::string out;
        encode_publish(out, {"집/부엌", "21.5", 65'535, 2, true, true}, v);
        auto p = decode_publish(whole(out), v);
        ASSERT_TRUE(p) << p.error().message();
        EXPECT_EQ(p->topic, "집/부엌");
        EXPECT_EQ(p->payload, "21.5");
        EXPECT_EQ(p->packet_id, 65'535);
        EXPECT_EQ(p->qos, 2);
        EXPECT_TRUE(p->retain && p->dup);
    }
}

TEST(Codec, PublishWithEveryProperty) {
    std::string props;
    append_property(props, PropertyId::payload_format, 1);
    append_property(props, PropertyId::message_expiry, 60);
    append_property(props, PropertyId::content_type, "application/json");
    append_property(props, PropertyId::response_topic, "reply/to");
    append_property(props, PropertyId::correlation_data, std::string_view("\0\xff", 2));
    append_property(props, PropertyId::subscription_id, 268'435'455);
    append_property(props, PropertyId::subscription_id, 1);
    append_user_property(props, "trace", "1");
    append_user_property(props, "trace", "2");
    append_property(props, PropertyId::topic_alias, 3);
    std::string out = testing::publish("a", "p", 1, 5, false, props);
    auto p = decode_publish(whole(out), v5);
    ASSERT_TRUE(p) << p.error().message();
    EXPECT_EQ(p->topic_alias, 3);
    EXPECT_EQ(p->payload, "p");
    std::string seen;
    PropertyCursor cursor(p->properties, Place::publish);
    for (Property q; cursor.next(q);) seen += std::to_string(static_cast<int>(q.id)) + " ";
    EXPECT_EQ(seen, "1 2 3 8 9 11 11 38 38 35 ");
}

TEST(Codec, ConnackOfVersion5) {
    using P = PropertyId;
    using testing::property;
    std::string props =
        property(P::session_expiry, 3600) + property(P::receive_maximum, 10) +
        property(P::maximum_qos, 1) + property(P::retain_available, 0) +
        property(P::maximum_packet, 1000) + property(P::assigned_client_id, "auto-1") +
        property(P::topic_alias_maximum, 10) + property(P::reason_string, "hi") +
        property(P::wildcard_available, 0) + property(P::subscription_ids_available, 0) +
        property(P::shared_available, 0) + property(P::server_keep_alive, 15) +
        property(P::response_information, "r") + property(P::server_reference, "s");
    std::string packet = testing::connack(true, 0, props);
    auto c = decode_connack(whole(packet), v5);
    ASSERT_TRUE(c) << c.error().message();
    EXPECT_TRUE(c->session_present);
    EXPECT_EQ(c->session_expiry, 3600u);
    EXPECT_EQ(c->receive_maximum, 10);
    EXPECT_EQ(c->maximum_qos, 1);
    EXPECT_FALSE(c->retain_available || c->wildcard_available || c->shared_available ||
                 c->subscription_ids_available);
    EXPECT_EQ(c->maximum_packet, 1000u);
    EXPECT_EQ(c->assigned_client_id, "auto-1");
    EXPECT_EQ(c->server_keep_alive, 15);
    EXPECT_EQ(c->server_reference, "s");
}

TEST(Codec, ReturnCodesOf311BecomeReasonCodes) {
    const std::uint8_t expected[] = {0x00, 0x84, 0x85, 0x88, 0x86, 0x87, 0x80};
    for (std::uint8_t code = 0; code < 7; ++code) {
        auto packet = testing::connack(false, code, {}, v4);
        EXPECT_EQ(decode_connack(whole(packet), v4)->reason_code, expected[code]);
    }
    // A broker of 3.1.1 answers a CONNECT of 5.0 in its own form.
    auto old = testing::connack(false, 1, {}, v4);
    EXPECT_EQ(decode_connack(whole(old), v5)->reason_code, 0x84);
}

TEST(Codec, AcksShortAndLong) {
    auto short_form = bytes("40 02 00 05"), code = bytes("40 03 00 05 10"),
         full = bytes("40 0a 00 05 97 06 1f 00 03 61 62 63");
    EXPECT_EQ(decode_ack(whole(short_form), v5)->reason_code, 0);
    EXPECT_EQ(decode_ack(whole(code), v5)->reason_code, 0x10);
    EXPECT_EQ(decode_ack(whole(full), v5)->reason_string, "abc");
    EXPECT_EQ(decode_ack(whole(full), v5)->packet_id, 5);
}

TEST(Codec, DisconnectShortAndLong) {
    auto none = bytes("e0 00"), code = bytes("e0 01 8e"), full = bytes("e0 06 9d 04 1c 00 01 78");
    EXPECT_EQ(decode_disconnect(whole(none))->reason_code, 0);
    EXPECT_EQ(decode_disconnect(whole(code))->reason_code, 0x8E);
    EXPECT_EQ(decode_disconnect(whole(full))->server_reference, "x");
}

TEST(Codec, ConnectOfVersion5ByHand) {
    std::string out;
    Will will{"w", "x", 1, true};
    encode_connect(out, {.version = v5,
                         .clean_start = false,
                         .keep_alive = 30,
                         .client_id = "id",
                         .username = "u",
                         .password = "p",
                         .will = &will,
                         .session_expiry = 3600,
                         .receive_maximum = 1000,
                         .maximum_packet = 4096,
                         .topic_alias_maximum = 16});
    EXPECT_EQ(out, bytes("10 2c 00 04 4d 51 54 54 05 ec 00 1e "
                         "10 11 00 00 0e 10 21 03 e8 27 00 00 10 00 22 00 10 "
                         "00 02 69 64 00 00 01 77 00 01 78 00 01 75 00 01 70"));
}

TEST(Codec, ConnectOf311ByHand) {
    std::string out;
    Connect packet;
    packet.version = v4;
    packet.clean_start = true;
    packet.keep_alive = 60;
    packet.client_id = "id";
    packet.password = "ignored without a user name";
    packet.session_expiry = 3600;
    encode_connect(out, packet);
    EXPECT_EQ(out, bytes("10 0e 00 04 4d 51 54 54 04 02 00 3c 00 02 69 64"));
}

TEST(Codec, SubscribeByHand) {
    std::string out;
    std::vector<Subscription> filters{{"a/#", 1, true, true, 2}, {"b", 0, false, false, 1}};
    encode_subscribe(out, 10, filters, v5);
    EXPECT_EQ(out, bytes("82 0d 00 0a 00 00 03 61 2f 23 2d 00 01 62 10"));
    out.clear();
    encode_subscribe(out, 10, filters, v4);
    EXPECT_EQ(out, bytes("82 0c 00 0a 00 03 61 2f 23 01 00 01 62 00"));
}

TEST(Codec, SmallPacketsByHand) {
    std::string out;
    encode_ack(out, PacketType::pubrel, 258, 0, v5);
    encode_ack(out, PacketType::pubrec, 1, 0x97, v5);
    encode_ack(out, PacketType::pubrec, 1, 0x97, v4);
    encode_pingreq(out);
    encode_disconnect(out, 0, v5);
    encode_disconnect(out, 0x95, v5);
    encode_disconnect(out, 0x95, v4);
    std::vector<std::string> filters{"a"};
    encode_unsubscribe(out, 3, filters, v5);
    EXPECT_EQ(out, bytes("62 02 01 02  50 03 00 01 97  50 02 00 01  c0 00  e0 00  e0 01 95  e0 00 "
                         "a2 06 00 03 00 00 01 61"));
}

TEST(Codec, AuthThereAndBack) {
    std::string out;
    encode_auth(out, 0x18, "SCRAM-SHA-1", "data");
    auto a = decode_auth(whole(out));
    ASSERT_TRUE(a);
    EXPECT_EQ(a->method, "SCRAM-SHA-1");
    EXPECT_EQ(a->data, "data");
}

TEST(Filters, AsInSection47) {
    for (auto good : {"#", "+", "a/#", "+/a/+", "/", "a//b", "$SYS/#", "$share/g/a/#", "집/+"})
        EXPECT_TRUE(is_filter(good)) << good;
    for (auto bad : {"", "a#", "#/a", "a+", "+a/b", "a/#/b", "$share/g", "$share//a", "$share/g/",
                     "$share/+/a", "\xff"})
        EXPECT_FALSE(is_filter(bad)) << bad;
    EXPECT_FALSE(is_filter(std::string_view("a\0b", 3)));
}

TEST(Reasons, HaveNames) {
    EXPECT_EQ(reason_code_text(0x86), "0x86 bad user name or password");
    EXPECT_EQ(reason_code_text(0x8E), "0x8E session taken over");
    EXPECT_EQ(reason_text(0x79), "unknown");
}

} // namespace
} // namespace caredian::net::mqtt
