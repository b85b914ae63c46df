#include "history/chart.h"

#include <algorithm>
#include <array>

namespace caredian::history {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 24 * kHour;
// Whole buckets from five minutes on, so that rollups answer.
constexpr std::array<std::int64_t, 26> kSteps = {
    1'000'000,     10'000'000,   100'000'000,      kSecond,          2 * kSecond,
    5 * kSecond,   10 * kSecond, 15 * kSecond,     30 * kSecond,     60 * kSecond,
    120 * kSecond, kFiveMinutes, 2 * kFiveMinutes, 3 * kFiveMinutes, 6 * kFiveMinutes,
    kHour,         2 * kHour,    3 * kHour,        6 * kHour,        12 * kHour,
    kDay,          2 * kDay,     7 * kDay,         14 * kDay,        28 * kDay,
    364 * kDay};

struct Extent {
    std::int64_t first = INT64_MAX;
    std::int64_t last = INT64_MIN;
    void widen(std::int64_t from, std::int64_t to) {
        first = std::min(first, from);
        last = std::max(last, to);
    }
};

// Times of a series, on disk and in memory, and how many points it has at most in the range.
result<std::size_t> measure(LocalHistory::State& state, BlockReader& disk, Series& series,
                            const Query& query, std::size_t enough, Extent& extent) {
    std::uint64_t span = 0;
    std::size_t points = 0;
    {
        std::lock_guard lock(state.mutex);
        span = series.span;
        auto meet = [&](std::int64_t from, std::int64_t to, std::size_t count) {
            extent.widen(from, to);
            if (from < query.to && to >= query.from) points += count;
        };
        for (const auto& full : series.waiting) meet(full->from, full->to, full->points);
        if (series.open) meet(series.open->from(), series.open->to(), series.open->times.size());
    }
    auto on_disk = disk.extent(series.id, span);
    if (!on_disk) return on_disk.error();
    if (*on_disk) extent.widen((*on_disk)->first, (*on_disk)->last);
    auto oldest = disk.rollups(series.id, Level::hour, kFirstRow, kLastRow, 1);
    if (!oldest) return oldest.error();
    if (!oldest->empty()) {
        auto start = piece_start(oldest->front().row, row_width(Level::hour));
        // Rolled up points that are gone: the row's start is near enough.
        if (start + row_width(Level::hour) <= extent.first) {
            extent.widen(start, start);
            if (start < query.to && extent.first > query.from) points += enough + 1;
        }
    }
    auto blocks = disk.count(
        series.id,
        minus_span(query.from, std::min<std::uint64_t>(span, 31ULL * 24 * 3600 * kSecond)),
        query.to, enough / kBlockPoints + 2);
    if (!blocks) return blocks.error();
    return points + *blocks * kBlockPoints;
}

} // namespace

nanoseconds window_for(std::uint64_t range, std::uint32_t width) {
    std::uint64_t least = range / std::max(width, 1U) + 1;
    for (std::int64_t step : kSteps)
        // The first and the last window may stick out of the range.
        if (static_cast<std::uint64_t>(step) >= least &&
            range / static_cast<std::uint64_t>(step) + 2 <= std::max(width, 2U))
            return nanoseconds(step);
    auto largest = static_cast<std::uint64_t>(kSteps.back());
    std::uint64_t times = range / (largest * std::max(width - 1, 1U)) + 1;
    return nanoseconds(static_cast<std::int64_t>(largest * times));
}

result<Query> fit_to_width(LocalHistory::State& state, BlockReader& disk, const Query& query) {
    Query fitted = query;
    fitted.width = 0;
    std::size_t enough = std::size_t{query.width} * 2;
    std::size_t most = 0;
    Extent extent;
    bool open_range = query.from == INT64_MIN || query.to == INT64_MAX;
    for (Series* series : state.directory.match(query.measurement, query.device)) {
        auto points = measure(state, disk, *series, query, enough, extent);
        if (!points) return points.error();
        most = std::max(most, *points);
        if (most > enough + kBlockPoints && !open_range) break;
    }
    if (most <= enough + kBlockPoints) return fitted;
    std::int64_t from = query.from == INT64_MIN ? extent.first : query.from;
    std::int64_t to = query.to == INT64_MAX ? std::max(extent.last, from) : query.to;
    fitted.every =
        window_for(static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from), query.width);
    fitted.fn = Aggregate::mean;
    fitted.approximate = true;
    fitted.ranges = true;
    return fitted;
}

} // namespace caredian::history
