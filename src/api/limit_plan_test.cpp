#include "api/limit_plan.h"
#include "api/people_helpers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace caredian::api {
namespace {

using guard::RatePer;
using guard::RateRule;
using net::http::Method;
using net::http::Request;
using net::http::Response;
using net::http::Route;
using std::chrono::seconds;

std::string header(const Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
        if (key == name) return value;
    return {};
}

Route route(std::string path, std::vector<Method> methods = {Method::get}) {
    Route r;
    r.path = std::move(path);
    r.methods = std::move(methods);
    return r;
}

TEST(RoutePattern, BadOnesAreNamed) {
    for (auto good : {"/", "/api/v1/*", "/*", "/api/v1/devices/{id}", "POST /auth/login*", "GET /x",
                      "DELETE /x"})
        EXPECT_EQ(route_pattern_problem(good), "") << good;
    for (auto bad : {"", "*", "api", "post /x", "FETCH /x", "POST", "POST  /x", " /x", "/a*b",
                     "/**", "/x?y=1", "/x y", "OTHER /x", "/a\"b"})
        EXPECT_NE(route_pattern_problem(bad), "") << bad;
}

TEST(RoutePattern, Matches) {
    struct {
        const char* pattern;
        Route route;
        Method method;
        bool matches;
    } cases[] = {
        {"/api/v1/x", route("/api/v1/x"), Method::get, true},
        {"/api/v1/x", route("/api/v1/x"), Method::head, true},
        {"/api/v1/x", route("/api/v1/x"), Method::post, false},
        {"/api/v1/x", route("/api/v1/xy"), Method::get, false},
        {"/api/v1/*", route("/api/v1/devices/{id}"), Method::get, true},
        {"/api/v1/*", route("/api/v2"), Method::get, false},
        {"/api/v1/*", route("/api/v1/stream"), Method::get, false},
        {"/api/v1/stream", route("/api/v1/stream"), Method::get, true},
        {"GET /x", route("/x", {}), Method::get, true},
        {"GET /x", route("/x", {}), Method::head, true},
        {"GET /x", route("/x", {}), Method::post, false},
        {"POST /x", route("/x", {Method::get, Method::post}), Method::post, true},
        {"POST /x", route("/x", {Method::get, Method::post}), Method::get, false},
        {"/ha/api/*", route("/ha/api/*", {}), Method::other, true},
        {"/*", route("/auth/verify", {}), Method::get, false},
        {"/auth/verify*", route("/auth/verify/*", {}), Method::get, false},
        {"/auth/verify/*", route("/auth/verify/*", {}), Method::get, true},
        {"/*", route("/healthz"), Method::get, false},
        {"/*", route("/static/pages.css"), Method::get, false},
        {"/*", route("/devices/*"), Method::get, true},
    };
    for (const auto& c : cases)
        EXPECT_EQ(route_matches(c.pattern, c.route, c.method), c.matches)
            << c.pattern << " " << c.route.path << " " << to_string(c.method);
}

TEST(RateRules, TheDefaultsLeaveFreeWhatIsAskedForByTheHundred) {
    guard::RateBuckets buckets;
    std::vector<Route> routes{route("/auth/verify", {}),
                              route("/auth/verify/*", {}),
                              route("/api/v1/stream"),
                              route("/healthz"),
                              route("/static/passkey.js"),
                              route("/"),
                              route("/auth/login"),
                              route("/auth/introspect", {Method::post}),
                              route("/auth/login", {Method::post}),
                              route("/api/v1/readings")};
    for (std::size_t i = 0; i < routes.size(); ++i) routes[i].number = i;
    LimitPlan plan(guard::default_rate_rules(), routes, guard::RateKeys("x"), buckets);
    for (std::size_t i = 0; i < 8; ++i) {
        EXPECT_TRUE(plan.of(routes[i]).any.empty()) << routes[i].path;
        EXPECT_TRUE(plan.of(routes[i]).who.empty()) << routes[i].path;
    }
    EXPECT_EQ(plan.of(routes[8]).any.size(), 1u);
    EXPECT_EQ(plan.of(routes[9]).who.size(), 1u);
    EXPECT_THAT(plan.idle(), testing::ElementsAre("tokens", "home-assistant"));
    Route foreign = route("/auth/login");
    foreign.number = 99;
    EXPECT_TRUE(plan.of(foreign).any.empty());
}

// Behind trusted proxies the true client counts, and the proxy itself never does.
TEST(ClientThatCounts, IsNeitherThisMachineNorAProxyThatSpeaksForNobody) {
    struct {
        const char* peer;
        const char* client;
        bool trusted;
        bool counts;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", false, true},  // a client of its own
        {"10.0.0.2", "192.0.2.1", true, true},    // behind a trusted proxy
        {"10.0.0.2", "10.0.0.2", true, false},    // the proxy itself
        {"10.0.0.2", "10.0.0.2", false, true},    // a proxy that nobody trusts is a client
        {"127.0.0.1", "127.0.0.1", false, false}, // this machine
        {"127.0.0.1", "192.0.2.1", true, true},   // behind a proxy on this machine
        {"::1", "::1", true, false},              //
        {"fd00::2", "2001:db8::1", true, true},   //
        {"fd00::2", "fd00::2", true, false},      //
    };
    for (const auto& c : cases) {
        Request request;
        request.peer = *net::parse_address(c.peer);
        request.client = *net::parse_address(c.client);
        request.peer_trusted = c.trusted;
        EXPECT_EQ(client_counts(request), c.counts) << c.peer << " " << c.client;
        auto attempt = attempt_of(request, "ann");
        EXPECT_EQ(attempt.client.has_value(), c.counts) << c.peer << " " << c.client;
        EXPECT_EQ(attempt.client.value_or(request.client), request.client);
    }
}

class LimitPlanTest : public ::testing::Test {
protected:
    void make(std::vector<RateRule> rules) {
        plan_ = std::make_unique<LimitPlan>(rules, routes_, guard::RateKeys("x"), buckets_);
    }
    Request from(std::string_view client) {
        Request request;
        request.method = Method::get;
        request.path = "/x";
        request.peer = *net::parse_address("10.0.0.2");
        request.client = *net::parse_address(client);
        request.peer_trusted = true;
        return request;
    }
    // How many of `tries` are let through.
    unsigned allowed(const Request& request, unsigned tries,
                     const identity::Principal* who = nullptr, std::size_t route = 0) {
        unsigned n = 0;
        for (unsigned i = 0; i < tries; ++i) {
            Response any;
            const auto& of = plan_->of(routes_[route]);
            if (!plan_->refuses(of.any, request, who, now_, any) &&
                !plan_->refuses(of.who, request, who, now_, any))
                ++n;
            last_ = std::move(any);
        }
        return n;
    }
    static RateRule rule(RatePer per, std::uint32_t requests, std::string name = "r") {
        return {std::move(name), {"/*"}, per, requests, seconds(60), 0};
    }

    std::vector<Route> routes_ = [] {
        std::vector<Route> r{route("/x"), route("/y")};
        r[1].number = 1;
        return r;
    }();
    guard::RateBuckets buckets_;
    std::unique_ptr<LimitPlan> plan_;
    MonoTime now_{std::chrono::hours(1)};
    Response last_;
};

TEST_F(LimitPlanTest, ByAddress) {
    make({rule(RatePer::address, 3)});
    EXPECT_EQ(allowed(from("192.0.2.1"), 9), 3u);
    EXPECT_EQ(last_.status, 429u);
    EXPECT_EQ(header(last_, "RateLimit-Policy"), "\"r\";q=3;w=60");
    EXPECT_EQ(header(last_, "RateLimit"), "\"r\";r=0;t=60");
    EXPECT_EQ(header(last_, "Retry-After"), "20");
    EXPECT_EQ(header(last_, "Content-Type"), "application/problem+json");
    EXPECT_EQ(allowed(from("192.0.2.2"), 1), 1u) << "another client behind the same proxy";
    EXPECT_EQ(last_.headers.size(), 2u);
    EXPECT_EQ(header(last_, "RateLimit"), "\"r\";r=2;t=20");
    EXPECT_EQ(allowed(from("10.0.0.2"), 99), 99u) << "the proxy itself";
    EXPECT_TRUE(last_.headers.empty());
    EXPECT_EQ(allowed(from("127.0.0.1"), 99), 99u) << "this machine";
    EXPECT_EQ(allowed(from("2001:db8::1"), 2), 2u);
    EXPECT_EQ(allowed(from("2001:db8::2"), 9), 1u) << "the same network";
    EXPECT_EQ(allowed(from("192.0.2.1"), 9, nullptr, 1), 0u) << "one bucket for all its routes";
    now_ += seconds(20);
    EXPECT_EQ(allowed(from("192.0.2.1"), 9), 1u);
}

TEST_F(LimitPlanTest, ByPrincipal) {
    make({rule(RatePer::principal, 3)});
    identity::Principal ann, key;
    ann.account = key.account = "0b9f6c1e2d3a4b5c";
    ann.session = "s1";
    key.session = "key:1";
    auto bounds = std::make_unique<identity::Bounds>();
    bounds->key = "1";
    key.bounds = std::move(bounds);
    EXPECT_EQ(allowed(from("192.0.2.1"), 2, &ann), 2u);
    ann.session = "s2";
    EXPECT_EQ(allowed(from("192.0.2.9"), 9, &ann), 1u) << "whatever her session and address";
    EXPECT_EQ(allowed(from("192.0.2.9"), 2, &key), 2u) << "her key by itself";
    key.session = "grant:7";
    EXPECT_EQ(allowed(from("192.0.2.9"), 9, &key), 1u) << "with each of its tokens";
    EXPECT_EQ(allowed(from("192.0.2.9"), 9), 3u) << "nobody: by address";
    EXPECT_EQ(allowed(from("192.0.2.8"), 9), 3u);
    EXPECT_EQ(allowed(from("10.0.0.2"), 9, &ann), 0u) << "also by a proxy that names no client";
    EXPECT_EQ(allowed(from("10.0.0.2"), 9), 9u);
}

TEST_F(LimitPlanTest, ByRoute) {
    make({rule(RatePer::route, 3)});
    EXPECT_EQ(allowed(from("192.0.2.1"), 2), 2u);
    EXPECT_EQ(allowed(from("192.0.2.2"), 9), 1u);
    EXPECT_EQ(allowed(from("192.0.2.2"), 9, nullptr, 1), 3u) << "another route";
}

TEST_F(LimitPlanTest, AllRulesThatMatchHold) {
    make({rule(RatePer::address, 5, "far"), rule(RatePer::address, 2, "near"),
          rule(RatePer::principal, 9, "who")});
    EXPECT_EQ(allowed(from("192.0.2.1"), 1), 1u);
    EXPECT_EQ(header(last_, "RateLimit-Policy"),
              "\"far\";q=5;w=60, \"near\";q=2;w=60, \"who\";q=9;w=60");
    EXPECT_EQ(header(last_, "RateLimit"), "\"far\";r=4;t=12, \"near\";r=1;t=30, \"who\";r=8;t=7");
    EXPECT_EQ(allowed(from("192.0.2.1"), 9), 1u);
}

TEST_F(LimitPlanTest, RetryAfterIsNeverTooEarly) {
    make({rule(RatePer::address, 3)});
    EXPECT_EQ(allowed(from("192.0.2.1"), 4), 3u);
    for (auto [passed, said] : {std::pair{1, "20"}, {500, "20"}, {18'500, "1"}, {998, "1"}}) {
        now_ += std::chrono::milliseconds(passed);
        EXPECT_EQ(allowed(from("192.0.2.1"), 1), 0u);
        EXPECT_EQ(header(last_, "Retry-After"), said) << passed;
    }
    now_ += std::chrono::milliseconds(1);
    EXPECT_EQ(allowed(from("192.0.2.1"), 1), 1u);
}

TEST_F(LimitPlanTest, AMethodThatIsNotMeantIsFree) {
    routes_[0].methods = {Method::get, Method::post};
    auto one = rule(RatePer::address, 2);
    one.routes = {"POST /x"};
    make({one});
    auto request = from("192.0.2.1");
    EXPECT_EQ(allowed(request, 9), 9u);
    EXPECT_TRUE(last_.headers.empty());
    request.method = Method::post;
    EXPECT_EQ(allowed(request, 9), 2u);
}

TEST_F(LimitPlanTest, ABurstOfItsOwn) {
    auto one = rule(RatePer::address, 60);
    one.burst = 5;
    make({one});
    EXPECT_EQ(allowed(from("192.0.2.1"), 60), 5u);
    EXPECT_EQ(header(last_, "Retry-After"), "1") << "the pace is that of `requests`";
    now_ += seconds(60);
    EXPECT_EQ(allowed(from("192.0.2.1"), 60), 5u);
}

TEST_F(LimitPlanTest, WhatOneRuleRefusesCostsNothingAtTheOthers) {
    make({rule(RatePer::address, 9, "far"), rule(RatePer::address, 2, "near")});
    EXPECT_EQ(allowed(from("192.0.2.1"), 99), 2u);
    now_ += seconds(60);
    EXPECT_EQ(allowed(from("192.0.2.1"), 1), 1u);
    EXPECT_EQ(header(last_, "RateLimit"), "\"far\";r=8;t=7, \"near\";r=1;t=30");
}

// A proxy on this machine that is not in trusted_proxies is a client like others.
TEST_F(LimitPlanTest, LoopbackCountsWhenItCarriesStrangers) {
    make({rule(RatePer::address, 3), rule(RatePer::principal, 5, "who")});
    for (auto name : {"X-Forwarded-For", "Forwarded", "X-Real-IP"}) {
        const net::http::HeaderView fields[] = {{name, "192.0.2.1"}};
        auto request = from("127.0.0.1");
        request.peer = request.client;
        request.headers = fields;
        EXPECT_EQ(allowed(request, 9), 9u) << "trusted, and names nobody that can be read";
        request.peer_trusted = false;
        EXPECT_EQ(allowed(request, 9), 3u) << name;
        EXPECT_EQ(last_.status, 429u);
        request.headers = {};
        EXPECT_EQ(allowed(request, 9), 9u);
        now_ += seconds(60);
    }
}

TEST_F(LimitPlanTest, APersonGetsAPage) {
    make({rule(RatePer::address, 1)});
    const net::http::HeaderView fields[] = {{"Accept", "text/html"}, {"Accept-Language", "ko"}};
    auto request = from("192.0.2.1");
    request.headers = fields;
    EXPECT_EQ(allowed(request, 2), 1u);
    EXPECT_EQ(last_.status, 429u);
    EXPECT_THAT(header(last_, "Content-Type"), testing::StartsWith("text/html"));
    EXPECT_EQ(header(last_, "Retry-After"), "60");
    EXPECT_NE(std::get<std::string>(last_.body).find("잠시 후 다시"), std::string::npos);
}

} // namespace
} // namespace caredian::api
