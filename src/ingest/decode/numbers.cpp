#include "ingest/decode/numbers.h"

#include "base/encoding.h"

#include <charconv>
#include <cmath>

namespace caredian::ingest {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// sign? digits (no leading zero) fraction? exponent?; the digits or the fraction may be missing
bool has_number_form(std::string_view text) {
    std::size_t i = 0, n = text.size();
    auto digits = [&] {
        std::size_t from = i;
        while (i < n && is_digit(text[i])) ++i;
        return i - from;
    };
    if (i < n && (text[i] == '-' || text[i] == '+')) ++i;
    bool zero_first = i < n && text[i] == '0';
    std::size_t whole = digits();
    if (zero_first && whole > 1) return false;
    std::size_t fraction = 0;
    if (i < n && text[i] == '.') {
        ++i;
        fraction = digits();
        if (fraction == 0) return false;
    }
    if (whole + fraction == 0) return false;
    if (i < n && (text[i] == 'e' || text[i] == 'E')) {
        ++i;
        if (i < n && (text[i] == '-' || text[i] == '+')) ++i;
        if (digits() == 0) return false;
    }
    return i == n;
}

// Too small for a double: zero. (from_chars says the same of too large and too small.)
bool is_tiny(std::string_view text) {
    auto e = text.find_first_of("eE");
    if (e != std::string_view::npos) return e + 1 < text.size() && text[e + 1] == '-';
    return text.find('.') != std::string_view::npos && text.size() > 300 &&
           (text.starts_with("0.") || text.starts_with("-0.") || text.starts_with("."));
}

std::size_t word_length(std::string_view text) {
    for (std::string_view word : {"infinity", "inf", "nan"})
        if (text.size() >= word.size() && iequals_ascii(text.substr(0, word.size()), word))
            return word.size();
    return 0;
}

} // namespace

std::optional<double> parse_number(std::string_view text) {
    if (!has_number_form(text)) return std::nullopt;
    if (text[0] == '+') text.remove_prefix(1);
    double value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range && is_tiny(text)) return 0.0;
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

bool is_not_a_number(std::string_view text) {
    if (has_number_form(text)) return !parse_number(text);
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
    return !text.empty() && word_length(text) == text.size();
}

std::size_t replace_bare_nan(std::string_view json, std::string& out) {
    out.clear();
    std::size_t replaced = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        char c = json[i];
        if (in_string && c == '\\' && i + 1 < json.size()) {
            out += c;
            out += json[++i];
            continue;
        }
        if (c == '"') in_string = !in_string;
        if (!in_string && c != '"') {
            std::size_t sign = c == '-' || c == '+' ? 1 : 0;
            // A word only where a value begins: not inside true, null or a number.
            bool begins = i == 0 || std::string_view(" \t\r\n:[,").find(json[i - 1]) !=
                                        std::string_view::npos;
            std::size_t word = begins ? word_length(json.substr(i + sign)) : 0;
            if (word) {
                out += "null";
                i += sign + word - 1;
                ++replaced;
                continue;
            }
        }
        out += c;
    }
    return replaced;
}

} // namespace caredian::ingest
