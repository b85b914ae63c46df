#include "history/influx/sink_store.h"

#include <filesystem>

namespace caredian::history::influx {

namespace {

constexpr std::string_view schema = R"(
CREATE TABLE IF NOT EXISTS cursor(id INTEGER PRIMARY KEY CHECK(id=1), row INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS column_type(
  measurement TEXT NOT NULL, field TEXT NOT NULL, type INTEGER NOT NULL,
  PRIMARY KEY(measurement, field)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS area(
  series TEXT NOT NULL, from_ns INTEGER NOT NULL, area TEXT NOT NULL,
  PRIMARY KEY(series, from_ns)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gap(
  id INTEGER PRIMARY KEY AUTOINCREMENT, from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS set_aside(
  id INTEGER PRIMARY KEY AUTOINCREMENT, time_ns INTEGER NOT NULL, reason TEXT NOT NULL,
  line TEXT NOT NULL);
)";

result<void> each_row(store::Statement& statement, auto&& use) {
    for (;;) {
        auto row = statement.step();
        if (!row) return row.error();
        if (!*row) return {};
        use(statement);
    }
}

// One statement, once for each of `all`, in one transaction.
template <class T>
result<void> insert_all(store::Sqlite& db, std::string_view sql, std::span<const T> all,
                        auto&& bind) {
    return db.transaction([&]() -> result<void> {
        auto statement = db.prepare(sql);
        if (!statement) return statement.error();
        for (const auto& one : all) {
            bind(*statement, one);
            if (auto done = statement->run(); !done) return done;
        }
        return {};
    });
}

} // namespace

result<std::vector<KeptLine>> read_set_aside(const std::string& path, std::size_t most) {
    std::vector<KeptLine> out;
    std::error_code none;
    if (!std::filesystem::exists(path, none)) return out;
    store::SqliteOptions options;
    options.read_only = true;
    auto db = store::Sqlite::open(path, options);
    if (!db) return db.error();
    auto select = db->prepare("SELECT id,time_ns,reason,line FROM set_aside ORDER BY id DESC "
                              "LIMIT ?");
    if (!select) return select.error();
    select->bind(1, static_cast<std::int64_t>(most));
    auto read = each_row(*select, [&](const store::Statement& row) {
        out.push_back({static_cast<std::uint64_t>(row.integer(0)), from_ns(row.integer(1)),
                       std::string(row.text(2)), std::string(row.text(3))});
    });
    if (!read) return read.error();
    return out;
}

result<void> add_gap(const std::string& path, std::int64_t from, std::int64_t to) {
    auto db = store::Sqlite::open(path);
    if (!db) return db.error();
    auto insert = db->prepare("INSERT INTO gap(from_ns,to_ns) VALUES(?,?)");
    if (!insert) return insert.error();
    insert->bind(1, from);
    insert->bind(2, to);
    return insert->run();
}

result<std::vector<Gap>> SinkStore::gaps() {
    auto select = db_.prepare("SELECT id,from_ns,to_ns FROM gap ORDER BY id");
    if (!select) return select.error();
    std::vector<Gap> out;
    auto read = each_row(*select, [&](const store::Statement& row) {
        out.push_back({row.integer(0), row.integer(1), row.integer(2)});
    });
    if (!read) return read.error();
    return out;
}

result<void> SinkStore::remove_gap(std::int64_t id) {
    auto remove = db_.prepare("DELETE FROM gap WHERE id=?");
    if (!remove) return remove.error();
    remove->bind(1, id);
    return remove->run();
}

result<SinkStore> SinkStore::open(const std::string& path) {
    auto db = store::Sqlite::open(path);
    if (!db) return db.error();
    if (auto made = db->execute(schema); !made) return made.error();
    return SinkStore(std::move(*db));
}

result<readings::Row> SinkStore::load(ColumnTypes& types) {
    auto columns = db_.prepare("SELECT measurement,field,type FROM column_type");
    if (!columns) return columns.error();
    auto read = each_row(*columns, [&](const store::Statement& row) {
        auto type = row.integer(2);
        if (type >= 0 && type <= static_cast<int>(Column::foreign))
            types.restore(
                {std::string(row.text(0)), std::string(row.text(1)), static_cast<Column>(type)});
    });
    if (!read) return read.error();
    auto cursor = db_.prepare("SELECT row FROM cursor");
    if (!cursor) return cursor.error();
    readings::Row row = 0;
    read = each_row(*cursor, [&](const store::Statement& at) {
        row = static_cast<readings::Row>(at.integer(0));
    });
    if (!read) return read.error();
    return row;
}

result<void> SinkStore::load(Areas& areas) {
    auto select = db_.prepare("SELECT series,from_ns,area FROM area ORDER BY series,from_ns");
    if (!select) return select.error();
    return each_row(*select, [&](const store::Statement& row) {
        areas.restore({std::string(row.text(0)), row.integer(1), std::string(row.text(2))});
    });
}

result<void> SinkStore::save(readings::Row cursor) {
    return insert_all(
        db_,
        "INSERT INTO cursor(id,row) VALUES(1,?) ON CONFLICT(id) DO UPDATE SET "
        "row=excluded.row",
        std::span<const readings::Row>(&cursor, 1),
        [](store::Statement& s, readings::Row row) { s.bind(1, static_cast<std::int64_t>(row)); });
}

result<void> SinkStore::add(std::span<const KnownColumn> types) {
    return insert_all(db_,
                      "INSERT OR REPLACE INTO column_type(measurement,field,type) "
                      "VALUES(?,?,?)",
                      types, [](store::Statement& s, const KnownColumn& known) {
                          s.bind(1, known.measurement);
                          s.bind(2, known.field);
                          s.bind(3, static_cast<std::int64_t>(known.type));
                      });
}

result<void> SinkStore::add(std::span<const KnownArea> areas) {
    return insert_all(db_, "INSERT OR REPLACE INTO area(series,from_ns,area) VALUES(?,?,?)", areas,
                      [](store::Statement& s, const KnownArea& known) {
                          s.bind(1, known.series);
                          s.bind(2, known.from);
                          s.bind(3, known.area);
                      });
}

result<void> SinkStore::add(std::span<const SetAside> lines, WallTime now) {
    auto added = insert_all(db_, "INSERT INTO set_aside(time_ns,reason,line) VALUES(?,?,?)", lines,
                            [now](store::Statement& s, const SetAside& aside) {
                                s.bind(1, to_ns(now));
                                s.bind(2, aside.reason);
                                s.bind(3, aside.line);
                            });
    if (!added) return added;
    return db_.execute("DELETE FROM set_aside WHERE id <= (SELECT max(id) FROM set_aside) - " +
                       std::to_string(most_lines));
}

} // namespace caredian::history::influx
