#include "identity/sessions.h"
#include "identity/test_identity.h"

#include <gtest/gtest.h>

namespace caredian::identity {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class SessionsTest : public ::testing::Test {
protected:
    SessionsTest() { make(); }
    // As after a restart: everything but the database is new.
    void make() {
        people_ = std::make_unique<TestIdentity>(database_, clock_,
                                                 SessionLimits{minutes(30), hours(8), 3});
        sessions().on_end([this](const std::string& id) { ended_.push_back(id); });
    }
    Sessions& sessions() { return people_->identity.sessions; }
    Sessions::Started start(const Account& account, std::string_view replaces = {}) {
        return sessions().start(account, "192.0.2.1", "a browser", replaces).value();
    }
    // What a request with this cookie would find.
    error_code state_of(const std::string& token) {
        auto claims = TokenKey(test_secret()).verify(token, clock_.wall());
        if (!claims) return claims.error();
        auto live = sessions().find(*claims);
        return live ? error_code() : live.error();
    }
    store::TestDatabase database_;
    ManualClock clock_;
    std::unique_ptr<TestIdentity> people_;
    std::vector<std::string> ended_;
};

TEST_F(SessionsTest, ASessionSaysWhoItIs) {
    auto ann = people_->add("ann", Role::admin);
    auto started = start(ann);
    auto claims = TokenKey(test_secret()).verify(started.token, clock_.wall()).value();
    EXPECT_EQ(claims.session, started.session.id);
    EXPECT_EQ(claims.account, ann.id);
    auto live = sessions().find(claims).value();
    EXPECT_EQ(live.principal->username, "ann");
    EXPECT_EQ(live.principal->role, Role::admin);
    EXPECT_EQ(live.principal->account, ann.id);
    EXPECT_EQ(live.principal->session, started.session.id);
    EXPECT_EQ(live.principal->expires, clock_.wall() + hours(8));
    claims.account = "another";
    EXPECT_EQ(sessions().find(claims).error(), Errc::not_found);
}

TEST_F(SessionsTest, SurvivesARestart) {
    auto token = start(people_->add("ann", Role::admin)).token;
    people_.reset();
    database_.reopen();
    make();
    EXPECT_FALSE(state_of(token));
}

TEST_F(SessionsTest, EndsWhenIdle) {
    auto started = start(people_->add("ann", Role::admin));
    clock_.advance(minutes(29));
    EXPECT_FALSE(state_of(started.token));
    ASSERT_TRUE(sessions().touch(started.session.id, clock_.wall()));
    clock_.advance(minutes(29));
    EXPECT_FALSE(state_of(started.token));
    clock_.advance(minutes(1));
    EXPECT_EQ(state_of(started.token), Errc::expired);
    EXPECT_EQ(ended_, std::vector{started.session.id});
    EXPECT_EQ(state_of(started.token), Errc::not_found) << "it is gone";
}

TEST_F(SessionsTest, EndsAtTheAbsoluteLimitHoweverUsed) {
    auto started = start(people_->add("ann", Role::admin));
    for (int i = 0; i < 8 * 60 / 20 - 1; ++i) {
        clock_.advance(minutes(20));
        ASSERT_FALSE(state_of(started.token)) << i;
        ASSERT_TRUE(sessions().touch(started.session.id, clock_.wall()));
    }
    clock_.advance(minutes(20));
    EXPECT_EQ(state_of(started.token), Errc::expired);
}

TEST_F(SessionsTest, ShorterLimitsHoldAtOnce) {
    auto token = start(people_->add("ann", Role::admin)).token;
    clock_.advance(minutes(10));
    sessions().set_limits({hours(1), minutes(10), 3});
    EXPECT_EQ(state_of(token), Errc::expired);
    EXPECT_EQ(sessions().touch_interval(), minutes(1));
    sessions().set_limits({seconds(2), seconds(5), 3});
    EXPECT_EQ(sessions().touch_interval(), std::chrono::milliseconds(500));
}

TEST_F(SessionsTest, RotatesAtSignIn) {
    auto ann = people_->add("ann", Role::admin);
    auto first = start(ann);
    auto second = start(ann, first.session.id);
    EXPECT_NE(first.session.id, second.session.id);
    EXPECT_EQ(state_of(first.token), Errc::not_found);
    EXPECT_FALSE(state_of(second.token));
    EXPECT_EQ(ended_, std::vector{first.session.id});
}

TEST_F(SessionsTest, EndIsToldToWhoMayRememberIt) {
    auto started = start(people_->add("ann", Role::admin));
    EXPECT_TRUE(sessions().end(started.session.id).value());
    EXPECT_FALSE(sessions().end(started.session.id).value());
    EXPECT_EQ(ended_.size(), 2u) << "also the second time";
    EXPECT_EQ(state_of(started.token), Errc::not_found);
}

TEST_F(SessionsTest, AnAccountHasSoManyAndNoMore) {
    auto ann = people_->add("ann", Role::admin);
    std::vector<std::string> tokens;
    for (int i = 0; i < 5; ++i) {
        clock_.advance(seconds(1));
        tokens.push_back(start(ann).token);
    }
    EXPECT_TRUE(state_of(tokens[0]));
    EXPECT_TRUE(state_of(tokens[1]));
    EXPECT_FALSE(state_of(tokens[2]));
    EXPECT_FALSE(state_of(tokens[4]));
    EXPECT_EQ(sessions().list(ann.id).value().size(), 3u);
}

TEST_F(SessionsTest, ChangesOfTheAccountEndItsSessionsOnly) {
    auto ann = people_->add("ann", Role::admin);
    auto ben = people_->add("ben", Role::member);
    auto of_ann = start(ann).token;
    auto change = [&](auto set) {
        auto token = start(ben).token;
        AccountChange c;
        set(c);
        EXPECT_TRUE(people_->identity.accounts.change("ben", c, {}));
        return state_of(token);
    };
    EXPECT_TRUE(change([](AccountChange& c) { c.role = Role::admin; }));
    EXPECT_TRUE(change([](AccountChange& c) { c.password = Secret("battery staple"); }));
    EXPECT_FALSE(change([](AccountChange& c) { c.language = "en"; }));
    EXPECT_TRUE(change([](AccountChange& c) { c.disabled = true; }));
    EXPECT_TRUE(change([](AccountChange& c) { c.language = "ko"; })) << "still disabled";
    EXPECT_TRUE(people_->identity.accounts.remove("ben", {}));
    EXPECT_FALSE(state_of(of_ann));
}

TEST_F(SessionsTest, AnotherProcessRemovesTheAccount) {
    auto token = start(people_->add("ann", Role::admin)).token;
    ASSERT_TRUE(database_->execute("DELETE FROM accounts"));
    EXPECT_EQ(state_of(token), Errc::expired);
}

TEST_F(SessionsTest, SweepForgetsWhatRanOut) {
    auto ann = people_->add("ann", Role::admin);
    start(ann);
    clock_.advance(minutes(31));
    start(ann);
    EXPECT_EQ(sessions().list(ann.id).value().size(), 1u) << "the idle one is not shown";
    people_->identity.maintain();
    EXPECT_EQ(people_->identity.session_store.list(ann.id).value().size(), 1u);
}

TEST_F(SessionsTest, TheBrowsersNameIsCutAndCleaned) {
    auto ann = people_->add("ann", Role::admin);
    std::string agent = std::string(1000, 'x') + "\xff";
    auto started = sessions().start(ann, "192.0.2.1", agent).value();
    EXPECT_EQ(started.session.agent.size(), 200u);
}

} // namespace
} // namespace caredian::identity
