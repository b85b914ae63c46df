#include "history/local_history.h"

#include "base/log.h"
#include "history/keeper.h"
#include "history/local_state.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace caredian::history {
namespace {

constexpr std::size_t kSlice = 64; // readings taken under one lock

} // namespace

nanoseconds Keep::of(std::string_view measurement) const {
    auto own = by_measurement.find(measurement);
    return own == by_measurement.end() ? keep : own->second;
}

LocalHistory::State::State(LocalHistoryOptions o, const Clock& c, BlockStore s)
    : options(std::move(o)), clock(c), store(std::move(s)), directory(options.hash_seed) {}
LocalHistory::State::~State() = default;
LocalHistory::LocalHistory(std::unique_ptr<State> state) : state_(std::move(state)) {}
LocalHistory::~LocalHistory() = default;

result<std::unique_ptr<LocalHistory>> LocalHistory::open(LocalHistoryOptions options,
                                                         const Clock& clock) {
    auto store = BlockStore::open(options.path);
    if (!store) return store.error();
    auto state = std::make_unique<State>(std::move(options), clock, std::move(*store));
    if (auto loaded = state->load(); !loaded) return loaded.error();
    return std::unique_ptr<LocalHistory>(new LocalHistory(std::move(state)));
}

result<void> LocalHistory::State::load() {
    auto totals = store.totals();
    if (!totals) return totals.error();
    stored = *totals;
    taken = stored.cursor;
    cursor = stored.cursor;
    points = stored.points;
    values = stored.values;
    blocks = stored.blocks;
    bytes = stored.bytes;
    rollup_bytes = stored.rollup_bytes;
    next_save = clock.mono() + options.save_interval;
    return store.load_series([this](std::uint32_t id, readings::SeriesKey key, StoredSeries kept) {
        Series& series = directory.add(id, std::move(key));
        series.span = kept.span;
        series.stored_span = kept.span;
        series.roll = std::move(kept.roll);
        series.stored = true;
        next_series = std::max(next_series, id + 1);
    });
}

readings::Row LocalHistory::cursor() const {
    return state_->cursor.load(std::memory_order_relaxed);
}

void LocalHistory::take(std::span<const readings::Reading> readings, readings::Row last_row) {
    State& state = *state_;
    std::uint64_t written = 0;
    for (std::size_t start = 0; start < readings.size(); start += kSlice) {
        auto slice = readings.subspan(start, std::min(kSlice, readings.size() - start));
        std::lock_guard lock(state.mutex);
        for (const auto& reading : slice) {
            if (reading.row <= state.taken || reading.fields.empty()) continue;
            if (state.add(reading)) ++written;
        }
    }
    bump(state.written, written);
    state.taken = std::max(state.taken, last_row);
    if (state.waiting.load(std::memory_order_relaxed) > state.options.waiting_bytes &&
        state.may_try())
        state.save();
    if (state.open.load(std::memory_order_relaxed) > state.options.open_bytes) state.relieve();
}

bool LocalHistory::State::add(const readings::Reading& reading) {
    Series* series = series_for(reading.series);
    if (series == nullptr) return false;
    if (!series->resumed) resume(*series);
    if (std::exchange(series->seal_next, false) && series->open) seal(*series);
    if (!series->open) {
        series->open = std::make_unique<Block>();
        series->open_number = series->next_number++;
        series->stored_bytes = 0;
        bump(open, kOpenBytes);
    }
    Block& block = *series->open;
    std::size_t before = block.bytes();
    std::int64_t time = to_ns(reading.time);
    block.append(time, reading.fields);
    if (time < first.load(std::memory_order_relaxed)) first = time;
    if (time < rollable || time < series->roll.rolled_to)
        series->roll.late.add(chunk_of(time));
    else
        series->roll.unsaved_from = std::min(series->roll.unsaved_from, time);
    bump(open, block.bytes() - before);
    bump(points, 1);
    bump(values, reading.fields.size());
    series->touched = saves;
    if (!series->dirty) {
        series->dirty = true;
        dirty.push_back(series);
    }
    if (block.full()) seal(*series);
    return true;
}

Series* LocalHistory::State::series_for(const readings::SeriesKey& key) {
    if (Series* known = directory.find(key)) return known;
    if (directory.size() < options.max_series) {
        Series& series = directory.add(next_series++, key);
        series.resumed = true; // nothing on disk
        return &series;
    }
    bump(dropped, 1);
    if (!warned_series) {
        warned_series = true;
        log::warning("history", "too many series: readings of new ones are dropped",
                     {{"max_series", options.max_series}, {"series", key.to_string()}});
    }
    return nullptr;
}

void LocalHistory::State::resume(Series& series) {
    auto newest = store.newest(series.id);
    series.resumed = true;
    if (!newest) {
        // Numbers must not be used twice: without an answer start far above what can be there.
        log::error("history", "cannot read a series' newest block",
                   {{"series", series.key.to_string()}, {"reason", newest.error().message()}});
        series.next_number = kFirstCompacted / 2;
        return;
    }
    if (!newest->has_value()) return;
    const StoredBlock& stored_block = newest->value();
    series.next_number = stored_block.number + 1;
    auto block = std::make_unique<Block>();
    if (!decode_block(stored_block.data, *block)) {
        note_corrupt(series.key.to_string(), stored_block.number);
        return;
    }
    if (block->full()) return;
    bump(open, block->bytes() + kOpenBytes);
    series.open = std::move(block);
    series.open_number = stored_block.number;
    series.stored_bytes = stored_block.data.size();
}

void LocalHistory::State::seal(Series& series) {
    const Block& block = *series.open;
    auto full = std::make_shared<WaitingBlock>();
    full->number = series.open_number;
    full->from = block.from();
    full->to = block.to();
    full->points = block.times.size();
    full->data = encode_block(block);
    full->data.shrink_to_fit();
    full->stored_bytes = series.stored_bytes;
    series.span = longest_span(series);
    bump(waiting, full->data.size() + sizeof(WaitingBlock));
    bump(open, std::uint64_t{0} - block.bytes() - kOpenBytes);
    series.waiting.push_back(std::move(full));
    series.open.reset();
    series.stored_bytes = 0;
}

void LocalHistory::save() {
    state_->save();
}

void LocalHistory::tick() {
    if (state_->clock.mono() >= state_->next_save && !state_->save()) return;
    state_->forget_old();
}

void LocalHistory::set_retention(Retention retention) {
    std::lock_guard lock(state_->retention_mutex);
    state_->options.retention = std::move(retention);
}

Retention LocalHistory::State::retention() {
    std::lock_guard lock(retention_mutex);
    return options.retention;
}

bool LocalHistory::maintain(std::chrono::milliseconds budget) {
    if (!state_->keeper) {
        auto opened = Keeper::open(*state_);
        if (!opened) {
            log::error("history", "maintenance cannot open the history",
                       {{"reason", opened.error().message()}});
            return false;
        }
        state_->keeper = std::move(*opened);
    }
    return state_->keeper->work(budget);
}

HistoryStats LocalHistory::stats() const {
    const State& s = *state_;
    HistoryStats out;
    out.series = s.directory.size();
    out.blocks = s.blocks;
    out.points = s.points;
    out.values = s.values;
    out.bytes = s.bytes;
    out.rollup_bytes = s.rollup_bytes;
    out.written = s.written;
    out.cursor = s.cursor;
    out.dropped_series = s.dropped;
    out.corrupt_blocks = s.corrupt;
    out.failed_saves = s.failed;
    out.memory = s.open + s.waiting;
    for (const char* suffix : {"", "-wal"}) {
        error_code ignored;
        auto size = std::filesystem::file_size(s.options.path + suffix, ignored);
        if (!ignored) out.file_bytes += size;
    }
    if (std::int64_t first = s.first; first != INT64_MAX) out.first = first;
    return out;
}

} // namespace caredian::history
