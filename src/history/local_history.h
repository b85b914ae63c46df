// The history that needs no server: blocks of about 128 points per series in one SQLite file.
//
// A block is one series' piece of time: a time column shared by one column per field
// (docs/history-format.md). The newest block of a series is open: it grows in memory and is
// rewritten in place, under its number, at every save until it is full. Saved blocks and the cursor
// are committed in one transaction, so a crash loses nothing that the journal cannot give again and
// doubles nothing. Blocks of a series may overlap in time; queries merge them.
//
// maintain() makes rollups of what is on disk (levels.h), folds blocks that overlap, and deletes
// what is too old, all beside take() and queries, each step one transaction.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "history/query.h"
#include "readings/consumer.h"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace caredian::history {

// How long something is kept. 0 = for ever.
struct Keep {
    nanoseconds keep{0};
    std::map<std::string, nanoseconds, std::less<>> by_measurement; // instead of `keep`
    nanoseconds of(std::string_view measurement) const;
};

// Points go in whole blocks, so one may stay as long as the block's newest (a block spans 31 days
// at most, or 16 points), and never before they are rolled up; rollups go in whole rows.
struct Retention {
    Keep raw;
    Keep five_minutes;
    Keep hour;
};

struct LocalHistoryOptions {
    std::string path; // data_dir/history.db; made when absent, mode 0600
    std::chrono::seconds save_interval{600};
    // Series in the directory. A reading of one more is dropped: counted in
    // HistoryStats::dropped_series and warned of once.
    std::size_t max_series = 100'000;
    // Full blocks that wait for the next save. Beyond it the save comes early.
    std::size_t waiting_bytes = std::size_t{2} * 1024 * 1024;
    // Open blocks: 1,000 series of 4 fields take 6 MB at most. Beyond it all is saved and quiet
    // series' blocks leave memory (a small one is read again when its series speaks).
    std::size_t open_bytes = std::size_t{32} * 1024 * 1024;
    Retention retention;
    std::uint64_t hash_seed = 0; // random: series names come from outside
};

// Any thread; each number is exact, all together are not one moment.
struct HistoryStats {
    std::uint64_t series = 0;
    std::uint64_t blocks = 0; // on disk
    std::uint64_t points = 0; // times of a series, on disk and in memory; a redelivered one counts
    std::uint64_t values = 0; // field values of these points
    std::uint64_t bytes = 0;  // of the blocks on disk
    std::uint64_t rollup_bytes = 0;
    std::uint64_t file_bytes = 0;      // of the database with its write-ahead log
    std::optional<std::int64_t> first; // ns: the earliest time that is kept; nullopt: nothing is
    std::uint64_t written = 0;         // readings taken since the start
    readings::Row cursor = 0;
    std::uint64_t dropped_series = 0; // readings of series beyond max_series
    std::uint64_t corrupt_blocks = 0;
    std::uint64_t failed_saves = 0;
    std::uint64_t memory = 0; // bytes of open and waiting blocks
};

// take(), save(), tick() are called by one thread, maintain() by another. query() and the cursors:
// any threads that may block; they hold the lock for the copy of one series' open blocks, so ingest
// never waits longer.
class LocalHistory final : public readings::Consumer, public QuerySource {
public:
    // Opens or makes the file. Errors: those of store::Sqlite::open, Errc::format.
    static result<std::unique_ptr<LocalHistory>> open(LocalHistoryOptions options,
                                                      const Clock& clock);
    ~LocalHistory() override; // does not save: call save() to stop in order
    LocalHistory(const LocalHistory&) = delete;
    LocalHistory& operator=(const LocalHistory&) = delete;

    std::string_view name() const override { return "history"; }
    readings::Row cursor() const override; // any thread
    // Rows up to cursor() are passed over: they are stored already.
    void take(std::span<const readings::Reading> readings, readings::Row last_row) override;
    // One transaction. When it fails (disk full), everything stays in memory, the cursor stays, the
    // failure is logged once and tick() tries again after 1 s, 2 s, … 60 s.
    void save() override;
    // Saves when it is time.
    void tick() override;

    // Rollups, compaction, retention: works for about `budget`, and is called again and again (at
    // once when there is more to do, else after a second or so). True: there is more to do.
    // One thread, not take()'s; blocks on the disk.
    bool maintain(std::chrono::milliseconds budget);

    result<std::unique_ptr<Cursor>> query(const Query& query) override;
    HistoryStats stats() const;
    void set_retention(Retention retention); // any thread; taken over at the next tick

    struct State; // the bodies' business
    State& state() { return *state_; }

private:
    explicit LocalHistory(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace caredian::history
