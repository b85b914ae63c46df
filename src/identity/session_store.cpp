#include "identity/session_store.h"

#include <array>

namespace caredian::identity {

namespace {

constexpr std::array<store::Migration, 1> steps{{
    {"CREATE TABLE IF NOT EXISTS sessions("
     "id {key} NOT NULL PRIMARY KEY, account {key} NOT NULL, created_ns {integer} NOT NULL,"
     "last_used_ns {integer} NOT NULL, expires_ns {integer} NOT NULL, client {text} NOT NULL,"
     "agent {text} NOT NULL) {table};"
     "CREATE INDEX IF NOT EXISTS sessions_account ON sessions(account)"},
}};

Session session_of(const store::Row& row) {
    Session s;
    s.id = row.text(0);
    s.account = row.text(1);
    s.created = from_ns(row.integer(2));
    s.last_used = from_ns(row.integer(3));
    s.expires = from_ns(row.integer(4));
    s.client = row.text(5);
    s.agent = row.text(6);
    return s;
}

result<void> done(const result<std::uint64_t>& r) {
    return r ? result<void>() : result<void>(r.error());
}

} // namespace

std::span<const store::Migration> SqlSessionStore::migrations() {
    return steps;
}

result<void> SqlSessionStore::create(const Session& s) {
    return done(database_.execute(
        "INSERT INTO sessions(id,account,created_ns,last_used_ns,expires_ns,client,agent) "
        "VALUES(?,?,?,?,?,?,?)",
        {s.id, s.account, to_ns(s.created), to_ns(s.last_used), to_ns(s.expires), s.client,
         s.agent}));
}

result<std::optional<Session>> SqlSessionStore::find(std::string_view id) {
    auto rows = database_.query("SELECT id,account,created_ns,last_used_ns,expires_ns,client,agent "
                                "FROM sessions WHERE id = ?",
                                {id});
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<Session>();
    return std::optional<Session>(session_of((*rows)[0]));
}

result<bool> SqlSessionStore::end(std::string_view id) {
    auto gone = database_.execute("DELETE FROM sessions WHERE id = ?", {id});
    if (!gone) return {boost::system::in_place_error, gone.error()};
    return *gone > 0;
}

result<void> SqlSessionStore::end_all(std::string_view account) {
    return done(database_.execute("DELETE FROM sessions WHERE account = ?", {account}));
}

result<void> SqlSessionStore::touch(std::string_view id, WallTime used) {
    return done(
        database_.execute("UPDATE sessions SET last_used_ns = ? WHERE id = ? AND last_used_ns < ?",
                          {to_ns(used), id, to_ns(used)}));
}

result<std::vector<Session>> SqlSessionStore::list(std::string_view account) {
    auto rows = database_.query("SELECT id,account,created_ns,last_used_ns,expires_ns,client,agent "
                                "FROM sessions WHERE account = ? ORDER BY created_ns, id",
                                {account});
    if (!rows) return rows.error();
    std::vector<Session> out;
    out.reserve(rows->size());
    for (const auto& row : *rows) out.push_back(session_of(row));
    return out;
}

result<void> SqlSessionStore::sweep(WallTime expires_before, WallTime used_before) {
    return done(database_.execute("DELETE FROM sessions WHERE expires_ns < ? OR last_used_ns < ?",
                                  {to_ns(expires_before), to_ns(used_before)}));
}

} // namespace caredian::identity
