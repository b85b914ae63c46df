#include "gateways/lease_store.h"
#include "store/both_databases.h"

#include <thread>

namespace caredian::gateways {
namespace {

using namespace std::chrono_literals;

class LeaseStoreTest : public store::OnBothDatabases {
protected:
    void SetUp() override {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        ASSERT_TRUE(store::migrate(*database_, "gateways", migrations()));
    }
};
CAREDIAN_ON_BOTH_DATABASES(LeaseStoreTest);

TEST_P(LeaseStoreTest, TheRowIsMadeWhenItIsAskedForFirst) {
    LeaseStore store(*database_, "home");
    EXPECT_EQ(store.run({}).value(), LeaseRow{});
    EXPECT_EQ(store.run({}).value(), LeaseRow{});
}

TEST_P(LeaseStoreTest, OnlyTheRowThatWasReadIsChanged) {
    LeaseStore store(*database_, "home");
    auto empty = store.run({}).value();
    LeaseRow a{"a/1", 1, 1}, b{"b/1", 1, 1};
    EXPECT_EQ(store.run({empty, a}).value(), a);
    EXPECT_EQ(store.run({empty, b}).value(), a) << "it is another row by now";
    LeaseRow renewed{"a/1", 1, 2};
    EXPECT_EQ(store.run({a, renewed}).value(), renewed);
    EXPECT_EQ(store.run({}).value(), renewed);
    auto ms = database_->query("SELECT changed_ms FROM leases").value()[0].integer(0);
    EXPECT_GT(ms, 1'700'000'000'000);
}

TEST_P(LeaseStoreTest, HomesAreApart) {
    LeaseStore one(*database_, "home"), other(*database_, "other");
    auto empty = one.run({}).value();
    LeaseRow a{"a/1", 1, 1};
    ASSERT_EQ(one.run({empty, a}).value(), a);
    EXPECT_EQ(other.run({}).value(), LeaseRow{});
}

TEST_P(LeaseStoreTest, AnOlderFenceWritesNothing) {
    LeaseStore store(*database_, "home");
    auto empty = store.run({}).value();
    LeaseRow a{"a/1", 1, 1}, b{"b/1", 2, 2};
    ASSERT_EQ(store.run({empty, a}).value(), a);
    auto work = [](store::Connection& c) -> result<void> {
        auto done = c.execute("UPDATE leases SET changed_ms=7");
        return done ? result<void>() : result<void>(done.error());
    };
    EXPECT_TRUE(store.fenced(1, work));
    EXPECT_TRUE(store.fenced(1, work)) << "also where nothing is another value";
    EXPECT_EQ(database_->query("SELECT changed_ms FROM leases").value()[0].integer(0), 7);
    ASSERT_EQ(store.run({a, b}).value(), b);
    bool called = false;
    auto refused = store.fenced(1, [&](store::Connection&) -> result<void> {
        called = true;
        return {};
    });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), make_error_code(Errc::superseded));
    EXPECT_FALSE(called);
}

TEST_P(LeaseStoreTest, OfManyAtTheSameTimeOneWins) {
    LeaseStore first(*database_, "home");
    auto empty = first.run({}).value();
    std::vector<std::thread> threads;
    std::vector<std::string> said(4);
    for (std::size_t i = 0; i < said.size(); ++i)
        threads.emplace_back([&, i] {
            LeaseStore store(*database_, "home");
            auto row = store.run({empty, LeaseRow{std::to_string(i) + "/1", 1, 1}});
            said[i] = row ? row->holder : row.error().message();
        });
    for (auto& t : threads) t.join();
    for (const auto& one : said) EXPECT_EQ(one, said[0]);
}

} // namespace
} // namespace caredian::gateways
