#include "history/local_history.h"

#include "base/log.h"
#include "history/local_state.h"

#include <algorithm>

namespace caredian::history {
namespace {

constexpr std::size_t kSlice = 64; // readings taken under one lock

} // namespace

nanoseconds Retention::of(std::string_view measurement) const {
    auto own = by_measurement.find(measurement);
    return own == by_measurement.end() ? keep : own->second;
}

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
    next_save = clock.mono() + options.save_interval;
    next_round = clock.mono();
    return store.load_series([this](std::uint32_t id, readings::SeriesKey key, std::uint64_t span) {
        Series& series = directory.add(id, std::move(key));
        series.span = span;
        series.stored_span = span;
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
    if (!series->open) {
        series->open = std::make_unique<Block>();
        series->open_number = series->next_number++;
        series->stored_bytes = 0;
        bump(open, kOpenBytes);
    }
    Block& block = *series->open;
    std::size_t before = block.bytes();
    block.append(to_ns(reading.time), reading.fields);
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
        series.next_number = UINT32_MAX / 2;
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
    state_->expire_step();
}

HistoryStats LocalHistory::stats() const {
    const State& s = *state_;
    return {.series = s.directory.size(),
            .blocks = s.blocks,
            .points = s.points,
            .values = s.values,
            .bytes = s.bytes,
            .written = s.written,
            .cursor = s.cursor,
            .dropped_series = s.dropped,
            .corrupt_blocks = s.corrupt,
            .failed_saves = s.failed,
            .memory = s.open + s.waiting};
}

} // namespace caredian::history
