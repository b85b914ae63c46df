#include "api/readings_query.h"

#include "base/encoding.h"

#include <algorithm>
#include <array>
#include <optional>

namespace caredian::api {
namespace {

enum Name : std::uint8_t { measurement, device, field, from, to, every, fn, format, count };
constexpr std::array<std::string_view, count> kNames = {"measurement", "device", "field", "from",
                                                        "to",          "every",  "fn",    "format"};
using Values = std::array<std::string, count>; // empty = not given, as an empty input of a form

std::string plus_as_blank(std::string_view text) {
    std::string out(text);
    std::replace(out.begin(), out.end(), '+', ' ');
    return out;
}

// Empty: fine. Else what is wrong.
std::string split(std::string_view query, Values& values) {
    std::array<bool, count> seen{};
    while (!query.empty()) {
        std::string_view value = next_token(query, '&');
        if (value.empty()) continue;
        auto name = percent_decode(plus_as_blank(next_token(value, '=')));
        if (!name) return "A parameter's name has a broken percent sign.";
        auto known = std::find(kNames.begin(), kNames.end(), *name);
        if (known == kNames.end())
            return "Unknown parameter \"" + sanitize_utf8(*name, 64) +
                   "\": there are measurement, device, field, from, to, every, fn, format.";
        auto index = static_cast<std::size_t>(known - kNames.begin());
        if (std::exchange(seen[index], true)) return "The parameter " + *name + " is given twice.";
        auto decoded = percent_decode(plus_as_blank(value));
        if (!decoded) return "The parameter " + *name + " has a broken percent sign.";
        values[index] = std::move(*decoded);
    }
    return {};
}

// "2026-01-10T03:00:00+09:00" arrives with a blank for its plus when it was not encoded.
std::optional<std::int64_t> read_time(std::string text, WallTime now) {
    if (text == "now") return to_ns(now);
    if (text.starts_with('-') && text.size() > 1) {
        auto back = parse_duration(std::string_view(text).substr(1));
        std::int64_t at = 0;
        if (!back || __builtin_sub_overflow(to_ns(now), back->count(), &at)) return std::nullopt;
        return at;
    }
    if (auto blank = text.rfind(' '); blank != std::string::npos && text.find('T') < blank)
        text[blank] = '+';
    auto parsed = parse_rfc3339(text);
    if (!parsed) return std::nullopt;
    return to_ns(*parsed);
}

std::string read_range(const Values& values, WallTime now, history::Query& query) {
    constexpr std::string_view kForms =
        " must be a time such as 2026-01-10T03:00:00Z, a date, now, or back from now such as -24h.";
    if (!values[from].empty()) {
        auto at = read_time(values[from], now);
        if (!at) return "The parameter from" + std::string(kForms);
        query.from = *at;
    }
    if (!values[to].empty()) {
        auto at = read_time(values[to], now);
        if (!at) return "The parameter to" + std::string(kForms);
        query.to = *at;
    }
    return query.from < query.to ? std::string() : "The parameter from must lie before to.";
}

std::string read_windows(const Values& values, history::Query& query) {
    if (!values[fn].empty()) {
        auto aggregate = history::parse_aggregate(values[fn]);
        if (!aggregate)
            return "The parameter fn must be one of mean, min, max, first, last, sum, count.";
        query.fn = *aggregate;
    }
    if (values[every].empty()) return {};
    auto width = parse_duration(values[every]);
    if (!width || width->count() <= 0)
        return "The parameter every must be a length of time such as 15m, 12h or 500ms.";
    if (values[fn].empty()) return "The parameter every needs fn.";
    query.every = *width;
    return {};
}

} // namespace

std::variant<ReadingsQuery, std::string> parse_readings_query(std::string_view query,
                                                              WallTime now) {
    Values values;
    if (auto wrong = split(query, values); !wrong.empty()) return wrong;
    ReadingsQuery out;
    out.query.measurement = values[measurement];
    out.query.device = values[device];
    out.query.field = values[field];
    if (values[measurement].empty() && values[device].empty() && values[field].empty())
        return "At least one of the parameters measurement, device and field is needed.";
    if (auto wrong = read_range(values, now, out.query); !wrong.empty()) return wrong;
    if (auto wrong = read_windows(values, out.query); !wrong.empty()) return wrong;
    if (values[format] == "csv")
        out.csv = true;
    else if (!values[format].empty() && values[format] != "json")
        return "The parameter format must be json or csv.";
    return out;
}

} // namespace caredian::api
