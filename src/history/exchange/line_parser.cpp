// One line of line protocol, as InfluxDB reads it: a backslash escapes only what is special where
// it stands, elsewhere it is itself.
#include "history/exchange/import_batch.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace caredian::history {
namespace {

constexpr std::size_t kMostTags = 64;
constexpr std::size_t kMostFields = 1'000;

// Takes a name off `line`, up to the first of `ends` that is not escaped.
std::string take_name(std::string_view& line, std::string_view specials, std::string_view ends) {
    std::string name;
    std::size_t i = 0;
    for (; i < line.size(); ++i) {
        if (line[i] == '\\' && i + 1 < line.size() &&
            specials.find(line[i + 1]) != std::string_view::npos) {
            name += line[++i];
            continue;
        }
        if (ends.find(line[i]) != std::string_view::npos) break;
        name += line[i];
    }
    line.remove_prefix(i);
    return name;
}

bool take(std::string_view& line, char c) {
    if (!line.starts_with(c)) return false;
    line.remove_prefix(1);
    return true;
}

// After the opening quote. False: no closing one.
bool take_text(std::string_view& line, std::string& out) {
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\' && i + 1 < line.size() && (line[i + 1] == '"' || line[i + 1] == '\\')) {
            out += line[++i];
            continue;
        }
        if (line[i] == '"') {
            line.remove_prefix(i + 1);
            return true;
        }
        out += line[i];
    }
    return false;
}

template <class T>
bool whole(std::string_view text, T& out) {
    if (text.starts_with('+')) text.remove_prefix(1);
    auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    return failed == std::errc() && end == text.data() + text.size();
}

std::string_view parse_bare(std::string_view text, readings::FieldValue& out) {
    if (text.empty()) return "a field has no value";
    for (auto yes : {"t", "T", "true", "True", "TRUE"})
        if (text == yes) return out = true, std::string_view();
    for (auto no : {"f", "F", "false", "False", "FALSE"})
        if (text == no) return out = false, std::string_view();
    if (text.back() == 'i') {
        std::int64_t integer = 0;
        if (!whole(text.substr(0, text.size() - 1), integer))
            return "an integer is not one of 64 bits";
        out = integer;
        return {};
    }
    if (text.back() == 'u') {
        std::uint64_t integer = 0;
        if (!whole(text.substr(0, text.size() - 1), integer) || integer > INT64_MAX)
            return "an unsigned integer is not one of 63 bits";
        out = static_cast<std::int64_t>(integer);
        return {};
    }
    double number = 0;
    if (!whole(text, number) || !std::isfinite(number))
        return "a value is no number, boolean or text in quotes";
    out = number;
    return {};
}

std::string_view parse_field(std::string_view& line, readings::Reading& out) {
    readings::Field field{take_name(line, ",= ", ",= "), 0.0};
    if (field.name.empty()) return "a field has no name";
    if (!take(line, '=')) return "a field has no value";
    if (take(line, '"')) {
        std::string text;
        if (!take_text(line, text)) return "a text has no closing quote";
        field.value = std::move(text);
    } else {
        std::size_t end = std::min(line.find_first_of(", "), line.size());
        if (auto wrong = parse_bare(line.substr(0, end), field.value); !wrong.empty()) return wrong;
        line.remove_prefix(end);
    }
    auto same = [&](const readings::Field& f) { return f.name == field.name; };
    if (auto at = std::find_if(out.fields.begin(), out.fields.end(), same); at != out.fields.end())
        *at = std::move(field); // the later one counts, as at InfluxDB
    else
        out.fields.push_back(std::move(field));
    return {};
}

std::string_view parse_key(std::string_view& line, readings::SeriesKey& key) {
    key.measurement = take_name(line, ", ", ", ");
    if (key.measurement.empty()) return "the measurement is missing";
    while (take(line, ',')) {
        std::string name = take_name(line, ",= ", ",= ");
        if (name.empty() || !take(line, '=')) return "a tag has no name or no value";
        std::string value = take_name(line, ",= ", ",= ");
        if (value.empty()) return "a tag has an empty value";
        if (key.tags.size() >= kMostTags) return "more than 64 tags";
        key.tags.emplace_back(std::move(name), std::move(value));
    }
    return take(line, ' ') ? std::string_view() : "the fields are missing";
}

std::string_view parse_time(std::string_view text, const ImportOptions& options,
                            std::uint64_t number, WallTime& out) {
    std::int64_t time = 0;
    while (text.ends_with(' ')) text.remove_suffix(1);
    while (text.starts_with(' ')) text.remove_prefix(1);
    if (text.empty()) { // one nanosecond a line, so that they don't meet
        out = from_ns(options.now_ns + static_cast<std::int64_t>(number % 1'000'000'000));
        return {};
    }
    if (!whole(text, time) || __builtin_mul_overflow(time, options.unit_ns, &time))
        return "the time is no integer that fits";
    out = from_ns(time);
    return {};
}

} // namespace

std::string_view parse_line(std::string_view line, const ImportOptions& options,
                            std::uint64_t number, readings::Reading& out) {
    out = {};
    if (auto wrong = parse_key(line, out.series); !wrong.empty()) return wrong;
    while (line.starts_with(' ')) line.remove_prefix(1);
    do {
        if (out.fields.size() >= kMostFields) return "more than 1000 fields";
        if (auto wrong = parse_field(line, out); !wrong.empty()) return wrong;
    } while (take(line, ','));
    if (!line.empty() && !line.starts_with(' ')) return "something follows a value";
    return parse_time(line, options, number, out.time);
}

} // namespace caredian::history
