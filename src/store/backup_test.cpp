#include "store/backup.h"
#include "store/migrations.h"
#include "store/test_database.h"
#include "store/test_mariadb.h"

#include <gtest/gtest.h>
#include <limits>
#include <sstream>

namespace caredian::store {
namespace {

constexpr BackupCost cheap{8, 1};
const Secret passphrase("correct horse battery");
const Migration steps[] = {{"CREATE TABLE IF NOT EXISTS t(k {key} NOT NULL PRIMARY KEY,"
                            "i {integer}, d DOUBLE, s {text}, b {blob}) {table};"
                            "CREATE TABLE IF NOT EXISTS n(id {id}, v {integer}) {table}"}};

void make_tables(Database& db) {
    ASSERT_TRUE(migrate(db, "room", steps));
}

void fill(Database& db) {
    const std::string bytes("\0\xff\n", 3);
    const auto lowest = std::numeric_limits<std::int64_t>::min();
    ASSERT_TRUE(db.execute("INSERT INTO t(k,i,d,s,b) VALUES(?,?,?,?,?)",
                           {"홍길동 🏠", lowest, 2.0, "여러\n줄 \"x\"", Blob(bytes)}));
    ASSERT_TRUE(db.execute("INSERT INTO t(k,i,d,s,b) VALUES(?,?,?,?,?)",
                           {"Admin", nullptr, nullptr, "", Blob({})}));
    ASSERT_TRUE(db.execute("INSERT INTO t(k) VALUES('admin')"));
    for (std::int64_t i = 0; i < 1200; ++i)
        ASSERT_TRUE(db.execute("INSERT INTO n(v) VALUES(?)", {i}));
    ASSERT_TRUE(db.execute("DELETE FROM n WHERE v = 7"));
}

std::string content(Database& db) {
    std::string out;
    auto rows = db.query("SELECT k,i,d,s,b FROM t ORDER BY k");
    for (const auto& row : rows.value()) {
        for (std::size_t i = 0; i < 5; ++i)
            out += row.is_null(i) ? "NULL|"
                   : i == 1       ? std::to_string(row.integer(1)) + "|"
                   : i == 2       ? std::to_string(row.real(2)) + "|"
                                  : row.text(i) + "|";
        out += "\n";
    }
    auto n = db.query("SELECT COUNT(*),SUM(id),SUM(v),MAX(id) FROM n").value();
    for (std::size_t i = 0; i < 4; ++i) out += std::to_string(n[0].integer(i)) + " ";
    return out;
}

std::string saved(Database& db) {
    std::ostringstream out;
    SystemRandom random;
    auto counts = write_backup(db, out, passphrase, random, cheap);
    EXPECT_TRUE(counts) << counts.error().message();
    EXPECT_EQ(counts.value().rows, 3u + 1199u + 1u);
    return out.str();
}

result<BackupCounts> restored(Database& db, const std::string& backup,
                              const Secret& with = passphrase) {
    std::istringstream in(backup);
    return read_backup(db, in, with);
}

void there_and_back(Database& from, Database& to) {
    make_tables(from);
    make_tables(to);
    fill(from);
    ASSERT_TRUE(to.execute("INSERT INTO t(k) VALUES('not in the backup')"));
    auto backup = saved(from);
    EXPECT_EQ(backup.find("Admin"), backup.npos) << "it is encrypted";
    auto counts = restored(to, backup);
    ASSERT_TRUE(counts) << counts.error().message();
    EXPECT_EQ(content(to), content(from));
    ASSERT_TRUE(to.execute("INSERT INTO n(v) VALUES(1)"));
    EXPECT_EQ(to.query("SELECT MAX(id) FROM n").value()[0].integer(0), 1201);
    EXPECT_TRUE(to.execute("UPDATE t SET i=1 WHERE k='Admin'")) << "text is still text";
    EXPECT_EQ(to.query("SELECT k FROM t WHERE k='admin'").value().size(), 1u);
}

TEST(Backup, FromSqliteToSqlite) {
    TestDatabase from;
    TestDatabase to;
    there_and_back(*from, *to);
}

TEST(Backup, FromSqliteToMariadb) {
    if (!TestMariadb::available()) GTEST_SKIP() << "mariadb-server is not installed";
    TestDatabase from;
    TestMariadb server;
    auto to = open_database(server.url()).value();
    there_and_back(*from, *to);
}

TEST(Backup, FromMariadbToSqlite) {
    if (!TestMariadb::available()) GTEST_SKIP() << "mariadb-server is not installed";
    TestMariadb server;
    TestDatabase to;
    auto from = open_database(server.url()).value();
    there_and_back(*from, *to);
}

TEST(Backup, WhatIsNotWholeOrNotOursChangesNothing) {
    TestDatabase from;
    TestDatabase to;
    make_tables(*from);
    make_tables(*to);
    fill(*from);
    ASSERT_TRUE(to->execute("INSERT INTO t(k) VALUES('stays')"));
    const auto backup = saved(*from);
    const auto before = content(*to);
    EXPECT_EQ(restored(*to, backup, Secret("another passphrase")).error(), Errc::corrupt);
    for (std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{30}, std::size_t{70},
                             backup.size() / 2, backup.size() - 1})
        EXPECT_EQ(restored(*to, backup.substr(0, size)).error(), Errc::corrupt) << size;
    for (std::size_t at = 0; at < backup.size(); at += backup.size() / 50 + 1) {
        auto changed = backup;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        EXPECT_FALSE(restored(*to, changed)) << at;
    }
    EXPECT_EQ(restored(*to, backup + "x").error(), Errc::corrupt);
    EXPECT_EQ(content(*to), before);
}

TEST(Backup, AnotherVersionsBackupIsRefused) {
    TestDatabase from;
    TestDatabase to;
    make_tables(*from);
    make_tables(*to);
    fill(*from);
    ASSERT_TRUE(to->execute("UPDATE schema_versions SET version=2"));
    EXPECT_EQ(restored(*to, saved(*from)).error(), Errc::other);
}

} // namespace
} // namespace caredian::store
