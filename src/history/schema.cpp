#include "history/schema.h"

#include "history/query.h"

#include <string_view>

namespace caredian::history {
namespace {

constexpr std::int64_t kFormat = 2;

constexpr std::string_view kTables = R"sql(
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS series(
  id INTEGER PRIMARY KEY, key BLOB NOT NULL, span INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS block(
  id INTEGER PRIMARY KEY, series INTEGER NOT NULL,
  from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS block_by_time ON block(series, from_ns);
INSERT OR IGNORE INTO meta(name, value) VALUES('format', 1);
)sql";

// 1 to 2: rollups. Nothing is rolled up yet of what is there; maintenance does it bit by bit.
constexpr std::string_view kRollups = R"sql(
CREATE TABLE rollup(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
ALTER TABLE series ADD COLUMN rolled_to INTEGER NOT NULL DEFAULT -9223372036854775808;
ALTER TABLE series ADD COLUMN raw_from INTEGER NOT NULL DEFAULT -9223372036854775808;
ALTER TABLE series ADD COLUMN checked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE series ADD COLUMN reach INTEGER NOT NULL DEFAULT -9223372036854775808;
ALTER TABLE series ADD COLUMN dirty BLOB NOT NULL DEFAULT x'';
UPDATE meta SET value=2 WHERE name='format';
)sql";

result<std::int64_t> format_of(store::Sqlite& db) {
    auto statement = db.prepare("SELECT value FROM meta WHERE name='format'");
    if (!statement) return statement.error();
    auto row = statement->step();
    if (!row) return row.error();
    return *row ? statement->integer(0) : 0;
}

} // namespace

result<void> prepare_schema(store::Sqlite& db) {
    return db.transaction([&]() -> result<void> {
        if (auto made = db.execute(kTables); !made) return made;
        auto format = format_of(db);
        if (!format) return format.error();
        if (*format < 1 || *format > kFormat) return make_error_code(Errc::format);
        if (*format < 2) return db.execute(kRollups);
        return {};
    });
}

} // namespace caredian::history
