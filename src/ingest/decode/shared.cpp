// What several decoders need.
#include "base/clock.h"
#include "base/encoding.h"
#include "ingest/decode/decoder.h"
#include "ingest/decode/numbers.h"

#include <cmath>

namespace caredian::ingest {

std::string_view to_string(Outcome::Kind kind) {
    switch (kind) {
    case Outcome::Kind::decoded:
        return "decoded";
    case Outcome::Kind::described:
        return "described";
    case Outcome::Kind::ignored:
        return "ignored";
    case Outcome::Kind::broken:
        return "broken";
    case Outcome::Kind::not_mine:
        break;
    }
    return "unknown";
}

Outcome nothing_in(const JsonFields& json) {
    return Outcome::ignore(json.not_finite() ? Ignored::not_a_number : Ignored::no_value);
}

std::optional<std::string> device_time(const FlatField& field) {
    if (field.kind == FlatField::Kind::text) {
        // "2026-01-10T12:00:03+09:00", also without an offset, as Tasmota writes local time
        std::string_view t = field.text;
        auto is = [&](std::size_t i, char c) { return t[i] == c; };
        bool date = t.size() >= 16 && t.size() <= 40 && is(4, '-') && is(7, '-') &&
                    (is(10, 'T') || is(10, ' ') || is(10, 't')) && is(13, ':') && t[0] >= '0' &&
                    t[0] <= '9';
        return date ? std::optional(std::string(t)) : std::nullopt;
    }
    if (field.kind != FlatField::Kind::number) return std::nullopt;
    constexpr double from = 978'307'200, to = 4'102'444'800; // 2001, 2100
    for (double unit : {1.0, 1e3, 1e6, 1e9}) {
        double seconds = field.number / unit;
        if (seconds < from || seconds >= to) continue;
        // to µs: what a double holds exactly
        return format_rfc3339(from_ns(std::llround(seconds * 1e6) * 1000));
    }
    return std::nullopt;
}

std::optional<bool> switch_word(std::string_view text) {
    if (text.size() > 5) return std::nullopt;
    if (iequals_ascii(text, "on") || iequals_ascii(text, "true")) return true;
    if (iequals_ascii(text, "off") || iequals_ascii(text, "false")) return false;
    return std::nullopt;
}

std::optional<bool> online_word(std::string_view text) {
    if (iequals_ascii(text, "online")) return true;
    if (iequals_ascii(text, "offline")) return false;
    return std::nullopt;
}

Bare bare_value(const Content& content) {
    Bare bare{{}, Outcome::done()};
    std::string_view text = content.text;
    if (content.kind != Content::Kind::scalar) {
        bare.outcome = Outcome::pass();
    } else if (!is_utf8(text)) {
        bare.outcome = Outcome::fail(Broken::invalid_utf8);
    } else if (auto number = content.quoted ? std::nullopt : parse_number(text)) {
        bare.value.number = *number;
    } else if (!content.quoted && is_not_a_number(text)) {
        bare.outcome = Outcome::ignore(Ignored::not_a_number);
    } else if (!content.quoted && text == "null") {
        bare.outcome = Outcome::ignore(Ignored::no_value);
    } else if (!content.quoted && (text == "true" || text == "false")) {
        bare.value.kind = FlatField::Kind::boolean;
        bare.value.boolean = text == "true";
    } else {
        bare.value.kind = FlatField::Kind::text;
        bare.value.text = text;
    }
    return bare;
}

Outcome done_or_nothing(Output& out, const JsonFields& json) {
    if (out.has_fields()) return Outcome::done();
    out.drop();
    return nothing_in(json);
}

bool is_time_name(std::string_view name) {
    for (std::string_view known : {"time", "timestamp", "ts", "datetime", "device_time"})
        if (iequals_ascii(name, known)) return true;
    return false;
}

const FlatField* device_field(const JsonFields& json) {
    if (!json.is_object()) return nullptr;
    for (std::string_view name : {"device", "device_id", "id"}) {
        const FlatField* f = json.top(name);
        if (f && f->kind == FlatField::Kind::text && !f->text.empty()) return f;
    }
    return nullptr;
}

} // namespace caredian::ingest
