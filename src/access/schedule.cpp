#include "access/schedule.h"

#include "base/encoding.h"

#include <algorithm>
#include <charconv>

namespace caredian::access {

namespace {

constexpr std::array<std::string_view, 7> names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr int minutes_a_day = 24 * 60;

std::optional<int> two_digits(std::string_view text) {
    int value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.size() != 2 || error != std::errc() || end != text.data() + 2 || value < 0)
        return std::nullopt;
    return value;
}

// "08:00"; "24:00" is the end of the day.
std::optional<int> minute_of(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    auto hour = two_digits(text.substr(0, 2));
    auto minute = two_digits(text.substr(3));
    if (!hour || !minute || *minute > 59) return std::nullopt;
    int all = *hour * 60 + *minute;
    return all <= minutes_a_day ? std::optional(all) : std::nullopt;
}

std::optional<int> day_of(std::string_view text) {
    auto lower = lower_ascii(text);
    const auto* at = std::find(names.begin(), names.end(), std::string_view(lower));
    return at == names.end() ? std::nullopt : std::optional(static_cast<int>(at - names.begin()));
}

// Two words with a '-' between, or one word twice.
std::pair<std::string_view, std::string_view> halves(std::string_view text) {
    auto dash = text.find('-');
    if (dash == std::string_view::npos) return {text, text};
    return {trim(text.substr(0, dash)), trim(text.substr(dash + 1))};
}

} // namespace

std::optional<Schedule> Schedule::parse(std::span<const std::string> hours,
                                        std::span<const std::string> days, std::string& wrong) {
    Schedule made;
    for (const auto& text : hours) {
        wrong = text;
        auto [first, last] = halves(text);
        auto begin = minute_of(first), end = minute_of(last);
        if (!begin || !end || *begin == *end || *begin == minutes_a_day) return std::nullopt;
        made.hours_.push_back({static_cast<std::int16_t>(*begin), static_cast<std::int16_t>(*end)});
    }
    if (!days.empty()) made.days_ = 0;
    for (const auto& text : days) {
        wrong = text;
        auto [first, last] = halves(text);
        auto begin = day_of(first), end = day_of(last);
        if (!begin || !end) return std::nullopt;
        for (int day = *begin;; day = (day + 1) % 7) {
            made.days_ = static_cast<std::uint8_t>(made.days_ | (1 << day));
            if (day == *end) break;
        }
    }
    return made;
}

bool Schedule::holds(TimeZone::Local at) const {
    if (hours_.empty()) return on(at.weekday);
    return std::any_of(hours_.begin(), hours_.end(), [&](Span span) {
        if (span.begin < span.end)
            return at.minute >= span.begin && at.minute < span.end && on(at.weekday);
        return (at.minute >= span.begin && on(at.weekday)) ||
               (at.minute < span.end && on(at.weekday - 1));
    });
}

std::optional<WallTime> parse_moment(const std::string& text, bool end, const TimeZone& zone) {
    auto parsed = parse_rfc3339(text);
    if (!parsed) return std::nullopt;
    if (text.size() > 10) return *parsed;
    auto day = std::chrono::floor<std::chrono::days>(*parsed);
    if (end) day += std::chrono::days(1);
    return zone.instant(day, std::chrono::seconds(0));
}

} // namespace caredian::access
