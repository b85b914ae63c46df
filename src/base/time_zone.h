// Local time of a place: what people mean by "from 8 to 20".
#pragma once

#include "base/clock.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caredian {

// All changes of one zone, read once; a look-up is a search in memory. Any thread.
// From 1970 on. What the system's data do not know yet (after 2037, where a zone changes its clock
// by rule) stays as it was last.
class TimeZone {
public:
    TimeZone() = default; // UTC
    // By its IANA name ("Asia/Seoul"), from the system's tzdata; empty: the machine's own.
    // invalid_argument: there is none of this name.
    static result<TimeZone> find(const std::string& name);

    const std::string& name() const { return name_; }
    std::chrono::seconds offset(WallTime t) const; // east of UTC

    struct Local {
        int minute = 0;  // of the day: 0 to 1439
        int weekday = 0; // 0 = Monday
    };
    Local local(WallTime t) const;
    // When that local time is: the first of two when the clock is set back; when it is skipped, as
    // if the clock had not been set.
    WallTime instant(std::chrono::sys_days local_day, std::chrono::seconds of_day) const;

private:
    struct Change {
        std::int64_t begin = 0;   // s since the epoch
        std::int32_t seconds = 0; // the offset from then on
    };
    std::string name_ = "UTC";
    std::vector<Change> changes_; // by begin; the first holds for all that is before it
};

} // namespace caredian
