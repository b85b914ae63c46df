// For tests here and above: everything by which people prove who they are, on both databases.
#pragma once

#include "identity/credentials.h"
#include "identity/test_identity.h"
#include "identity/totp.h"
#include "store/both_databases.h"

#include <atomic>
#include <thread>
#include <vector>

namespace caredian::identity {

inline store::Sealer test_sealer() {
    return store::Sealer(Secret("a master key of the tests, 32 bytes or more"));
}

class CredentialsTest : public store::OnBothDatabases {
protected:
    static constexpr std::string_view public_url = "https://home.example.org";

    CredentialsTest() {
        ann_ = people_.add("ann", Role::admin);
        ben_ = people_.add("ben", Role::member);
    }
    Identity& identity() { return people_.identity; }
    Accounts& accounts() { return people_.identity.accounts; }
    Sessions::Started start(const Account& account) {
        return identity().sessions.start(account, "192.0.2.1", "a browser").value();
    }
    std::size_t sessions_of(const Account& account) {
        return identity().sessions.list(account.id).value().size();
    }
    bool may_sign_in(const Account& account, std::string_view password) {
        return accounts().verify(account.username, password).has_value();
    }
    std::vector<std::string> audited() { // "event actor subject detail", oldest first
        std::vector<std::string> out;
        for (const auto& row : accounts().audit().list(1000).value())
            out.insert(out.begin(),
                       row.event + " " + row.actor + " " + row.subject + " " + row.detail);
        return out;
    }
    // `text` is in no column of any row of `table`.
    void nowhere_in(const std::string& table, std::string_view text) {
        for (const auto& row : database_->query("SELECT * FROM " + table).value())
            for (std::size_t column = 0; column < row.size(); ++column)
                EXPECT_EQ(row.text(column).find(text), std::string::npos) << table << column;
    }
    static void set(Accounts& accounts, const Account& of, const AccountChange& change) {
        ASSERT_TRUE(accounts.change(of.username, change, {"test", ""}));
    }
    // How many of `n` calls made at the same moment said good.
    template <class Call>
    static std::size_t good_of(std::size_t n, const Call& call) {
        std::atomic<std::size_t> waiting{0};
        std::atomic<std::size_t> good{0};
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < n; ++i)
            threads.emplace_back([&] {
                for (++waiting; waiting < n;) std::this_thread::yield();
                if (call()) ++good;
            });
        for (auto& thread : threads) thread.join();
        return good;
    }
    // A code of the app that `account` set up now.
    Secret set_up_app(const Account& account) {
        auto secret = credentials_.second_factors.begin_app(account.id).value();
        auto code = totp_code(secret, totp_step(clock_.wall()));
        EXPECT_TRUE(credentials_.second_factors.finish_app(account, code, {"test", ""}));
        clock_.advance(std::chrono::seconds(30)); // that code is used up
        return secret;
    }
    std::string code_of(const Secret& app) { return totp_code(app, totp_step(clock_.wall())); }

    ManualClock clock_;
    TestIdentity people_{database_, clock_};
    Credentials credentials_{people_.identity, *database_,     test_sealer(),
                             clock_,           people_.random, public_url};
    Account ann_;
    Account ben_;
};

} // namespace caredian::identity
