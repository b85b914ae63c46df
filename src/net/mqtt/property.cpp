#include "net/mqtt/property.h"

#include <array>

namespace caredian::net::mqtt {
namespace {

enum class Kind : std::uint8_t { none, boolean, byte, two, four, varint, text, binary, pair };

struct Rule {
    Kind kind = Kind::none;
    std::uint16_t places = 0; // bits by Place
    std::uint8_t minimum = 0; // of a number
    bool repeats = false;     // see next(): a subscription id repeats in PUBLISH only
};

constexpr std::uint16_t in(Place p) {
    return static_cast<std::uint16_t>(1u << static_cast<unsigned>(p));
}
template <class... More>
constexpr std::uint16_t in(Place p, More... more) {
    return static_cast<std::uint16_t>(in(p) | in(more...));
}

constexpr std::size_t last_id = 0x2A;

// Table 2-4
constexpr auto rules = [] {
    using enum Place;
    std::array<Rule, last_id + 1> t{};
    auto set = [&t](PropertyId id, Kind kind, std::uint16_t places, std::uint8_t minimum = 0) {
        t[static_cast<std::size_t>(id)] = {kind, places, minimum, false};
    };
    using P = PropertyId;
    set(P::payload_format, Kind::boolean, in(publish, will));
    set(P::message_expiry, Kind::four, in(publish, will));
    set(P::content_type, Kind::text, in(publish, will));
    set(P::response_topic, Kind::text, in(publish, will));
    set(P::correlation_data, Kind::binary, in(publish, will));
    set(P::subscription_id, Kind::varint, in(publish, subscribe), 1);
    set(P::session_expiry, Kind::four, in(connect, connack, disconnect));
    set(P::assigned_client_id, Kind::text, in(connack));
    set(P::server_keep_alive, Kind::two, in(connack));
    set(P::authentication_method, Kind::text, in(connect, connack, auth));
    set(P::authentication_data, Kind::binary, in(connect, connack, auth));
    set(P::request_problem_information, Kind::boolean, in(connect));
    set(P::will_delay, Kind::four, in(will));
    set(P::request_response_information, Kind::boolean, in(connect));
    set(P::response_information, Kind::text, in(connack));
    set(P::server_reference, Kind::text, in(connack, disconnect));
    set(P::reason_string, Kind::text,
        in(connack, puback, pubrec, pubrel, pubcomp, suback, unsuback, disconnect, auth));
    set(P::receive_maximum, Kind::two, in(connect, connack), 1);
    set(P::topic_alias_maximum, Kind::two, in(connect, connack));
    set(P::topic_alias, Kind::two, in(publish)); // 0 has a reason code of its own: the session's
    set(P::maximum_qos, Kind::boolean, in(connack));
    set(P::retain_available, Kind::boolean, in(connack));
    set(P::user_property, Kind::pair, 0xFFFF);
    set(P::maximum_packet, Kind::four, in(connect, connack), 1);
    set(P::wildcard_available, Kind::boolean, in(connack));
    set(P::subscription_ids_available, Kind::boolean, in(connack));
    set(P::shared_available, Kind::boolean, in(connack));
    t[static_cast<std::size_t>(P::user_property)].repeats = true;
    return t;
}();

const Rule* rule_of(std::uint32_t id) {
    if (id > last_id || rules[id].kind == Kind::none) return nullptr;
    return &rules[id];
}

void read_value(Reader& reader, Kind kind, Property& out) {
    switch (kind) {
    case Kind::boolean:
    case Kind::byte:
        out.number = reader.u8();
        break;
    case Kind::two:
        out.number = reader.u16();
        break;
    case Kind::four:
        out.number = reader.u32();
        break;
    case Kind::varint:
        out.number = reader.varint();
        break;
    case Kind::text:
        out.text = reader.text();
        break;
    case Kind::binary:
        out.text = reader.binary();
        break;
    case Kind::pair:
        out.text = reader.text();
        out.pair_value = reader.text();
        break;
    case Kind::none:
        break;
    }
}

bool is_number(Kind kind) {
    return kind >= Kind::boolean && kind <= Kind::varint;
}

} // namespace

bool PropertyCursor::next(Property& out) {
    if (error_ != Errc::ok || reader_.at_end()) return false;
    std::uint32_t id = reader_.varint();
    if (reader_.failed()) return stop(Errc::property_length);
    const Rule* rule = rule_of(id);
    if (rule == nullptr) return stop(Errc::unknown_property);
    if ((rule->places & in(place_)) == 0) return stop(Errc::property_not_here);
    out = Property{static_cast<PropertyId>(id), 0, {}, {}};
    bool repeats =
        rule->repeats || (out.id == PropertyId::subscription_id && place_ == Place::publish);
    std::uint64_t bit = std::uint64_t{1} << id;
    if ((seen_ & bit) != 0 && !repeats) return stop(Errc::duplicate_property);
    seen_ |= bit;
    read_value(reader_, rule->kind, out);
    if (reader_.failed())
        return stop(reader_.error() == Errc::truncated ? Errc::property_length : reader_.error());
    if (rule->kind == Kind::boolean && out.number > 1) return stop(Errc::property_value);
    if (is_number(rule->kind) && out.number < rule->minimum) return stop(Errc::property_value);
    if (out.id == PropertyId::response_topic && check_topic(out.text) != Errc::ok)
        return stop(Errc::wildcard_in_topic);
    return true;
}

std::string_view take_properties(Reader& reader) {
    std::uint32_t length = reader.varint();
    if (!reader.failed() && length > reader.rest().size()) reader.fail(Errc::property_length);
    return reader.bytes(length);
}

Errc check_properties(std::string_view bytes, Place place) {
    Property p;
    PropertyCursor cursor(bytes, place);
    while (cursor.next(p)) {
    }
    return cursor.error();
}

void append_property(std::string& out, PropertyId id, std::uint32_t number) {
    append_u8(out, static_cast<std::uint8_t>(id));
    switch (rules[static_cast<std::size_t>(id)].kind) {
    case Kind::two:
        append_u16(out, static_cast<std::uint16_t>(number));
        break;
    case Kind::four:
        append_u32(out, number);
        break;
    case Kind::varint:
        append_varint(out, number);
        break;
    default:
        append_u8(out, static_cast<std::uint8_t>(number));
        break;
    }
}

void append_property(std::string& out, PropertyId id, std::string_view text) {
    append_u8(out, static_cast<std::uint8_t>(id));
    append_text(out, text);
}

void append_user_property(std::string& out, std::string_view name, std::string_view value) {
    append_property(out, PropertyId::user_property, name);
    append_text(out, value);
}

void append_properties(std::string& out, std::string_view properties) {
    append_varint(out, static_cast<std::uint32_t>(properties.size()));
    out.append(properties);
}

} // namespace caredian::net::mqtt
