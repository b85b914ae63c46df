#include "identity/test_identity.h"
#include "store/both_databases.h"

#include <gtest/gtest.h>

namespace caredian::identity {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class ApiKeysTest : public store::OnBothDatabases {
protected:
    ApiKeysTest() {
        keys().on_end([this](const std::string& session) { ended_.push_back(session); });
        ann_ = people_.add("ann", Role::admin);
        ben_ = people_.add("ben", Role::member);
    }
    ApiKeys& keys() { return people_.identity.api_keys; }
    Accounts& accounts() { return people_.identity.accounts; }
    static NewApiKey named(std::string name) {
        NewApiKey key;
        key.name = std::move(name);
        return key;
    }
    ApiKeys::Made add(const NewApiKey& key, const Account& owner) {
        return keys().add(key, owner, {"test", ""}).value();
    }
    error_code state_of(std::string_view text) {
        auto live = keys().find(text, "192.0.2.1");
        return live ? error_code() : live.error();
    }
    std::size_t audited(std::string_view event) {
        std::size_t n = 0;
        for (const auto& row : accounts().audit().list(1000).value()) n += row.event == event;
        return n;
    }
    ManualClock clock_;
    TestIdentity people_{database_, clock_};
    Account ann_;
    Account ben_;
    std::vector<std::string> ended_;
};
CAREDIAN_ON_BOTH_DATABASES(ApiKeysTest);

TEST_P(ApiKeysTest, AKeySaysWhoItIs) {
    NewApiKey fresh = named("탁상 시계");
    fresh.role = Role::admin;
    fresh.scopes = *parse_scopes("read control");
    fresh.addresses = {"192.0.2.0/24", "2001:db8::/32"};
    auto made = add(fresh, ann_);
    const std::string& text = made.text.reveal();
    EXPECT_EQ(text.size(), api_key_bytes);
    EXPECT_TRUE(text.starts_with("cdk_" + made.key.id + "_")) << "the id finds it";
    auto live = keys().find(text, "192.0.2.1").value();
    const Principal& who = *live.principal;
    EXPECT_EQ(who.username, "ann");
    EXPECT_EQ(who.account, ann_.id);
    EXPECT_EQ(who.role, Role::admin);
    EXPECT_EQ(who.session, "key:" + made.key.id);
    EXPECT_EQ(who.expires, clock_.wall() + hours(24 * 90));
    ASSERT_TRUE(who.bounds);
    EXPECT_EQ(who.bounds->key, made.key.id);
    EXPECT_EQ(who.bounds->name, "탁상 시계");
    EXPECT_EQ(to_string(who.bounds->scopes), "read control");
    EXPECT_TRUE(who.bounds->from.contains(*net::parse_address("192.0.2.77")));
    EXPECT_FALSE(who.bounds->from.contains(*net::parse_address("198.51.100.1")));
    EXPECT_EQ(to_ns(live.last_used), 0);
}

TEST_P(ApiKeysTest, NoSecretIsKept) {
    auto made = add(named("a"), ben_);
    auto secret = made.text.reveal().substr(21);
    auto rows = database_->query("SELECT * FROM api_keys").value();
    ASSERT_EQ(rows.size(), 1u);
    for (std::size_t column = 0; column < rows[0].size(); ++column)
        EXPECT_EQ(rows[0].text(column).find(secret), std::string::npos) << column;
    for (const auto& row : accounts().audit().list(100).value())
        EXPECT_EQ(row.detail.find(secret), std::string::npos);
}

TEST_P(ApiKeysTest, OnlyTheWholeKeyIsGood) {
    auto good = add(named("a"), ben_).text.reveal();
    EXPECT_FALSE(state_of(good));
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        EXPECT_EQ(state_of(bad), Errc::bad_key) << i;
        bad[i] = '\0';
        EXPECT_EQ(state_of(bad), Errc::bad_key) << i;
        EXPECT_EQ(state_of(good.substr(0, i)), Errc::bad_key) << i;
    }
    auto other = add(named("b"), ben_).text.reveal();
    EXPECT_EQ(state_of(good.substr(0, 21) + other.substr(21)), Errc::bad_key);
    for (const char* bad : {"", "cdk_", "cdk__", "kid.secret", "cdk_0123456789abcdef_"})
        EXPECT_EQ(state_of(bad), Errc::bad_key) << bad;
    EXPECT_EQ(state_of(good + "A"), Errc::bad_key);
    EXPECT_EQ(state_of(" " + good), Errc::bad_key);
    EXPECT_EQ(state_of(std::string(100'000, 'a')), Errc::bad_key);
}

TEST_P(ApiKeysTest, EndsOnItsDayAndIsForgottenLater) {
    NewApiKey fresh = named("a");
    fresh.days = 1;
    auto text = add(fresh, ben_).text.reveal();
    clock_.advance(hours(24) - std::chrono::seconds(1));
    EXPECT_FALSE(state_of(text));
    clock_.advance(std::chrono::seconds(1));
    EXPECT_EQ(state_of(text), Errc::bad_key);
    ASSERT_TRUE(keys().sweep());
    EXPECT_EQ(keys().list(ben_.id)->size(), 1u) << "its owner sees that it ended";
    clock_.advance(hours(24 * 31));
    ASSERT_TRUE(keys().sweep());
    EXPECT_TRUE(keys().list(ben_.id)->empty());
}

TEST_P(ApiKeysTest, WhatIsRefused) {
    struct Case {
        const char* what;
        void (*change)(NewApiKey&);
        Errc error;
    };
    for (const auto& c : std::vector<Case>{
             {"no name", [](NewApiKey& k) { k.name = ""; }, Errc::bad_key_name},
             {"long name", [](NewApiKey& k) { k.name = std::string(101, 'a'); },
              Errc::bad_key_name},
             {"line", [](NewApiKey& k) { k.name = "a\nb"; }, Errc::bad_key_name},
             {"no text", [](NewApiKey& k) { k.name = "\xff"; }, Errc::bad_key_name},
             {"host bits", [](NewApiKey& k) { k.addresses = {"10.0.0.1/8"}; }, Errc::bad_addresses},
             {"a name", [](NewApiKey& k) { k.addresses = {"localhost"}; }, Errc::bad_addresses},
             {"nothing", [](NewApiKey& k) { k.addresses = {""}; }, Errc::bad_addresses},
             {"a list", [](NewApiKey& k) { k.addresses = {"::1,::2"}; }, Errc::bad_addresses},
             {"many", [](NewApiKey& k) { k.addresses.assign(21, "::1"); }, Errc::bad_addresses},
             {"0 days", [](NewApiKey& k) { k.days = 0; }, Errc::bad_days},
             {"past", [](NewApiKey& k) { k.days = -1; }, Errc::bad_days},
             {"for ever", [](NewApiKey& k) { k.days = 3651; }, Errc::bad_days},
             {"admin", [](NewApiKey& k) { k.role = Role::admin; }, Errc::role_too_high}}) {
        NewApiKey key = named("a");
        c.change(key);
        auto made = keys().add(key, ben_, {"test", ""});
        ASSERT_FALSE(made) << c.what;
        EXPECT_EQ(made.error(), c.error) << c.what;
    }
    for (std::size_t i = 0; i < ApiKeys::per_account; ++i) add(named("a"), ben_);
    EXPECT_EQ(keys().add(named("a"), ben_, {"test", ""}).error(), Errc::too_many_keys);
    EXPECT_TRUE(keys().add(named("a"), ann_, {"test", ""})) << "of one account";
}

TEST_P(ApiKeysTest, RevokedByItsOwnerOrAnAdministrator) {
    auto made = add(named("a"), ben_);
    EXPECT_EQ(keys().revoke(made.key.id, ann_.id, {}).error(), Errc::not_found);
    EXPECT_EQ(keys().revoke("0000000000000000", {}, {}).error(), Errc::not_found);
    EXPECT_FALSE(state_of(made.text.reveal()));
    EXPECT_TRUE(keys().revoke(made.key.id, ben_.id, {}));
    EXPECT_EQ(ended_, std::vector<std::string>{"key:" + made.key.id});
    EXPECT_EQ(state_of(made.text.reveal()), Errc::bad_key);
    EXPECT_EQ(keys().revoke(made.key.id, {}, {}).error(), Errc::not_found);
    EXPECT_EQ(audited("key_revoked"), 1u);
}

TEST_P(ApiKeysTest, MayNeverDoMoreThanItsOwnerMayToday) {
    NewApiKey fresh = named("a");
    fresh.role = Role::admin;
    auto made = add(fresh, ann_);
    people_.add("carl", Role::admin);
    AccountChange change;
    change.role = Role::member;
    ASSERT_TRUE(accounts().change("ann", change, {}));
    EXPECT_EQ(ended_, std::vector<std::string>{"key:" + made.key.id}) << "workers look again";
    EXPECT_EQ(keys().find(made.text.reveal(), "")->principal->role, Role::member);
    change.role = Role::admin;
    ASSERT_TRUE(accounts().change("ann", change, {}));
    EXPECT_EQ(keys().find(made.text.reveal(), "")->principal->role, Role::admin);
}

TEST_P(ApiKeysTest, EndsWithItsOwner) {
    auto disabled = add(named("a"), ben_);
    AccountChange change;
    change.disabled = true;
    ASSERT_TRUE(accounts().change("ben", change, {}));
    EXPECT_EQ(state_of(disabled.text.reveal()), Errc::bad_key);
    EXPECT_EQ(keys().add(named("a"), *accounts().find_id(ben_.id).value(), {}).error(),
              Errc::refused);
    change.disabled = false;
    ASSERT_TRUE(accounts().change("ben", change, {}));
    EXPECT_EQ(state_of(disabled.text.reveal()), Errc::bad_key) << "ended, not paused";
    auto orphan = add(named("a"), ben_);
    ended_.clear();
    ASSERT_TRUE(accounts().remove("ben", {}));
    EXPECT_EQ(state_of(orphan.text.reveal()), Errc::bad_key);
    EXPECT_EQ(ended_.size(), 1u);
    EXPECT_TRUE(keys().list({})->empty());
}

TEST_P(ApiKeysTest, LastUseMovesForwardOnly) {
    auto made = add(named("a"), ben_);
    auto used = clock_.wall() + minutes(5);
    ASSERT_TRUE(keys().touch(made.key.id, used));
    ASSERT_TRUE(keys().touch(made.key.id, used - minutes(1)));
    EXPECT_EQ(keys().list(ben_.id)->at(0).last_used, used);
}

TEST_P(ApiKeysTest, ListsOnesOwnOrAll) {
    add(named("a"), ben_);
    clock_.advance(minutes(1));
    add(named("b"), ann_);
    EXPECT_EQ(keys().list(ann_.id)->size(), 1u);
    auto all = keys().list({}).value();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].owner, "ben");
    EXPECT_EQ(all[1].owner, "ann");
}

TEST_P(ApiKeysTest, RefusalsAreAuditedAndDoNotFillTheAudit) {
    auto good = add(named("a"), ben_).text.reveal();
    auto bad = good.substr(0, 63) + (good.back() == 'A' ? "B" : "A");
    for (int i = 0; i < 50; ++i) EXPECT_EQ(state_of(bad), Errc::bad_key);
    EXPECT_EQ(audited("key_refused"), 1u);
    clock_.advance(minutes(11));
    EXPECT_EQ(state_of(bad), Errc::bad_key);
    EXPECT_EQ(audited("key_refused"), 2u);
    EXPECT_EQ(state_of("cdk_0000000000000000_" + good.substr(21)), Errc::bad_key);
    EXPECT_EQ(audited("key_refused"), 2u) << "nobody's key is nobody's event";
}

} // namespace
} // namespace caredian::identity
