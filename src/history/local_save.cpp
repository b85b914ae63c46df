// Writing to disk what is in memory, and taking it out of memory.
#include "base/log.h"
#include "history/local_state.h"

#include <algorithm>

namespace caredian::history {
namespace {

constexpr std::chrono::seconds kLongestRetry{60};
constexpr std::size_t kWorthClosing = kBlockPoints / 4;

} // namespace

result<void> LocalHistory::State::write_series(const Series& series, Totals& totals) {
    auto put = [&](std::uint32_t number, std::int64_t from, std::int64_t to, std::string_view data,
                   std::size_t replaced) {
        totals.blocks += replaced == 0 ? 1U : 0U;
        totals.bytes += data.size() - replaced;
        return store.put_block(series.id, number, from, to, data);
    };
    std::uint64_t span = longest_span(series);
    if (!series.stored || span != series.stored_span || !series.roll.late.empty()) {
        ChunkSet marked = series.roll.dirty;
        marked.add(series.roll.late);
        if (auto r = store.put_series(series, span, series.roll, marked); !r) return r;
    }
    for (const auto& full : series.waiting)
        if (auto r = put(full->number, full->from, full->to, full->data, full->stored_bytes); !r)
            return r;
    if (!series.open) return {};
    std::string data = encode_block(*series.open);
    saved_bytes.push_back(data.size());
    return put(series.open_number, series.open->from(), series.open->to(), data,
               series.stored_bytes);
}

bool LocalHistory::State::save() {
    std::lock_guard writer(writing);
    if (dirty.empty() && taken == stored.cursor) return true;
    Totals totals = stored;
    totals.cursor = taken;
    totals.points = points;
    totals.values = values;
    saved_bytes.clear();
    auto saved = store.transaction([&]() -> result<void> {
        for (Series* series : dirty)
            if (auto r = write_series(*series, totals); !r) return r;
        return store.put_totals(totals);
    });
    if (!saved) {
        save_failed(saved.error());
        return false;
    }
    after_save(totals);
    return true;
}

void LocalHistory::State::after_save(const Totals& totals) {
    std::lock_guard lock(mutex);
    std::size_t next = 0;
    for (Series* series : dirty) {
        series->waiting = {};
        if (series->open) series->stored_bytes = saved_bytes[next++];
        series->stored = true;
        series->span = longest_span(*series);
        series->stored_span = series->span;
        series->dirty = false;
        RollState& roll = series->roll;
        roll.unsaved_from = INT64_MAX;
        if (roll.late.empty()) continue;
        roll.dirty.add(roll.late);
        roll.late.clear();
        ++roll.marked;
    }
    dirty.clear();
    waiting = 0;
    stored = totals;
    cursor = totals.cursor;
    blocks = totals.blocks;
    bytes = totals.bytes;
    ++saves;
    if (retry.count() > 0) log::info("history", "the history is saved again");
    retry = std::chrono::seconds(0);
    next_save = clock.mono() + options.save_interval;
}

void LocalHistory::State::save_failed(const error_code& why) {
    bump(failed, 1);
    if (retry.count() == 0)
        log::error("history", "the history cannot be saved; it stays in memory and in the journal",
                   {{"reason", why.message()}, {"detail", store.last_message()}});
    retry = std::clamp(retry * 2, std::chrono::seconds(1), kLongestRetry);
    next_save = clock.mono() + retry;
}

// After a failed save: not before it is time to try again.
bool LocalHistory::State::may_try() const {
    return retry.count() == 0 || clock.mono() >= next_save;
}

// First everything goes to disk; then the open blocks of quiet series leave memory, and when that
// is not enough, everyone's. A small one is read again when its series speaks; a larger one counts
// as full, so that many busy series don't read their blocks over and over.
void LocalHistory::State::relieve() {
    if (!may_try()) return;
    std::uint32_t generation = saves;
    if (!save()) return;
    for (bool everyone : {false, true}) {
        for (std::size_t i = 0; i < directory.size(); ++i) {
            if (open.load(std::memory_order_relaxed) <= options.open_bytes / 2) return;
            Series& series = directory.at(i);
            if (!series.open || (!everyone && series.touched == generation)) continue;
            std::lock_guard lock(mutex);
            series.resumed = series.open->times.size() >= kWorthClosing;
            put_away(series);
        }
    }
}

void LocalHistory::State::put_away(Series& series) {
    bump(open, std::uint64_t{0} - series.open->bytes() - kOpenBytes);
    series.open.reset();
    series.stored_bytes = 0;
}

// A block on disk that may grow is never deleted; one that is no more in memory may be.
void LocalHistory::State::forget_old() {
    constexpr std::size_t kLooks = 256; // series a call
    Retention keeps = retention();
    std::int64_t now = to_ns(clock.wall());
    for (std::size_t i = 0; i < std::min(kLooks, directory.size()); ++i) {
        Series& series = directory.at(forget_at++ % directory.size());
        if (!series.open || series.dirty) continue;
        auto keep = keeps.raw.of(series.key.measurement).count();
        std::int64_t before = 0;
        if (keep <= 0 || __builtin_sub_overflow(now, keep, &before)) continue;
        if (series.open->to() >= before) continue;
        std::lock_guard lock(mutex);
        put_away(series);
        series.resumed = false;
    }
}

} // namespace caredian::history
