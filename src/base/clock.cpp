#include "base/clock.h"

#include <array>
#include <charconv>
#include <limits>

namespace caredian {

namespace {

error_code invalid() {
    return make_error_code(boost::system::errc::invalid_argument);
}

void append_padded(std::string& out, std::int64_t value, int width) {
    std::array<char, 20> digits{};
    auto [end, ec] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    for (auto n = end - digits.data(); n < width; ++n) out += '0';
    out.append(digits.data(), end);
}

// Reads exactly `width` digits at the front of `text`.
bool take_digits(std::string_view& text, std::size_t width, int& out) {
    if (text.size() < width) return false;
    out = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (text[i] < '0' || text[i] > '9') return false;
        out = out * 10 + (text[i] - '0');
    }
    text.remove_prefix(width);
    return true;
}

bool take_char(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

// ".123" to nanoseconds; nothing there is zero.
bool take_fraction(std::string_view& text, std::int64_t& ns) {
    ns = 0;
    if (!take_char(text, '.')) return true;
    std::int64_t unit = 100'000'000;
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (++digits > 9) return false;
        ns += (text.front() - '0') * unit;
        unit /= 10;
        text.remove_prefix(1);
    }
    return digits > 0;
}

// "Z" or "+09:00" to seconds east.
bool take_offset(std::string_view& text, int& seconds) {
    if (take_char(text, 'Z') || take_char(text, 'z')) {
        seconds = 0;
        return true;
    }
    if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
    int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    int hours = 0, minutes = 0;
    if (!take_digits(text, 2, hours) || !take_char(text, ':') || !take_digits(text, 2, minutes))
        return false;
    if (hours > 23 || minutes > 59) return false;
    seconds = sign * (hours * 3600 + minutes * 60);
    return true;
}

bool take_date(std::string_view& text, std::chrono::sys_days& days) {
    int year = 0, month = 0, day = 0;
    if (!take_digits(text, 4, year) || !take_char(text, '-') || !take_digits(text, 2, month) ||
        !take_char(text, '-') || !take_digits(text, 2, day))
        return false;
    std::chrono::year_month_day date{std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || year < 1678 || year > 2261) return false;
    days = date;
    return true;
}

struct Unit {
    std::string_view name;
    std::int64_t ns;
};
constexpr std::array<Unit, 6> units{{{"d", 86'400'000'000'000},
                                     {"h", 3'600'000'000'000},
                                     {"m", 60'000'000'000},
                                     {"s", 1'000'000'000},
                                     {"ms", 1'000'000},
                                     {"us", 1'000}}};

} // namespace

WallTime SystemClock::wall() const {
    return std::chrono::time_point_cast<nanoseconds>(std::chrono::system_clock::now());
}

MonoTime SystemClock::mono() const {
    return std::chrono::steady_clock::now();
}

void append_rfc3339(std::string& out, WallTime t) {
    auto days = std::chrono::floor<std::chrono::days>(t);
    std::chrono::year_month_day date{days};
    auto rest = (t - days).count();
    append_padded(out, int(date.year()), 4);
    out += '-';
    append_padded(out, unsigned(date.month()), 2);
    out += '-';
    append_padded(out, unsigned(date.day()), 2);
    out += 'T';
    auto seconds = rest / 1'000'000'000;
    append_padded(out, seconds / 3600, 2);
    out += ':';
    append_padded(out, seconds / 60 % 60, 2);
    out += ':';
    append_padded(out, seconds % 60, 2);
    out += '.';
    append_padded(out, rest % 1'000'000'000, 9);
    out += 'Z';
}

std::string format_rfc3339(WallTime t) {
    std::string out;
    out.reserve(30);
    append_rfc3339(out, t);
    return out;
}

result<WallTime> parse_rfc3339(std::string_view text) {
    std::chrono::sys_days days;
    if (!take_date(text, days)) return invalid();
    if (text.empty()) return WallTime(days);
    if (!take_char(text, 'T') && !take_char(text, 't') && !take_char(text, ' ')) return invalid();
    int hour = 0, minute = 0, second = 0, offset = 0;
    std::int64_t fraction = 0;
    if (!take_digits(text, 2, hour) || !take_char(text, ':') || !take_digits(text, 2, minute) ||
        !take_char(text, ':') || !take_digits(text, 2, second))
        return invalid();
    // 60 is a leap second: it becomes the first of the next minute, as POSIX time has it.
    if (hour > 23 || minute > 59 || second > 60) return invalid();
    if (!take_fraction(text, fraction) || !take_offset(text, offset) || !text.empty())
        return invalid();
    return WallTime(days) + std::chrono::seconds(hour * 3600 + minute * 60 + second - offset) +
           nanoseconds(fraction);
}

result<nanoseconds> parse_duration(std::string_view text) {
    std::int64_t number = 0;
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc() || number < 0) return invalid();
    std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (unit.empty()) unit = "s";
    for (const auto& u : units) {
        if (u.name != unit) continue;
        if (number > std::numeric_limits<std::int64_t>::max() / u.ns) return invalid();
        return nanoseconds(number * u.ns);
    }
    return invalid();
}

std::string format_duration(nanoseconds d) {
    if (d.count() == 0) return "0s";
    for (const auto& u : units)
        if (d.count() % u.ns == 0) return std::to_string(d.count() / u.ns) + std::string(u.name);
    return std::to_string(d.count()) + "ns";
}

} // namespace caredian
