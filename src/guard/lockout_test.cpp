#include "guard/lockout.h"

#include <gtest/gtest.h>

namespace caredian::guard {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr nanoseconds zero{0};

class LockoutTableTest : public ::testing::Test {
protected:
    // The delay that the n-th failure in a row (each made as soon as allowed) leads to.
    nanoseconds delay_after(unsigned n) {
        for (unsigned i = 0; i < n; ++i) {
            now_ += table_.wait("ann", now_);
            table_.count("ann", now_);
        }
        return table_.wait("ann", now_);
    }
    LockoutTable table_{LockoutOptions{}};
    MonoTime now_{hours(1)};
};

TEST_F(LockoutTableTest, DelaysGrow) {
    struct {
        unsigned failures;
        seconds delay;
    } cases[] = {{0, seconds(0)},    {1, seconds(0)},    {4, seconds(0)},    {5, seconds(1)},
                 {6, seconds(2)},    {7, seconds(4)},    {10, seconds(32)},  {14, seconds(512)},
                 {15, seconds(900)}, {60, seconds(900)}, {200, seconds(900)}};
    for (auto& c : cases) {
        table_.clear("ann");
        EXPECT_EQ(delay_after(c.failures), c.delay) << c.failures;
    }
}

TEST_F(LockoutTableTest, WaitingIsEnough) {
    delay_after(7);
    EXPECT_EQ(table_.wait("ann", now_ + milliseconds(3999)), milliseconds(1));
    EXPECT_EQ(table_.wait("ann", now_ + seconds(4)), zero);
    EXPECT_EQ(table_.wait("bob", now_), zero);
}

TEST_F(LockoutTableTest, IsForgottenAfterADay) {
    delay_after(12);
    now_ += hours(24);
    EXPECT_EQ(table_.wait("ann", now_), zero);
    EXPECT_EQ(delay_after(4), zero) << "it begins anew";
}

TEST_F(LockoutTableTest, UndoTakesBackOneAttemptOnly) {
    delay_after(5);
    table_.count("ann", now_);
    table_.undo("ann");
    EXPECT_EQ(table_.wait("ann", now_), seconds(1));
    table_.undo("nobody");
    table_.clear("ann");
    EXPECT_EQ(table_.wait("ann", now_), zero);
    EXPECT_EQ(table_.size(), 0u);
}

TEST_F(LockoutTableTest, IsBounded) {
    LockoutOptions small;
    small.max_entries = 3;
    LockoutTable table(small);
    for (int i = 0; i < 5; ++i) table.count("attacked", now_);
    for (int i = 0; i < 100; ++i) {
        table.count(std::to_string(i), now_);
        if (i % 2) table.count("attacked", now_);
        EXPECT_LE(table.size(), 3u);
    }
    EXPECT_GT(table.wait("attacked", now_), zero) << "what is in use stays";
    EXPECT_EQ(table.wait("0", now_), zero);
}

class LockoutTest : public ::testing::Test {
protected:
    Attempt from(std::string account, std::string_view client) {
        return {std::move(account), net::parse_address(client)};
    }
    void fail(unsigned times, const Attempt& attempt) {
        for (unsigned i = 0; i < times; ++i) EXPECT_EQ(lockout_.begin(attempt), zero);
    }
    ManualClock clock_;
    Lockout lockout_{clock_, LockoutOptions{}};
};

TEST_F(LockoutTest, CountsPerAccountAcrossClients) {
    for (int i = 0; i < 5; ++i) fail(1, from("ann", "192.0.2." + std::to_string(i + 1)));
    EXPECT_GT(lockout_.begin(from("ann", "192.0.2.99")), zero);
    EXPECT_GT(lockout_.begin(from("ANN", "192.0.2.98")), zero) << "case must not help";
    EXPECT_EQ(lockout_.begin(from("bob", "192.0.2.99")), zero);
}

TEST_F(LockoutTest, CountsPerClientAcrossAccounts) {
    for (int i = 0; i < 5; ++i) fail(1, from("name" + std::to_string(i), "192.0.2.1"));
    EXPECT_GT(lockout_.begin(from("other", "192.0.2.1")), zero);
    EXPECT_EQ(lockout_.begin(from("other", "192.0.2.2")), zero);
}

TEST_F(LockoutTest, AWholeSubnetOfIpv6IsOneClient) {
    for (int i = 0; i < 5; ++i)
        fail(1, from("name" + std::to_string(i), "2001:db8:1:2::" + std::to_string(i + 1)));
    EXPECT_GT(lockout_.begin(from("other", "2001:db8:1:2:ffff::9")), zero);
    EXPECT_EQ(lockout_.begin(from("other", "2001:db8:1:3::1")), zero);
}

TEST_F(LockoutTest, AClientThatMustNotBeBannedIsNot) {
    for (int i = 0; i < 40; ++i) fail(1, {"name" + std::to_string(i), std::nullopt});
    EXPECT_EQ(lockout_.begin({"other", std::nullopt}), zero);
    fail(4, {"name1", std::nullopt});
    EXPECT_GT(lockout_.begin({"name1", std::nullopt}), zero) << "the account counts as ever";
}

TEST_F(LockoutTest, ASuccessFreesTheAccountButNotTheClient) {
    fail(4, from("ann", "192.0.2.1"));
    auto good = from("ann", "192.0.2.1");
    fail(1, good);
    lockout_.succeeded(good);
    EXPECT_EQ(lockout_.begin(from("ann", "192.0.2.2")), zero);
    fail(1, from("victim", "192.0.2.1"));
    EXPECT_GT(lockout_.begin(from("victim", "192.0.2.1")), zero)
        << "an own account must not wash the client clean";
}

TEST_F(LockoutTest, ParallelAttemptsCountEach) {
    auto attempt = from("ann", "192.0.2.1");
    fail(5, attempt); // none has come to its end yet
    EXPECT_GT(lockout_.begin(attempt), zero);
    clock_.advance(seconds(1));
    EXPECT_EQ(lockout_.begin(attempt), zero);
    lockout_.withdrawn(attempt);
    EXPECT_EQ(lockout_.begin(attempt), zero) << "what was not tried does not count";
}

TEST_F(LockoutTest, KeysCountPerClientApartFromSignIns) {
    auto client = *net::parse_address("192.0.2.1");
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(lockout_.key_wait(client), zero);
        lockout_.key_failed(client);
    }
    EXPECT_EQ(lockout_.key_wait(client), seconds(1));
    EXPECT_EQ(lockout_.key_wait(*net::parse_address("192.0.2.2")), zero);
    EXPECT_EQ(lockout_.begin(from("ann", "192.0.2.1")), zero);
    clock_.advance(seconds(1));
    EXPECT_EQ(lockout_.key_wait(client), zero);
}

TEST_F(LockoutTest, RefusedAttemptsDoNotProlong) {
    auto attempt = from("ann", "192.0.2.1");
    fail(5, attempt);
    for (int i = 0; i < 100; ++i) EXPECT_GT(lockout_.begin(attempt), zero);
    clock_.advance(seconds(1));
    EXPECT_EQ(lockout_.begin(attempt), zero);
}

} // namespace
} // namespace caredian::guard
