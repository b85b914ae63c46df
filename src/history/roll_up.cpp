// Rollups of a chunk, out of all its points on disk.
#include "base/log.h"
#include "history/keeper.h"
#include "history/series_reader.h"

#include <algorithm>
#include <map>
#include <ranges>
#include <utility>

namespace caredian::history {
namespace {

constexpr std::int64_t kPatience = 24 * kHour; // so much is rolled up at once, as a rule
constexpr std::size_t kRowsOfChunk = 13;

// Gathers points, in the order of time, into the rows of a chunk.
class RowMaker {
public:
    void add(const Batch& batch) {
        fields_.clear();
        for (const auto& name : batch.fields) fields_.push_back(field_of(name));
        for (const auto& point : batch.points) {
            std::int64_t start = floor_to(point.time, kFiveMinutes);
            if (!open_ || start != start_) {
                close();
                open_ = true;
                start_ = start;
            }
            std::size_t field = fields_[point.field];
            if (bucket_[field].empty()) used_.push_back(field);
            bool text = point.value.type == readings::FieldType::text;
            bucket_[field].add(point.value, text ? batch.text(point.value) : std::string_view());
        }
    }
    void finish() {
        close();
        for (auto& [row, made] : five_) sort(made);
        sort(hour_);
    }
    // By row number; the chunk's one row of hours.
    std::map<std::int64_t, RollupRow>& five() { return five_; }
    RollupRow& hour() { return hour_; }

private:
    std::size_t field_of(const std::string& name) {
        auto [it, added] = indexes_.try_emplace(name, names_.size());
        if (added) {
            names_.push_back(name);
            bucket_.emplace_back();
        }
        return it->second;
    }
    void close() {
        if (!open_) return;
        RollupRow& row = five_[piece_of(start_, row_width(Level::five))];
        std::int64_t hour = floor_to(start_, kHour);
        for (std::size_t field : used_) {
            auto index = static_cast<std::uint32_t>(field);
            row.buckets.push_back({start_, index, bucket_[field]});
            merge_into_hour(hour, index, bucket_[field]);
            bucket_[field].clear();
        }
        row.fields = names_;
        hour_.fields = names_;
        used_.clear();
        open_ = false;
    }
    void merge_into_hour(std::int64_t hour, std::uint32_t field, const Summary& summary) {
        for (auto& bucket : std::views::reverse(hour_.buckets)) {
            if (bucket.start != hour) break;
            if (bucket.field != field) continue;
            bucket.summary.merge(summary);
            return;
        }
        hour_.buckets.push_back({hour, field, summary});
    }
    static void sort(RollupRow& row) {
        std::sort(row.buckets.begin(), row.buckets.end(),
                  [](const RollupRow::Bucket& a, const RollupRow::Bucket& b) {
                      return a.start != b.start ? a.start < b.start : a.field < b.field;
                  });
    }

    std::map<std::string, std::size_t> indexes_;
    std::vector<std::string> names_;
    std::vector<std::size_t> fields_; // of the batch, as indexes of names_
    std::vector<Summary> bucket_;     // by field
    std::vector<std::size_t> used_;   // fields of the open bucket
    std::int64_t start_ = 0;
    bool open_ = false;
    std::map<std::int64_t, RollupRow> five_;
    RollupRow hour_;
};

// The points of time before `floor` may be gone: buckets that were made of them stay as they are.
RollupRow keep_old(const RollupRow& old, const RollupRow& made, std::int64_t floor) {
    std::map<std::pair<std::int64_t, std::string>, const Summary*> buckets;
    std::map<std::int64_t, bool> kept;
    for (const auto& b : old.buckets) {
        if (b.start >= floor) continue;
        kept[b.start] = true;
        buckets[{b.start, old.fields[b.field]}] = &b.summary;
    }
    for (const auto& b : made.buckets)
        if (!kept.contains(b.start)) buckets[{b.start, made.fields[b.field]}] = &b.summary;
    RollupRow out;
    std::map<std::string, std::uint32_t> indexes;
    for (const auto& [key, summary] : buckets) {
        auto [it, added] =
            indexes.try_emplace(key.second, static_cast<std::uint32_t>(out.fields.size()));
        if (added) out.fields.push_back(key.second);
        out.buckets.push_back({key.first, it->second, *summary});
    }
    return out;
}

} // namespace

// Under the lock: what is to be rolled up next, if anything.
Keeper::Due Keeper::look(Series& series) {
    std::lock_guard lock(state_.mutex);
    const RollState& roll = series.roll;
    Due due;
    due.chunk.marked = roll.marked;
    due.raw_from = roll.raw_from;
    due.span = series.span;
    if (!series.stored) return due;
    for (const auto& interval : roll.dirty.intervals()) {
        if (chunk_start(interval.first) >= roll.rolled_to) break;
        due.any = due.dirty = true;
        due.chunk.chunk = interval.first;
        due.chunk.rolled_to = due.to = roll.rolled_to;
        due.from = chunk_start(interval.first);
        return due;
    }
    std::int64_t to = std::min(state_.rollable, floor_to(roll.unsaved_from, kHour));
    auto keep = retention_.raw.of(series.key.measurement).count();
    std::int64_t patience = keep > 0 ? std::clamp(keep / 4, kHour, kPatience) : kPatience;
    if (roll.rolled_to == INT64_MIN) patience = kHour;
    std::int64_t passed = 0;
    if (__builtin_sub_overflow(to, roll.rolled_to, &passed)) passed = INT64_MAX;
    if (to <= roll.rolled_to || passed < patience) return due;
    due.any = true;
    due.from = roll.rolled_to;
    due.to = to;
    return due;
}

// Where the next points lie, if any do: the chunk of them, or nothing more to do but to say so.
result<bool> Keeper::skip_empty(Series& series, Due& due) {
    BlockReader::Range range{series.id, due.from, due.to, minus_span(due.from, due.span)};
    auto next = store_.reader().page(range, INT64_MIN, -1, 1);
    if (!next) return {boost::system::in_place_error, next.error()};
    if (next->empty()) {
        due.chunk.rolled_to = due.to;
        return true;
    }
    due.chunk.chunk = chunk_of(std::max(due.from, next->front().from));
    due.to = std::min(due.to, chunk_start(*due.chunk.chunk + 1));
    due.chunk.rolled_to = due.to;
    return false;
}

result<bool> Keeper::roll_up(Series& series) {
    Due due = look(series);
    if (!due.any) return false;
    bool empty = false;
    if (!due.dirty) {
        auto skipped = skip_empty(series, due);
        if (!skipped) return skipped;
        empty = *skipped;
    }
    if (!empty)
        if (auto r = compute(series, due); !r) return {boost::system::in_place_error, r.error()};
    if (auto r = commit(series, due.chunk); !r) return {boost::system::in_place_error, r.error()};
    return true;
}

result<void> Keeper::compute(Series& series, Due& due) {
    std::int64_t from = chunk_start(*due.chunk.chunk);
    std::int64_t to = std::min(due.to, chunk_start(*due.chunk.chunk + 1));
    RowMaker maker;
    SeriesReader points(store_.reader(), {}, never_, [&](std::uint32_t number) {
        state_.note_corrupt(series.key.to_string(), number);
    });
    points.start(series.id, due.span, from, to, {});
    Batch batch;
    for (;;) {
        auto more = points.next(batch);
        if (!more) return more.error();
        if (!*more) break;
        maker.add(batch);
    }
    maker.finish();
    std::int64_t floor = ceil_to(due.raw_from, kHour);
    for (Level level : {Level::five, Level::hour}) {
        std::map<std::int64_t, RollupRow> hour;
        if (level == Level::hour && !maker.hour().buckets.empty())
            hour.emplace(*due.chunk.chunk, std::move(maker.hour()));
        auto& made = level == Level::hour ? hour : maker.five();
        std::int64_t first = piece_of(from, row_width(level));
        std::int64_t last = level == Level::hour ? first : first + 11;
        auto there = store_.reader().rollups(series.id, level, first, last, kRowsOfChunk);
        if (!there) return there.error();
        for (auto& stored : *there) {
            RollupRow old;
            bool keeps = piece_start(stored.row, row_width(level)) < floor;
            if (keeps && decode_rollup(stored.data, level, old))
                made[stored.row] = keep_old(old, made[stored.row], floor);
            made.try_emplace(stored.row);
        }
        for (const auto& [row, buckets] : made) {
            auto old = std::find_if(there->begin(), there->end(),
                                    [wanted = row](const auto& s) { return s.row == wanted; });
            Row change{.id = rollup_id(series.id, level, row), .data = {}, .replaced = 0};
            if (!buckets.buckets.empty()) change.data = encode_rollup(buckets);
            if (old != there->end()) {
                change.replaced = old->data.size();
                if (old->data == change.data) continue;
            }
            due.chunk.rows.push_back(std::move(change));
        }
    }
    return {};
}

result<void> Keeper::commit(Series& series, const Chunk& chunk) {
    std::lock_guard writer(state_.writing);
    RollState next;
    std::uint64_t span = 0;
    {
        std::lock_guard lock(state_.mutex);
        next = series.roll;
        span = series.span;
    }
    next.rolled_to = std::max(next.rolled_to, chunk.rolled_to);
    auto made = [&](RollState& roll) { // unless points came into it meanwhile
        if (chunk.chunk && roll.marked == chunk.marked)
            roll.dirty.remove(*chunk.chunk, *chunk.chunk);
    };
    made(next);
    Totals totals = state_.stored;
    for (const auto& row : chunk.rows) totals.rollup_bytes += row.data.size() - row.replaced;
    auto& store = store_.blocks();
    auto done = store.transaction([&]() -> result<void> {
        for (const auto& row : chunk.rows) {
            auto r = row.data.empty() ? store_.remove_rollup(row.id)
                                      : store_.put_rollup(row.id, row.data);
            if (!r) return r;
        }
        if (auto r = store.put_series(series, span, next, next.dirty); !r) return r;
        return chunk.rows.empty() ? result<void>() : store.put_totals(totals);
    });
    if (!done) return done;
    std::lock_guard lock(state_.mutex);
    series.roll.rolled_to = next.rolled_to;
    made(series.roll);
    series.stored_span = span;
    state_.stored = totals;
    state_.rollup_bytes = totals.rollup_bytes;
    return {};
}

} // namespace caredian::history
