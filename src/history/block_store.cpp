#include "history/block_store.h"

#include "history/query.h"

#include <algorithm>
#include <array>
#include <utility>

namespace caredian::history {
namespace {

constexpr std::int64_t kFormat = 1;
constexpr std::size_t kPageBytes = std::size_t{256} * 1024;

constexpr std::string_view kSchema = R"sql(
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS series(
  id INTEGER PRIMARY KEY, key BLOB NOT NULL, span INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS block(
  id INTEGER PRIMARY KEY, series INTEGER NOT NULL,
  from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS block_by_time ON block(series, from_ns);
INSERT OR IGNORE INTO meta(name, value) VALUES('format', 1);
)sql";

constexpr std::array<std::pair<std::string_view, std::uint64_t Totals::*>, 5> kTotals = {{
    {"cursor", &Totals::cursor},
    {"points", &Totals::points},
    {"field_values", &Totals::values},
    {"blocks", &Totals::blocks},
    {"bytes", &Totals::bytes},
}};

std::int64_t block_id(std::uint32_t series, std::uint32_t number) {
    return static_cast<std::int64_t>((std::uint64_t{series} << 32) | number);
}

std::uint32_t number_of(std::int64_t id) {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(id));
}

std::int64_t as_signed(std::uint64_t v) {
    return static_cast<std::int64_t>(v);
}

result<void> prepare_into(store::Sqlite& db, store::Statement& statement, std::string_view sql) {
    auto prepared = db.prepare(sql);
    if (!prepared) return prepared.error();
    statement = std::move(*prepared);
    return {};
}

} // namespace

result<BlockStore> BlockStore::open(const std::string& path) {
    auto db = store::Sqlite::open(path);
    if (!db) return db.error();
    if (auto made = db->execute(kSchema); !made) return made.error();
    BlockStore self(std::move(*db));
    if (auto ready = self.prepare(); !ready) return ready.error();
    auto format = self.db_.prepare("SELECT value FROM meta WHERE name='format'");
    if (!format) return format.error();
    auto row = format->step();
    if (!row) return row.error();
    if (!*row || format->integer(0) > kFormat) return make_error_code(Errc::format);
    format->reset();
    return self;
}

result<void> BlockStore::prepare() {
    const std::pair<store::Statement*, std::string_view> all[] = {
        {&put_series_, "INSERT INTO series(id, key, span) VALUES(?,?,?) "
                       "ON CONFLICT(id) DO UPDATE SET span=excluded.span"},
        {&put_block_, "INSERT OR REPLACE INTO block(id, series, from_ns, to_ns, data) "
                      "VALUES(?,?,?,?,?)"},
        {&remove_block_, "DELETE FROM block WHERE id=?"},
        {&newest_, "SELECT id, from_ns, to_ns, data FROM block WHERE id BETWEEN ? AND ? "
                   "ORDER BY id DESC LIMIT 1"},
        {&older_, "SELECT id, data FROM block WHERE series=? AND from_ns<? AND to_ns<? LIMIT ?"},
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
    const std::function<void(std::uint32_t, readings::SeriesKey, std::uint64_t)>& each) {
    auto dropped = db_.execute("DELETE FROM series WHERE NOT EXISTS "
                               "(SELECT 1 FROM block WHERE block.series=series.id)");
    if (!dropped) return dropped;
    auto statement = db_.prepare("SELECT id, key, span FROM series ORDER BY id");
    if (!statement) return statement.error();
    for (;;) {
        auto row = statement->step();
        if (!row) return row.error();
        if (!*row) return {};
        readings::SeriesKey key;
        if (!decode_key(statement->blob(1), key)) return make_error_code(Errc::corrupt_block);
        each(static_cast<std::uint32_t>(statement->integer(0)), std::move(key),
             static_cast<std::uint64_t>(statement->integer(2)));
    }
}

result<std::optional<StoredBlock>> BlockStore::newest(std::uint32_t series) {
    newest_.bind(1, block_id(series, 0));
    newest_.bind(2, block_id(series, UINT32_MAX));
    auto row = newest_.step();
    std::optional<StoredBlock> found;
    if (row && *row)
        found = StoredBlock{number_of(newest_.integer(0)), newest_.integer(1), newest_.integer(2),
                            std::string(newest_.blob(3))};
    newest_.reset();
    if (!row) return row.error();
    return found;
}

result<std::vector<BlockStore::Old>> BlockStore::older(std::uint32_t series, std::int64_t before,
                                                       std::size_t limit) {
    older_.bind(1, std::int64_t{series});
    older_.bind(2, before);
    older_.bind(3, before);
    older_.bind(4, static_cast<std::int64_t>(limit));
    std::vector<Old> found;
    for (;;) {
        auto row = older_.step();
        if (row && *row) {
            found.push_back({older_.integer(0), std::string(older_.blob(1))});
            continue;
        }
        older_.reset();
        if (!row) return row.error();
        return found;
    }
}

result<void> BlockStore::put_series(const Series& series, std::uint64_t span) {
    std::string key = encode_key(series.key);
    put_series_.bind(1, std::int64_t{series.id});
    put_series_.bind_blob(2, key);
    put_series_.bind(3, as_signed(span));
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
    auto page = prepare_into(self.db_, self.page_,
                             "SELECT id, from_ns, to_ns, data FROM block WHERE series=?1 "
                             "AND from_ns>=?2 AND from_ns<?3 AND to_ns>=?4 "
                             "AND (from_ns, id)>(?5, ?6) ORDER BY from_ns, id LIMIT ?7");
    if (!page) return page.error();
    auto data = prepare_into(self.db_, self.data_, "SELECT data FROM block WHERE id=?");
    if (!data) return data.error();
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

} // namespace caredian::history
