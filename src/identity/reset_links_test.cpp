#include "identity/test_credentials.h"

namespace caredian::identity {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class ResetLinksTest : public CredentialsTest {
protected:
    ResetLinks& links() { return credentials_.reset_links; }
    std::string make(const Account& account) {
        return links().make(account.username, {"ann", "192.0.2.1"})->token.reveal();
    }
    error_code use(std::string_view token, std::string password = "a new passphrase") {
        auto used = links().use(token, Secret(std::move(password)), "192.0.2.7");
        return used ? error_code() : used.error();
    }
};
CAREDIAN_ON_BOTH_DATABASES(ResetLinksTest);

TEST_P(ResetLinksTest, ANewPasswordOnceAndAllSessionsEnd) {
    start(ben_);
    auto token = make(ben_);
    EXPECT_EQ(links().look(token)->username, "ben");
    EXPECT_EQ(links().look(token)->username, "ben") << "looking uses nothing up";
    EXPECT_EQ(use(token, "short"), Errc::bad_password);
    EXPECT_FALSE(use(token));
    EXPECT_TRUE(may_sign_in(ben_, "a new passphrase"));
    EXPECT_FALSE(may_sign_in(ben_, "correct horse"));
    EXPECT_EQ(sessions_of(ben_), 0u);
    EXPECT_EQ(use(token, "another passphrase"), Errc::bad_link);
    EXPECT_EQ(links().look(token).error(), Errc::bad_link);
    auto events = audited();
    EXPECT_EQ(events.at(events.size() - 3), "reset_link_made ann ben ");
    EXPECT_EQ(events.at(events.size() - 2), "user_changed ben ben password");
    EXPECT_EQ(events.back(), "password_reset ben ben ");
}

TEST_P(ResetLinksTest, OfManyAtOnceOne) {
    auto token = make(ben_);
    EXPECT_EQ(good_of(6, [&] { return !use(token); }), 1u);
}

TEST_P(ResetLinksTest, WhatEndsALink) {
    auto token = make(ben_);
    clock_.advance(hours(24) - seconds(1));
    EXPECT_TRUE(links().look(token));
    clock_.advance(seconds(1));
    EXPECT_EQ(use(token), Errc::bad_link) << "a day";
    token = make(ben_);
    auto newer = make(ben_);
    EXPECT_EQ(use(token), Errc::bad_link) << "a newer one";
    AccountChange change;
    change.password = Secret("set by somebody else");
    set(accounts(), ben_, change);
    EXPECT_EQ(use(newer), Errc::bad_link) << "another password";
    token = make(ben_);
    change = {};
    change.disabled = true;
    set(accounts(), ben_, change);
    EXPECT_EQ(use(token), Errc::bad_link) << "disabled";
    EXPECT_EQ(links().make("ben", {}).error(), Errc::disabled);
    change.disabled = false;
    set(accounts(), ben_, change);
    EXPECT_EQ(use(token), Errc::bad_link) << "and stays ended";
    token = make(ben_);
    ASSERT_TRUE(accounts().remove("ben", {}));
    EXPECT_EQ(use(token), Errc::bad_link) << "removed";
    EXPECT_EQ(links().make("ben", {}).error(), Errc::not_found);
}

TEST_P(ResetLinksTest, TokensAreLongAndKeptNowhere) {
    auto token = make(ben_);
    EXPECT_EQ(token.size(), 43u) << "256 bits";
    nowhere_in("reset_links", token);
    nowhere_in("audit", token);
    for (std::string bad : {std::string(), token.substr(1), token + "A", std::string(100000, 'a')})
        EXPECT_EQ(use(bad), Errc::bad_link);
    EXPECT_FALSE(use(token));
}

TEST_P(ResetLinksTest, OldOnesAreForgotten) {
    make(ben_);
    ASSERT_TRUE(links().sweep());
    EXPECT_EQ(database_->query("SELECT * FROM reset_links")->size(), 1u);
    clock_.advance(hours(24));
    ASSERT_TRUE(links().sweep());
    EXPECT_EQ(database_->query("SELECT * FROM reset_links")->size(), 0u);
}

} // namespace
} // namespace caredian::identity
