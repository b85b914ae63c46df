#include "access/body_table.h"

#include "store/migrations.h"

#include <array>

namespace caredian::access {

namespace {

constexpr std::array<store::Migration, 1> steps{{
    {"CREATE TABLE IF NOT EXISTS roles("
     "id {key} NOT NULL PRIMARY KEY, home {key} NOT NULL, body {text} NOT NULL,"
     "created_ns {integer} NOT NULL, changed_ns {integer} NOT NULL) {table};"
     "CREATE TABLE IF NOT EXISTS grants("
     "id {key} NOT NULL PRIMARY KEY, home {key} NOT NULL, body {text} NOT NULL,"
     "created_ns {integer} NOT NULL, changed_ns {integer} NOT NULL) {table};"
     "CREATE TABLE IF NOT EXISTS access_versions("
     "home {key} NOT NULL PRIMARY KEY, version {integer} NOT NULL) {table}"},
}};

} // namespace

result<void> prepare_body_tables(store::Database& database) {
    return store::migrate(database, "access", steps);
}

result<std::int64_t> version_of(store::Connection& c, const std::string& home) {
    auto rows = c.query("SELECT version FROM access_versions WHERE home = ?", {home});
    if (!rows) return rows.error();
    return rows->empty() ? 0 : (*rows)[0].integer(0);
}

result<void> bump_version(store::Connection& c, const std::string& home) {
    auto up = c.execute("UPDATE access_versions SET version = version + 1 WHERE home = ?", {home});
    if (up && *up == 0)
        up = c.execute("INSERT INTO access_versions(home,version) VALUES(?,1)", {home});
    return up ? result<void>() : result<void>(up.error());
}

result<std::vector<BodyTable::Row>> BodyTable::all() {
    auto found = database_.query(sql("SELECT id,body FROM", "WHERE home = ? ORDER BY id"), {home_});
    if (!found) return found.error();
    std::vector<Row> out;
    out.reserve(found->size());
    for (const auto& row : *found)
        out.push_back({row.text(0).substr(home_.size() + 1), row.text(1)});
    return out;
}

result<std::string> BodyTable::find(const std::string& key) {
    auto found = database_.query(sql("SELECT body FROM", "WHERE id = ?"), {id_of(key)});
    if (!found) return found.error();
    if (found->empty()) return rules_.missing;
    return (*found)[0].text(0);
}

result<void> BodyTable::insert(const std::string& key, const std::string& body) {
    const auto now = to_ns(clock_.wall());
    return database_.transaction([&](store::Connection& c) -> result<void> {
        auto count = c.query(sql("SELECT COUNT(*) FROM", "WHERE home = ?"), {home_});
        if (!count) return count.error();
        if ((*count)[0].integer(0) >= static_cast<std::int64_t>(rules_.most))
            return rules_.too_many;
        auto put =
            c.execute(sql("INSERT INTO", "(id,home,body,created_ns,changed_ns) VALUES(?,?,?,?,?)"),
                      {id_of(key), home_, body, now, now});
        if (put) return bump_version(c, home_);
        return put.error() == store::Errc::constraint ? rules_.exists : put.error();
    });
}

result<void> BodyTable::update(const std::string& key, const std::string& before,
                               const std::string& body) {
    return database_.transaction([&](store::Connection& c) -> result<void> {
        auto put =
            c.execute(sql("UPDATE", "SET body = ?, changed_ns = ? WHERE id = ? AND body = ?"),
                      {body, to_ns(clock_.wall()), id_of(key), before});
        if (!put) return put.error();
        if (*put == 0) return rules_.overtaken;
        return bump_version(c, home_);
    });
}

result<void> BodyTable::remove(const std::string& key) {
    return database_.transaction([&](store::Connection& c) -> result<void> {
        auto gone = c.execute(sql("DELETE FROM", "WHERE id = ?"), {id_of(key)});
        if (!gone) return gone.error();
        if (*gone == 0) return rules_.missing;
        return bump_version(c, home_);
    });
}

} // namespace caredian::access
