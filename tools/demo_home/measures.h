// Small measures that many devices share.
#pragma once

#include "habits.h"

#include <cstdint>

namespace caredian::tools {

double round_to(double value, double digits);
std::int64_t whole(double value);
// Falls from 100 to 40 in about a year, then is changed.
std::int64_t battery(const Dice& dice, std::uint64_t who, const Moment& m);
// Falls by two in a hundred a day from 24; the last two days of twelve it is dead.
std::int64_t dying_battery(const Moment& m);
std::int64_t link_quality(const Dice& dice, std::uint64_t who, const Moment& m);
// kWh (or m³) that a meter has counted: `daily` a day since it was installed, most of it in the
// evening.
double metered(const Moment& m, double daily);

} // namespace caredian::tools
