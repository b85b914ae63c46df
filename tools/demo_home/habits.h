// What people and weather do in the demo home, as pure functions of seed and time: the same second
// always gives the same answer, in whatever order it is asked.
#pragma once

#include <cstdint>

namespace caredian::tools {

// A second of the home's life, in its local time (UTC+9, no summer time).
struct Moment {
    std::int64_t second = 0; // since the Unix epoch, UTC
    std::int64_t day = 0;    // local, since the epoch
    int weekday = 0;         // 0 = Monday
    double hour = 0;         // local, 0 to 24
    bool weekend() const { return weekday >= 5; }
};
Moment moment_at(std::int64_t second);

// Randomness without state: a number in [0, 1) for who and when.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : seed_(seed) {}
    double unit(std::uint64_t who, std::int64_t when) const;
    // Moves slowly between -1 and 1, turning every `period` seconds.
    double drift(std::uint64_t who, std::int64_t second, std::int64_t period) const;
    // True from about `from` to about `to` (local hours), each day with `chance`; the ends differ
    // from day to day by up to `jitter` hours. Intervals don't cross midnight.
    bool daily(std::uint64_t who, const Moment& m, double from, double to, double jitter,
               double chance = 1) const;
    // True for `shortest` to `longest` seconds (at most 240) after something that happens
    // `per_hour` times an hour.
    template <class Rate>
    bool now_and_then(std::uint64_t who, const Moment& m, Rate per_hour, int shortest,
                      int longest) const {
        for (std::int64_t minute = m.second / 60; minute >= m.second / 60 - 4; --minute) {
            if (unit(who, minute) >= per_hour(moment_at(minute * 60)) / 60) continue;
            auto begin = minute * 60 + static_cast<std::int64_t>(unit(who + 1, minute) * 60);
            auto length = shortest + static_cast<int>(unit(who + 2, minute) * (longest - shortest));
            if (m.second >= begin && m.second < begin + length) return true;
        }
        return false;
    }

private:
    std::uint64_t seed_;
};

double daylight(const Moment& m);                              // 0 at night to 1 at noon
double outdoor_temperature(const Dice& dice, const Moment& m); // °C
bool asleep(const Dice& dice, const Moment& m);
bool away(const Dice& dice, const Moment& m); // nobody at home
// How often somebody moves through a room, times an hour.
double movement(const Dice& dice, const Moment& m, double morning, double day, double evening);

} // namespace caredian::tools
