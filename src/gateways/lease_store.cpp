#include "gateways/lease_store.h"

#include <array>

namespace caredian::gateways {

namespace {

constexpr std::array<store::Migration, 1> steps{{
    {"CREATE TABLE IF NOT EXISTS leases("
     "home {key} NOT NULL PRIMARY KEY, holder {key} NOT NULL, fence {integer} NOT NULL,"
     "beat {integer} NOT NULL, changed_ms {integer} NOT NULL) {table};"
     "CREATE TABLE IF NOT EXISTS gateways("
     "name {key} NOT NULL PRIMARY KEY, slot {integer} NOT NULL UNIQUE, instance {key} NOT NULL,"
     "seen_ms {integer} NOT NULL, rate {integer} NOT NULL, version {key} NOT NULL,"
     "address {key} NOT NULL) {table};"
     "CREATE TABLE IF NOT EXISTS field_pins("
     "seq {id}, pin {key} NOT NULL UNIQUE, type {integer} NOT NULL, name {text} NOT NULL) {table};"
     "CREATE TABLE IF NOT EXISTS home_state("
     "home {key} NOT NULL, kind {key} NOT NULL, id {key} NOT NULL, name {blob} NOT NULL,"
     "data {blob} NOT NULL, PRIMARY KEY(home, kind, id)) {table}"},
}};

} // namespace

const char* room_name(Errc) {
    return "gateways";
}

std::string_view describe(Errc e) {
    switch (e) {
    case Errc::ok:
        return "ok";
    case Errc::superseded:
        return "another gateway holds the lease";
    case Errc::no_slot:
        return "there are ten gateways already";
    case Errc::taken:
        return "another gateway has this name or this number";
    }
    return "unknown";
}

std::span<const store::Migration> migrations() {
    return steps;
}

std::string_view now_ms(store::Dialect dialect) {
    return dialect == store::Dialect::sqlite
               ? "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
               : "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)";
}

result<LeaseRow> LeaseStore::read(store::Connection& c) {
    auto rows = c.query("SELECT holder,fence,beat FROM leases WHERE home=?", {home_});
    if (!rows) return rows.error();
    if (rows->empty()) {
        auto made = c.execute("INSERT INTO leases(home,holder,fence,beat,changed_ms) "
                              "VALUES(?,'',0,0,0)",
                              {home_});
        if (!made && made.error() != store::Errc::constraint) return made.error();
        return made ? result<LeaseRow>(LeaseRow{}) : read(c);
    }
    const auto& row = rows->front();
    return LeaseRow{row.text(0), row.integer(1), row.integer(2)};
}

result<LeaseRow> LeaseStore::run(const Lease::Ask& ask) {
    if (!ask.to) return read(database_);
    std::string sql = "UPDATE leases SET holder=?,fence=?,beat=?,changed_ms=";
    sql += now_ms(database_.dialect());
    sql += " WHERE home=? AND holder=? AND fence=? AND beat=?";
    const auto& to = *ask.to;
    auto done = database_.execute(
        sql, {to.holder, to.fence, to.beat, home_, ask.from.holder, ask.from.fence, ask.from.beat});
    if (!done) return done.error();
    return *done == 1 ? result<LeaseRow>(to) : read(database_);
}

// The update takes the row's lock to the end of the transaction; it matches also where it changes
// nothing.
result<void> LeaseStore::fenced(std::int64_t fence, const store::Database::Work& work) {
    return database_.transaction([&](store::Connection& c) -> result<void> {
        auto ours =
            c.execute("UPDATE leases SET beat=beat WHERE home=? AND fence=?", {home_, fence});
        if (!ours) return ours.error();
        if (*ours != 1) return Errc::superseded;
        return work(c);
    });
}

} // namespace caredian::gateways
