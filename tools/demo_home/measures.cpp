#include "measures.h"

#include <algorithm>
#include <cmath>

namespace caredian::tools {

double round_to(double value, double digits) {
    double scale = std::pow(10, digits);
    return std::round(value * scale) / scale;
}

std::int64_t whole(double value) {
    return static_cast<std::int64_t>(std::lround(value));
}

std::int64_t battery(const Dice& dice, std::uint64_t who, const Moment& m) {
    double days = static_cast<double>(m.second) / 86'400 + dice.unit(who, 0) * 365;
    return 100 - whole(std::fmod(days, 365) / 365 * 60);
}

std::int64_t dying_battery(const Moment& m) {
    double days = static_cast<double>(m.day % 12) + m.hour / 24;
    return std::max<std::int64_t>(0, 24 - whole(days * 2.4));
}

std::int64_t link_quality(const Dice& dice, std::uint64_t who, const Moment& m) {
    return 110 + whole(60 * dice.drift(who, m.second, 1800));
}

double metered(const Moment& m, double daily) {
    double part = m.hour / 24;
    return round_to(daily * (static_cast<double>(m.day - 19'000) + part * part * (3 - 2 * part)),
                    3);
}

} // namespace caredian::tools
