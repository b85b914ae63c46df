// What LocalHistory is made of; shared by its bodies (writing, maintenance, import, reading).
//
// Three kinds of threads change it: the one of take(), the one of maintain(), those that import.
// Two locks, taken in this order:
//
//   writing   around a transaction: one writer of the file at a time. Guards `stored`, and what a
//             series has in the database (RollState but for its last two members, `stored`,
//             `stored_span`). take() never waits for it, save() does.
//   mutex     short, never around I/O: the directory's changes, and everything of a Series that
//             more than one thread looks at. take() holds it for a slice of a batch. Its thread
//             reads Series::open and Series::waiting without it: nobody else changes them.
//
// A query copies the blocks in memory first and reads the disk after: a block that is saved in
// between is then seen twice, under the same number, never missed. Compaction moves points between
// blocks, so it waits for the cursors that go through its series, and they for it.
#pragma once

#include "history/block_store.h"
#include "history/local_history.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <vector>

namespace caredian::history {

class Keeper;

inline constexpr std::size_t kOpenBytes = 256; // of an open block before its first point

template <class T>
void bump(std::atomic<T>& counter, std::uint64_t by) { // one writer: no locked instruction
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

// ns; no block of the series, on disk or open, is longer.
inline std::uint64_t longest_span(const Series& series) {
    if (!series.open) return series.span;
    auto open = static_cast<std::uint64_t>(series.open->to()) -
                static_cast<std::uint64_t>(series.open->from());
    return std::max(series.span, open);
}

struct LocalHistory::State {
    State(LocalHistoryOptions o, const Clock& c, BlockStore s);
    ~State();

    // Writing: local_history.cpp
    result<void> load();
    bool add(const readings::Reading& reading); // false: dropped
    Series* series_for(const readings::SeriesKey& key);
    void resume(Series& series); // brings its newest block on disk back when that isn't full
    void seal(Series& series);

    // To disk and out of memory: local_save.cpp
    bool save(); // false: failed, everything is as before
    result<void> write_series(const Series& series, Totals& totals);
    void after_save(const Totals& totals);
    void save_failed(const error_code& why);
    bool may_try() const;
    void relieve();                // too much in memory
    void put_away(Series& series); // its open block, which is saved, leaves memory; under the lock

    void forget_old(); // open blocks of series that went quiet long ago leave memory
    Retention retention();

    // Maintenance: keeper.h
    void count_removed(std::uint64_t gone_points, std::uint64_t gone_values, const Totals& totals);

    // Reading: any thread
    std::unique_ptr<BlockReader> borrow_reader(error_code& why);
    void give_back(std::unique_ptr<BlockReader> reader);
    void note_corrupt(std::string_view series, std::uint32_t number);
    void note_corrupt_rollup(Series& series, std::int64_t time); // it will be made anew

    LocalHistoryOptions options;
    const Clock& clock;
    BlockStore store;
    SeriesDirectory directory;
    std::mutex writing;
    std::mutex mutex;
    std::condition_variable folded; // Series::folding went false

    Totals stored;                     // as of the last commit
    std::uint32_t next_series = 1;     // under `mutex`
    std::int64_t rollable = INT64_MIN; // points before it come late; under `mutex`

    // take()'s thread's own.
    readings::Row taken = 0;
    std::vector<Series*> dirty;
    std::vector<std::size_t> saved_bytes; // of the open blocks of the save under way
    std::uint32_t saves = 0;              // counts, to know who was quiet since the last one
    MonoTime next_save{};
    std::chrono::seconds retry{0}; // 0: the last save went well
    bool warned_series = false;
    std::size_t forget_at = 0; // forget_old's next series

    std::unique_ptr<Keeper> keeper; // maintain()'s thread's own

    std::mutex readers_mutex;
    std::vector<std::unique_ptr<BlockReader>> readers; // idle
    std::mutex retention_mutex;

    // For stats(); written by the writer, corrupt by any.
    std::atomic<readings::Row> cursor{0};
    std::atomic<std::uint64_t> points{0}, values{0}, blocks{0}, bytes{0}, written{0};
    std::atomic<std::uint64_t> rollup_bytes{0};
    std::atomic<std::int64_t> first{INT64_MAX};
    std::atomic<std::uint64_t> dropped{0}, corrupt{0}, failed{0};
    std::atomic<std::uint64_t> open{0}, waiting{0}; // bytes of open and of waiting blocks
};

} // namespace caredian::history
