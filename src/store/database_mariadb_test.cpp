// What a server does that a file does not: it goes away, comes back, and asks for a certificate.
#include "store/mariadb.h"
#include "store/migrations.h"
#include "store/test_mariadb.h"

#include <gtest/gtest.h>
#include <thread>

namespace caredian::store {
namespace {

class Mariadb : public ::testing::Test {
protected:
    void SetUp() override {
        if (!TestMariadb::available()) GTEST_SKIP() << "mariadb-server is not installed";
        server_.emplace();
        open();
        ASSERT_TRUE(db_->execute(
            expand_ddl("CREATE TABLE t(k {key} NOT NULL PRIMARY KEY) {table}", db_->dialect())));
    }
    void open() {
        DatabaseOptions options;
        options.on_change = [this](const std::string& reason) {
            changes_.emplace_back(reason.empty() ? "back" : "lost");
            reasons_ += reason;
        };
        db_ = open_database(server_->url(), options).value();
    }
    std::size_t rows() { return db_->query("SELECT k FROM t").value().size(); }
    static result<void> insert(Connection& c, std::string_view key) {
        auto r = c.execute("INSERT INTO t(k) VALUES(?)", {key});
        return r ? result<void>() : result<void>(r.error());
    }

    std::optional<TestMariadb> server_;
    std::vector<std::string> changes_;
    std::string reasons_;
    std::unique_ptr<Database> db_;
};

TEST_F(Mariadb, GoesAndComesBack) {
    server_->kill();
    EXPECT_EQ(db_->query("SELECT k FROM t").error(), DatabaseErrc::away);
    EXPECT_EQ(db_->execute("DELETE FROM t").error(), DatabaseErrc::away);
    EXPECT_EQ(db_->transaction([](Connection&) -> result<void> { return {}; }).error(),
              DatabaseErrc::away);
    server_->start();
    EXPECT_EQ(rows(), 0u);
    EXPECT_TRUE(insert(*db_, "a"));
    EXPECT_EQ(changes_, (std::vector<std::string>{"lost", "back"}));
    EXPECT_EQ(reasons_.find("p@ss"), reasons_.npos);
}

TEST_F(Mariadb, AnIdleConnectionThatTheServerClosedIsNoError) {
    EXPECT_EQ(rows(), 0u);
    server_->kill();
    server_->start();
    EXPECT_TRUE(insert(*db_, "a")) << "was sent into a dead connection";
    EXPECT_EQ(rows(), 1u);
}

TEST_F(Mariadb, HalfATransactionIsNeverRepeatedNorFinished) {
    int calls = 0;
    auto done = db_->transaction([&](Connection& c) -> result<void> {
        ++calls;
        EXPECT_TRUE(insert(c, "first"));
        server_->kill();
        server_->start();
        EXPECT_EQ(insert(c, "second").error(), DatabaseErrc::away);
        EXPECT_EQ(insert(c, "third").error(), DatabaseErrc::away);
        EXPECT_EQ(c.query("SELECT k FROM t").error(), DatabaseErrc::away);
        return {}; // even when the work looks away
    });
    EXPECT_EQ(done.error(), DatabaseErrc::away);
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(rows(), 0u);
}

TEST_F(Mariadb, ADeadlockEndsTheWholeTransaction) {
    ASSERT_TRUE(insert(*db_, "a"));
    ASSERT_TRUE(insert(*db_, "b"));
    // A stranger that holds no lock of ours, the other way round.
    std::string reason;
    MariadbOptions o;
    ASSERT_EQ(parse_mariadb_url(server_->url(), o), "");
    auto stranger = MariadbConnection::open(o, reason).value();
    ASSERT_TRUE(stranger->command("BEGIN"));
    // Heavier than ours, so that InnoDB chooses ours.
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(insert(*stranger, "x" + std::to_string(i)));
    ASSERT_TRUE(stranger->execute("DELETE FROM t WHERE k = 'b'"));
    auto done = db_->transaction([&](Connection& c) -> result<void> {
        EXPECT_TRUE(c.execute("DELETE FROM t WHERE k = 'a'"));
        std::thread other([&] { EXPECT_TRUE(stranger->execute("DELETE FROM t WHERE k = 'a'")); });
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        EXPECT_EQ(c.execute("DELETE FROM t WHERE k = 'b'").error(), Errc::busy);
        EXPECT_EQ(insert(c, "outside of any transaction").error(), Errc::busy);
        other.join();
        return {};
    });
    EXPECT_EQ(done.error(), Errc::busy);
    ASSERT_TRUE(stranger->command("ROLLBACK"));
    EXPECT_EQ(rows(), 2u);
}

TEST_F(Mariadb, OneThatFallsSilentInsideATransactionKeepsNoRows) {
    ASSERT_TRUE(insert(*db_, "a"));
    std::string reason;
    MariadbOptions o;
    ASSERT_EQ(parse_mariadb_url(server_->url(), o), "");
    auto silent = MariadbConnection::open(o, reason).value();
    auto set = silent->query("SELECT @@idle_transaction_timeout,@@wait_timeout").value();
    EXPECT_EQ(set[0].integer(0), 10);
    EXPECT_EQ(set[0].integer(1), 97);
    ASSERT_TRUE(silent->command("SET SESSION idle_transaction_timeout=1"));
    ASSERT_TRUE(silent->command("BEGIN"));
    ASSERT_TRUE(silent->execute("UPDATE t SET k='b' WHERE k='a'"));
    EXPECT_TRUE(db_->execute("UPDATE t SET k='c' WHERE k='a'")) << "waits until the server acts";
    EXPECT_EQ(db_->query("SELECT k FROM t").value()[0].text(0), "c");
    EXPECT_FALSE(silent->is_usable());
    EXPECT_EQ(silent->command("COMMIT").error(), DatabaseErrc::away);
}

TEST_F(Mariadb, AStatementWaitsForATransactionThatHasReadItsRow) {
    ASSERT_TRUE(insert(*db_, "a"));
    std::thread late;
    ASSERT_TRUE(db_->transaction([&](Connection& c) -> result<void> {
        EXPECT_EQ(c.query("SELECT k FROM t WHERE k = 'a'").value().size(), 1u);
        late = std::thread([&] { EXPECT_TRUE(db_->execute("UPDATE t SET k='c' WHERE k='b'")); });
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        auto r = c.execute("UPDATE t SET k = 'b' WHERE k = 'a'");
        return r ? result<void>() : result<void>(r.error());
    }));
    late.join();
}

TEST_F(Mariadb, AWrongPasswordIsSaidOnceAndWithoutThePassword) {
    DatabaseOptions options;
    std::string reason;
    options.password = Secret("wrong-wrong");
    options.on_change = [&](const std::string& r) { reason = r; };
    auto refused = open_database(server_->url(), options).value();
    EXPECT_FALSE(refused->query("SELECT 1"));
    EXPECT_NE(reason.find("Access denied"), reason.npos) << reason;
    EXPECT_EQ(reason.find("wrong-wrong"), reason.npos);
}

TEST_F(Mariadb, TwoGatewaysOfDifferentDatabasesDoNotWaitForEachOther) {
    server_->sql("CREATE DATABASE caredian2");
    auto other = open_database(server_->url("caredian2")).value();
    EXPECT_TRUE(db_->exclusive([&](Connection&) -> result<void> {
        return other->exclusive([](Connection&) -> result<void> { return {}; });
    }));
}

TEST_F(Mariadb, AMigrationThatDiedHalfwayIsRepeated) {
    // DDL commits by itself: the table is there, the note of it is not.
    const Migration steps[] = {
        {"CREATE TABLE IF NOT EXISTS m(a {key}) {table};CREATE INDEX IF NOT EXISTS m_a ON m(a)"}};
    ASSERT_TRUE(db_->execute(expand_ddl("CREATE TABLE m(a {key}) {table}", db_->dialect())));
    EXPECT_TRUE(migrate(*db_, "room", steps));
    EXPECT_TRUE(migrate(*db_, "room", steps));
}

} // namespace
} // namespace caredian::store
