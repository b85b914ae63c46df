// How long to wait before the next attempt.
#pragma once

#include "base/random.h"

#include <algorithm>
#include <chrono>

namespace caredian::net::mqtt {

// Doubled with every failure up to `max`, with full jitter: many clients that lost one broker at
// the same moment must not come back at the same moment.
class Backoff {
public:
    using Time = std::chrono::milliseconds;
    Backoff(Time min, Time max) : min_(min), max_(max) {}

    Time next(Random& random) {
        Time ceiling = min_;
        for (unsigned i = 0; i < failures_ && ceiling < max_; ++i) ceiling *= 2;
        if (failures_ < 63) ++failures_;
        return part(std::min(ceiling, max_), random);
    }
    // A refusal that will not change by itself (a wrong password): between half of `max` and `max`.
    Time next_refused(Random& random) { return max_ / 2 + part(max_ / 2, random); }
    void reset() { failures_ = 0; }

    static Time part(Time of, Random& random) {
        return Time(static_cast<Time::rep>(static_cast<double>(of.count()) * random.next_unit()));
    }

private:
    Time min_, max_;
    unsigned failures_ = 0;
};

} // namespace caredian::net::mqtt
