// The history's SQLite file: series, blocks, totals and the cursor.
//
//   series(id, key, span)                    a key as encode_key makes it
//   block(id, series, from_ns, to_ns, data)  id = series << 32 | number: a series' blocks lie
//   together meta(name, value)                        format, cursor, points, field_values, blocks,
//   bytes
#pragma once

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
    std::uint64_t bytes = 0;
};

struct StoredBlock {
    std::uint32_t number = 0;
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::string data;
};

// The writing side. One thread.
class BlockStore {
public:
    // Makes what is missing. Errors: store's; Errc::format for a file of a newer version.
    static result<BlockStore> open(const std::string& path);
    result<Totals> totals();
    // Drops series without blocks (retention took the last), then names each that is left.
    result<void> load_series(
        const std::function<void(std::uint32_t id, readings::SeriesKey, std::uint64_t span)>& each);
    result<std::optional<StoredBlock>> newest(std::uint32_t series);
    // Blocks of `series` that end before `before`, at most `limit`, with their sizes.
    struct Old {
        std::int64_t id = 0;
        std::string data;
    };
    result<std::vector<Old>> older(std::uint32_t series, std::int64_t before, std::size_t limit);

    template <class Work>
    result<void> transaction(Work&& work) {
        return db_.transaction(std::forward<Work>(work));
    }
    // Inside a transaction:
    result<void> put_series(const Series& series, std::uint64_t span);
    result<void> put_block(std::uint32_t series, std::uint32_t number, std::int64_t from,
                           std::int64_t to, std::string_view data);
    result<void> remove_block(std::int64_t id);
    result<void> put_totals(const Totals& totals);
    std::string last_message() const { return db_.last_message(); }

private:
    explicit BlockStore(store::Sqlite db) : db_(std::move(db)) {}
    result<void> prepare();
    store::Sqlite db_; // before the statements: closed after them
    store::Statement put_series_, put_block_, remove_block_, newest_, older_, put_meta_;
};

// A reading side. One thread at a time; several may read while the store writes.
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

private:
    explicit BlockReader(store::Sqlite db) : db_(std::move(db)) {}
    store::Sqlite db_;
    store::Statement page_, data_;
};

} // namespace caredian::history
