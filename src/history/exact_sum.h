// A sum that is the same whatever the order and however it is split: what a bucket sums up can be
// added to what another did, and gives what all points together would have given.
//
// What sensors send are decimals: 21.37 is 2137 / 10². A decimal of up to 15 digits has one double
// and the other way round, so decimals are summed as integers over a power of ten, exactly
// (0.1 + 0.2 is 0.3). The rest (1e300, a third) is summed in floating point (Neumaier 1974) and
// makes the sum inexact: its last digit then depends on the order.
#pragma once

#include <cstdint>
#include <optional>

namespace caredian::history {

__extension__ typedef __int128 Int128;

class ExactSum {
public:
    void add(double value);
    void add(std::int64_t value) { add_scaled(value, 0); }
    // units / 10^power; power 0 to kMaxPower. Exact.
    void add_scaled(Int128 units, unsigned power);
    // What another sum gave without being exact.
    void add_inexact(double value);
    void merge(const ExactSum& other);

    bool exact() const { return exact_; }
    // Correctly rounded when exact and not beyond 2^53 units.
    double value() const;
    // nullopt: not whole, not exact, or beyond 64 bits.
    std::optional<std::int64_t> integer() const;
    // The sum as units / 10^power with the power asked for; nullopt when it isn't exact, needs more
    // digits, or doesn't fit 64 bits.
    std::optional<std::int64_t> units(unsigned power) const;
    unsigned power() const; // the smallest that holds it

    static constexpr unsigned kMaxPower = 15;

private:
    struct Reduced {
        Int128 units;
        unsigned power;
    };
    Reduced reduced() const;
    void add_rest(double value);

    Int128 units_ = 0;
    unsigned power_ = 0;
    bool exact_ = true;
    double rest_ = 0;
    double correction_ = 0;
};

} // namespace caredian::history
