#include "identity/errc.h"
#include "identity/handover.h"
#include "identity/test_identity.h"

#include <gtest/gtest.h>

namespace caredian::identity {
namespace {

using std::chrono::seconds;

class HandoverTest : public ::testing::Test {
protected:
    HandoverTest()
        : people_(database_, clock_),
          handover_(store::Sealer(Secret(std::string(32, 'k'))), *database_,
                    people_.identity.sessions, clock_, random_) {
        started_ =
            people_.identity.sessions.start(people_.add("ann", Role::member), "192.0.2.1", "b")
                .value();
    }
    std::string code(std::string_view host = "app.example.org", std::string_view state = "st") {
        return handover_.make_code(started_.session.id, host, state);
    }
    error_code taken(const std::string& code, std::string_view host = "app.example.org",
                     std::string_view state = "st") {
        auto token = handover_.take_code(code, host, state);
        return token ? error_code() : token.error();
    }
    store::TestDatabase database_;
    ManualClock clock_;
    SystemRandom random_;
    TestIdentity people_;
    Handover handover_;
    Sessions::Started started_;
};

TEST_F(HandoverTest, ACodeBringsTheSession) {
    auto token = handover_.take_code(code(), "App.Example.org", "st").value();
    auto claims = TokenKey(test_secret()).verify(token, clock_.wall()).value();
    EXPECT_EQ(claims.session, started_.session.id);
    EXPECT_EQ(claims.account, started_.session.account);
}

TEST_F(HandoverTest, ACodeIsGoodOnce) {
    auto one = code();
    EXPECT_FALSE(taken(one));
    EXPECT_EQ(taken(one), Errc::bad_token);
}

TEST_F(HandoverTest, ACodeIsForOneHostAndOneBrowser) {
    EXPECT_EQ(taken(code(), "other.example.org"), Errc::bad_token);
    EXPECT_EQ(taken(code(), "app.example.org", "another"), Errc::bad_token);
    EXPECT_EQ(taken(code("app.example.org", ""), "app.example.org", ""), Errc::bad_token);
    // The line between host and state cannot be moved.
    EXPECT_EQ(taken(code("app", "example st"), "app example", "st"), Errc::bad_token);
}

TEST_F(HandoverTest, ACodeLivesHalfAMinute) {
    auto one = code();
    clock_.advance(seconds(29));
    EXPECT_FALSE(taken(one));
    one = code();
    clock_.advance(seconds(30));
    EXPECT_EQ(taken(one), Errc::bad_token);
}

TEST_F(HandoverTest, AnEndedSessionIsNotCarried) {
    auto one = code();
    ASSERT_TRUE(people_.identity.sessions.end(started_.session.id));
    EXPECT_EQ(taken(one), Errc::bad_token);
}

TEST_F(HandoverTest, WhatIsNoCode) {
    auto good = code();
    auto changed = good;
    changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
    for (const auto& bad : {std::string(), std::string("x"), std::string("%%%"),
                            good.substr(0, good.size() - 4), changed, std::string(4000, 'A')})
        EXPECT_EQ(taken(bad), Errc::bad_token) << bad.substr(0, 40);
}

} // namespace
} // namespace caredian::identity
