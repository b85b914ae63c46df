#include "base/json.h"

#include "base/encoding.h"

#include <array>
#include <boost/json/parser.hpp>
#include <charconv>
#include <cmath>

namespace caredian {

const char* room_name(JsonErrc) {
    return "json";
}

std::string_view describe(JsonErrc e) {
    switch (e) {
    case JsonErrc::ok:
        return "ok";
    case JsonErrc::malformed:
        return "malformed JSON";
    case JsonErrc::too_deep:
        return "JSON nested too deeply";
    case JsonErrc::not_finite:
        return "a number is out of range";
    case JsonErrc::invalid_utf8:
        return "invalid UTF-8";
    }
    return "unknown";
}

namespace {

// Boost.JSON reads 1e400 as infinity: look for it where it happens rarely, after the parse.
bool all_finite(const json::value& v) {
    switch (v.kind()) {
    case json::kind::double_:
        return std::isfinite(v.get_double());
    case json::kind::array:
        for (const auto& item : v.get_array())
            if (!all_finite(item)) return false;
        return true;
    case json::kind::object:
        for (const auto& member : v.get_object())
            if (!all_finite(member.value())) return false;
        return true;
    default:
        return true;
    }
}

template <class Number>
void append_chars(std::string& out, Number value) {
    std::array<char, 32> digits{};
    auto [end, ec] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), end);
}

// What RFC 8259 §7 wants escaped; nullptr for a plain byte.
const char* escape(unsigned char c) {
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return nullptr;
    }
}

void append_escaped(std::string& out, std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    for (char c : text) {
        auto b = static_cast<unsigned char>(c);
        if (b >= 0x20 && b != '"' && b != '\\' && b != 0x7f)
            out += c;
        else if (const char* short_form = escape(b))
            out += short_form;
        else {
            out += "\\u00";
            out += digits[b >> 4];
            out += digits[b & 15];
        }
    }
}

} // namespace

result<json::value> parse_json(std::string_view text, JsonLimits limits,
                               json::storage_ptr storage) {
    json::parse_options options;
    options.max_depth = limits.depth;
    json::parser parser({}, options);
    parser.reset(std::move(storage));
    error_code ec;
    parser.write(text, ec);
    if (ec == json::error::too_deep) return JsonErrc::too_deep;
    if (ec == json::error::exponent_overflow) return JsonErrc::not_finite;
    if (ec) return is_utf8(text) ? JsonErrc::malformed : JsonErrc::invalid_utf8;
    auto value = parser.release();
    if (!all_finite(value)) return JsonErrc::not_finite;
    return value;
}

void append_number(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    append_chars(out, value);
}

void append_number(std::string& out, std::int64_t value) {
    append_chars(out, value);
}
void append_number(std::string& out, std::uint64_t value) {
    append_chars(out, value);
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    if (is_utf8(text))
        append_escaped(out, text);
    else
        append_escaped(out, sanitize_utf8(text, text.size() * 3));
    out += '"';
}

void JsonWriter::comma() {
    if (need_comma_) out_ += ',';
    need_comma_ = true;
}

JsonWriter& JsonWriter::begin_object() {
    comma();
    out_ += '{';
    need_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::end_object() {
    out_ += '}';
    need_comma_ = true;
    return *this;
}

JsonWriter& JsonWriter::begin_array() {
    comma();
    out_ += '[';
    need_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::end_array() {
    out_ += ']';
    need_comma_ = true;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    comma();
    append_json_string(out_, name);
    out_ += ':';
    need_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    comma();
    append_json_string(out_, text);
    return *this;
}

JsonWriter& JsonWriter::value(double number) {
    comma();
    append_number(out_, number);
    return *this;
}

JsonWriter& JsonWriter::value(bool flag) {
    return raw(flag ? "true" : "false");
}
JsonWriter& JsonWriter::value(std::nullptr_t) {
    return raw("null");
}

JsonWriter& JsonWriter::value(WallTime time) {
    comma();
    out_ += '"';
    append_rfc3339(out_, time);
    out_ += '"';
    return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json_text) {
    comma();
    out_ += json_text;
    return *this;
}

void append_json(std::string& out, const json::value& v) {
    switch (v.kind()) {
    case json::kind::null:
        out += "null";
        return;
    case json::kind::bool_:
        out += v.get_bool() ? "true" : "false";
        return;
    case json::kind::int64:
        return append_number(out, std::int64_t{v.get_int64()});
    case json::kind::uint64:
        return append_number(out, std::uint64_t{v.get_uint64()});
    case json::kind::double_:
        return append_number(out, v.get_double());
    case json::kind::string:
        return append_json_string(out, v.get_string());
    case json::kind::array: {
        out += '[';
        const char* separator = "";
        for (const auto& item : v.get_array()) {
            out += separator;
            append_json(out, item);
            separator = ",";
        }
        out += ']';
        return;
    }
    case json::kind::object: {
        out += '{';
        const char* separator = "";
        for (const auto& member : v.get_object()) {
            out += separator;
            append_json_string(out, member.key());
            out += ':';
            append_json(out, member.value());
            separator = ",";
        }
        out += '}';
        return;
    }
    }
}

} // namespace caredian
