#include "history/importer.h"

#include "history/local_state.h"

#include <algorithm>
#include <utility>

namespace caredian::history {
namespace {

constexpr std::size_t kBytes = std::size_t{8} * 1024 * 1024; // in memory

} // namespace

struct Importer::Pending {
    struct Blocks {
        std::vector<Block> blocks;
        Series* series = nullptr; // nullptr: it is one too many
        std::uint32_t first_number = 0;
        RollState next;
        std::uint64_t span = 0;
    };
    explicit Pending(BlockStore s) : store(std::move(s)) {}
    BlockStore store;
    std::map<readings::SeriesKey, Blocks> by_key;
    std::size_t points = 0;
    std::size_t bytes = 0;

    result<bool> enter(LocalHistory::State& state, const readings::SeriesKey& key, Blocks& blocks);
    result<void> write(Blocks& blocks, Totals& totals);
    void done(LocalHistory::State& state, const Totals& totals);
};

Importer::Importer(LocalHistory& history, std::unique_ptr<Pending> pending)
    : history_(history), pending_(std::move(pending)) {}
Importer::~Importer() = default;

result<std::unique_ptr<Importer>> Importer::open(LocalHistory& history) {
    auto store = BlockStore::open(history.state().options.path, store::SqliteOptions::Sync::normal);
    if (!store) return store.error();
    return std::unique_ptr<Importer>(
        new Importer(history, std::make_unique<Pending>(std::move(*store))));
}

result<void> Importer::add(std::span<readings::Reading> readings) {
    Pending& p = *pending_;
    for (const auto& reading : readings) {
        if (reading.fields.empty()) continue;
        auto& blocks = p.by_key[reading.series].blocks;
        if (blocks.empty() || blocks.back().full()) blocks.emplace_back();
        std::size_t before = blocks.back().bytes();
        blocks.back().append(to_ns(reading.time), reading.fields);
        p.bytes += blocks.back().bytes() - before;
        ++p.points;
        if (p.bytes < kBytes) continue;
        if (auto r = flush(); !r) return r;
    }
    return {};
}

result<void> Importer::finish() {
    if (auto r = flush(); !r) return r;
    // One commit that waits for the disk takes those before it along.
    auto& state = history_.state();
    std::lock_guard writer(state.writing);
    auto& store = pending_->store;
    if (auto r = store.db().execute("PRAGMA synchronous=FULL"); !r) return r;
    auto done = store.transaction([&] { return store.put_totals(state.stored); });
    (void)store.db().execute("PRAGMA synchronous=NORMAL");
    return done;
}

result<void> Importer::flush() {
    Pending& p = *pending_;
    if (p.points == 0) return {};
    auto& state = history_.state();
    std::lock_guard writer(state.writing);
    for (auto& [key, blocks] : p.by_key) {
        auto entered = p.enter(state, key, blocks);
        if (!entered) return entered.error();
        if (!*entered)
            for (const auto& block : blocks.blocks) dropped_ += block.times.size();
    }
    Totals totals = state.stored;
    auto written = p.store.transaction([&]() -> result<void> {
        for (auto& [key, blocks] : p.by_key)
            if (blocks.series != nullptr)
                if (auto r = p.write(blocks, totals); !r) return r;
        return p.store.put_totals(totals);
    });
    if (!written) return written;
    p.done(state, totals);
    p.by_key.clear();
    p.points = p.bytes = 0;
    return {};
}

// Gives the blocks their numbers, and marks their time: from now on rollups don't answer for it.
// False: the series is one too many.
result<bool> Importer::Pending::enter(LocalHistory::State& state, const readings::SeriesKey& key,
                                      Blocks& blocks) {
    using boost::system::in_place_error;
    ChunkSet touched;
    std::uint64_t span = 0;
    for (const auto& block : blocks.blocks) {
        for (std::int64_t time : block.times) touched.add(chunk_of(time));
        span = std::max(span, static_cast<std::uint64_t>(block.to()) -
                                  static_cast<std::uint64_t>(block.from()));
    }
    std::optional<std::uint32_t> newest;
    for (bool looked = false;; looked = true) {
        {
            std::lock_guard lock(state.mutex);
            Series* series = state.series_for(key);
            if (series == nullptr) return false;
            if (!series->resumed && looked) {
                series->resumed = true; // the block that is there grows no more
                series->next_number = newest ? *newest + 1 : 0;
            }
            if (series->resumed) {
                blocks.series = series;
                blocks.first_number = series->next_number;
                series->next_number += static_cast<std::uint32_t>(blocks.blocks.size());
                series->seal_next = true;
                series->roll.dirty.add(touched);
                ++series->roll.marked;
                series->span = blocks.span = std::max(series->span, span);
                blocks.next = series->roll;
                return true;
            }
            blocks.series = series;
        }
        auto found = store.newest(blocks.series->id);
        if (!found) return {in_place_error, found.error()};
        newest.reset();
        if (*found) newest = (*found)->number;
    }
}

result<void> Importer::Pending::write(Blocks& blocks, Totals& totals) {
    const Series& series = *blocks.series;
    if (auto r = store.put_series(series, blocks.span, blocks.next, blocks.next.dirty); !r)
        return r;
    std::uint32_t number = blocks.first_number;
    for (const auto& block : blocks.blocks) {
        std::string data = encode_block(block);
        totals.points += block.times.size();
        totals.values += block.value_count();
        totals.blocks += 1;
        totals.bytes += data.size();
        if (auto r = store.put_block(series.id, number++, block.from(), block.to(), data); !r)
            return r;
    }
    return {};
}

void Importer::Pending::done(LocalHistory::State& state, const Totals& totals) {
    std::lock_guard lock(state.mutex);
    state.points += totals.points - state.stored.points;
    state.values += totals.values - state.stored.values;
    state.blocks = totals.blocks;
    state.bytes = totals.bytes;
    for (auto& [key, blocks] : by_key) {
        if (blocks.series == nullptr) continue;
        blocks.series->stored = true;
        // Again, now that all is on disk: a rollup that read between the first mark and the commit
        // must not take the mark away.
        ++blocks.series->roll.marked;
        for (const auto& block : blocks.blocks)
            state.first = std::min(state.first.load(), block.from());
    }
    state.stored = totals;
}

} // namespace caredian::history
