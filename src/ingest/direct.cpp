#include "ingest/direct.h"

#include "base/encoding.h"
#include "base/json.h"
#include "ingest/wire.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace caredian::ingest {

namespace {

constexpr std::uint8_t format_version = 1;
constexpr std::string_view prefix = "$readings/";

void put_text(std::string& out, std::string_view text) {
    wire::put_varint(out, text.size());
    out += text;
}

struct PutValue {
    std::string& out;
    void operator()(double v) const { wire::put(out, std::bit_cast<std::uint64_t>(v)); }
    void operator()(std::int64_t v) const { wire::put(out, v); }
    void operator()(bool v) const { wire::put(out, static_cast<std::uint8_t>(v)); }
    void operator()(const std::string& v) const { put_text(out, v); }
};

std::string_view get_text(wire::Reader& in) {
    return in.bytes(in.varint());
}

// False: no value of a type that there is.
bool get_value(wire::Reader& in, readings::FieldValue& out) {
    switch (static_cast<readings::FieldType>(in.get<std::uint8_t>())) {
    case readings::FieldType::number:
        out = std::bit_cast<double>(in.get<std::uint64_t>());
        return std::get<double>(out) - std::get<double>(out) == 0; // finite
    case readings::FieldType::integer:
        out = in.get<std::int64_t>();
        return true;
    case readings::FieldType::boolean:
        out = in.get<std::uint8_t>() != 0;
        return true;
    case readings::FieldType::text:
        out = std::string(get_text(in));
        return is_utf8(std::get<std::string>(out));
    }
    return false;
}

// What a tag may be called; the card may give back anything.
bool is_tag_name(std::string_view name) {
    return !name.empty() && name.size() <= max_name && name != "device" && is_utf8(name) &&
           std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// Calls `begin(measurement)`, `tag`, `time` and `field` in the order of the record. False: it is
// not whole.
template <class Taker>
bool read(std::string_view payload, Taker& taker) {
    wire::Reader in(payload);
    if (in.get<std::uint8_t>() != format_version) return false;
    readings::FieldValue value;
    for (auto n = in.varint(); n > 0 && in.ok(); --n) {
        auto measurement = get_text(in);
        if (!in.ok() || measurement.empty()) return false;
        if (!taker.begin(measurement)) return true; // it has enough
        for (auto tags = in.varint(); tags > 0 && in.ok(); --tags) {
            auto name = get_text(in);
            auto text = get_text(in);
            if (!in.ok() || !is_tag_name(name)) return false;
            taker.tag(name, text);
        }
        taker.time(in.get<std::int64_t>());
        auto fields = in.varint();
        if (fields == 0) return false;
        for (; fields > 0 && in.ok(); --fields) {
            auto name = get_text(in);
            if (!get_value(in, value) || !in.ok()) return false;
            taker.field(name, value);
        }
    }
    return in.ok() && in.done();
}

struct ToReadings {
    std::string_view device;
    Output& out;
    bool begin(std::string_view measurement) {
        out.start(measurement, device);
        out.names_may_meet();
        return true;
    }
    void tag(std::string_view name, std::string_view value) { out.tag(name, value); }
    void time(std::int64_t ns) { out.at(from_ns(ns)); }
    void field(std::string_view name, const readings::FieldValue& value) { out.value(name, value); }
};

struct AppendValue {
    std::string& out;
    void operator()(double v) const { append_number(out, v); }
    void operator()(std::int64_t v) const {
        append_number(out, v);
        out += 'i';
    }
    void operator()(bool v) const { out += v ? "true" : "false"; }
    void operator()(const std::string& v) const { append_json_string(out, v); }
};

struct ToText {
    std::string out;
    std::size_t most;
    std::int64_t ns = 0;
    bool first = true; // field of its reading
    bool open = false; // a reading's line without its time
    void end() {
        if (!std::exchange(open, false)) return;
        out += ' ';
        append_number(out, ns);
    }
    bool begin(std::string_view measurement) {
        end();
        if (out.size() >= most) return false;
        if (!out.empty()) out += '\n';
        out += measurement;
        first = open = true;
        return true;
    }
    void tag(std::string_view name, std::string_view value) {
        (((out += ',') += name) += '=') += value;
    }
    void time(std::int64_t t) { ns = t; }
    void field(std::string_view name, const readings::FieldValue& value) {
        out += std::exchange(first, false) ? ' ' : ',';
        (out += name) += '=';
        std::visit(AppendValue{out}, value);
    }
};

} // namespace

bool is_direct(std::string_view topic) {
    return topic.starts_with(prefix);
}

std::string direct_topic(std::string_view device) {
    return std::string(prefix) += device;
}

std::string encode_direct(std::span<const readings::Reading> readings) {
    std::string out;
    wire::put(out, format_version);
    wire::put_varint(out, readings.size());
    for (const auto& reading : readings) {
        const auto& tags = reading.series.tags;
        put_text(out, reading.series.measurement);
        wire::put_varint(out, tags.size() - (reading.series.tag("device").empty() ? 0 : 1));
        for (const auto& [name, value] : tags) {
            if (name == "device") continue;
            put_text(out, name);
            put_text(out, value);
        }
        wire::put(out, to_ns(reading.time));
        wire::put_varint(out, reading.fields.size());
        for (const auto& field : reading.fields) {
            put_text(out, field.name);
            wire::put(out, static_cast<std::uint8_t>(readings::type_of(field.value)));
            std::visit(PutValue{out}, field.value);
        }
    }
    return out;
}

Outcome decode_direct(const readings::Message& message, Output& out) {
    auto device = message.topic;
    if (!device.starts_with(prefix)) return Outcome::fail(Broken::malformed_json);
    device.remove_prefix(prefix.size());
    ToReadings taker{device, out};
    if (!read(message.payload, taker) || !out.has_fields())
        return Outcome::fail(Broken::malformed_json);
    auto& said = out.describe();
    said.origin = "http";
    said.name = device;
    said.identifiers.push_back("http:" + std::string(device));
    said.topics.emplace_back(message.topic);
    return Outcome::done();
}

std::string direct_text(std::string_view payload, std::size_t most) {
    ToText taker{{}, most};
    (void)read(payload, taker);
    taker.end();
    return std::move(taker.out);
}

} // namespace caredian::ingest
