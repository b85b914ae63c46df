// The tables: who is which account, what is used once, what a provider gave for a session.
#include "identity/oidc/directory.h"
#include "identity/oidc/provisioning.h"
#include "identity/test_identity.h"
#include "store/both_databases.h"

#include <gtest/gtest.h>

namespace caredian::identity::oidc {
namespace {

class DirectoryTest : public store::OnBothDatabases {
protected:
    DirectoryTest() {
        provider_.id = "sso";
        provider_.issuer = "https://sso.example/";
    }
    Person person(std::string subject, std::string username, std::string name = "Mina") {
        Person p;
        p.issuer = provider_.issuer;
        p.subject = std::move(subject);
        p.username = std::move(username);
        p.name = std::move(name);
        return p;
    }
    result<Account> sign_in(const Person& p) {
        return directory_.sign_in(provider_, p, "ko", "192.0.2.1");
    }
    Accounts& accounts() { return people_.identity.accounts; }
    std::size_t sessions_of(const Account& a) {
        return people_.identity.sessions.list(a.id).value().size();
    }
    Sessions::Started start(const Account& a) {
        return people_.identity.sessions.start(a, "192.0.2.1", "a browser").value();
    }

    ManualClock clock_;
    TestIdentity people_{database_, clock_};
    ProviderOptions provider_;
    Directory directory_{*database_, accounts(), clock_};
    Provisioning provisioning_{*database_, directory_, accounts(), people_.identity.sessions};
};
CAREDIAN_ON_BOTH_DATABASES(DirectoryTest);

TEST_P(DirectoryTest, IssuerAndSubjectAreWhoItIs) {
    auto first = sign_in(person("1", "mina")).value();
    EXPECT_EQ(first.username, "mina");
    EXPECT_EQ(sign_in(person("1", "another-name")).value().id, first.id);
    auto second = sign_in(person("2", "mina")).value();
    EXPECT_NE(second.id, first.id);
    EXPECT_EQ(second.username, "mina-sso");
    auto elsewhere = person("1", "mina");
    elsewhere.issuer = "https://other.example/";
    EXPECT_NE(sign_in(elsewhere).value().id, first.id);
    // Bytes that could be read as the border between the two.
    EXPECT_NE(person_id("a", "bc"), person_id("ab", "c"));
}

TEST_P(DirectoryTest, ALocalAccountIsNeverTaken) {
    auto ann = people_.add("ann", Role::admin);
    provider_.roles = {{"g", Role::member}};
    auto p = person("1", "ann");
    p.email = "ann@home.example";
    p.email_verified = true;
    auto made = sign_in(p).value();
    EXPECT_NE(made.id, ann.id);
    EXPECT_EQ(accounts().find("ann").value()->role, Role::admin);
    EXPECT_EQ(accounts().verify(made.username, "").error(), identity::Errc::refused)
        << "there is no password, not an empty one";
}

TEST_P(DirectoryTest, RolesFollowTheGroups) {
    people_.add("ann", Role::admin);
    provider_.roles = {{"admins", Role::admin}};
    auto p = person("1", "mina");
    p.groups = {"admins"};
    EXPECT_EQ(sign_in(p).value().role, Role::admin);
    auto session = start(*accounts().find("mina").value());
    p.groups = {};
    auto now = sign_in(p).value();
    EXPECT_EQ(now.role, Role::member);
    EXPECT_EQ(sessions_of(now), 0u) << "a session with the old role does not stay";
}

TEST_P(DirectoryTest, GroupsAreKept) {
    auto& groups = directory_.groups();
    int news = 0;
    groups.on_change([&] { ++news; });
    auto p = person("1", "mina");
    p.groups = {"carers", "family", "carers"};
    auto mina = sign_in(p).value().id;
    auto known = groups.accounts().value();
    const std::vector<std::string> her{mina};
    EXPECT_EQ(known["carers"], her);
    EXPECT_EQ(known[provider_.id + "/family"], her);
    EXPECT_EQ(news, 1);
    ASSERT_TRUE(sign_in(p));
    EXPECT_EQ(news, 1) << "the same again is no news";
    p.groups = {};
    ASSERT_TRUE(sign_in(p));
    EXPECT_EQ(groups.accounts().value().size(), 4u) << "not said: as it was";
    p.groups_known = true;
    ASSERT_TRUE(sign_in(p));
    EXPECT_TRUE(groups.accounts().value().empty());
    EXPECT_EQ(news, 2);
    p.groups = {"carers"};
    ASSERT_TRUE(sign_in(p));
    ASSERT_TRUE(accounts().remove("mina", {}));
    ASSERT_TRUE(groups.sweep());
    EXPECT_TRUE(groups.accounts().value().empty());
}

// A provider whose groups have paths must not speak for another provider.
TEST_P(DirectoryTest, AGroupNamedLikeAnotherProvidersIsNone) {
    auto p = person("1", "mina");
    p.groups = {"authentik/carers", "/carers", "family"};
    auto mina = sign_in(p).value().id;
    auto known = directory_.groups().accounts().value();
    const std::vector<std::string> her{mina};
    EXPECT_FALSE(known.contains("authentik/carers"));
    EXPECT_EQ(known[provider_.id + "/authentik/carers"], her);
    EXPECT_EQ(known["/carers"], her);
    EXPECT_EQ(known["family"], her);
}

TEST_P(DirectoryTest, TheLastAdministratorKeepsTheRole) {
    provider_.roles = {{"admins", Role::admin}};
    auto p = person("1", "mina");
    p.groups = {"admins"};
    ASSERT_TRUE(sign_in(p));
    p.groups = {};
    EXPECT_EQ(sign_in(p).value().role, Role::admin);
}

TEST_P(DirectoryTest, WhoMayNotComeIn) {
    provider_.creates_accounts = false;
    EXPECT_EQ(sign_in(person("1", "mina")).error(), Errc::not_admitted);
    EXPECT_FALSE(accounts().find("mina").value());
    provider_.creates_accounts = true;
    ASSERT_TRUE(sign_in(person("1", "mina")));
    provider_.creates_accounts = false;
    EXPECT_TRUE(sign_in(person("1", "mina"))) << "known already";
    people_.add("ann", Role::admin);
    AccountChange off;
    off.disabled = true;
    ASSERT_TRUE(accounts().change("mina", off, {}));
    EXPECT_EQ(sign_in(person("1", "mina")).error(), identity::Errc::refused);
    // Removed: whoever comes then is new, and asked again.
    ASSERT_TRUE(accounts().remove("mina", {}));
    EXPECT_EQ(sign_in(person("1", "mina")).error(), Errc::not_admitted);
}

TEST_P(DirectoryTest, OnceIsOnce) {
    auto until = clock_.wall() + std::chrono::minutes(10);
    EXPECT_FALSE(directory_.was_used("a").value());
    EXPECT_TRUE(directory_.use_once("a", until));
    EXPECT_TRUE(directory_.was_used("a").value());
    EXPECT_EQ(directory_.use_once("a", until).error(), Errc::replayed);
    EXPECT_TRUE(directory_.use_once("b", until + std::chrono::minutes(10)));
    clock_.advance(std::chrono::minutes(11));
    ASSERT_TRUE(directory_.sweep());
    EXPECT_FALSE(directory_.was_used("a").value());
    EXPECT_TRUE(directory_.was_used("b").value());
}

TEST_P(DirectoryTest, ProviderSessions) {
    store::Sealer sealer(Secret("a master key of the tests, thirty-two bytes"));
    ProviderSessions sessions(*database_, sealer, people_.random);
    auto now = clock_.wall();
    auto save = [&](std::string id, std::string provider, std::string sid, std::string subject) {
        ProviderSession s{std::move(id),  std::move(provider),         person_id("i", subject),
                          std::move(sid), now + std::chrono::hours(1), {}};
        s.tokens = {Secret("the id token"), Secret("refresh"), now + std::chrono::minutes(5)};
        ASSERT_TRUE(sessions.save(s));
    };
    save("s1", "sso", "x", "1");
    save("s2", "sso", "x", "1");
    save("s3", "sso", "", "1");
    save("s4", "other", "x", "1");
    using List = std::vector<std::string>;
    EXPECT_EQ(sessions.by_sid("sso", "x").value(), (List{"s1", "s2"}));
    EXPECT_EQ(sessions.by_person("sso", person_id("i", "1")).value().size(), 3u);
    EXPECT_EQ(sessions.by_sid("sso", "y").value(), List{});
    auto found = sessions.find("s1").value();
    EXPECT_EQ(found->tokens.id_token.reveal(), "the id token");
    auto raw = database_->query("SELECT id_token FROM provider_sessions").value();
    EXPECT_EQ(raw[0].text(0).find("the id token"), std::string::npos) << "kept sealed";
    store::Sealer other(Secret("another master key of the tests, 32 bytes"));
    EXPECT_TRUE(ProviderSessions(*database_, other, people_.random)
                    .find("s1")
                    .value()
                    ->tokens.id_token.empty());
    // Renewal: due ones, each taken by one.
    EXPECT_TRUE(sessions.due(now, 10).value().empty());
    auto due = sessions.due(now + std::chrono::minutes(6), 10).value();
    ASSERT_EQ(due.size(), 4u);
    EXPECT_TRUE(sessions.claim(due[0], now + std::chrono::minutes(7)).value());
    EXPECT_FALSE(sessions.claim(due[0], now + std::chrono::minutes(7)).value());
    ASSERT_TRUE(sessions.renew("s2", {Secret("a"), Secret(), {}}));
    EXPECT_EQ(sessions.due(now + std::chrono::minutes(6), 10).value().size(), 2u);
    ASSERT_TRUE(sessions.forget("s1"));
    EXPECT_FALSE(sessions.find("s1").value());
    ASSERT_TRUE(sessions.sweep(now + std::chrono::hours(2)));
    EXPECT_FALSE(sessions.find("s4").value());
}

TEST_P(DirectoryTest, AnAddressIsTakenWhenTheProviderVouchesForIt) {
    auto kept = [&] { return accounts().find("mina").value()->email; };
    auto mina = person("1", "mina");
    mina.email = "mina@home.example";
    ASSERT_TRUE(sign_in(mina));
    EXPECT_EQ(kept(), "");
    mina.email_verified = true;
    ASSERT_TRUE(sign_in(mina));
    EXPECT_EQ(kept(), "mina@home.example");
    mina.email = "admin@home.example";
    mina.email_verified = false;
    ASSERT_TRUE(sign_in(mina));
    EXPECT_EQ(kept(), "mina@home.example") << "anybody can say so";
    mina.email = "not one";
    mina.email_verified = true;
    ASSERT_TRUE(sign_in(mina));
    EXPECT_EQ(kept(), "mina@home.example");
    provider_.trusts_emails = true;
    mina.email = "new@home.example";
    mina.email_verified = false;
    ASSERT_TRUE(provisioning_.put(provider_, {mina, true, true, clock_.wall()}).value());
    EXPECT_EQ(kept(), "new@home.example");
}

TEST_P(DirectoryTest, NewsOfAPerson) {
    people_.add("ann", Role::admin);
    auto at = [&](int second) { return clock_.wall() + std::chrono::seconds(second); };
    auto put = [&](Person p, int second, bool active = true) {
        return provisioning_.put(provider_, {std::move(p), active, true, at(second)}).value();
    };
    EXPECT_FALSE(put(person("1", "mina"), 0, false)) << "nobody is made to be disabled";
    EXPECT_TRUE(put(person("1", "mina"), 1));
    auto mina = *accounts().find("mina").value();
    EXPECT_EQ(sign_in(person("1", "mina")).value().id, mina.id);
    start(mina);
    EXPECT_FALSE(put(person("1", "mina", "Older"), 0));
    EXPECT_TRUE(put(person("1", "mina", "Newer"), 2));
    EXPECT_EQ(accounts().find("mina").value()->full_name, "Newer");
    EXPECT_EQ(sessions_of(mina), 1u);
    EXPECT_TRUE(put(person("1", "mina"), 3, false));
    EXPECT_TRUE(accounts().find("mina").value()->disabled);
    EXPECT_EQ(sessions_of(mina), 0u);
    EXPECT_TRUE(
        provisioning_.put(provider_, {person("1", "mina"), true, false, {}, false}).value());
    EXPECT_TRUE(accounts().find("mina").value()->disabled) << "not by a refresh under way";
    EXPECT_TRUE(put(person("1", "mina"), 4));
    EXPECT_FALSE(accounts().find("mina").value()->disabled) << "disabled and enabled there";
    AccountChange off;
    off.disabled = true;
    ASSERT_TRUE(accounts().change("mina", off, {}));
    EXPECT_TRUE(put(person("1", "mina"), 5));
    EXPECT_TRUE(accounts().find("mina").value()->disabled) << "disabled here stays";
}

TEST_P(DirectoryTest, NewsThatEndSessions) {
    people_.add("ann", Role::admin);
    provider_.allowed_groups = {"family"};
    auto p = person("1", "mina");
    p.groups = {"family"};
    auto mina = sign_in(p).value();
    start(mina);
    p.groups = {"others"};
    ASSERT_TRUE(provisioning_.put(provider_, {p, true, false, {}}).value());
    EXPECT_EQ(sessions_of(mina), 0u);
    EXPECT_TRUE(provisioning_.gone(provider_, "1", clock_.wall()).value());
    EXPECT_TRUE(accounts().find("mina").value()->disabled);
    EXPECT_FALSE(provisioning_.gone(provider_, "1", clock_.wall()).value());
    EXPECT_FALSE(provisioning_.gone(provider_, "never", clock_.wall()).value());
    EXPECT_EQ(provisioning_.subjects(provider_.issuer).value(), std::vector<std::string>{"1"});
}

} // namespace
} // namespace caredian::identity::oidc
