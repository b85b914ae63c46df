// Rate limits at the gate, behind a real server.
#include "api/limit_plan.h"
#include "api/people_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace caredian::api {
namespace {

using guard::RatePer;
using guard::RateRule;
using std::chrono::seconds;

class LimitedGate : public PeopleTest {
protected:
    void SetUp() override {
        options_.trusted_proxies = net::NetworkSet({*net::parse_network("127.0.0.1")});
    }
    void start_with(std::vector<RateRule> rules) {
        start();
        add_ann_and_ben();
        gate_->set_limits(std::make_shared<const LimitPlan>(rules, router_->routes(),
                                                            guard::RateKeys("x"), buckets_));
        (void)get("/open"); // the worker has it then
    }
    // Another process ends the first run, and somebody asks before and after.
    void count_through_the_first_run(const std::string& headers) {
        start();
        gate_->set_limits(std::make_shared<const LimitPlan>(
            std::vector<RateRule>{
                {"door", {"/api/v1/x", "/open"}, RatePer::address, 5, seconds(60), 0},
                {"api", {"/api/v1/x", "/open"}, RatePer::principal, 9, seconds(60), 0}},
            router_->routes(), guard::RateKeys("x"), buckets_));
        (void)get("/healthz");
        auto early = get("/open", headers);
        EXPECT_EQ(early.status, 503u);
        EXPECT_THAT(early.header("RateLimit"), testing::StartsWith("\"door\";r=4;"));
        identity::Accounts other(*database_, clock_, random_, identity::cheap_passwords());
        identity::NewAccount ann;
        ann.username = "ann";
        ann.password = Secret(std::string(password));
        ann.role = identity::Role::admin;
        ASSERT_TRUE(other.add(ann, {}));
        clock_.advance(seconds(1));
        auto answer = get("/api/v1/x", headers);
        EXPECT_EQ(answer.status, 401u);
        EXPECT_THAT(answer.header("RateLimit"),
                    testing::AllOf(testing::StartsWith("\"door\";r=3;"),
                                   testing::HasSubstr(", \"api\";r=8;")));
        answer = get("/api/v1/x", headers);
        EXPECT_THAT(answer.header("RateLimit"),
                    testing::AllOf(testing::StartsWith("\"door\";r=2;"),
                                   testing::HasSubstr(", \"api\";r=7;")));
    }
    static std::string by(std::string_view address) {
        return "X-Forwarded-For: " + std::string(address) + "\r\n";
    }
    guard::RateBuckets buckets_;
};

TEST_F(LimitedGate, EveryRequestCountsOnceFromTheStoreAndFromTheCache) {
    start_with({{"api", {"/api/v1/x"}, RatePer::principal, 4, seconds(60), 0},
                {"door", {"/api/v1/x"}, RatePer::address, 9, seconds(60), 0}});
    auto ann = session_of("ann") + by("192.0.2.1");
    auto ben = session_of("ben") + by("192.0.2.1");
    for (int left : {3, 2, 1, 0}) { // the first one waits for the store
        auto answer = get("/api/v1/x", ann);
        EXPECT_EQ(answer.status, 204u);
        EXPECT_THAT(answer.header("RateLimit"),
                    testing::HasSubstr("\"api\";r=" + std::to_string(left) + ";"));
        EXPECT_THAT(answer.header("RateLimit"),
                    testing::HasSubstr("\"door\";r=" + std::to_string(left + 5) + ";"));
    }
    auto refused = get("/api/v1/x", ann);
    EXPECT_EQ(refused.status, 429u);
    EXPECT_EQ(refused.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(refused.header("Retry-After"), "15");
    EXPECT_NE(refused.body.find("\\\"api\\\""), std::string::npos) << refused.body;
    EXPECT_EQ(get("/api/v1/x", ben).status, 204u);
    EXPECT_EQ(get("/open", ann).status, 204u);
    EXPECT_EQ(get("/open", ann).header("RateLimit"), "");
    clock_.advance(seconds(15));
    EXPECT_EQ(get("/api/v1/x", ann).status, 204u);
    EXPECT_NE(metrics_.expose().find("requests_limited_total 1"), std::string::npos);
}

// Whatever is waited for between: an administrator, the store, or nothing.
TEST_F(LimitedGate, NobodyCountsOnceAtTheEndOfTheFirstRun) {
    count_through_the_first_run(by("192.0.2.1"));
}

TEST_F(LimitedGate, WhoBringsACookieCountsOnceAtTheEndOfTheFirstRun) {
    count_through_the_first_run(by("192.0.2.1") + "Cookie: caredian_session=old\r\n");
}

TEST_F(LimitedGate, WhoIsNobodyCountsByAddressWhateverTheyBring) {
    start_with({{"who", {"/api/v1/x", "/auth/login"}, RatePer::principal, 3, seconds(60), 0}});
    const std::string brought[] = {
        "", "Cookie: caredian_session=x\r\n", "Cookie: caredian_session=x; caredian_session=y\r\n",
        "X-API-Key: cdk_1_x\r\nX-API-Key: cdk_2_x\r\n", "X-API-Key: cdk_1_x\r\n"};
    int client = 0;
    for (auto path : {"/api/v1/x", "/auth/login"})
        for (const auto& headers : brought) {
            const auto from = by("192.0.2." + std::to_string(++client));
            for (int left : {2, 1, 0})
                EXPECT_THAT(get(path, headers + from).header("RateLimit"),
                            testing::StartsWith("\"who\";r=" + std::to_string(left) + ";"))
                    << path << " " << headers;
            EXPECT_EQ(get(path, headers + from).status, 429u) << path << " " << headers;
        }
    EXPECT_EQ(get("/api/v1/x", session_of("ann") + by("192.0.2.1")).status, 204u);
}

TEST_F(LimitedGate, WhatIsRefusedByWhoCostsTheAddressNothing) {
    start_with({{"door", {"/api/v1/x"}, RatePer::address, 9, seconds(60), 0},
                {"api", {"/api/v1/x"}, RatePer::principal, 2, seconds(60), 0}});
    auto ann = session_of("ann") + by("192.0.2.1");
    for (unsigned status : {204u, 204u, 429u, 429u, 429u})
        EXPECT_EQ(get("/api/v1/x", ann).status, status);
    EXPECT_THAT(get("/api/v1/x", session_of("ben") + by("192.0.2.1")).header("RateLimit"),
                testing::StartsWith("\"door\";r=6;"));
}

TEST_F(LimitedGate, SignInsByAddressWithTheirHeadersOnEveryAnswer) {
    start_with({{"sign-in", {"POST /auth/login"}, RatePer::address, 2, seconds(60), 0}});
    auto wrong = log_in("ann", "wrong horse", by("192.0.2.1"));
    EXPECT_EQ(wrong.status, 401u);
    EXPECT_EQ(wrong.header("RateLimit"), "\"sign-in\";r=1;t=30");
    EXPECT_EQ(log_in("ann", password, by("192.0.2.1")).status, 200u);
    EXPECT_EQ(log_in("ann", password, by("192.0.2.1")).status, 429u);
    EXPECT_EQ(log_in("ann", password, by("192.0.2.2")).status, 200u);
    EXPECT_EQ(get("/auth/login", by("192.0.2.1")).header("RateLimit"), "") << "the page is free";
    for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in("ann").status, 200u) << "this machine";
    gate_->set_limits(nullptr);
    (void)get("/open");
    EXPECT_EQ(log_in("ann", password, by("192.0.2.1")).status, 200u);
}

} // namespace
} // namespace caredian::api
