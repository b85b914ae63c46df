// Deleting what is too old: points in whole blocks, rollups in whole rows; a round an hour.
#include "history/keeper.h"

#include <algorithm>

namespace caredian::history {
namespace {

using boost::system::in_place_error;

constexpr std::size_t kBlocksPerStep = 200; // deleted in one transaction
constexpr std::size_t kRowsPerStep = 200;

// `now` - `keep`; nullopt: for ever.
std::optional<std::int64_t> cut_off(std::int64_t now, nanoseconds keep) {
    std::int64_t before = 0;
    if (keep.count() <= 0 || __builtin_sub_overflow(now, keep.count(), &before))
        return std::nullopt;
    return before;
}

} // namespace

result<bool> Keeper::expire(Series& series) {
    std::int64_t now = to_ns(state_.clock.wall());
    const auto& measurement = series.key.measurement;
    if (auto before = cut_off(now, retention_.raw.of(measurement))) {
        auto more = expire_points(series, expiry(series, *before));
        if (!more || *more) return more;
    }
    const std::pair<Level, const Keep*> levels[] = {{Level::five, &retention_.five_minutes},
                                                    {Level::hour, &retention_.hour}};
    for (const auto& [level, keep] : levels) {
        auto before = cut_off(now, keep->of(measurement));
        if (!before) continue;
        auto more = expire_rollups(series, level, *before);
        if (!more || *more) return more;
    }
    if (auto r = note_first(series); !r) return {in_place_error, r.error()};
    return false;
}

// The earliest that is kept of the series, be it a point or the bucket of points that are gone.
result<void> Keeper::note_first(Series& series) {
    auto extent = store_.reader().extent(series.id, 0);
    if (!extent) return extent.error();
    std::int64_t first = *extent ? (*extent)->first : INT64_MAX;
    auto oldest = store_.reader().rollups(series.id, Level::hour, kFirstRow, kLastRow, 1);
    if (!oldest) return oldest.error();
    RollupRow row;
    if (!oldest->empty() && decode_rollup(oldest->front().data, Level::hour, row) &&
        !row.buckets.empty() && row.buckets.front().start < floor_to(first, kHour))
        first = row.buckets.front().start;
    first_ = std::min(first_, first);
    return {};
}

// Points go only when rollups have them.
std::int64_t Keeper::expiry(Series& series, std::int64_t before) {
    std::lock_guard lock(state_.mutex);
    const RollState& roll = series.roll;
    before = std::min(before, roll.rolled_to);
    for (const ChunkSet* marked : {&roll.dirty, &roll.late})
        if (!marked->empty())
            before = std::min(before, chunk_start(marked->intervals().front().first));
    return before;
}

// The newest block may grow. One that take()'s thread has not in memory is closed for good.
bool Keeper::may_take_newest(Series& series, std::uint32_t newest) {
    std::lock_guard lock(state_.mutex);
    if (series.open || !series.waiting.empty() || series.dirty) return false;
    if (!series.resumed) {
        series.resumed = true;
        series.next_number = newest + 1;
    }
    return true;
}

result<bool> Keeper::expire_points(Series& series, std::int64_t before) {
    auto any = store_.older(series.id, before, 1);
    if (!any) return {in_place_error, any.error()};
    if (any->empty()) return false;
    std::lock_guard writer(state_.writing);
    auto old = store_.older(series.id, before, kBlocksPerStep); // as they are now
    if (!old) return {in_place_error, old.error()};
    auto newest = store_.newest_number(series.id);
    if (!newest) return {in_place_error, newest.error()};
    if (newest->has_value() && !may_take_newest(series, **newest))
        std::erase_if(*old, [&](const auto& b) { return number_of(b.id) == **newest; });
    if (old->empty()) return false;
    Totals totals = state_.stored;
    std::uint64_t points = 0;
    std::uint64_t values = 0;
    RollState next;
    std::uint64_t span = 0;
    {
        std::lock_guard lock(state_.mutex);
        next = series.roll;
        span = series.span;
    }
    for (const auto& block : *old) {
        Block decoded;
        if (decode_block(block.data, decoded)) {
            points += decoded.times.size();
            values += decoded.value_count();
        }
        totals.blocks -= 1;
        totals.bytes -= block.data.size();
        next.raw_from = std::max(next.raw_from, block.to + 1);
    }
    points = std::min(points, totals.points);
    values = std::min(values, totals.values);
    totals.points -= points;
    totals.values -= values;
    auto& store = store_.blocks();
    auto removed = store.transaction([&]() -> result<void> {
        for (const auto& block : *old)
            if (auto r = store.remove_block(block.id); !r) return r;
        if (auto r = store.put_series(series, span, next, next.dirty); !r) return r;
        return store.put_totals(totals);
    });
    if (!removed) return {in_place_error, removed.error()};
    std::lock_guard lock(state_.mutex);
    series.roll.raw_from = next.raw_from;
    state_.count_removed(points, values, totals);
    return true;
}

void LocalHistory::State::count_removed(std::uint64_t gone_points, std::uint64_t gone_values,
                                        const Totals& totals) {
    points -= gone_points;
    values -= gone_values;
    blocks = totals.blocks;
    bytes = totals.bytes;
    stored = totals;
}

result<bool> Keeper::expire_rollups(Series& series, Level level, std::int64_t before) {
    std::int64_t end = piece_of(before, row_width(level));
    auto old = store_.older_rollups(series.id, level, end, kRowsPerStep);
    if (!old) return {in_place_error, old.error()};
    if (old->rows == 0) return false;
    std::lock_guard writer(state_.writing);
    Totals totals = state_.stored;
    totals.rollup_bytes -= std::min(totals.rollup_bytes, old->bytes);
    auto& store = store_.blocks();
    auto removed = store.transaction([&]() -> result<void> {
        auto first = rollup_id(series.id, level, kFirstRow);
        if (auto r = store_.remove_rollups(first, old->last_id); !r) return r;
        return store.put_totals(totals);
    });
    if (!removed) return {in_place_error, removed.error()};
    std::lock_guard lock(state_.mutex);
    state_.stored = totals;
    state_.rollup_bytes = totals.rollup_bytes;
    return old->rows == kRowsPerStep;
}

} // namespace caredian::history
