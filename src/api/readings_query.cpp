#include "api/readings_query.h"

#include "base/encoding.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace caredian::api {
namespace {

enum Name : std::uint8_t {
    measurement,
    device,
    field,
    from,
    to,
    format,
    every,
    fn,
    width,
    source,
    count
};
constexpr std::array<std::string_view, count> kNames = {
    "measurement", "device", "field", "from", "to", "format", "every", "fn", "width", "source"};
constexpr std::size_t kReadings = count;
constexpr std::size_t kExport = format + 1; // the first of them
constexpr std::uint32_t kWidest = 10'000;
using Values = std::array<std::string, count>; // empty = not given, as an empty input of a form

std::string list_of(std::size_t known) {
    std::string out;
    for (std::size_t i = 0; i < known; ++i) out += (i == 0 ? "" : ", ") + std::string(kNames[i]);
    return out;
}

std::string plus_as_blank(std::string_view text) {
    std::string out(text);
    std::replace(out.begin(), out.end(), '+', ' ');
    return out;
}

// `known_names`: so many of the names may stand. Empty: fine. Else what is wrong.
std::string split(std::string_view query, std::size_t known_names, Values& values) {
    std::array<bool, count> seen{};
    while (!query.empty()) {
        std::string_view value = next_token(query, '&');
        if (value.empty()) continue;
        auto name = percent_decode(plus_as_blank(next_token(value, '=')));
        if (!name) return "A parameter's name has a broken percent sign.";
        auto end = kNames.begin() + known_names;
        auto known = std::find(kNames.begin(), end, *name);
        if (known == end)
            return "Unknown parameter \"" + sanitize_utf8(*name, 64) + "\": there are " +
                   list_of(known_names) + ".";
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

std::string read_width(const Values& values, history::Query& query) {
    if (values[width].empty()) return {};
    std::uint32_t pixels = 0;
    const auto& text = values[width];
    auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), pixels);
    if (failed != std::errc() || end != text.data() + text.size() || pixels < 1 || pixels > kWidest)
        return "The parameter width must be a whole number from 1 to 10000.";
    if (query.fn != history::Aggregate::none)
        return "The parameter width picks the windows: every and fn don't go with it.";
    query.width = pixels;
    return {};
}

std::string read_filters(const Values& values, WallTime now, history::Query& query) {
    query.measurement = values[measurement];
    query.device = values[device];
    query.field = values[field];
    return read_range(values, now, query);
}

} // namespace

std::variant<ReadingsQuery, std::string> parse_readings_query(std::string_view query,
                                                              WallTime now) {
    Values values;
    if (auto wrong = split(query, kReadings, values); !wrong.empty()) return wrong;
    ReadingsQuery out;
    if (values[measurement].empty() && values[device].empty() && values[field].empty())
        return "At least one of the parameters measurement, device and field is needed.";
    if (auto wrong = read_filters(values, now, out.query); !wrong.empty()) return wrong;
    if (auto wrong = read_windows(values, out.query); !wrong.empty()) return wrong;
    if (auto wrong = read_width(values, out.query); !wrong.empty()) return wrong;
    out.source = values[source];
    if (values[format] == "csv")
        out.csv = true;
    else if (!values[format].empty() && values[format] != "json")
        return "The parameter format must be json or csv.";
    return out;
}

std::variant<ExportQuery, std::string> parse_export_query(std::string_view query, WallTime now) {
    Values values;
    if (auto wrong = split(query, kExport, values); !wrong.empty()) return wrong;
    ExportQuery out;
    out.query.everything = true;
    if (auto wrong = read_filters(values, now, out.query); !wrong.empty()) return wrong;
    if (values[format].empty()) return out;
    auto named = history::parse_exchange_format(values[format]);
    if (!named) return "The parameter format must be csv or lp.";
    out.format = *named;
    return out;
}

} // namespace caredian::api
