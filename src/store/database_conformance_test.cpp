#include "base/encoding.h"
#include "store/database_conformance.h"
#include "store/migrations.h"
#include "store/test_mariadb.h"

#include <cmath>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace caredian::store {
namespace {

class SqliteFixture final : public DatabaseFixture {
public:
    SqliteFixture() {
        std::string pattern = (std::filesystem::temp_directory_path() / "databaseXXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~SqliteFixture() override { std::filesystem::remove_all(folder_); }
    std::unique_ptr<Database> open() override {
        return open_database("sqlite:" + (folder_ / "a.db").string()).value();
    }

private:
    std::filesystem::path folder_;
};

class MariadbFixture final : public DatabaseFixture {
public:
    std::unique_ptr<Database> open() override { return open_database(server_.url()).value(); }

private:
    TestMariadb server_;
};

DatabaseBackend sqlite{
    "sqlite", [] { return std::unique_ptr<DatabaseFixture>(std::make_unique<SqliteFixture>()); },
    [] { return true; }};

DatabaseBackend mariadb{
    "mariadb", [] { return std::unique_ptr<DatabaseFixture>(std::make_unique<MariadbFixture>()); },
    &TestMariadb::available};

INSTANTIATE_TEST_SUITE_P(Backends, DatabaseConformance, ::testing::Values(sqlite, mariadb),
                         [](const auto& test) { return std::string(test.param.name); });

constexpr std::string_view table = "CREATE TABLE IF NOT EXISTS t("
                                   "k {key} NOT NULL PRIMARY KEY, i {integer}, d DOUBLE,"
                                   "s {text}, b {blob}) {table}";

void make_table(Database& db) {
    ASSERT_TRUE(db.execute(expand_ddl(table, db.dialect())));
}

TEST_P(DatabaseConformance, KeepsEveryKindOfValue) {
    make_table(*db_);
    const std::string bytes("\0\xff'\"\n", 5);
    const std::string text = "따뜻한 집 🏠 '; DROP TABLE t; --";
    const auto lowest = std::numeric_limits<std::int64_t>::min();
    ASSERT_TRUE(db_->execute("INSERT INTO t(k,i,d,s,b) VALUES(?,?,?,?,?)",
                             {"a", lowest, 0.1, text, Blob(bytes)}));
    ASSERT_TRUE(db_->execute("INSERT INTO t(k,i,d,s,b) VALUES(?,?,?,?,?)",
                             {"b", nullptr, nullptr, std::string_view(), Blob({})}));
    auto rows = db_->query("SELECT k,i,d,s,b FROM t ORDER BY k").value();
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].size(), 5u);
    EXPECT_EQ(rows[0].text(0), "a");
    EXPECT_EQ(rows[0].integer(1), lowest);
    EXPECT_EQ(rows[0].real(2), 0.1);
    EXPECT_EQ(rows[0].text(3), text);
    EXPECT_EQ(rows[0].text(4), bytes);
    EXPECT_TRUE(rows[1].is_null(1));
    EXPECT_TRUE(rows[1].is_null(2));
    EXPECT_FALSE(rows[1].is_null(3)) << "an empty text is not NULL";
    EXPECT_FALSE(rows[1].is_null(4));
    EXPECT_EQ(rows[1].integer(1), 0);
    EXPECT_EQ(rows[1].text(99), "") << "a column that is not there";
}

TEST_P(DatabaseConformance, KeysCompareByBytes) {
    make_table(*db_);
    for (std::string_view key : {"a", "A", "a ", "ａ", "가", "é", "e\u0301", "홍길동 🏠", "🏡"})
        EXPECT_TRUE(db_->execute("INSERT INTO t(k) VALUES(?)", {key})) << key;
    EXPECT_EQ(db_->query("SELECT k FROM t WHERE k = ?", {"a"}).value().size(), 1u);
    EXPECT_EQ(db_->execute("INSERT INTO t(k) VALUES(?)", {"a"}).error(), Errc::constraint);
    EXPECT_EQ(db_->execute("INSERT INTO t(k) VALUES(?)", {nullptr}).error(), Errc::constraint);
}

TEST_P(DatabaseConformance, CountsMatchedRows) {
    make_table(*db_);
    for (std::string_view key : {"a", "b", "c"})
        ASSERT_EQ(db_->execute("INSERT INTO t(k,i) VALUES(?,1)", {key}).value(), 1u);
    EXPECT_EQ(db_->execute("UPDATE t SET i = 1 WHERE k < ?", {"c"}).value(), 2u);
    EXPECT_EQ(db_->execute("DELETE FROM t WHERE k = ?", {"x"}).value(), 0u);
    ASSERT_TRUE(db_->execute("REPLACE INTO t(k,i) VALUES(?,?)", {"a", 7}));
    EXPECT_EQ(db_->query("SELECT i FROM t WHERE k='a'").value()[0].integer(0), 7);
}

TEST_P(DatabaseConformance, TransactionsAreAllOrNothing) {
    make_table(*db_);
    auto insert_then = [&](result<void> outcome) {
        return db_->transaction([&](Connection& c) -> result<void> {
            EXPECT_TRUE(c.execute("INSERT INTO t(k) VALUES('a')"));
            EXPECT_EQ(c.query("SELECT k FROM t").value().size(), 1u) << "sees its own change";
            return outcome;
        });
    };
    EXPECT_EQ(insert_then(Errc::full).error(), Errc::full);
    EXPECT_EQ(db_->query("SELECT k FROM t").value().size(), 0u);
    EXPECT_THROW((void)db_->transaction([](Connection& c) -> result<void> {
        (void)c.execute("INSERT INTO t(k) VALUES('x')");
        throw std::runtime_error("unexpected");
    }),
                 std::runtime_error);
    EXPECT_EQ(db_->query("SELECT k FROM t").value().size(), 0u);
    EXPECT_TRUE(insert_then({}));
    EXPECT_EQ(fixture_->open()->query("SELECT k FROM t").value().size(), 1u);
}

TEST_P(DatabaseConformance, AFailedStatementLeavesTheConnectionUsable) {
    make_table(*db_);
    EXPECT_FALSE(db_->query("SELECT nonsense FROM nowhere"));
    EXPECT_FALSE(db_->execute("UPDATE nowhere SET a = 1"));
    EXPECT_TRUE(db_->execute("INSERT INTO t(k) VALUES('a')"));
}

TEST_P(DatabaseConformance, IdsAreNeverUsedAgain) {
    auto ddl = expand_ddl("CREATE TABLE n(id {id}, v {integer}) {table}", db_->dialect());
    ASSERT_TRUE(db_->execute(ddl));
    auto next = [&] {
        EXPECT_TRUE(db_->execute("INSERT INTO n(v) VALUES(1)"));
        return db_->query("SELECT MAX(id) FROM n").value()[0].integer(0);
    };
    auto first = next();
    ASSERT_TRUE(db_->execute("DELETE FROM n"));
    EXPECT_GT(next(), first);
}

TEST_P(DatabaseConformance, ManyThreadsAndTwoHandlesLoseNothing) {
    make_table(*db_);
    ASSERT_TRUE(db_->execute("INSERT INTO t(k,i) VALUES('n',0)"));
    auto other = fixture_->open();
    auto count_up = [](Database& db) {
        for (int i = 0; i < 20; ++i) {
            EXPECT_TRUE(db.transaction([](Connection& c) -> result<void> {
                auto now = c.query("SELECT i FROM t WHERE k='n'").value()[0].integer(0);
                auto r = c.execute("UPDATE t SET i=? WHERE k='n'", {now + 1});
                return r ? result<void>() : result<void>(r.error());
            }));
            EXPECT_EQ(db.query("SELECT k FROM t").value().size(), 1u);
        }
    };
    std::thread a([&] { count_up(*db_); });
    std::thread b([&] { count_up(*db_); });
    std::thread c([&] { count_up(*other); });
    a.join();
    b.join();
    c.join();
    EXPECT_EQ(db_->query("SELECT i FROM t WHERE k='n'").value()[0].integer(0), 60);
}

// --- migrations -----------------------------------------------------------------------------

result<void> add_row(Connection& c, Dialect) {
    auto r = c.execute("REPLACE INTO t(k) VALUES('made by code')");
    return r ? result<void>() : result<void>(r.error());
}

TEST_P(DatabaseConformance, MigrationsRunOnceAndInOrder) {
    const Migration steps[] = {{table}, {"CREATE INDEX IF NOT EXISTS t_i ON t(i);;", add_row}};
    ASSERT_TRUE(migrate(*db_, "room", std::span(steps, 1)));
    EXPECT_EQ(db_->query("SELECT k FROM t").value().size(), 0u);
    ASSERT_TRUE(migrate(*db_, "room", steps));
    EXPECT_EQ(db_->query("SELECT k FROM t").value().size(), 1u);
    ASSERT_TRUE(db_->execute("DELETE FROM t"));
    ASSERT_TRUE(migrate(*fixture_->open(), "room", steps));
    EXPECT_EQ(db_->query("SELECT k FROM t").value().size(), 0u) << "ran a second time";
    EXPECT_EQ(migrate(*db_, "room", std::span(steps, 1)).error(), Errc::other)
        << "an older program must not use a newer database";
}

TEST_P(DatabaseConformance, AFailedMigrationIsTriedAgain) {
    const Migration bad[] = {{table}, {"CREATE NONSENSE"}};
    EXPECT_FALSE(migrate(*db_, "room", bad));
    const Migration good[] = {{table}, {"CREATE INDEX IF NOT EXISTS t_i ON t(i)"}};
    EXPECT_TRUE(migrate(*db_, "room", good));
    EXPECT_TRUE(db_->execute("INSERT INTO t(k) VALUES('a')"));
}

TEST_P(DatabaseConformance, ProcessesThatStartTogetherAgree) {
    const Migration steps[] = {{"CREATE TABLE t(k {key} NOT NULL PRIMARY KEY) {table}"}};
    auto other = fixture_->open();
    std::thread a([&] { EXPECT_TRUE(migrate(*db_, "room", steps)); });
    std::thread b([&] { EXPECT_TRUE(migrate(*other, "room", steps)); });
    a.join();
    b.join();
}

// --- SQLite alone ---------------------------------------------------------------------------

TEST(OpenDatabase, RefusesWhatItDoesNotKnow) {
    for (std::string_view url : {"",
                                 "sqlite:",
                                 "sqlite",
                                 "sqlite://x",
                                 "/tmp/x",
                                 "file:x",
                                 "mysql:",
                                 "mysql://",
                                 "mysql://h/db",
                                 "mysql://u@h",
                                 "mysql://u@h/",
                                 "mysql://u@/db",
                                 "mysql://u@h:0/db",
                                 "mysql://u@h:x/db",
                                 "mysql://u@h:70000/db",
                                 "mysql://u@h/db/more",
                                 "mysql://u@h/db?a=b",
                                 "mysql://u@h/db#x",
                                 "mysql://u:p%@h/db",
                                 "mysql://u:p @h/db",
                                 "mysql://u@h/d%00b",
                                 "postgres://u@h/db"})
        EXPECT_FALSE(open_database(url)) << url;
    EXPECT_EQ(open_database("sqlite:/nowhere/at/all.db").error(), Errc::open);
}

TEST(ExpandDdl, KnowsEveryWordInBothDialects) {
    std::string_view all = "{key}{text}{blob}{integer}{id}{table}";
    for (auto dialect : {Dialect::sqlite, Dialect::mariadb})
        EXPECT_EQ(expand_ddl(all, dialect).find('{'), std::string::npos);
    EXPECT_NE(expand_ddl("{key}", Dialect::mariadb).find("nopad_bin"), std::string::npos);
}

} // namespace
} // namespace caredian::store
