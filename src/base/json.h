// JSON in (Boost.JSON with our limits) and out (a writer with shortest numbers).
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <boost/json/value.hpp>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace caredian {

namespace json = boost::json;

enum class JsonErrc {
    ok,
    malformed,  // not JSON (RFC 8259), or something follows it
    too_deep,   // deeper than JsonLimits::depth
    not_finite, // a number no double can hold, such as 1e400
    invalid_utf8,
};
const char* room_name(JsonErrc);
std::string_view describe(JsonErrc e);
inline error_code make_error_code(JsonErrc e) {
    return make_code(e);
}

struct JsonLimits {
    std::size_t depth = 32;
};

// Parses the whole of `text`. Memory comes from `storage`; the value must not outlive it.
result<json::value> parse_json(std::string_view text, JsonLimits limits = {},
                               json::storage_ptr storage = {});

// Shortest text that reads back as the same double: 21.37, 1e+300; not a finite number: null.
void append_number(std::string& out, double value);
void append_number(std::string& out, std::int64_t value);
void append_number(std::string& out, std::uint64_t value);
// With quotes; escapes what RFC 8259 demands and replaces invalid UTF-8 by U+FFFD.
void append_json_string(std::string& out, std::string_view text);

// Writes JSON into a string that the caller owns. Commas are its business, nesting is yours:
//   w.begin_object(); w.key("a"); w.value(1); w.end_object();
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}
    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);
    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(double number);
    JsonWriter& value(bool flag);
    JsonWriter& value(std::nullptr_t);
    JsonWriter& value(WallTime time); // RFC 3339
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    JsonWriter& value(T number) {
        comma();
        if constexpr (std::is_signed_v<T>)
            append_number(out_, static_cast<std::int64_t>(number));
        else
            append_number(out_, static_cast<std::uint64_t>(number));
        return *this;
    }
    JsonWriter& raw(std::string_view json_text); // a value that is JSON already
    template <class T>
    JsonWriter& member(std::string_view name, T&& v) {
        key(name);
        return value(std::forward<T>(v));
    }

private:
    void comma();
    std::string& out_;
    bool need_comma_ = false;
};

// Appends a Boost.JSON value with the number format above.
void append_json(std::string& out, const json::value& value);

} // namespace caredian

template <>
struct boost::system::is_error_code_enum<caredian::JsonErrc> : std::true_type {};
