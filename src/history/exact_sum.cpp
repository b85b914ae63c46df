#include "history/exact_sum.h"

#include <array>
#include <bit>
#include <cmath>

namespace caredian::history {
namespace {

constexpr std::array<double, ExactSum::kMaxPower + 1> kPower = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
constexpr int kDigitsBits = 50; // units of one value stay below 2^50: then its decimal is unique

// The largest power with which a value of this binary exponent stays below 2^50 units; -1: none.
constexpr std::array<std::int8_t, 2048> kLimits = [] {
    std::array<std::int8_t, 2048> limits{};
    for (int biased = 0; biased < 2048; ++biased) {
        int above = biased - 1023 + 1; // the value is below 2^above
        int power = -1;
        double room = 1;
        if (above <= kDigitsBits) {
            for (int i = above; i < kDigitsBits && room < 1e16; ++i) room *= 2;
            while (power < static_cast<int>(ExactSum::kMaxPower) &&
                   kPower[static_cast<std::size_t>(power + 1)] <= room)
                ++power;
        }
        limits[static_cast<std::size_t>(biased)] = static_cast<std::int8_t>(power);
    }
    return limits;
}();

int limit_of(double value) {
    return kLimits[(std::bit_cast<std::uint64_t>(value) >> 52) & 0x7ff];
}

bool scale(double value, unsigned power, std::int64_t& units) {
    double product = value * kPower[power];
    units = static_cast<std::int64_t>(product + (product < 0 ? -0.5 : 0.5));
    return static_cast<double>(units) / kPower[power] == value;
}

// `units` for a power that is higher by `by`; false: no room.
bool raise(Int128& units, unsigned by) {
    Int128 raised = units;
    for (; by > 0; --by)
        if (__builtin_mul_overflow(raised, Int128{10}, &raised)) return false;
    units = raised;
    return true;
}

} // namespace

void ExactSum::add(double value) {
    int limit = limit_of(value);
    std::int64_t units = 0;
    if (static_cast<int>(power_) <= limit && scale(value, power_, units)) {
        if (!__builtin_add_overflow(units_, Int128{units}, &units_)) return;
    } else if (limit >= 0 && scale(value, static_cast<unsigned>(limit), units)) {
        auto power = static_cast<unsigned>(limit);
        for (; power > power_ && units % 10 == 0; --power) units /= 10;
        add_scaled(units, power);
        return;
    }
    add_rest(value);
}

void ExactSum::add_scaled(Int128 units, unsigned power) {
    Int128 sum = units_;
    unsigned high = power_;
    bool fits = true;
    Int128 added = units;
    if (power > high) {
        fits = raise(sum, power - high);
        high = power;
    } else {
        fits = raise(added, high - power);
    }
    if (fits && !__builtin_add_overflow(sum, added, &sum)) {
        units_ = sum;
        power_ = high;
        return;
    }
    add_rest(static_cast<double>(units) / kPower[power]);
}

void ExactSum::add_inexact(double value) {
    add_rest(value);
}

void ExactSum::add_rest(double value) {
    exact_ = false;
    double sum = rest_ + value;
    if (std::isfinite(sum))
        correction_ +=
            std::fabs(rest_) >= std::fabs(value) ? (rest_ - sum) + value : (value - sum) + rest_;
    rest_ = sum;
}

void ExactSum::merge(const ExactSum& other) {
    add_scaled(other.units_, other.power_);
    if (other.exact_) return;
    add_rest(other.rest_);
    correction_ += other.correction_;
}

ExactSum::Reduced ExactSum::reduced() const {
    Reduced r{units_, power_};
    while (r.power > 0 && r.units % 10 == 0) {
        r.units /= 10;
        --r.power;
    }
    return r;
}

double ExactSum::value() const {
    auto r = reduced();
    double sum = static_cast<double>(r.units) / kPower[r.power];
    return exact_ ? sum : sum + (rest_ + correction_);
}

std::optional<std::int64_t> ExactSum::integer() const {
    return units(0);
}

std::optional<std::int64_t> ExactSum::units(unsigned power) const {
    auto r = reduced();
    if (!exact_ || r.power > power || !raise(r.units, power - r.power)) return std::nullopt;
    if (r.units < INT64_MIN || r.units > INT64_MAX) return std::nullopt;
    return static_cast<std::int64_t>(r.units);
}

unsigned ExactSum::power() const {
    return reduced().power;
}

} // namespace caredian::history
