#include "habits.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caredian::tools {
namespace {

constexpr std::int64_t local_offset = 9 * 3600;
constexpr std::int64_t day_seconds = 86'400;

// splitmix64 (public domain constants by Sebastiano Vigna)
std::uint64_t mix(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return x ^ (x >> 31);
}

double wave(double hour, double peak) {
    return std::cos((hour - peak) / 24 * 2 * std::numbers::pi);
}

} // namespace

Moment moment_at(std::int64_t second) {
    Moment m;
    m.second = second;
    auto local = second + local_offset;
    m.day = local / day_seconds;
    m.weekday = static_cast<int>((m.day + 3) % 7); // 1970-01-01 was a Thursday
    m.hour = static_cast<double>(local % day_seconds) / 3600;
    return m;
}

double Dice::unit(std::uint64_t who, std::int64_t when) const {
    auto x = mix(mix(mix(seed_) ^ who) ^ static_cast<std::uint64_t>(when));
    return static_cast<double>(x >> 11) * 0x1.0p-53;
}

double Dice::drift(std::uint64_t who, std::int64_t second, std::int64_t period) const {
    auto step = second / period;
    double part = static_cast<double>(second % period) / static_cast<double>(period);
    double smooth = part * part * (3 - 2 * part);
    double a = unit(who, step), b = unit(who, step + 1);
    return (a + (b - a) * smooth) * 2 - 1;
}

bool Dice::daily(std::uint64_t who, const Moment& m, double from, double to, double jitter,
                 double chance) const {
    if (unit(who, m.day) >= chance) return false;
    from += (unit(who + 1, m.day) * 2 - 1) * jitter;
    to += (unit(who + 2, m.day) * 2 - 1) * jitter;
    return m.hour >= from && m.hour < to;
}

double daylight(const Moment& m) {
    // The sun is up for 9.6 hours at midwinter and 14.4 at midsummer, around 12:30.
    double year =
        wave(std::fmod(static_cast<double>(m.day) / 365.25, 1.0) * 24, 172.0 / 365.25 * 24);
    double half = 6 + 1.2 * year;
    return std::max(0.0, std::cos((m.hour - 12.5) / half * std::numbers::pi / 2) *
                             (std::abs(m.hour - 12.5) < half ? 1 : 0));
}

double outdoor_temperature(const Dice& dice, const Moment& m) {
    // warmest on 1 August, 15:00
    double year =
        wave(std::fmod(static_cast<double>(m.day) / 365.25, 1.0) * 24, 212.0 / 365.25 * 24);
    return 12 + 14 * year + 4 * wave(m.hour, 15) + 2.5 * dice.drift(900, m.second, 6 * 3600);
}

bool asleep(const Dice& dice, const Moment& m) {
    double up = (m.weekend() ? 8.0 : 6.6) + (dice.unit(910, m.day) - 0.5) * 0.6;
    double bed = 23.2 + (dice.unit(911, m.day) - 0.5) * 0.8;
    return m.hour < up || m.hour >= bed;
}

bool away(const Dice& dice, const Moment& m) {
    if (m.weekend()) return dice.daily(920, m, 11, 15, 1, 0.6);
    return dice.daily(921, m, 8.7, 17.8, 0.5, 0.8);
}

double movement(const Dice& dice, const Moment& m, double morning, double day, double evening) {
    if (away(dice, m)) return 0.05;
    if (asleep(dice, m)) return 0.4;
    if (m.hour < 10) return morning;
    return m.hour < 17 ? day : evening;
}

} // namespace caredian::tools
