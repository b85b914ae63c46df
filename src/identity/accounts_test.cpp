#include "identity/accounts.h"
#include "identity/test_identity.h"
#include "store/both_databases.h"

#include <gtest/gtest.h>

namespace caredian::identity {
namespace {

class AccountsTest : public store::OnBothDatabases {
protected:
    AccountsTest() {
        EXPECT_TRUE(prepare(*database_));
        accounts_.on_sessions_must_end([this](const Account& a) { ended_ += a.username + " "; });
    }
    result<Account> add(std::string name, Role role = Role::member,
                        std::string password = "correct horse") {
        NewAccount account;
        account.username = std::move(name);
        account.password = Secret(std::move(password));
        account.role = role;
        return accounts_.add(account, {"test", "192.0.2.1"});
    }
    std::string last_event() {
        auto row = accounts_.audit().list(1).value().at(0);
        return row.event + " " + row.actor + " " + row.subject + " " + row.detail;
    }
    ManualClock clock_;
    SystemRandom random_;
    Accounts accounts_{*database_, clock_, random_, cheap_passwords()};
    std::string ended_;
};
CAREDIAN_ON_BOTH_DATABASES(AccountsTest);

TEST(ParseUsername, Table) {
    for (auto good : {"a", "ann", "0", "ann.b_c-d@example.org", "Ann"})
        EXPECT_TRUE(parse_username(good)) << good;
    EXPECT_EQ(parse_username("ANN").value(), "ann");
    EXPECT_TRUE(parse_username(std::string(64, 'a')));
    for (std::string bad : {"", ".a", "-a", "@a", "a b", "a/b", "a\"b", "a<b", "앤", "a\n", "a:b"})
        EXPECT_EQ(parse_username(bad).error(), Errc::bad_name) << bad;
    EXPECT_FALSE(parse_username(std::string(65, 'a')));
    EXPECT_FALSE(parse_username(std::string("a\0b", 3)));
}

TEST_P(AccountsTest, AddsFindsAndLists) {
    auto ann = add("Ann", Role::admin).value();
    EXPECT_EQ(ann.username, "ann");
    EXPECT_EQ(ann.id.size(), 15u);
    EXPECT_EQ(ann.created, clock_.wall());
    EXPECT_EQ(last_event(), "user_added test ann role admin");
    ASSERT_TRUE(add("ben"));
    auto all = accounts_.list().value();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].username, "ann");
    EXPECT_EQ(all[1].role, Role::member);
    EXPECT_EQ(accounts_.find("ANN").value()->id, ann.id);
    EXPECT_EQ(accounts_.find_id(ann.id).value()->username, "ann");
    EXPECT_FALSE(accounts_.find("carl").value());
    EXPECT_FALSE(accounts_.find("not a name!").value());
    EXPECT_FALSE(accounts_.find_id("x").value());
}

TEST_P(AccountsTest, RefusesBadInput) {
    EXPECT_EQ(add("a b").error(), Errc::bad_name);
    EXPECT_EQ(add("ann", Role::member, "short").error(), Errc::bad_password);
    ASSERT_TRUE(add("ann"));
    EXPECT_EQ(add("ANN").error(), Errc::exists);
    NewAccount other;
    other.username = "ben";
    other.password = Secret("correct horse");
    other.language = "fr";
    EXPECT_EQ(accounts_.add(other, {}).error(), Errc::bad_language);
    other.language = "en";
    for (std::string name : {std::string(101, 'x'), std::string("a\r\nX-Evil: 1"),
                             std::string("\xff"), std::string("a\0", 2)}) {
        other.full_name = name;
        EXPECT_EQ(accounts_.add(other, {}).error(), Errc::bad_full_name) << name;
    }
    other.full_name = "김영희";
    for (std::string email : {std::string("ann"), std::string("@home"), std::string("ann@"),
                              std::string("a@b@c"), std::string("a b@c"), std::string("a@b\n"),
                              std::string("\xff@c"), std::string(189, 'a') + "@c"}) {
        other.email = email;
        EXPECT_EQ(accounts_.add(other, {}).error(), Errc::bad_email) << email;
        AccountChange change;
        change.email = email;
        EXPECT_EQ(accounts_.change("ann", change, {}).error(), Errc::bad_email) << email;
    }
    other.email = "younghee@home.example";
    EXPECT_EQ(accounts_.add(other, {}).value().email, other.email);
    EXPECT_EQ(accounts_.find("ben").value()->email, other.email);
}

TEST_P(AccountsTest, PasswordsAreKeptAsHashesOnly) {
    ASSERT_TRUE(add("ann"));
    auto rows = database_->query("SELECT password FROM accounts").value();
    EXPECT_TRUE(rows[0].text(0).starts_with("$argon2id$"));
    EXPECT_EQ(rows[0].text(0).find("correct"), std::string::npos);
}

TEST_P(AccountsTest, VerifyTellsNobodyWhy) {
    ASSERT_TRUE(add("ann", Role::admin));
    ASSERT_TRUE(add("gone", Role::member));
    AccountChange off;
    off.disabled = true;
    ASSERT_TRUE(accounts_.change("gone", off, {}));
    EXPECT_EQ(accounts_.verify("ANN", "correct horse").value().username, "ann");
    struct {
        std::string name, password, subject, why;
    } cases[] = {{"ann", "wrong horse", "ann", "wrong password"},
                 {"ann", "", "ann", "wrong password"},
                 {"ann", std::string(5000, 'x'), "ann", "wrong password"},
                 {"gone", "correct horse", "gone", "disabled"},
                 {"gone", "wrong horse", "gone", "wrong password"},
                 {"nobody", "correct horse", "", "unknown name"},
                 {"not a name!", "x", "", "unknown name"},
                 {"", "", "", "unknown name"},
                 {"my password, typed here", "x", "", "unknown name"}};
    for (auto& c : cases) {
        auto before = accounts_.passwords().verifications();
        Accounts::Refusal refusal;
        EXPECT_EQ(accounts_.verify(c.name, c.password, &refusal).error(), Errc::refused) << c.name;
        EXPECT_EQ(refusal.subject, c.subject);
        EXPECT_EQ(refusal.why, c.why);
        EXPECT_EQ(accounts_.passwords().verifications(), before + 1) << "the same work";
    }
}

TEST_P(AccountsTest, AnOldHashIsMadeAnewAtSignIn) {
    ASSERT_TRUE(add("ann"));
    Accounts stronger(*database_, clock_, random_, {16384, 2});
    ASSERT_TRUE(stronger.verify("ann", "correct horse"));
    auto hash = database_->query("SELECT password FROM accounts").value()[0].text(0);
    EXPECT_NE(hash.find("m=16,t=2"), std::string::npos) << hash;
    EXPECT_TRUE(accounts_.verify("ann", "correct horse"));
}

TEST_P(AccountsTest, ChangesEndSessionsWhenTheyMust) {
    ASSERT_TRUE(add("ann", Role::admin));
    ASSERT_TRUE(add("ben"));
    AccountChange language;
    language.language = "en";
    EXPECT_EQ(accounts_.change("ben", language, {}).value().language, "en");
    EXPECT_EQ(ended_, "");
    AccountChange role;
    role.role = Role::admin;
    EXPECT_EQ(accounts_.change("BEN", role, {"ann", ""}).value().role, Role::admin);
    EXPECT_EQ(ended_, "ben ");
    EXPECT_EQ(last_event(), "user_changed ann ben role admin");
    AccountChange password;
    password.password = Secret("battery staple");
    ASSERT_TRUE(accounts_.change("ben", password, {}));
    EXPECT_EQ(ended_, "ben ben ");
    EXPECT_TRUE(accounts_.verify("ben", "battery staple"));
    EXPECT_FALSE(accounts_.verify("ben", "correct horse"));
    ASSERT_TRUE(accounts_.remove("ben", {"ann", ""}));
    EXPECT_EQ(ended_, "ben ben ben ");
    EXPECT_EQ(last_event(), "user_removed ann ben ");
    EXPECT_EQ(accounts_.remove("ben", {}).error(), Errc::not_found);
    EXPECT_EQ(accounts_.change("ben", role, {}).error(), Errc::not_found);
}

TEST_P(AccountsTest, TheLastAdministratorStays) {
    EXPECT_FALSE(accounts_.has_admin().value());
    ASSERT_TRUE(add("ann", Role::admin));
    ASSERT_TRUE(add("ben"));
    AccountChange off;
    off.disabled = true;
    AccountChange member;
    member.role = Role::member;
    EXPECT_EQ(accounts_.remove("ann", {}).error(), Errc::last_admin);
    EXPECT_EQ(accounts_.change("ann", off, {}).error(), Errc::last_admin);
    EXPECT_EQ(accounts_.change("ann", member, {}).error(), Errc::last_admin);
    EXPECT_TRUE(accounts_.has_admin().value());
    ASSERT_TRUE(add("second", Role::admin));
    ASSERT_TRUE(accounts_.change("second", off, {}));
    EXPECT_EQ(accounts_.remove("ann", {}).error(), Errc::last_admin)
        << "a disabled administrator cannot sign in";
    EXPECT_TRUE(accounts_.remove("second", {}));
    EXPECT_EQ(ended_, "second second ");
}

TEST_P(AccountsTest, AnUnknownRoleInTheDatabaseIsTheLesser) {
    ASSERT_TRUE(add("ann", Role::admin));
    ASSERT_TRUE(database_->execute("UPDATE accounts SET role='Admin'"));
    EXPECT_EQ(accounts_.find("ann").value()->role, Role::member);
}

} // namespace
} // namespace caredian::identity
