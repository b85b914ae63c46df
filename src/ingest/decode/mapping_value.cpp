#include "ingest/decode/mapping_value.h"

#include "base/encoding.h"
#include "base/json.h"
#include "ingest/decode/numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

namespace caredian::ingest {

namespace {

using Kind = FlatField::Kind;
using Value = std::optional<readings::FieldValue>;

constexpr std::int64_t us_per_s = 1'000'000;
constexpr double from_s = 978'307'200, to_s = 4'102'444'800; // 2001, 2100

std::optional<double> number_of(const FlatField& value) {
    switch (value.kind) {
    case Kind::number:
        return value.number;
    case Kind::boolean:
        return value.boolean ? 1 : 0;
    case Kind::text:
        return parse_number(value.text);
    }
    return std::nullopt;
}

bool is_word(std::string_view text, const auto& words) {
    return std::any_of(std::begin(words), std::end(words),
                       [&](std::string_view word) { return iequals_ascii(word, text); });
}

constexpr std::string_view usual_on[] = {"1", "on", "true", "yes"};
constexpr std::string_view usual_off[] = {"0", "off", "false", "no"};
constexpr std::string_view no_value[] = {"unavailable", "unknown", "none", "null"};

std::string text_of(const FlatField& value) {
    if (value.kind == Kind::boolean) return value.boolean ? "true" : "false";
    std::string out;
    if (value.kind == Kind::number)
        append_number(out, value.number);
    else
        out = value.text;
    return out;
}

std::optional<bool> boolean_of(const FlatField& value, const MappedField& rule) {
    std::string text = text_of(value);
    if (is_word(text, rule.on)) return true;
    if (is_word(text, rule.off)) return false;
    if (value.kind == Kind::boolean) return value.boolean;
    if (is_word(text, usual_on)) return true;
    if (is_word(text, usual_off)) return false;
    return std::nullopt;
}

// To 15 digits: what people write as 214 · 0.1 is 21.4, not 21.400000000000002.
double tidy(double value) {
    char text[40];
    auto [end, code] =
        std::to_chars(text, text + sizeof text, value, std::chars_format::general, 15);
    if (code != std::errc()) return value;
    double out = value;
    std::from_chars(text, end, out);
    return out;
}

Value scaled(const FlatField& value, const MappedField& rule) {
    auto number = number_of(value);
    if (!number) return std::nullopt;
    double result = *number;
    if (rule.scale != 1 || rule.offset != 0) result = tidy(result * rule.scale + rule.offset);
    if (!std::isfinite(result)) return std::nullopt;
    if (rule.type != MappedField::Type::integer) return result;
    double whole = std::round(result);
    constexpr double exact = 9'007'199'254'740'992; // 2^53
    if (std::fabs(whole) > exact) return std::nullopt;
    return static_cast<std::int64_t>(whole);
}

Value as_it_is(const FlatField& value, const MappedField& rule) {
    if (value.kind == Kind::number) return scaled(value, rule);
    if (value.kind == Kind::boolean) return value.boolean;
    return std::string(value.text);
}

std::optional<WallTime> epoch(double number, MappedTime::Format format) {
    using enum MappedTime::Format;
    struct Unit {
        MappedTime::Format format;
        double per_second;
    };
    for (Unit unit :
         {Unit{unix_s, 1}, Unit{unix_ms, 1e3}, Unit{unix_us, 1e6}, Unit{unix_ns, 1e9}}) {
        if (format != any && format != unit.format) continue;
        double seconds = number / unit.per_second;
        if (seconds < from_s || seconds >= to_s) continue;
        return from_ns(std::llround(seconds * us_per_s) * 1000);
    }
    return std::nullopt;
}

// "2026-01-10T12:05:00", also with a blank between date and time, as many devices write
std::optional<WallTime> date(std::string_view text, const MappedTime& rule) {
    std::string written(text.substr(0, 64));
    if (written.size() > 10 && written[10] == ' ') written[10] = 'T';
    auto time = parse_rfc3339(written);
    std::int64_t shift_s = 0;
    if (!time && rule.has_zone) {
        time = parse_rfc3339(written + 'Z');
        shift_s = std::int64_t{60} * rule.zone_minutes;
    }
    if (!time) return std::nullopt;
    std::int64_t us = to_ns(*time) / 1000 - shift_s * us_per_s;
    double seconds = static_cast<double>(us) / us_per_s;
    if (seconds < from_s || seconds >= to_s) return std::nullopt;
    return from_ns(us * 1000);
}

} // namespace

Value cast(const FlatField& value, const MappedField& rule) {
    switch (rule.type) {
    case MappedField::Type::as_it_is:
        return as_it_is(value, rule);
    case MappedField::Type::number:
    case MappedField::Type::integer:
        return scaled(value, rule);
    case MappedField::Type::boolean: {
        auto flag = boolean_of(value, rule);
        return flag ? Value(*flag) : std::nullopt;
    }
    case MappedField::Type::text:
        return text_of(value);
    }
    return std::nullopt;
}

bool says_nothing(const FlatField& value) {
    return value.kind == Kind::text && (value.text.empty() || is_word(value.text, no_value));
}

std::optional<WallTime> payload_time(const FlatField& value, const MappedTime& rule) {
    if (value.kind == Kind::boolean) return std::nullopt;
    bool only_text = rule.format == MappedTime::Format::rfc3339;
    auto number =
        value.kind == Kind::number ? std::optional(value.number) : parse_number(value.text);
    if (number) return only_text ? std::nullopt : epoch(*number, rule.format);
    bool text_too = only_text || rule.format == MappedTime::Format::any;
    return text_too ? date(value.text, rule) : std::nullopt;
}

WallTime point_time(WallTime from_payload, const readings::Message& message) {
    std::int64_t us = to_ns(from_payload) / 1000;
    // As of its receipt: no other message of the series has them in that microsecond.
    const std::int64_t digits = to_ns(message.time) % 1000;
    return from_ns(us * 1000 + (digits < 0 ? digits + 1000 : digits));
}

} // namespace caredian::ingest
