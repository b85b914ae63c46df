#include "base/time_zone.h"

#include <algorithm>
#include <date/tz.h>

namespace caredian {

namespace {

constexpr int last_year = 2100;

const date::time_zone* locate(const std::string& name) {
    try {
        return name.empty() ? date::current_zone() : date::locate_zone(name);
    } catch (const std::exception&) {
        return nullptr;
    }
}

} // namespace

result<TimeZone> TimeZone::find(const std::string& name) {
    TimeZone made;
    const auto* zone = locate(name);
    // A machine that knows no zone runs on UTC.
    if (!zone && name.empty()) return made;
    if (!zone) return make_error_code(boost::system::errc::invalid_argument);
    made.name_ = zone->name();
    using namespace std::chrono;
    date::sys_seconds at{seconds(0)};
    const date::sys_seconds end =
        date::sys_days(date::year(last_year) / date::January / 1) + seconds(0);
    while (at < end) {
        auto info = zone->get_info(at);
        auto offset = static_cast<std::int32_t>(info.offset.count());
        if (made.changes_.empty() || made.changes_.back().seconds != offset)
            made.changes_.push_back({at.time_since_epoch().count(), offset});
        if (info.end <= at) break;
        at = info.end;
    }
    return made;
}

std::chrono::seconds TimeZone::offset(WallTime t) const {
    if (changes_.empty()) return std::chrono::seconds(0);
    auto at = std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
    auto next = std::upper_bound(changes_.begin(), changes_.end(), at,
                                 [](std::int64_t s, const Change& c) { return s < c.begin; });
    if (next != changes_.begin()) --next;
    return std::chrono::seconds(next->seconds);
}

TimeZone::Local TimeZone::local(WallTime t) const {
    using namespace std::chrono;
    auto there = t + offset(t);
    auto day = floor<days>(there);
    Local out;
    out.minute = static_cast<int>(floor<minutes>(there - day).count());
    out.weekday = static_cast<int>(weekday(day).iso_encoding()) - 1;
    return out;
}

WallTime TimeZone::instant(std::chrono::sys_days local_day, std::chrono::seconds of_day) const {
    const WallTime as_utc = local_day + of_day;
    const auto before = offset(as_utc - std::chrono::days(1));
    const auto after = offset(as_utc + std::chrono::days(1));
    if (offset(as_utc - before) == before) return as_utc - before;
    if (offset(as_utc - after) == after) return as_utc - after;
    return as_utc - before; // skipped
}

} // namespace caredian
