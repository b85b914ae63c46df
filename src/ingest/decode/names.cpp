#include "ingest/decode/names.h"

#include <algorithm>
#include <utility>

namespace caredian::ingest {

namespace {

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_separator(char c) {
    return c == '_' || c == '-' || c == '.' || c == ' ' || c == '/';
}

// Words whose capitals tell nothing about where a word ends.
constexpr std::pair<std::string_view, std::string_view> unusual[] = {
    {"BSSId", "bssid"}, {"SSId", "ssid"}, {"eCO2", "eco2"},
    {"PM2.5", "pm25"},  {"VPD", "vpd"},   {"tVOC", "tvoc"},
};

const std::pair<std::string_view, std::string_view>* find_unusual(std::string_view rest) {
    for (const auto& known : unusual)
        if (rest.starts_with(known.first) &&
            (rest.size() == known.first.size() || is_separator(rest[known.first.size()])))
            return &known;
    return nullptr;
}

} // namespace

void append_snake_case(std::string& out, std::string_view name) {
    bool word_begins = true;
    for (std::size_t i = 0; i < name.size(); ++i) {
        char c = name[i];
        if (word_begins && (is_upper(c) || c == 'e' || c == 't'))
            if (const auto* known = find_unusual(name.substr(i))) {
                out += known->second;
                i += known->first.size() - 1;
                word_begins = false;
                continue;
            }
        word_begins = is_separator(c);
        if (word_begins) {
            out += '_';
        } else if (is_upper(c)) {
            bool after_word = i > 0 && (is_lower(name[i - 1]) || is_digit(name[i - 1]));
            bool before_word =
                i > 0 && is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1]);
            if (after_word || before_word) out += '_';
            out += static_cast<char>(c - 'A' + 'a');
        } else {
            out += c;
        }
    }
}

bool is_word_and_number(std::string_view text, std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return text.size() <= 2 && std::all_of(text.begin(), text.end(), is_digit);
}

} // namespace caredian::ingest
