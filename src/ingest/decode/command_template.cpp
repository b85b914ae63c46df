#include "ingest/decode/command_template.h"

#include "base/encoding.h"
#include "base/json.h"
#include "ingest/decode/numbers.h"

#include <algorithm>
#include <cmath>

namespace caredian::ingest {

namespace {

constexpr std::string_view blank = " \t\r\n";
constexpr std::size_t most_parts = 16;

void skip_blanks(std::string_view& left) {
    left.remove_prefix(std::min(left.find_first_not_of(blank), left.size()));
}

bool take(std::string_view& left, std::string_view token) {
    if (!left.starts_with(token)) return false;
    left.remove_prefix(token.size());
    return true;
}

std::string_view word(std::string_view& left) {
    auto end = std::find_if_not(left.begin(), left.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
    auto found = left.substr(0, static_cast<std::size_t>(end - left.begin()));
    left.remove_prefix(found.size());
    return found;
}

} // namespace

bool CommandTemplate::read_filter(std::string_view& left, std::vector<Filter>& out) {
    constexpr std::pair<std::string_view, Filter::Kind> names[] = {
        {"int", Filter::whole},   {"float", Filter::real},  {"round", Filter::round},
        {"lower", Filter::lower}, {"upper", Filter::upper}, {"trim", Filter::trim},
        {"tojson", Filter::json}, {"to_json", Filter::json}};
    skip_blanks(left);
    auto name = word(left);
    Filter filter{};
    if (name != "string") {
        const auto* known = std::find_if(std::begin(names), std::end(names),
                                         [&](const auto& one) { return one.first == name; });
        if (known == std::end(names)) return false;
        filter.kind = known->second;
    }
    skip_blanks(left);
    if (take(left, "(")) {
        skip_blanks(left);
        auto digits = word(left);
        skip_blanks(left);
        if (!take(left, ")")) return false;
        const bool number = digits.size() == 1 && digits[0] >= '0' && digits[0] <= '9';
        // A default (int(0)) is never needed: what is no number is refused.
        if (!digits.empty() && !number) return false;
        if (number && filter.kind == Filter::round) filter.digits = digits[0] - '0';
    }
    if (name != "string") out.push_back(filter);
    return true;
}

std::optional<CommandTemplate> CommandTemplate::parse(std::string_view text) {
    CommandTemplate made;
    while (!text.empty()) {
        auto open = text.find('{');
        while (open != std::string_view::npos && open + 1 < text.size() &&
               std::string_view("{%#").find(text[open + 1]) == std::string_view::npos)
            open = text.find('{', open + 1);
        if (open == std::string_view::npos || open + 1 == text.size()) {
            made.parts_.push_back({std::string(text), false, {}});
            break;
        }
        if (text[open + 1] != '{' || made.parts_.size() >= most_parts) return std::nullopt;
        Part part{std::string(text.substr(0, open)), true, {}};
        text.remove_prefix(open + 2);
        (void)take(text, "-");
        skip_blanks(text);
        if (word(text) != "value") return std::nullopt;
        for (skip_blanks(text); take(text, "|"); skip_blanks(text))
            if (!read_filter(text, part.filters)) return std::nullopt;
        (void)take(text, "-");
        if (!take(text, "}}")) return std::nullopt;
        made.parts_.push_back(std::move(part));
    }
    return made;
}

bool CommandTemplate::apply(const Filter& filter, std::string& value) {
    switch (filter.kind) {
    case Filter::lower:
        value = lower_ascii(std::move(value));
        return true;
    case Filter::upper:
        std::transform(value.begin(), value.end(), value.begin(), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        });
        return true;
    case Filter::trim:
        value = std::string(trim(value));
        return true;
    case Filter::json: {
        std::string out;
        if (parse_number(value))
            out = value;
        else
            append_json_string(out, value);
        value = std::move(out);
        return true;
    }
    default:
        break;
    }
    auto number = parse_number(value);
    if (!number) return false;
    if (filter.kind == Filter::whole) *number = std::trunc(*number);
    if (filter.kind == Filter::round) {
        const double scale = std::pow(10, filter.digits);
        *number = std::nearbyint(*number * scale) / scale; // half to even, as Python does
    }
    value.clear();
    append_number(value, *number);
    return true;
}

std::optional<std::string> CommandTemplate::fill(std::string_view value) const {
    std::string out;
    for (const auto& part : parts_) {
        out += part.text;
        if (!part.value) continue;
        std::string own(value);
        for (const auto& filter : part.filters)
            if (!apply(filter, own)) return std::nullopt;
        out += own;
    }
    return out;
}

} // namespace caredian::ingest
