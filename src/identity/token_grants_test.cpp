#include "base/encoding.h"
#include "identity/test_identity.h"
#include "store/both_databases.h"

#include <gtest/gtest.h>

namespace caredian::identity {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class TokenGrantsTest : public store::OnBothDatabases {
protected:
    TokenGrantsTest() {
        grants().on_end([this](const std::string& session) { ended_.push_back(session); });
        ben_ = people_.add("ben", Role::member);
        key_ = make("read control");
    }
    TokenGrants& grants() { return people_.identity.tokens; }
    PrincipalPtr make(std::string_view scopes) {
        NewApiKey fresh;
        fresh.name = "test";
        fresh.scopes = *parse_scopes(scopes);
        fresh.addresses = {"192.0.2.0/24"};
        auto made = people_.identity.api_keys.add(fresh, ben_, {"test", ""}).value();
        return people_.identity.api_keys.find(made.text.reveal(), "").value().principal;
    }
    TokenGrants::Issued pair() { return grants().issue(*key_, {}, true).value(); }
    error_code state_of(const Secret& access) {
        auto claims = TokenKeys(grants().options()).verify(access.reveal(), clock_.wall());
        if (!claims) return claims.error();
        auto live = grants().find(*claims);
        return live ? error_code() : live.error();
    }
    result<TokenGrants::Issued> refresh(const Secret& token) {
        return grants().refresh(token.reveal(), {}, {}, "192.0.2.1");
    }
    std::size_t audited(std::string_view event) {
        std::size_t n = 0;
        for (const auto& row : people_.identity.accounts.audit().list(1000).value())
            n += row.event == event;
        return n;
    }
    ManualClock clock_;
    TestIdentity people_{database_, clock_};
    Account ben_;
    PrincipalPtr key_;
    std::vector<std::string> ended_;
};
CAREDIAN_ON_BOTH_DATABASES(TokenGrantsTest);

TEST_P(TokenGrantsTest, AnAccessTokenSpeaksForTheKey) {
    auto made = grants().issue(*key_, *parse_scopes("read"), false).value();
    EXPECT_TRUE(made.refresh.empty());
    EXPECT_EQ(made.access_seconds, 900);
    auto claims = TokenKeys(grants().options()).verify(made.access.reveal(), clock_.wall()).value();
    auto who = grants().find(claims).value().principal;
    EXPECT_EQ(who->username, "ben");
    EXPECT_EQ(who->session, "grant:" + claims.grant);
    EXPECT_EQ(to_string(who->bounds->scopes), "read");
    EXPECT_FALSE(who->bounds->from.contains(*net::parse_address("198.51.100.1")))
        << "the key's networks bind its tokens";
    EXPECT_EQ(who->expires, WallTime(seconds(claims.expires)));
    EXPECT_EQ(grants().issue(*key_, *parse_scopes("read verify"), false).error(), Errc::bad_scope);
    claims.scopes = *parse_scopes("read control");
    EXPECT_EQ(grants().find(claims).error(), Errc::bad_token) << "more than was granted";
}

TEST_P(TokenGrantsTest, RefreshTokensAreUsedOnce) {
    auto first = pair();
    auto second = refresh(first.refresh).value();
    EXPECT_NE(second.refresh.reveal(), first.refresh.reveal());
    auto third = refresh(second.refresh).value();
    EXPECT_FALSE(state_of(first.access)) << "until it ends";
    EXPECT_FALSE(state_of(third.access));
    // The thief's or the owner's: one of them comes second, and all ends.
    EXPECT_EQ(refresh(first.refresh).error(), Errc::bad_token);
    for (auto* access : {&first.access, &second.access, &third.access})
        EXPECT_EQ(state_of(*access), Errc::bad_token);
    EXPECT_EQ(refresh(third.refresh).error(), Errc::bad_token);
    EXPECT_EQ(ended_.size(), 1u);
    EXPECT_EQ(audited("token_reused"), 1u);
    EXPECT_FALSE(state_of(pair().access)) << "the key itself is good";
}

TEST_P(TokenGrantsTest, RefreshTokensThatAreNone) {
    auto good = pair();
    const auto& text = good.refresh.reveal();
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string bad = text;
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        EXPECT_EQ(refresh(Secret(bad)).error(), Errc::bad_token) << i;
        EXPECT_EQ(refresh(Secret(text.substr(0, i))).error(), Errc::bad_token) << i;
    }
    EXPECT_EQ(refresh(good.access).error(), Errc::bad_token) << "an access token is none";
    EXPECT_EQ(refresh(Secret(std::string(5000, 'a'))).error(), Errc::bad_token);
    EXPECT_FALSE(state_of(good.access)) << "a guess ends nothing";
    auto scopes = *parse_scopes("read verify");
    EXPECT_EQ(grants().refresh(text, scopes, {}, "").error(), Errc::bad_scope);
    EXPECT_EQ(grants().refresh(text, {}, "0123456789abcdef", "").error(), Errc::bad_token);
    EXPECT_TRUE(grants().refresh(text, *parse_scopes("read"), key_->bounds->key, ""));
}

TEST_P(TokenGrantsTest, TheGrantHasAnEnd) {
    auto made = pair();
    for (int i = 0; i < 13; ++i) {
        clock_.advance(hours(24));
        made = refresh(made.refresh).value();
    }
    clock_.advance(hours(24) - seconds(10));
    made = refresh(made.refresh).value();
    EXPECT_EQ(made.access_seconds, 10) << "not beyond the grant";
    clock_.advance(seconds(10));
    EXPECT_EQ(refresh(made.refresh).error(), Errc::bad_token);
    EXPECT_EQ(state_of(made.access), Errc::expired);
    ASSERT_TRUE(grants().sweep());
    EXPECT_TRUE(database_->query("SELECT 1 FROM token_grants").value().empty());
}

TEST_P(TokenGrantsTest, EndsWithItsKeyAndItsOwner) {
    auto made = pair();
    ASSERT_TRUE(people_.identity.api_keys.revoke(key_->bounds->key, {}, {}));
    EXPECT_EQ(state_of(made.access), Errc::bad_token);
    EXPECT_EQ(refresh(made.refresh).error(), Errc::bad_token);
    EXPECT_EQ(ended_.size(), 1u) << "workers are told";
    key_ = make("read");
    made = pair();
    AccountChange change;
    change.disabled = true;
    ASSERT_TRUE(people_.identity.accounts.change("ben", change, {}));
    EXPECT_EQ(state_of(made.access), Errc::bad_token);
}

TEST_P(TokenGrantsTest, RevokedByItsOwnClient) {
    auto other = make("read");
    for (bool by_refresh : {false, true}) {
        auto made = pair();
        const auto& token = by_refresh ? made.refresh : made.access;
        EXPECT_EQ(grants().revoke(token.reveal(), other->bounds->key, {}).error(), Errc::refused);
        EXPECT_FALSE(state_of(made.access));
        EXPECT_TRUE(grants().revoke(token.reveal(), key_->bounds->key, {}));
        EXPECT_EQ(state_of(made.access), Errc::bad_token);
        EXPECT_EQ(refresh(made.refresh).error(), Errc::bad_token);
        EXPECT_TRUE(grants().revoke(token.reveal(), key_->bounds->key, {})) << "again";
    }
    EXPECT_TRUE(grants().revoke("nonsense", key_->bounds->key, {}));
    EXPECT_EQ(audited("token_revoked"), 2u);
}

TEST_P(TokenGrantsTest, Introspection) {
    auto made = pair();
    auto access = grants().introspect(made.access.reveal()).value();
    EXPECT_FALSE(access.is_refresh);
    EXPECT_EQ(access.username, "ben");
    EXPECT_EQ(to_string(access.claims.scopes), "read control");
    EXPECT_TRUE(grants().introspect(made.refresh.reveal())->is_refresh);
    auto next = refresh(made.refresh).value();
    EXPECT_FALSE(grants().introspect(made.refresh.reveal())) << "used, and asking is no reuse";
    EXPECT_TRUE(grants().introspect(next.refresh.reveal()));
    EXPECT_FALSE(grants().introspect("nonsense"));
    clock_.advance(seconds(900));
    EXPECT_FALSE(grants().introspect(made.access.reveal()));
}

TEST_P(TokenGrantsTest, AKeyHoldsSoManyGrants) {
    std::vector<Secret> all;
    for (int i = 0; i < 103; ++i) {
        all.push_back(grants().issue(*key_, {}, false)->access);
        clock_.advance(std::chrono::milliseconds(1));
    }
    EXPECT_EQ(state_of(all[2]), Errc::bad_token) << "the oldest went";
    EXPECT_FALSE(state_of(all[3]));
    EXPECT_EQ(database_->query("SELECT 1 FROM token_grants")->size(), 100u);
}

} // namespace
} // namespace caredian::identity
