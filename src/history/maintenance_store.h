// The database as maintenance writes it: a connection of its own that commits without waiting for
// the disk (a power cut may undo its last commits, whole ones, and they are made again), and what
// only maintenance asks.
#pragma once

#include "history/block_store.h"

#include <optional>
#include <string>
#include <vector>

namespace caredian::history {

class MaintenanceStore {
public:
    static result<MaintenanceStore> open(const std::string& path);
    BlockStore& blocks() { return store_; }
    BlockReader& reader() { return reader_; }

    struct Meta {
        std::uint32_t number = 0;
        std::int64_t from = 0;
        std::int64_t to = 0;
    };
    // Blocks with numbers in [first, end), in order.
    result<std::vector<Meta>> numbered(std::uint32_t series, std::uint32_t first, std::uint32_t end,
                                       std::size_t limit);
    // Blocks that reach into [from, to] (inclusive), by first time. `span`: none is longer.
    result<std::vector<Meta>> overlapping(std::uint32_t series, std::int64_t from, std::int64_t to,
                                          std::uint64_t span, std::size_t limit);
    result<std::optional<std::uint32_t>> newest_number(std::uint32_t series);
    // A number for a compacted block: below every other one. nullopt: none is left.
    result<std::optional<std::uint32_t>> compacted_number(std::uint32_t series);
    result<std::uint64_t> longest_span(std::uint32_t series);

    struct Old {
        std::int64_t id = 0;
        std::int64_t to = 0;
        std::string data;
    };
    // Blocks that end before `before`.
    result<std::vector<Old>> older(std::uint32_t series, std::int64_t before, std::size_t limit);
    struct OldRollups {
        std::int64_t last_id = 0;
        std::uint64_t bytes = 0;
        std::size_t rows = 0;
    };
    // Rows of a level with numbers below `end`, at most `limit`.
    result<OldRollups> older_rollups(std::uint32_t series, Level level, std::int64_t end,
                                     std::size_t limit);

    // Inside a transaction:
    result<void> put_rollup(std::int64_t id, std::string_view data);
    result<void> remove_rollup(std::int64_t id);
    result<void> remove_rollups(std::int64_t first_id, std::int64_t last_id);

    // Moves what was committed from the write-ahead log to the file, as far as readers let it.
    void checkpoint();

private:
    MaintenanceStore(BlockStore store, BlockReader reader)
        : store_(std::move(store)), reader_(std::move(reader)) {}
    result<void> prepare();
    static result<std::vector<Meta>> metas(store::Statement& statement);
    BlockStore store_;
    BlockReader reader_;
    store::Statement numbered_, overlapping_, edge_, lowest_, span_, older_, older_rollups_;
    store::Statement put_rollup_, remove_rollups_;
};

} // namespace caredian::history
