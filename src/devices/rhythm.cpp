#include "devices/rhythm.h"

#include <algorithm>
#include <cmath>

namespace caredian::devices {

namespace {

using std::chrono::seconds;

constexpr double longest_gap = 30.0 * 24 * 3600; // s; more is a clock's mistake
constexpr float half_life = 3.0F * 24 * 3600;    // s, of `longest`
constexpr seconds least_interval{10}, most_interval{24 * 3600};
constexpr seconds least_patience{120}, unknown_patience{24 * 3600};

} // namespace

void Rhythm::hear(WallTime at) {
    std::int64_t now = to_ns(at);
    if (last_ns_ == 0) {
        last_ns_ = now;
        return;
    }
    double gap = static_cast<double>(now - last_ns_) / 1e9;
    last_ns_ = now;
    if (gap < 1.0 || gap > longest_gap) return;
    // A failure must not teach that long silences are usual: it counts up to four patiences.
    auto bounded = std::min(static_cast<float>(gap), 4.0F * static_cast<float>(patience().count()));
    gaps[next] = bounded;
    next = static_cast<std::uint8_t>((next + 1) % kept);
    count = static_cast<std::uint8_t>(std::min<std::size_t>(count + 1U, kept));
    longest = std::max(bounded, longest * std::exp2(-static_cast<float>(gap) / half_life));
}

std::optional<seconds> Rhythm::interval() const {
    if (count < needed) return std::nullopt;
    std::array<float, kept> sorted = gaps;
    auto middle = sorted.begin() + count / 2;
    std::nth_element(sorted.begin(), middle, sorted.begin() + count);
    return std::clamp(seconds(std::lround(*middle)), least_interval, most_interval);
}

seconds Rhythm::patience() const {
    auto usual = interval();
    if (!usual) return unknown_patience;
    return std::max(3 * *usual + seconds(std::lround(longest)), least_patience);
}

} // namespace caredian::devices
