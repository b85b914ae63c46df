// One setting's text to its value and back: the kinds of values that the table is made of.
#pragma once

#include "base/clock.h"
#include "base/secret.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caredian::app {

// A text in the two languages of the reference pages.
struct Text {
    std::string en, ko;
};

// What is wrong with a value, without the setting's name: "is not a duration …". nullopt: nothing.
// Quotes the value only where no secret can stand in it.
using Refusal = std::optional<std::string>;

template <class T>
struct Codec {
    Text kind; // "duration", "1 to 256", …: for the reference
    std::function<Refusal(std::string_view text, T& out)> parse;
    std::function<std::string(const T& value)> show; // parse(show(v)) == v; "" = not set
};

// `value` as part of a message: quoted, cut, without control characters.
std::string quote_value(std::string_view value);

Codec<bool> flag();                                   // true, false (yes, no, on, off, 1, 0)
Codec<std::string> plain_text(std::size_t max_bytes); // one line
Codec<std::string> word_text(std::size_t max_bytes);  // letters, digits, ., _ and -
Codec<std::string> file_path();
Codec<Secret> secret_text(std::size_t min_bytes = 1);
Codec<std::string> listen_address(); // "192.0.2.1:8080", "[::]:8080"; port 0 = any free
Codec<std::string> network();        // "10.0.0.0/8", "::1"; not the whole Internet
Codec<std::string> host_name();      // without port; lower case
Codec<std::string> path_rule();      // access/path_rule.h: "/admin", "host.name/admin"
Codec<std::string> topic_filter();   // MQTT 5.0 §4.7
Codec<std::string> topic_name();     // the same without + and #
Codec<std::string> origin_url(std::vector<std::string> schemes); // scheme://host[:port], no more
Codec<std::string> base_url(std::vector<std::string> schemes);   // and perhaps a path
Codec<Secret> database_url();
Codec<Secret> redis_url();

// Numbers, sizes in bytes ("512MiB", "64kB", "1048576") and durations, each with its bounds.
Codec<std::uint32_t> number(std::uint32_t least, std::uint32_t most);
Codec<std::uint64_t> size(std::uint64_t least, std::uint64_t most);
Codec<nanoseconds> duration_ns(nanoseconds least, nanoseconds most, nanoseconds resolution,
                               bool zero_too);

// A duration that the member's unit can hold exactly. `zero_too`: 0 besides [least, most].
template <class Duration>
Codec<Duration> duration(nanoseconds least, nanoseconds most, bool zero_too = false) {
    auto base = duration_ns(least, most, nanoseconds(Duration(1)), zero_too);
    Codec<Duration> codec;
    codec.kind = base.kind;
    codec.parse = [parse = base.parse](std::string_view text, Duration& out) {
        nanoseconds ns{};
        auto refusal = parse(text, ns);
        if (!refusal) out = std::chrono::duration_cast<Duration>(ns);
        return refusal;
    };
    codec.show = [show = base.show](const Duration& value) { return show(value); };
    return codec;
}

// One of a few words; without regard to case. The first name of a value is the one that is shown.
template <class T>
Codec<T> choice(const std::vector<std::pair<std::string, T>>& names) {
    std::string words;
    std::vector<T> seen;
    for (const auto& [name, value] : names) {
        if (std::find(seen.begin(), seen.end(), value) != seen.end()) continue;
        seen.push_back(value);
        words += (words.empty() ? "`" : ", `") + name + "`";
    }
    Codec<T> codec;
    codec.kind = {"one of " + words, words + " 중 하나"};
    codec.parse = [names, words](std::string_view text, T& out) -> Refusal {
        std::string low;
        for (char c : text) low += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        for (const auto& [name, value] : names) {
            if (name != low) continue;
            out = value;
            return std::nullopt;
        }
        std::string plain;
        for (char c : words)
            if (c != '`') plain += c;
        return quote_value(text) + " is not one of " + plain;
    };
    codec.show = [names](const T& value) -> std::string {
        for (const auto& [name, v] : names)
            if (v == value) return name;
        return {};
    };
    return codec;
}

} // namespace caredian::app
