// Names of fields as we write them, made of names as devices do.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

namespace caredian::ingest {

// "ApparentPower" → "apparent_power", "Wifi_SSId" → "wifi_ssid", "PM2.5" → "pm25", "eCO2" → "eco2",
// "TVOC" → "tvoc", "filter-main" → "filter_main". Appended to `out`. Two names may become one:
// see Output::names_may_meet.
void append_snake_case(std::string& out, std::string_view name);

// "POWER" and "POWER2" are the word POWER and at most two digits.
bool is_word_and_number(std::string_view text, std::string_view word);

inline bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

} // namespace caredian::ingest
