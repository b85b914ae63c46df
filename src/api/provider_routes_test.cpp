// What providers tell us by themselves: the end of sessions, and Authentik's people. The provider
// and its API are routes of the same server.
#include "api/hooks.h"
#include "api/people_fixture.h"
#include "api/route.h"
#include "base/json.h"
#include "base/test_process.h"
#include "identity/authentik/users.h"
#include "identity/oidc/sign_in.h"
#include "identity/oidc/test_signer.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

namespace caredian::api {
namespace {

namespace http = net::http;
namespace oidc = identity::oidc;
namespace authentik = identity::authentik;
using http::Context;
using http::Method;
using http::Response;
using std::chrono::seconds;

class ProviderRoutesTest : public PeopleTest {
protected:
    void SetUp() override {
        start();
        add_ann_and_ben();
    }
    void TearDown() override {
        stop();
        users_.reset();
        sign_in_.reset();
    }
    oidc::SignIn* make_providers() override {
        options_.listen = {"127.0.0.1:" + std::to_string(testing::free_port())};
        issuer_ = "http://" + options_.listen[0];
        provider_.id = "sso";
        provider_.issuer = issuer_;
        provider_.client_id = "caredian";
        provider_.client_secret = Secret("a secret of the client, long enough");
        provider_.algorithms = {oidc::Algorithm::es256};
        provider_.allowed_groups = {"family"};
        sign_in_ = std::make_unique<oidc::SignIn>(std::vector{provider_}, people_->identity,
                                                  *database_, sealer_, sql_, clock_, random_);
        users_ = std::make_unique<authentik::Users>(
            authentik::Options{Secret("of the webhook"), issuer_, Secret("of the API"), {}},
            provider_, *sign_in_, *database_, sql_, clock_);
        return sign_in_.get();
    }
    void add_more_routes() override {
        serve("/.well-known/openid-configuration", [this](Context&) {
            return R"({"issuer":")" + issuer_ + R"(","authorization_endpoint":")" + issuer_ +
                   R"(/a","token_endpoint":")" + issuer_ + R"(/t","jwks_uri":")" + issuer_ +
                   R"(/keys"})";
        });
        serve("/keys", [this](Context&) { return signer_.jwks(); });
        serve("/api/v3/core/users/", [this](Context& context) {
            auto page = context.request.query_value("page").value_or("");
            return page == "1" ? first_page_ : second_page_;
        });
        add_hook_routes(*router_, users_.get());
    }
    template <class Body>
    void serve(std::string path, Body body) {
        auto route = make_route(std::move(path), Method::get, "public", "of the provider");
        route.quick = [body](Context& context) { return Response::json(200, body(context)); };
        router_->add(std::move(route));
    }

    // --- sessions that began there ---
    identity::Account person(const std::string& subject, const std::string& username) {
        oidc::Person p;
        p.issuer = issuer_;
        p.subject = subject;
        p.username = username;
        p.groups = {"family"};
        return sign_in_->directory().sign_in(provider_, p, "ko", "192.0.2.1").value();
    }
    std::string begin(const identity::Account& account, const std::string& subject,
                      const std::string& sid) {
        auto begun = people_->identity.sessions.start(account, "192.0.2.1", "a browser").value();
        oidc::ProviderSessions sessions(*database_, sealer_, random_);
        EXPECT_TRUE(sessions.save({begun.session.id,
                                   provider_.id,
                                   oidc::person_id(issuer_, subject),
                                   sid,
                                   clock_.wall() + std::chrono::hours(1),
                                   {}}));
        return "Cookie: " + std::string(session_cookie) + "=" + begun.token + "\r\n";
    }
    std::string token(const std::string& whose, const std::string& id = "1") {
        const auto now = std::to_string(to_ns(clock_.wall()) / 1'000'000'000);
        return signer_.sign(
            R"({"iss":")" + issuer_ + R"(","aud":"caredian","iat":)" + now + R"(,"jti":")" + id +
                R"(","events":{"http://schemas.openid.net/event/backchannel-logout":{}},)" + whose +
                "}",
            oidc::Algorithm::es256);
    }
    Answer log_out(const std::string& logout_token) {
        return ask("POST", "/auth/backchannel-logout", form_type, "logout_token=" + logout_token);
    }
    unsigned me(const std::string& cookie) { return get("/auth/me", cookie).status; }

    std::size_t reconcile(error_code* why = nullptr) {
        auto done =
            boost::asio::co_spawn(server_->worker(0), users_->reconcile(), boost::asio::use_future)
                .get();
        if (why) *why = done ? error_code() : done.error();
        return done ? *done : 0;
    }
    bool disabled(const std::string& name) {
        return people_->identity.accounts.find(name).value()->disabled;
    }

    std::string issuer_;
    store::Sealer sealer_{Secret("a master key of the tests, 32 bytes or more")};
    oidc::TestSigner signer_{"P-256"};
    oidc::ProviderOptions provider_;
    std::unique_ptr<oidc::SignIn> sign_in_;
    std::unique_ptr<authentik::Users> users_;
    std::string first_page_, second_page_;
};

TEST_F(ProviderRoutesTest, ALogoutTokenWithSubEndsAllOfAPerson) {
    auto mina = person("7", "mina");
    auto phone = begin(mina, "7", "s1");
    auto desk = begin(mina, "7", "");
    auto jun = begin(person("8", "jun"), "8", "s2");
    auto local = session_of("ben");
    for (const auto& cookie : {phone, desk, jun, local}) EXPECT_EQ(me(cookie), 200u);
    auto answer = log_out(token(R"("sub":"7")"));
    EXPECT_EQ(answer.status, 200u) << answer.body;
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    EXPECT_EQ(me(phone), 401u);
    EXPECT_EQ(me(desk), 401u) << "without a sid, too";
    EXPECT_EQ(me(jun), 200u);
    EXPECT_EQ(me(local), 200u);
    EXPECT_EQ(log_out(token(R"("sub":"7")")).status, 400u) << "the same token again";
    EXPECT_EQ(log_out(token(R"("sub":"nobody")", "2")).status, 200u) << "nothing is left to end";
}

TEST_F(ProviderRoutesTest, ALogoutTokenWithSidEndsThatSession) {
    auto mina = person("7", "mina");
    auto phone = begin(mina, "7", "s1");
    auto desk = begin(mina, "7", "s2");
    EXPECT_EQ(log_out(token(R"("sub":"7","sid":"s2")")).status, 200u);
    EXPECT_EQ(me(phone), 200u);
    EXPECT_EQ(me(desk), 401u);
    EXPECT_EQ(log_out(token(R"("sid":"s1")", "2")).status, 200u);
    EXPECT_EQ(me(phone), 401u);
}

TEST_F(ProviderRoutesTest, WhileTheStoreIsAwayTheProviderTriesAgain) {
    auto phone = begin(person("7", "mina"), "7", "s1");
    const auto logout = token(R"("sub":"7")");
    for (auto table : {"sessions", "provider_sessions", "used_once"}) {
        const std::string name(table);
        ASSERT_TRUE(database_->execute("ALTER TABLE " + name + " RENAME TO away"));
        auto answer = log_out(logout);
        EXPECT_EQ(answer.status, 503u) << table << answer.body;
        EXPECT_EQ(answer.header("Retry-After"), "5");
        EXPECT_EQ(answer.body.find("no such table"), std::string::npos);
        ASSERT_TRUE(database_->execute("ALTER TABLE away RENAME TO " + name));
    }
    EXPECT_EQ(me(phone), 200u);
    EXPECT_EQ(log_out(logout).status, 200u) << "the same token is good then";
    EXPECT_EQ(me(phone), 401u);
}

TEST_F(ProviderRoutesTest, BadLogoutTokens) {
    auto phone = begin(person("7", "mina"), "7", "s1");
    oidc::TestSigner another("P-256");
    const auto good = token(R"("sub":"7")");
    const std::string bad[] = {
        "",
        "x",
        "a.b.c",
        good.substr(0, good.size() - 4),
        token(R"("x":"7")"),
        token(R"("sub":"7","nonce":"n")"),
        token(R"("sub":7)"),
        another.sign(R"({"iss":")" + issuer_ + R"(","sub":"7"})", oidc::Algorithm::es256)};
    for (const auto& one : bad) EXPECT_EQ(log_out(one).status, 400u) << one;
    EXPECT_EQ(ask("POST", "/auth/backchannel-logout", form_type, "x=1").status, 400u);
    EXPECT_EQ(me(phone), 200u);
}

// --- Authentik --------------------------------------------------------------------------------

std::string user(int pk, const std::string& name, const std::string& more = "") {
    const auto number = std::to_string(pk);
    return R"({"pk":)" + number + R"(,"username":")" + name + R"(","name":")" + name +
           R"(","is_active":true,"email":"","groups_obj":[{"name":"family"}])" + more + "}";
}

std::string page(const std::string& users, int next) {
    return R"({"pagination":{"next":)" + std::to_string(next) + R"(},"results":[)" + users + "]}";
}

TEST_F(ProviderRoutesTest, PeopleAreComparedPageByPage) {
    person("7", "mina");
    auto jun = begin(person("8", "jun"), "8", "s1");
    person("9", "gone");
    first_page_ = page(user(7, "mina") + "," + user(50, "stranger"), 2);
    second_page_ =
        page(R"({"pk":8,"username":"jun","name":"Jun Park","is_active":false,"email":"",)"
             R"("groups_obj":[{"name":"family"}]})",
             0);
    EXPECT_EQ(reconcile(), 3u);
    EXPECT_FALSE(disabled("mina"));
    EXPECT_TRUE(disabled("jun")) << "not active there";
    EXPECT_EQ(me(jun), 401u);
    EXPECT_TRUE(disabled("gone")) << "on no page";
    EXPECT_FALSE(people_->identity.accounts.find("stranger").value()) << "known people only";
    EXPECT_FALSE(disabled("ben")) << "no account of theirs";
    second_page_ = page(user(8, "jun") + "," + user(9, "gone"), 0);
    EXPECT_EQ(reconcile(), 4u);
    EXPECT_FALSE(disabled("jun")) << "and back";
}

TEST_F(ProviderRoutesTest, WhatCannotBeBelievedChangesNothing) {
    for (int pk = 1; pk <= 6; ++pk) person(std::to_string(pk), "p" + std::to_string(pk));
    error_code why;
    for (const auto& bad : {std::string(), std::string("<html>"), std::string("[]"),
                            std::string("{}"), page(user(1, "p1"), 0)}) { // all but one are missing
        first_page_ = bad;
        reconcile(&why);
        EXPECT_TRUE(why) << bad;
        for (int pk = 1; pk <= 6; ++pk) EXPECT_FALSE(disabled("p" + std::to_string(pk))) << bad;
    }
    first_page_ = page(user(1, "p1") + "," + user(2, "p2") + "," + user(3, "p3"), 2);
    second_page_ = "{"; // the first page alone is not all
    reconcile(&why);
    EXPECT_TRUE(why);
    EXPECT_FALSE(disabled("p6"));
}

TEST_F(ProviderRoutesTest, TheWebhookWantsItsSecret) {
    for (const std::string headers :
         {"", "Authorization: Bearer wrong\r\n", "Authorization: Basic of the webhook\r\n",
          "Authorization: Bearer of the webhook\r\nAuthorization: Bearer of the webhook\r\n"}) {
        auto answer = ask("POST", "/hooks/authentik", headers + std::string(json_type), "{}");
        EXPECT_EQ(answer.status, 401u) << headers;
    }
    const std::string secret = "Authorization: Bearer of the webhook\r\n" + std::string(json_type);
    EXPECT_EQ(ask("POST", "/hooks/authentik", secret, R"({"action":"test"})").body,
              R"({"result":"nothing"})");
    EXPECT_EQ(ask("POST", "/hooks/authentik", secret, "{").status, 202u);
    ASSERT_TRUE(database_->execute("ALTER TABLE provider_events RENAME TO away"));
    auto away = ask("POST", "/hooks/authentik", secret, "{");
    EXPECT_EQ(away.status, 503u);
    EXPECT_EQ(away.header("Retry-After"), "10");
}

} // namespace
} // namespace caredian::api
