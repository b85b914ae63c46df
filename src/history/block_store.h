// The history's SQLite file (schema.h) as its writers and readers see it.
#pragma once

#include "history/row_ids.h"
#include "history/series_directory.h"
#include "readings/message.h"
#include "store/sqlite.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caredian::history {

struct Totals {
    readings::Row cursor = 0;
    std::uint64_t points = 0;
    std::uint64_t values = 0;
    std::uint64_t blocks = 0;
    std::uint64_t bytes = 0;        // of blocks
    std::uint64_t rollup_bytes = 0; // of rows of rollups
};

struct StoredBlock {
    std::uint32_t number = 0;
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::string data;
};

// What a row of `series` says besides id and key.
struct StoredSeries {
    std::uint64_t span = 0;
    RollState roll;
};

// A writing side. One thread; several may be open, but only one may be in a transaction at a time
// (LocalHistory's lock sees to it).
class BlockStore {
public:
    // Makes what is missing. With Sync::normal a commit may be undone by a power cut, as a whole
    // and never one that is older than a commit of another connection that stayed.
    // Errors: store's; Errc::format for a file of a newer version.
    static result<BlockStore>
    open(const std::string& path,
         store::SqliteOptions::Sync sync = store::SqliteOptions::Sync::full);
    result<Totals> totals();
    // Drops series without blocks and rollups (retention took the last), then names each that is
    // left.
    result<void> load_series(
        const std::function<void(std::uint32_t id, readings::SeriesKey, StoredSeries)>& each);
    // The newest block that ingest or an import wrote.
    result<std::optional<StoredBlock>> newest(std::uint32_t series);

    template <class Work>
    result<void> transaction(Work&& work) {
        return db_.transaction(std::forward<Work>(work));
    }
    // Inside a transaction. `dirty` is written instead of the one of `roll`.
    result<void> put_series(const Series& series, std::uint64_t span, const RollState& roll,
                            const ChunkSet& dirty);
    result<void> put_block(std::uint32_t series, std::uint32_t number, std::int64_t from,
                           std::int64_t to, std::string_view data);
    result<void> remove_block(std::int64_t id);
    result<void> put_totals(const Totals& totals);
    std::string last_message() const { return db_.last_message(); }
    store::Sqlite& db() { return db_; }

private:
    explicit BlockStore(store::Sqlite db) : db_(std::move(db)) {}
    result<void> prepare();
    store::Sqlite db_; // before the statements: closed after them
    store::Statement put_series_, put_block_, remove_block_, newest_, put_meta_;
};

// A reading side. One thread at a time; several may read while others write.
class BlockReader {
public:
    static result<BlockReader> open(const std::string& path);
    struct Range {
        std::uint32_t series = 0;
        std::int64_t from = 0;     // inclusive
        std::int64_t to = 0;       // exclusive
        std::int64_t earliest = 0; // no block that reaches `from` begins before
    };
    // The blocks of the range after (after_from, after_number) in the order (from, number): at most
    // `limit`, fewer when they are heavy. Empty: no more.
    result<std::vector<StoredBlock>> page(const Range& range, std::int64_t after_from,
                                          std::int64_t after_number, std::size_t limit);
    // One block's bytes; empty when it is gone.
    result<std::string> data(std::uint32_t series, std::uint32_t number);
    // How many blocks begin in [from, to); counts up to `limit`.
    result<std::size_t> count(std::uint32_t series, std::int64_t from, std::int64_t to,
                              std::size_t limit);
    // Earliest and latest time of its blocks; nullopt: it has none.
    struct Extent {
        std::int64_t first = 0;
        std::int64_t last = 0;
    };
    result<std::optional<Extent>> extent(std::uint32_t series, std::uint64_t span);

    // Rows of rollups with row numbers [first, last], at most `limit`, in order.
    struct StoredRollup {
        std::int64_t row = 0;
        std::string data;
    };
    result<std::vector<StoredRollup>> rollups(std::uint32_t series, Level level, std::int64_t first,
                                              std::int64_t last, std::size_t limit);

private:
    explicit BlockReader(store::Sqlite db) : db_(std::move(db)) {}
    store::Sqlite db_;
    store::Statement page_, data_, count_, first_, last_, rollups_;
};

// `from` minus `span`, the earliest time when that is beyond.
std::int64_t minus_span(std::int64_t from, std::uint64_t span);

result<void> prepare_into(store::Sqlite& db, store::Statement& statement, std::string_view sql);

} // namespace caredian::history
