#include "history/block_store.h"

#include "history/query.h"
#include "history/schema.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace caredian::history {
namespace {

constexpr std::size_t kPageBytes = std::size_t{256} * 1024;

constexpr std::array<std::pair<std::string_view, std::uint64_t Totals::*>, 6> kTotals = {{
    {"cursor", &Totals::cursor},
    {"points", &Totals::points},
    {"field_values", &Totals::values},
    {"blocks", &Totals::blocks},
    {"bytes", &Totals::bytes},
    {"rollup_bytes", &Totals::rollup_bytes},
}};

std::int64_t as_signed(std::uint64_t v) {
    return static_cast<std::int64_t>(v);
}

} // namespace

result<void> prepare_into(store::Sqlite& db, store::Statement& statement, std::string_view sql) {
    auto prepared = db.prepare(sql);
    if (!prepared) return prepared.error();
    statement = std::move(*prepared);
    return {};
}

std::int64_t minus_span(std::int64_t from, std::uint64_t span) {
    std::int64_t earliest = 0;
    if (span > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) ||
        __builtin_sub_overflow(from, static_cast<std::int64_t>(span), &earliest))
        return std::numeric_limits<std::int64_t>::min();
    return earliest;
}

result<BlockStore> BlockStore::open(const std::string& path, store::SqliteOptions::Sync sync) {
    store::SqliteOptions options;
    options.sync = sync;
    auto db = store::Sqlite::open(path, options);
    if (!db) return db.error();
    if (auto ready = prepare_schema(*db); !ready) return ready.error();
    BlockStore self(std::move(*db));
    if (auto ready = self.prepare(); !ready) return ready.error();
    return self;
}

result<void> BlockStore::prepare() {
    const std::pair<store::Statement*, std::string_view> all[] = {
        {&put_series_,
         "INSERT INTO series(id, key, span, rolled_to, raw_from, checked, reach, dirty) "
         "VALUES(?,?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET span=excluded.span, "
         "rolled_to=excluded.rolled_to, raw_from=excluded.raw_from, checked=excluded.checked, "
         "reach=excluded.reach, dirty=excluded.dirty"},
        {&put_block_, "INSERT OR REPLACE INTO block(id, series, from_ns, to_ns, data) "
                      "VALUES(?,?,?,?,?)"},
        {&remove_block_, "DELETE FROM block WHERE id=?"},
        {&newest_, "SELECT id, from_ns, to_ns, data FROM block WHERE id BETWEEN ? AND ? "
                   "ORDER BY id DESC LIMIT 1"},
        {&put_meta_, "INSERT OR REPLACE INTO meta(name, value) VALUES(?,?)"},
    };
    for (const auto& [statement, sql] : all)
        if (auto r = prepare_into(db_, *statement, sql); !r) return r;
    return {};
}

result<Totals> BlockStore::totals() {
    auto statement = db_.prepare("SELECT name, value FROM meta");
    if (!statement) return statement.error();
    Totals totals;
    for (;;) {
        auto row = statement->step();
        if (!row) return row.error();
        if (!*row) return totals;
        for (const auto& [name, member] : kTotals)
            if (statement->text(0) == name)
                totals.*member = static_cast<std::uint64_t>(statement->integer(1));
    }
}

result<void> BlockStore::load_series(
    const std::function<void(std::uint32_t, readings::SeriesKey, StoredSeries)>& each) {
    auto dropped = db_.execute(
        "DELETE FROM series WHERE "
        "NOT EXISTS (SELECT 1 FROM block WHERE block.series=series.id) AND NOT EXISTS "
        "(SELECT 1 FROM rollup WHERE rollup.id BETWEEN series.id<<32 AND (series.id+1<<32)-1)");
    if (!dropped) return dropped;
    auto statement = db_.prepare("SELECT id, key, span, rolled_to, raw_from, checked, reach, dirty "
                                 "FROM series ORDER BY id");
    if (!statement) return statement.error();
    for (;;) {
        auto row = statement->step();
        if (!row) return row.error();
        if (!*row) return {};
        readings::SeriesKey key;
        if (!decode_key(statement->blob(1), key)) return make_error_code(Errc::corrupt_block);
        StoredSeries stored;
        stored.span = static_cast<std::uint64_t>(statement->integer(2));
        RollState& roll = stored.roll;
        roll.rolled_to = statement->integer(3);
        roll.raw_from = statement->integer(4);
        roll.checked = static_cast<std::uint32_t>(statement->integer(5));
        roll.reach = statement->integer(6);
        if (!ChunkSet::decode(statement->blob(7), roll.dirty)) // all of it anew, then
            roll.dirty.add(chunk_of(INT64_MIN), chunk_of(INT64_MAX));
        each(static_cast<std::uint32_t>(statement->integer(0)), std::move(key), std::move(stored));
    }
}

result<std::optional<StoredBlock>> BlockStore::newest(std::uint32_t series) {
    newest_.bind(1, block_id(series, 0));
    newest_.bind(2, block_id(series, kFirstCompacted - 1));
    auto row = newest_.step();
    std::optional<StoredBlock> found;
    if (row && *row)
        found = StoredBlock{number_of(newest_.integer(0)), newest_.integer(1), newest_.integer(2),
                            std::string(newest_.blob(3))};
    newest_.reset();
    if (!row) return row.error();
    return found;
}

result<void> BlockStore::put_series(const Series& series, std::uint64_t span, const RollState& roll,
                                    const ChunkSet& dirty) {
    std::string key = encode_key(series.key);
    std::string chunks = dirty.encode();
    put_series_.bind(1, std::int64_t{series.id});
    put_series_.bind_blob(2, key);
    put_series_.bind(3, as_signed(span));
    put_series_.bind(4, roll.rolled_to);
    put_series_.bind(5, roll.raw_from);
    put_series_.bind(6, std::int64_t{roll.checked});
    put_series_.bind(7, roll.reach);
    put_series_.bind_blob(8, chunks);
    return put_series_.run();
}

result<void> BlockStore::put_block(std::uint32_t series, std::uint32_t number, std::int64_t from,
                                   std::int64_t to, std::string_view data) {
    put_block_.bind(1, block_id(series, number));
    put_block_.bind(2, std::int64_t{series});
    put_block_.bind(3, from);
    put_block_.bind(4, to);
    put_block_.bind_blob(5, data);
    return put_block_.run();
}

result<void> BlockStore::remove_block(std::int64_t id) {
    remove_block_.bind(1, id);
    return remove_block_.run();
}

result<void> BlockStore::put_totals(const Totals& totals) {
    for (const auto& [name, member] : kTotals) {
        put_meta_.bind(1, name);
        put_meta_.bind(2, as_signed(totals.*member));
        if (auto r = put_meta_.run(); !r) return r;
    }
    return {};
}

result<BlockReader> BlockReader::open(const std::string& path) {
    store::SqliteOptions options;
    options.read_only = true;
    options.cache_kib = 256;
    auto db = store::Sqlite::open(path, options);
    if (!db) return db.error();
    BlockReader self(std::move(*db));
    const std::pair<store::Statement*, std::string_view> all[] = {
        {&self.page_, "SELECT id, from_ns, to_ns, data FROM block WHERE series=?1 "
                      "AND from_ns>=?2 AND from_ns<?3 AND to_ns>=?4 "
                      "AND (from_ns, id)>(?5, ?6) ORDER BY from_ns, id LIMIT ?7"},
        {&self.data_, "SELECT data FROM block WHERE id=?"},
        {&self.count_, "SELECT count(*) FROM (SELECT 1 FROM block WHERE series=?1 "
                       "AND from_ns>=?2 AND from_ns<?3 LIMIT ?4)"},
        {&self.first_, "SELECT min(from_ns), max(from_ns) FROM block WHERE series=?"},
        {&self.last_, "SELECT max(to_ns) FROM block WHERE series=? AND from_ns>=?"},
        {&self.rollups_, "SELECT id, data FROM rollup WHERE id BETWEEN ? AND ? "
                         "ORDER BY id LIMIT ?"},
    };
    for (const auto& [statement, sql] : all)
        if (auto r = prepare_into(self.db_, *statement, sql); !r) return r.error();
    return self;
}

result<std::vector<StoredBlock>> BlockReader::page(const Range& range, std::int64_t after_from,
                                                   std::int64_t after_number, std::size_t limit) {
    page_.bind(1, std::int64_t{range.series});
    page_.bind(2, std::max(range.earliest, after_from));
    page_.bind(3, range.to);
    page_.bind(4, range.from);
    page_.bind(5, after_from);
    page_.bind(6, block_id(range.series, 0) + after_number);
    page_.bind(7, static_cast<std::int64_t>(limit));
    std::vector<StoredBlock> found;
    std::size_t bytes = 0;
    while (bytes < kPageBytes) {
        auto row = page_.step();
        if (!row) {
            page_.reset();
            return row.error();
        }
        if (!*row) break;
        found.push_back({number_of(page_.integer(0)), page_.integer(1), page_.integer(2),
                         std::string(page_.blob(3))});
        bytes += found.back().data.size();
    }
    page_.reset();
    return found;
}

result<std::string> BlockReader::data(std::uint32_t series, std::uint32_t number) {
    data_.bind(1, block_id(series, number));
    auto row = data_.step();
    std::string bytes;
    if (row && *row) bytes = data_.blob(0);
    data_.reset();
    if (!row) return row.error();
    return bytes;
}

result<std::size_t> BlockReader::count(std::uint32_t series, std::int64_t from, std::int64_t to,
                                       std::size_t limit) {
    count_.bind(1, std::int64_t{series});
    count_.bind(2, from);
    count_.bind(3, to);
    count_.bind(4, static_cast<std::int64_t>(limit));
    auto row = count_.step();
    std::size_t counted = row && *row ? static_cast<std::size_t>(count_.integer(0)) : 0;
    count_.reset();
    if (!row) return row.error();
    return counted;
}

result<std::optional<BlockReader::Extent>> BlockReader::extent(std::uint32_t series,
                                                               std::uint64_t span) {
    first_.bind(1, std::int64_t{series});
    auto row = first_.step();
    std::optional<Extent> found;
    std::int64_t newest = 0;
    if (row && *row && !first_.is_null(0)) {
        found.emplace(Extent{first_.integer(0), 0});
        newest = first_.integer(1);
    }
    first_.reset();
    if (!row) return row.error();
    if (!found) return found;
    last_.bind(1, std::int64_t{series});
    last_.bind(2, minus_span(newest, span)); // one that ends later may begin before
    row = last_.step();
    if (row && *row) found->last = last_.integer(0);
    last_.reset();
    if (!row) return row.error();
    return found;
}

result<std::vector<BlockReader::StoredRollup>> BlockReader::rollups(std::uint32_t series,
                                                                    Level level, std::int64_t first,
                                                                    std::int64_t last,
                                                                    std::size_t limit) {
    rollups_.bind(1, rollup_id(series, level, first));
    rollups_.bind(2, rollup_id(series, level, last));
    rollups_.bind(3, static_cast<std::int64_t>(limit));
    std::vector<StoredRollup> found;
    for (;;) {
        auto row = rollups_.step();
        if (row && *row) {
            found.push_back({rollup_row_of(rollups_.integer(0)), std::string(rollups_.blob(1))});
            continue;
        }
        rollups_.reset();
        if (!row) return row.error();
        return found;
    }
}

} // namespace caredian::history
