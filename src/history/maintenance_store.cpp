#include "history/maintenance_store.h"

#include <utility>

namespace caredian::history {

result<MaintenanceStore> MaintenanceStore::open(const std::string& path) {
    auto store = BlockStore::open(path, store::SqliteOptions::Sync::normal);
    if (!store) return store.error();
    auto reader = BlockReader::open(path);
    if (!reader) return reader.error();
    MaintenanceStore self(std::move(*store), std::move(*reader));
    if (auto ready = self.prepare(); !ready) return ready.error();
    return self;
}

result<void> MaintenanceStore::prepare() {
    auto& db = store_.db();
    // Its own checkpoints, and outside of the lock that others wait for.
    if (auto off = db.execute("PRAGMA wal_autocheckpoint=0"); !off) return off;
    const std::pair<store::Statement*, std::string_view> all[] = {
        {&numbered_, "SELECT id, from_ns, to_ns FROM block WHERE id>=? AND id<? ORDER BY id "
                     "LIMIT ?"},
        {&overlapping_, "SELECT id, from_ns, to_ns FROM block WHERE series=? AND from_ns>=? "
                        "AND from_ns<=? AND to_ns>=? ORDER BY from_ns, id LIMIT ?"},
        {&edge_, "SELECT max(id) FROM block WHERE id BETWEEN ? AND ?"},
        {&lowest_, "SELECT min(id) FROM block WHERE id BETWEEN ? AND ?"},
        {&span_, "SELECT max(to_ns-from_ns) FROM block WHERE series=?"},
        {&older_, "SELECT id, to_ns, data FROM block WHERE series=? AND from_ns<? AND to_ns<? "
                  "LIMIT ?"},
        {&older_rollups_, "SELECT max(id), sum(length(data)), count(*) FROM (SELECT id, data FROM "
                          "rollup WHERE id>=? AND id<? ORDER BY id LIMIT ?)"},
        {&put_rollup_, "INSERT OR REPLACE INTO rollup(id, data) VALUES(?,?)"},
        {&remove_rollups_, "DELETE FROM rollup WHERE id BETWEEN ? AND ?"},
    };
    for (const auto& [statement, sql] : all)
        if (auto r = prepare_into(db, *statement, sql); !r) return r;
    return {};
}

result<std::vector<MaintenanceStore::Meta>> MaintenanceStore::metas(store::Statement& statement) {
    std::vector<Meta> found;
    for (;;) {
        auto row = statement.step();
        if (row && *row) {
            found.push_back(
                {number_of(statement.integer(0)), statement.integer(1), statement.integer(2)});
            continue;
        }
        statement.reset();
        if (!row) return row.error();
        return found;
    }
}

result<std::vector<MaintenanceStore::Meta>> MaintenanceStore::numbered(std::uint32_t series,
                                                                       std::uint32_t first,
                                                                       std::uint32_t end,
                                                                       std::size_t limit) {
    numbered_.bind(1, block_id(series, first));
    numbered_.bind(2, block_id(series, end));
    numbered_.bind(3, static_cast<std::int64_t>(limit));
    return metas(numbered_);
}

result<std::vector<MaintenanceStore::Meta>>
MaintenanceStore::overlapping(std::uint32_t series, std::int64_t from, std::int64_t to,
                              std::uint64_t span, std::size_t limit) {
    overlapping_.bind(1, std::int64_t{series});
    overlapping_.bind(2, minus_span(from, span));
    overlapping_.bind(3, to);
    overlapping_.bind(4, from);
    overlapping_.bind(5, static_cast<std::int64_t>(limit));
    return metas(overlapping_);
}

namespace {

result<std::optional<std::uint32_t>> one_number(store::Statement& statement, std::int64_t first,
                                                std::int64_t last) {
    statement.bind(1, first);
    statement.bind(2, last);
    auto row = statement.step();
    std::optional<std::uint32_t> found;
    if (row && *row && !statement.is_null(0)) found = number_of(statement.integer(0));
    statement.reset();
    if (!row) return row.error();
    return found;
}

} // namespace

result<std::optional<std::uint32_t>> MaintenanceStore::newest_number(std::uint32_t series) {
    return one_number(edge_, block_id(series, 0), block_id(series, kFirstCompacted - 1));
}

result<std::optional<std::uint32_t>> MaintenanceStore::compacted_number(std::uint32_t series) {
    auto lowest =
        one_number(lowest_, block_id(series, kFirstCompacted), block_id(series, UINT32_MAX));
    if (!lowest) return lowest.error();
    if (!lowest->has_value()) return std::optional<std::uint32_t>(UINT32_MAX);
    if (**lowest == kFirstCompacted) return std::optional<std::uint32_t>();
    return std::optional<std::uint32_t>(**lowest - 1);
}

result<std::uint64_t> MaintenanceStore::longest_span(std::uint32_t series) {
    span_.bind(1, std::int64_t{series});
    auto row = span_.step();
    auto span = row && *row ? static_cast<std::uint64_t>(span_.integer(0)) : 0;
    span_.reset();
    if (!row) return row.error();
    return span;
}

result<std::vector<MaintenanceStore::Old>>
MaintenanceStore::older(std::uint32_t series, std::int64_t before, std::size_t limit) {
    older_.bind(1, std::int64_t{series});
    older_.bind(2, before);
    older_.bind(3, before);
    older_.bind(4, static_cast<std::int64_t>(limit));
    std::vector<Old> found;
    for (;;) {
        auto row = older_.step();
        if (row && *row) {
            found.push_back({older_.integer(0), older_.integer(1), std::string(older_.blob(2))});
            continue;
        }
        older_.reset();
        if (!row) return row.error();
        return found;
    }
}

result<MaintenanceStore::OldRollups> MaintenanceStore::older_rollups(std::uint32_t series,
                                                                     Level level, std::int64_t end,
                                                                     std::size_t limit) {
    older_rollups_.bind(1, rollup_id(series, level, kFirstRow));
    older_rollups_.bind(2, rollup_id(series, level, end));
    older_rollups_.bind(3, static_cast<std::int64_t>(limit));
    auto row = older_rollups_.step();
    OldRollups found;
    if (row && *row && older_rollups_.integer(2) > 0)
        found = {older_rollups_.integer(0), static_cast<std::uint64_t>(older_rollups_.integer(1)),
                 static_cast<std::size_t>(older_rollups_.integer(2))};
    older_rollups_.reset();
    if (!row) return row.error();
    return found;
}

result<void> MaintenanceStore::put_rollup(std::int64_t id, std::string_view data) {
    put_rollup_.bind(1, id);
    put_rollup_.bind_blob(2, data);
    return put_rollup_.run();
}

result<void> MaintenanceStore::remove_rollup(std::int64_t id) {
    return remove_rollups(id, id);
}

result<void> MaintenanceStore::remove_rollups(std::int64_t first_id, std::int64_t last_id) {
    remove_rollups_.bind(1, first_id);
    remove_rollups_.bind(2, last_id);
    return remove_rollups_.run();
}

void MaintenanceStore::checkpoint() {
    (void)store_.db().execute("PRAGMA wal_checkpoint(PASSIVE)"); // in vain while others read: later
}

} // namespace caredian::history
