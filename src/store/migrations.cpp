#include "store/migrations.h"

#include "base/log.h"

namespace caredian::store {

namespace {

result<void> run_statements(Connection& c, std::string_view sql) {
    while (!sql.empty()) {
        auto end = sql.find(';');
        std::string_view one = sql.substr(0, end);
        sql = end == std::string_view::npos ? std::string_view() : sql.substr(end + 1);
        if (one.find_first_not_of(" \t\n") == std::string_view::npos) continue;
        if (auto r = c.execute(one); !r) return r.error();
    }
    return {};
}

result<void> run_step(Connection& c, Dialect dialect, const Migration& step) {
    if (auto r = run_statements(c, expand_ddl(step.sql, dialect)); !r) return r;
    return step.code ? step.code(c, dialect) : result<void>();
}

result<std::int64_t> version_of(Connection& c, std::string_view room) {
    auto rows = c.query("SELECT version FROM schema_versions WHERE room = ?", {room});
    if (!rows) return rows.error();
    return rows->empty() ? 0 : (*rows)[0].integer(0);
}

result<void> apply(Connection& c, Dialect dialect, std::string_view room,
                   std::span<const Migration> steps) {
    auto made = run_statements(c, expand_ddl("CREATE TABLE IF NOT EXISTS schema_versions("
                                             "room {key} NOT NULL PRIMARY KEY,"
                                             "version {integer} NOT NULL) {table}",
                                             dialect));
    if (!made) return made;
    auto version = version_of(c, room);
    if (!version) return version.error();
    auto last = static_cast<std::int64_t>(steps.size());
    if (*version > last) {
        log::error("store", "the database was made by a newer program",
                   {{"room", room}, {"version", *version}, {"known", last}});
        return Errc::other;
    }
    for (std::int64_t n = *version; n < last; ++n) {
        if (auto r = run_step(c, dialect, steps[static_cast<std::size_t>(n)]); !r) return r;
        // After each step: where DDL commits by itself, a crash repeats at most this step.
        auto noted =
            c.execute("REPLACE INTO schema_versions(room, version) VALUES(?, ?)", {room, n + 1});
        if (!noted) return noted.error();
    }
    return {};
}

} // namespace

result<void> migrate(Database& database, std::string_view room, std::span<const Migration> steps) {
    return database.exclusive(
        [&](Connection& c) { return apply(c, database.dialect(), room, steps); });
}

} // namespace caredian::store
