#include "app/config_value.h"

#include "base/encoding.h"
#include "base/json.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace caredian::app {

namespace {

template <class T>
bool read_whole(std::string_view text, T& out) {
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
    return ec == std::errc() && end == text.data() + text.size();
}

std::string same(const std::string& value) {
    return value;
}

struct SizeUnit {
    std::string_view name;
    std::uint64_t bytes;
};
// Shown with the first that divides evenly.
constexpr std::array<SizeUnit, 9> size_units{{{"gib", 1ull << 30},
                                              {"mib", 1ull << 20},
                                              {"kib", 1ull << 10},
                                              {"gb", 1'000'000'000},
                                              {"mb", 1'000'000},
                                              {"kb", 1'000},
                                              {"k", 1ull << 10},
                                              {"b", 1},
                                              {"", 1}}};

std::optional<std::uint64_t> read_size(std::string_view text) {
    auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    std::uint64_t count = 0;
    if (!read_whole(text.substr(0, digits), count)) return std::nullopt;
    auto unit = lower_ascii(trim(text.substr(digits)));
    for (const auto& u : size_units)
        if (u.name == unit)
            return count > UINT64_MAX / u.bytes ? std::nullopt : std::optional(count * u.bytes);
    return std::nullopt;
}

std::string show_size(std::uint64_t bytes) {
    constexpr std::array<std::pair<std::string_view, std::uint64_t>, 3> units{
        {{"GiB", 1ull << 30}, {"MiB", 1ull << 20}, {"KiB", 1ull << 10}}};
    for (const auto& [name, unit] : units)
        if (bytes != 0 && bytes % unit == 0)
            return std::to_string(bytes / unit) + std::string(name);
    return std::to_string(bytes);
}

} // namespace

std::string quote_value(std::string_view value) {
    std::string out;
    append_json_string(out, sanitize_utf8(value, 40));
    return out;
}

Codec<bool> flag() {
    return choice<bool>({{"true", true},
                         {"false", false},
                         {"yes", true},
                         {"no", false},
                         {"on", true},
                         {"off", false},
                         {"1", true},
                         {"0", false}});
}

Codec<std::string> plain_text(std::size_t max_bytes) {
    auto limit = std::to_string(max_bytes);
    return {{"text, at most " + limit + " bytes", "텍스트, 최대 " + limit + "바이트"},
            [max_bytes, limit](std::string_view text, std::string& out) -> Refusal {
                if (text.size() > max_bytes) return "is longer than " + limit + " bytes";
                if (text.find_first_of("\r\n") != text.npos) return "must be one line";
                out = text;
                return std::nullopt;
            },
            same};
}

Codec<std::string> word_text(std::size_t max_bytes) {
    auto codec = plain_text(max_bytes);
    auto limit = std::to_string(max_bytes);
    codec.kind = {"letters, digits, `.`, `_` and `-`, at most " + limit,
                  "영문자, 숫자, `.`, `_`, `-`, 최대 " + limit + "자"};
    codec.parse = [plain = codec.parse](std::string_view text, std::string& out) -> Refusal {
        for (char c : text) {
            bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-')
                return quote_value(text) + " has another character than letters, digits, ., _, -";
        }
        return plain(text, out);
    };
    return codec;
}

Codec<std::string> file_path() {
    auto codec = plain_text(4096);
    codec.kind = {"path", "경로"};
    return codec;
}

Codec<Secret> secret_text(std::size_t min_bytes) {
    auto least = std::to_string(min_bytes);
    Text kind{"secret", "비밀값"};
    if (min_bytes > 1)
        kind = {"secret, at least " + least + " bytes", "비밀값, " + least + "바이트 이상"};
    return {kind,
            [min_bytes, least](std::string_view text, Secret& out) -> Refusal {
                if (text.size() < min_bytes)
                    return "is too short: " + std::to_string(text.size()) + " bytes, at least " +
                           least + " are needed";
                if (text.size() > 64 * 1024) return "is longer than 64 kB";
                if (text.find_first_of("\r\n") != text.npos) return "must be one line";
                out = Secret(std::string(text));
                return std::nullopt;
            },
            [](const Secret&) { return std::string(); }}; // never shown
}

Codec<std::uint32_t> number(std::uint32_t least, std::uint32_t most) {
    auto low = std::to_string(least), high = std::to_string(most);
    return {{"number, " + low + " to " + high, "숫자, " + low + "~" + high},
            [=](std::string_view text, std::uint32_t& out) -> Refusal {
                std::uint64_t value = 0;
                if (!read_whole(text, value)) return quote_value(text) + " is not a whole number";
                if (value < least || value > most)
                    return "must be " + low + " to " + high + ", not " + std::to_string(value);
                out = static_cast<std::uint32_t>(value);
                return std::nullopt;
            },
            [](const std::uint32_t& value) { return std::to_string(value); }};
}

Codec<std::uint64_t> size(std::uint64_t least, std::uint64_t most) {
    auto low = show_size(least), high = show_size(most);
    return {{"size, " + low + " to " + high, "크기, " + low + "~" + high},
            [=](std::string_view text, std::uint64_t& out) -> Refusal {
                auto value = read_size(text);
                if (!value)
                    return quote_value(text) +
                           " is not a size (write 512MiB, 64kB or a number of bytes)";
                if (*value < least || *value > most) return "must be " + low + " to " + high;
                out = *value;
                return std::nullopt;
            },
            show_size};
}

Codec<nanoseconds> duration_ns(nanoseconds least, nanoseconds most, nanoseconds resolution,
                               bool zero_too) {
    auto low = format_duration(least), high = format_duration(most);
    Text kind{"duration, " + low + " to " + high, "기간, " + low + "~" + high};
    if (zero_too) kind = {kind.en + ", or 0", kind.ko + " 또는 0"};
    return {kind,
            [=](std::string_view text, nanoseconds& out) -> Refusal {
                auto value = parse_duration(text);
                if (!value)
                    return quote_value(text) +
                           " is not a duration (write 500ms, 90s, 15m, 12h or 7d)";
                if ((!zero_too || value->count() != 0) && (*value < least || *value > most))
                    return "must be " + low + " to " + high + (zero_too ? ", or 0" : "");
                if (value->count() % resolution.count() != 0)
                    return "must be a multiple of " + format_duration(resolution);
                out = *value;
                return std::nullopt;
            },
            [](const nanoseconds& value) {
                return value.count() == 0 ? std::string("0") : format_duration(value);
            }};
}

} // namespace caredian::app
