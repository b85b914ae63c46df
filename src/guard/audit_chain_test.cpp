#include "guard/audit_chain.h"
#include "store/both_databases.h"

#include <array>
#include <gtest/gtest.h>
#include <thread>

namespace caredian::guard {
namespace {

class AuditChain : public store::OnBothDatabases {
protected:
    void begin(int rows) {
        ASSERT_TRUE(Audit::prepare(*database_));
        audit_ =
            std::make_unique<Audit>(*database_, clock_, AuditLimits{std::chrono::hours(48), 50});
        for (int i = 0; i < rows; ++i) add(i);
    }
    void add(int i) {
        audit_->write(AuditEvent::user_changed, {"ann", "192.0.2.1"}, "ben 집",
                      "role " + std::to_string(i));
        clock_.advance(std::chrono::seconds(1));
    }
    void sql(const std::string& text) { ASSERT_TRUE(database_->execute(text)) << text; }
    std::string problem(std::span<const AuditHead> exported = {}) {
        auto check = audit_->verify(exported).value();
        EXPECT_EQ(check.whole, check.problem.empty());
        return check.problem;
    }

    ManualClock clock_;
    std::unique_ptr<Audit> audit_;
};

TEST_P(AuditChain, IsWholeWhileNobodyTouchesIt) {
    begin(0);
    EXPECT_EQ(audit_->head().value(), (AuditHead{0, chain_begin()}));
    EXPECT_EQ(problem(), "");
    for (int i = 0; i < 12; ++i) add(i);
    auto check = audit_->verify().value();
    EXPECT_TRUE(check.whole) << check.problem;
    EXPECT_EQ(check.rows, 12);
    EXPECT_EQ(check.first, 1);
    EXPECT_EQ(check.head.id, 12);
    EXPECT_EQ(check.head, audit_->head().value());
}

TEST_P(AuditChain, EveryKindOfTamperingIsSeen) {
    for (const char* change :
         {"UPDATE audit SET detail = 'role 9' WHERE id = 4",
          "UPDATE audit SET actor = 'ben' WHERE id = 4",
          "UPDATE audit SET time_ns = time_ns + 1 WHERE id = 1",
          "UPDATE audit SET subject = '' WHERE id = 10", "DELETE FROM audit WHERE id = 1",
          "DELETE FROM audit WHERE id = 5", "DELETE FROM audit WHERE id = 10", "DELETE FROM audit",
          "UPDATE audit SET hash = '' WHERE id = 10", "UPDATE audit SET id = 11 WHERE id = 10",
          "UPDATE audit_heads SET row_id = 9 WHERE name = 'head'",
          "DELETE FROM audit_heads WHERE name = 'head'",
          "UPDATE audit_heads SET row_id = 3 WHERE name = 'anchor'"}) {
        begin(10);
        EXPECT_EQ(problem(), "") << change;
        sql(change);
        EXPECT_NE(problem(), "") << change;
        sql("DROP TABLE audit");
        sql("DROP TABLE audit_heads");
        sql("DELETE FROM schema_versions");
    }
}

TEST_P(AuditChain, OneThatWasWrittenAnewIsFoundByWhatWasExported) {
    begin(5);
    std::vector<AuditHead> exported{audit_->head().value()};
    for (int i = 0; i < 5; ++i) add(i);
    exported.push_back(audit_->head().value());
    EXPECT_EQ(problem(exported), "");
    EXPECT_EQ(audit_->verify(exported).value().exported, 2u);
    // Everything again from row 5 on, with good hashes.
    sql("UPDATE audit SET detail = 'nothing' WHERE id = 5");
    std::string last =
        audit_row(
            database_->query("SELECT " + std::string(audit_columns) + " FROM audit WHERE id = 4")
                .value()[0])
            .hash;
    for (int id = 5; id <= 10; ++id) {
        auto row = audit_row(
            database_
                ->query("SELECT " + std::string(audit_columns) + " FROM audit WHERE id = ?",
                        {std::int64_t{id}})
                .value()[0]);
        last = chain_hash(last, row);
        sql("UPDATE audit SET hash = '" + last + "' WHERE id = " + std::to_string(id));
    }
    sql("UPDATE audit_heads SET hash = '" + last + "' WHERE name = 'head'");
    EXPECT_EQ(problem(), "") << "by itself it looks good";
    EXPECT_NE(problem(exported), "");
    // And one that was cut short.
    sql("DELETE FROM audit WHERE id > 4");
    sql("UPDATE audit_heads SET row_id = 4, hash = (SELECT hash FROM audit WHERE id = 4) WHERE "
        "name = 'head'");
    EXPECT_EQ(problem(), "");
    EXPECT_NE(problem(exported), "");
}

TEST_P(AuditChain, WhatFallsOffLeavesItsHash) {
    begin(80);
    const AuditHead gone{20, audit_->list({1, 21, {}, {}, {}, {}, {}}).value().at(0).hash};
    ASSERT_TRUE(audit_->trim());
    auto check = audit_->verify(std::array{gone, AuditHead{29, "fell off"}}).value();
    EXPECT_TRUE(check.whole) << check.problem;
    EXPECT_EQ(check.rows, 50);
    EXPECT_EQ(check.first, 31);
    EXPECT_NE(problem(std::array{AuditHead{30, "not this"}}), "") << "the anchor is compared too";
    EXPECT_EQ(check.exported, 0u) << "both fell off";
    clock_.advance(std::chrono::hours(49));
    ASSERT_TRUE(audit_->trim());
    EXPECT_TRUE(audit_->list(10).value().empty());
    EXPECT_EQ(problem(), "");
    add(1);
    EXPECT_EQ(audit_->list(1).value().at(0).id, 81) << "ids are never used again";
    EXPECT_EQ(problem(), "");
}

TEST_P(AuditChain, RowsOfAnOlderVersionAreChained) {
    // As the first step of the schema left it.
    sql(store::expand_ddl(
        "CREATE TABLE audit(id {id}, time_ns {integer} NOT NULL, event {key} NOT NULL, actor {key} "
        "NOT NULL, client {key} NOT NULL, subject {key} NOT NULL, detail {text} NOT NULL) {table}",
        database_->dialect()));
    sql(store::expand_ddl("CREATE TABLE schema_versions(room {key} NOT NULL PRIMARY KEY, version "
                          "{integer} NOT NULL) {table}",
                          database_->dialect()));
    sql("INSERT INTO schema_versions VALUES('guard',1)");
    std::string rows;
    for (int id = 7; id < 1300; ++id)
        rows += (id == 7 ? "(" : ",(") + std::to_string(id) + ",1,'login','ann','','ann','')";
    sql("INSERT INTO audit VALUES" + rows);
    begin(1);
    auto check = audit_->verify().value();
    EXPECT_TRUE(check.whole) << check.problem;
    EXPECT_EQ(check.rows, 1294);
    EXPECT_EQ(check.first, 7);
    sql("UPDATE audit SET actor = 'ben' WHERE id = 8");
    EXPECT_NE(problem(), "");
}

// Two gateways on one database: no row is lost, none follows one that another follows.
TEST_P(AuditChain, ManyWritersMakeOneChain) {
    begin(0);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([this] {
            SystemClock clock;
            Audit mine(*database_, clock);
            for (int i = 0; i < 25; ++i) mine.write(AuditEvent::login, {"ann", ""}, "ann");
            EXPECT_EQ(mine.lost(), 0u);
        });
    for (auto& t : threads) t.join();
    auto check = audit_->verify().value();
    EXPECT_TRUE(check.whole) << check.problem;
    EXPECT_EQ(check.rows, 100);
}

TEST_P(AuditChain, IsQueried) {
    begin(3);
    audit_->write(AuditEvent::login, {"ben", ""}, "ben");
    auto count = [&](auto change) {
        AuditQuery query;
        change(query);
        return audit_->list(query).value().size();
    };
    EXPECT_EQ(count([](AuditQuery&) {}), 4u);
    EXPECT_EQ(count([](AuditQuery& q) { q.actor = "ann"; }), 3u);
    EXPECT_EQ(count([](AuditQuery& q) { q.actor = "Ann"; }), 0u);
    EXPECT_EQ(count([](AuditQuery& q) { q.event = "login"; }), 1u);
    EXPECT_EQ(count([](AuditQuery& q) { q.subject = "ben 집"; }), 3u);
    EXPECT_EQ(count([&](AuditQuery& q) { q.from = clock_.wall() - std::chrono::seconds(1); }), 2u);
    EXPECT_EQ(count([&](AuditQuery& q) { q.to = clock_.wall() - std::chrono::seconds(1); }), 2u);
    EXPECT_EQ(count([](AuditQuery& q) { q.before = 3, q.actor = "ann"; }), 2u);
    EXPECT_EQ(count([](AuditQuery& q) { q.limit = 2; }), 2u);
}

CAREDIAN_ON_BOTH_DATABASES(AuditChain);

} // namespace
} // namespace caredian::guard
