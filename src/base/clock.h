// Time as an argument: every part that needs the time takes a Clock, so tests move it by hand.
#pragma once

#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace caredian {

// Wall time, UTC, nanoseconds since the Unix epoch (reaches 1678 to 2262).
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;
using MonoTime = std::chrono::steady_clock::time_point;
using std::chrono::nanoseconds;

class Clock {
public:
    virtual ~Clock() = default;
    virtual WallTime wall() const = 0; // may step back
    virtual MonoTime mono() const = 0; // never does
};

// The machine's clocks. Any thread.
class SystemClock final : public Clock {
public:
    WallTime wall() const override;
    MonoTime mono() const override;
};

// A clock that stands until a test moves it. One thread at a time.
class ManualClock final : public Clock {
public:
    explicit ManualClock(WallTime start = WallTime(std::chrono::seconds(1'767'999'300)))
        : wall_(start) {}
    WallTime wall() const override { return wall_; }
    MonoTime mono() const override { return mono_; }
    void advance(nanoseconds by) {
        wall_ += by;
        mono_ += by;
    }
    void set_wall(WallTime to) { wall_ = to; } // a step of the wall clock alone

private:
    WallTime wall_;
    MonoTime mono_{std::chrono::hours(1)};
};

inline std::int64_t to_ns(WallTime t) {
    return t.time_since_epoch().count();
}
inline WallTime from_ns(std::int64_t ns) {
    return WallTime(nanoseconds(ns));
}

// RFC 3339 in UTC with nine digits: "2026-01-10T03:00:00.123456789Z".
std::string format_rfc3339(WallTime t);
void append_rfc3339(std::string& out, WallTime t);

// RFC 3339 with any offset and 0 to 9 digits, or a bare date. Refuses everything else and years
// outside 1678 to 2262: errc::invalid_argument.
result<WallTime> parse_rfc3339(std::string_view text);

// "90s", "15m", "12h", "7d", "500ms", or a whole number of seconds. Never negative.
result<nanoseconds> parse_duration(std::string_view text);
// The shortest of the same forms that is exact: "15m", "90s", "500ms".
std::string format_duration(nanoseconds d);

} // namespace caredian
