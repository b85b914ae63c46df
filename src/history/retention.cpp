// Deleting what is too old: whole blocks, a few series per tick, a round an hour.
#include "base/log.h"
#include "history/local_state.h"

#include <algorithm>

namespace caredian::history {
namespace {

constexpr std::size_t kSeriesPerStep = 256; // looked at: one index look-up each
constexpr std::size_t kBlocksPerStep = 200; // deleted: one transaction
constexpr std::chrono::hours kRound{1};

} // namespace

void LocalHistory::set_retention(Retention retention) {
    std::lock_guard lock(state_->retention_mutex);
    state_->options.retention = std::move(retention);
}

void LocalHistory::State::expire_step() {
    if (!expiring) {
        if (clock.mono() < next_round) return;
        next_round = clock.mono() + kRound;
        expiring = true;
        expire_at = 0;
    }
    std::int64_t now = to_ns(clock.wall());
    for (std::size_t i = 0; i < kSeriesPerStep; ++i) {
        if (expire_at >= directory.size()) {
            expiring = false;
            return;
        }
        if (expire_series(directory.at(expire_at), now)) return; // go on with it at the next tick
        ++expire_at;
    }
}

// True when blocks were deleted and there may be more.
bool LocalHistory::State::expire_series(Series& series, std::int64_t now) {
    nanoseconds keep;
    {
        std::lock_guard lock(retention_mutex);
        keep = options.retention.of(series.key.measurement);
    }
    if (keep.count() <= 0 || series.dirty) return false; // a dirty one: the next round
    std::int64_t before = 0;
    if (__builtin_sub_overflow(now, keep.count(), &before)) return false;
    auto old = store.older(series.id, before, kBlocksPerStep);
    if (!old || old->empty()) return false;
    Totals totals = stored;
    for (const auto& block : *old) {
        Block decoded;
        if (decode_block(block.data, decoded)) {
            totals.points -= std::min<std::uint64_t>(totals.points, decoded.times.size());
            totals.values -= std::min<std::uint64_t>(totals.values, decoded.value_count());
        }
        totals.blocks -= 1;
        totals.bytes -= block.data.size();
    }
    auto removed = store.transaction([&]() -> result<void> {
        for (const auto& block : *old)
            if (auto r = store.remove_block(block.id); !r) return r;
        return store.put_totals(totals);
    });
    if (!removed) {
        log::warning("history", "old blocks cannot be deleted",
                     {{"reason", removed.error().message()}});
        return false;
    }
    std::lock_guard lock(mutex);
    // Its form on disk is gone as well.
    if (series.open && series.open->to() < before) put_away(series);
    points -= stored.points - totals.points;
    values -= stored.values - totals.values;
    blocks = totals.blocks;
    bytes = totals.bytes;
    stored = totals;
    return true;
}

} // namespace caredian::history
