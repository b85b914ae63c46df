#include "api/people_fixture.h"
#include "base/encoding.h"
#include "base/json.h"

#include <gtest/gtest.h>

namespace caredian::api {
namespace {

using identity::Role;
using std::chrono::seconds;

class TokensTest : public PeopleTest {
protected:
    void SetUp() override {
        options_.trusted_proxies = net::NetworkSet({*net::parse_network("127.0.0.1")});
        start();
        add_ann_and_ben();
        key_ = make("ben", "read control introspect");
        id_ = key_.substr(4, 16);
        secret_ = key_.substr(21);
    }
    std::string make(std::string_view owner, std::string_view scopes, Role role = Role::member,
                     std::vector<std::string> addresses = {}) {
        identity::NewApiKey key;
        key.name = "test";
        key.role = role;
        key.scopes = *identity::parse_scopes(scopes);
        key.addresses = std::move(addresses);
        auto account = people_->identity.accounts.find(owner).value();
        return people_->identity.api_keys.add(key, *account, {"test", ""}).value().text.reveal();
    }
    static std::string basic(std::string_view id, std::string_view secret) {
        return "Authorization: Basic " + base64_encode(std::string(id).append(":").append(secret)) +
               "\r\n";
    }
    static std::string bearer(std::string_view token) {
        return "Authorization: Bearer " + std::string(token) + "\r\n";
    }
    Answer form(std::string_view path, std::string_view headers, std::string_view body) {
        return ask("POST", path, std::string(form_type) + std::string(headers), body);
    }
    Answer json(std::string_view path, std::string_view body, std::string_view headers = "") {
        return ask("POST", path, std::string(json_type) + std::string(headers), body);
    }
    static std::string member(const Answer& answer, std::string_view name) {
        auto value = parse_json(answer.body);
        if (!value || !value->is_object()) return "not JSON: " + answer.body;
        auto* found = value->get_object().if_contains(name);
        if (!found) return "";
        if (found->is_string()) return found->get_string().c_str();
        std::string out;
        append_json(out, *found);
        return out;
    }
    std::string access(std::string_view scope = "") {
        return member(form("/auth/token", basic(id_, secret_),
                           "grant_type=client_credentials&scope=" + std::string(scope)),
                      "access_token");
    }
    Answer exchange(std::string_view sub = "ben") {
        return json("/auth/exchange",
                    R"({"api_key":")" + key_ + R"(","sub":")" + std::string(sub) + "\"}");
    }
    std::string key_, id_, secret_;
};

TEST_F(TokensTest, ClientCredentialsByBasicOrBody) {
    auto body = "grant_type=client_credentials&client_id=" + id_ + "&client_secret=";
    for (const auto& answer :
         {form("/auth/token", basic(id_, secret_), "grant_type=client_credentials"),
          form("/auth/token", basic(id_, key_), "grant_type=client_credentials"),
          form("/auth/token", "", body + secret_), form("/auth/token", "", body + key_)}) {
        ASSERT_EQ(answer.status, 200u) << answer.body;
        EXPECT_EQ(answer.header("Cache-Control"), "no-store");
        EXPECT_EQ(member(answer, "token_type"), "Bearer");
        EXPECT_EQ(member(answer, "expires_in"), "900");
        EXPECT_EQ(member(answer, "scope"), "read control introspect");
        EXPECT_EQ(member(answer, "refresh_token"), "") << "RFC 6749 §4.4.3";
        auto token = member(answer, "access_token");
        for (int twice = 0; twice < 2; ++twice) // from the store, then from the cache
            EXPECT_EQ(get("/api/v1/x", bearer(token)).status, 204u);
        EXPECT_EQ(ask("POST", "/api/v1/x", bearer(token)).status, 204u) << "no Origin";
    }
    auto narrow = access("read");
    EXPECT_EQ(get("/api/v1/x", bearer(narrow)).status, 204u);
    EXPECT_EQ(ask("POST", "/api/v1/x", bearer(narrow)).status, 403u);
}

TEST_F(TokensTest, RequestsThatGetNoToken) {
    auto good = basic(id_, secret_);
    struct {
        std::string headers, body;
        unsigned status;
        const char* error;
    } cases[] = {
        {good, "", 400, "invalid_request"},
        {good, "grant_type=", 400, "invalid_request"},
        {good, "grant_type=password&username=ann", 400, "unsupported_grant_type"},
        {good, "grant_type=authorization_code", 400, "unsupported_grant_type"},
        {good, "grant_type=client_credentials&grant_type=client_credentials", 400,
         "invalid_request"},
        {good, "grant_type=client_credentials&scope=verify", 400, "invalid_scope"},
        {good, "grant_type=client_credentials&scope=admin+read", 400, "invalid_scope"},
        {good, "grant_type=client_credentials&scope=everything", 400, "invalid_scope"},
        {good, "grant_type=refresh_token", 400, "invalid_request"},
        {good, "grant_type=refresh_token&refresh_token=x", 400, "invalid_grant"},
        {"", "grant_type=client_credentials", 401, "invalid_client"},
        {"", "grant_type=client_credentials&client_id=" + id_, 401, "invalid_client"},
        {basic(id_, "wrong"), "grant_type=client_credentials", 401, "invalid_client"},
        {basic(id_, ""), "grant_type=client_credentials", 401, "invalid_client"},
        {basic("0123456789abcdef", secret_), "grant_type=client_credentials", 401,
         "invalid_client"},
        {basic("0123456789abcdef", key_), "grant_type=client_credentials", 401, "invalid_client"},
        {"Authorization: Basic !!!\r\n", "grant_type=client_credentials", 400, "invalid_request"},
        {"Authorization: Basic " + base64_encode("no colon") + "\r\n",
         "grant_type=client_credentials", 400, "invalid_request"},
        {good + good, "grant_type=client_credentials", 400, "invalid_request"},
        {good, "grant_type=client_credentials&client_id=" + id_ + "&client_secret=" + secret_, 400,
         "invalid_request"},
        {good, "grant_type=client_credentials&client_id=other", 400, "invalid_request"},
    };
    for (auto& c : cases) {
        auto answer = form("/auth/token", c.headers, c.body);
        EXPECT_EQ(answer.status, c.status) << c.headers << c.body;
        EXPECT_EQ(member(answer, "error"), c.error) << c.headers << c.body;
        EXPECT_EQ(answer.header("WWW-Authenticate").empty(), c.status != 401);
    }
    EXPECT_EQ(json("/auth/token", R"({"grant_type":"client_credentials"})", good).status, 400u);
    EXPECT_EQ(get("/auth/token", good).status, 405u);
}

TEST_F(TokensTest, WrongSecretsSlowDown) {
    std::string from = "X-Forwarded-For: 192.0.2.1\r\n";
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(
            form("/auth/token", from + basic(id_, "wrong"), "grant_type=client_credentials").status,
            401u);
    auto held = form("/auth/token", from + basic(id_, secret_), "grant_type=client_credentials");
    EXPECT_EQ(held.status, 429u);
    EXPECT_EQ(held.header("Retry-After"), "1");
    clock_.advance(seconds(1));
    EXPECT_EQ(
        form("/auth/token", from + basic(id_, secret_), "grant_type=client_credentials").status,
        200u);
}

TEST_F(TokensTest, AKeysNetworksBindItsTokens) {
    auto key = make("ben", "read", Role::member, {"192.0.2.0/24"});
    auto credentials = basic(key.substr(4, 16), key);
    std::string body = "grant_type=client_credentials";
    EXPECT_EQ(form("/auth/token", credentials, body).status, 401u);
    std::string near = "X-Forwarded-For: 192.0.2.1\r\n";
    auto token = member(form("/auth/token", near + credentials, body), "access_token");
    EXPECT_EQ(get("/api/v1/x", near + bearer(token)).status, 204u);
    EXPECT_EQ(get("/api/v1/x", bearer(token)).status, 403u);
}

TEST_F(TokensTest, AnAccessTokenEnds) {
    auto token = access();
    EXPECT_EQ(get("/api/v1/x", bearer(token)).status, 204u);
    clock_.advance(seconds(900));
    auto answer = get("/api/v1/x", bearer(token));
    EXPECT_EQ(answer.status, 401u);
    EXPECT_EQ(answer.header("WWW-Authenticate"),
              "Bearer realm=\"CareDian\", error=\"invalid_token\"");
}

TEST_F(TokensTest, RevokedIsRefusedAtOnce) {
    auto token = access();
    auto other = access();
    EXPECT_EQ(get("/api/v1/x", bearer(token)).status, 204u);
    EXPECT_EQ(form("/auth/revoke", "", "token=" + token).status, 401u) << "who asks?";
    EXPECT_EQ(form("/auth/revoke", basic(id_, secret_), "token=" + token).status, 200u);
    EXPECT_EQ(get("/api/v1/x", bearer(token)).status, 401u);
    EXPECT_EQ(get("/api/v1/x", bearer(other)).status, 204u);
    EXPECT_EQ(form("/auth/revoke", basic(id_, secret_), "token=nonsense").status, 200u);
    EXPECT_EQ(form("/auth/revoke", basic(id_, secret_), "x=y").status, 400u);
    auto stranger = make("ann", "read");
    auto refused = form("/auth/revoke", basic(stranger.substr(4, 16), stranger), "token=" + other);
    EXPECT_EQ(member(refused, "error"), "unauthorized_client");
    ASSERT_TRUE(people_->identity.api_keys.revoke(id_, {}, {}));
    EXPECT_EQ(get("/api/v1/x", bearer(other)).status, 401u) << "with its key";
}

TEST_F(TokensTest, Introspection) {
    auto token = access("read");
    auto answer = form("/auth/introspect", basic(id_, secret_), "token=" + token);
    ASSERT_EQ(answer.status, 200u) << answer.body;
    EXPECT_EQ(member(answer, "active"), "true");
    EXPECT_EQ(member(answer, "scope"), "read");
    EXPECT_EQ(member(answer, "client_id"), id_);
    EXPECT_EQ(member(answer, "username"), "ben");
    EXPECT_EQ(member(answer, "exp"), "1800000900");
    EXPECT_EQ(form("/auth/introspect", basic(id_, secret_), "token=x").body, R"({"active":false})");
    auto weak = make("ben", "read");
    auto refused = form("/auth/introspect", basic(weak.substr(4, 16), weak), "token=" + token);
    EXPECT_EQ(refused.status, 403u);
    EXPECT_EQ(form("/auth/introspect", "", "token=" + token).status, 401u);
    EXPECT_EQ(form("/auth/introspect", session_of("ann"), "token=" + token).status, 401u);
}

TEST_F(TokensTest, TwoWhoAreNotTheSame) {
    auto token = access();
    auto key = "X-API-Key: " + key_ + "\r\n";
    EXPECT_EQ(get("/api/v1/x", key + bearer(token)).status, 401u);
    EXPECT_EQ(get("/api/v1/x", bearer(token) + bearer(access())).status, 401u);
    EXPECT_EQ(get("/api/v1/x", bearer(token) + session_of("ann")).status, 204u)
        << "a token goes before a cookie";
    EXPECT_EQ(get("/.well-known/jwks.json").body, R"({"keys":[]})");
}

// --- the original's routes ---------------------------------------------------------------------

TEST_F(TokensTest, ExchangeAndRefreshAsTheOriginal) {
    auto first = exchange("BEN");
    ASSERT_EQ(first.status, 200u) << first.body;
    EXPECT_EQ(member(first, "token_type"), "bearer");
    EXPECT_EQ(member(first, "expires_in"), "900");
    auto cookie = first.header("Set-Cookie");
    EXPECT_EQ(cookie, "cd_session=" + member(first, "access_token") +
                          "; Path=/; Max-Age=900; HttpOnly; SameSite=Lax");
    auto carried = "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
    for (int twice = 0; twice < 2; ++twice) EXPECT_EQ(get("/api/v1/x", carried).status, 204u);
    auto second =
        json("/auth/refresh", R"({"refresh_token":")" + member(first, "refresh_token") + "\"}");
    ASSERT_EQ(second.status, 200u) << second.body;
    EXPECT_EQ(get("/api/v1/x", bearer(member(second, "access_token"))).status, 204u);
    EXPECT_NE(second.header("Set-Cookie"), "");
    clock_.advance(seconds(900));
    EXPECT_EQ(get("/api/v1/x", carried).status, 401u);
    EXPECT_EQ(log_in("ann", password, carried).status, 200u) << "a stale cookie keeps nobody out";
    // 14 days from the exchange, and no longer.
    clock_.advance(seconds(1'209'600));
    EXPECT_EQ(
        json("/auth/refresh", R"({"refresh_token":")" + member(second, "refresh_token") + "\"}")
            .status,
        401u);
}

TEST_F(TokensTest, ClientTokenAsTheOriginal) {
    auto key = make("ben", "events:fall:ingest read");
    auto id = key.substr(4, 16);
    auto who = basic(id, key.substr(21));
    auto answer = ask("POST", "/auth/cc/token", who);
    ASSERT_EQ(answer.status, 200u) << answer.body;
    EXPECT_EQ(member(answer, "token_type"), "Bearer");
    EXPECT_EQ(member(answer, "scope"), "events:fall:ingest");
    EXPECT_EQ(member(ask("POST", "/auth/cc/token?scope=read", who), "scope"), "read");
    auto by_body = json("/auth/cc/token", R"({"client_id":")" + id + R"(","client_secret":")" +
                                              key.substr(21) + R"(","scope":"read"})");
    EXPECT_EQ(member(by_body, "scope"), "read");
    auto nobody = ask("POST", "/auth/cc/token");
    EXPECT_EQ(nobody.status, 401u);
    EXPECT_EQ(nobody.header("WWW-Authenticate"), "Basic");
    EXPECT_EQ(member(nobody, "detail"), "Not authenticated");
    EXPECT_EQ(member(ask("POST", "/auth/cc/token", basic(id, "wrong")), "detail"),
              "bad client credentials");
}

// Section by section: what the original let through.
TEST_F(TokensTest, Hole1AnyKeyForAnyName) {
    for (auto sub : {"ann", "admin", "", "ben ", "user"})
        EXPECT_EQ(exchange(sub).status, 401u) << sub;
    for (std::string key : {"", "anything", "k1", "[k1]", "cdk_"}) {
        auto answer = json("/auth/exchange", R"({"api_key":")" + key + R"(","sub":"ann"})");
        EXPECT_EQ(answer.status, 401u) << key;
        EXPECT_EQ(member(answer, "detail"), "Invalid API key");
        EXPECT_EQ(answer.header("Set-Cookie"), "");
    }
    for (auto body : {R"({"api_key":"a"})", R"({"sub":"ann"})", R"({"api_key":5,"sub":"ann"})"})
        EXPECT_EQ(json("/auth/exchange", body).status, 422u) << body;
}

TEST_F(TokensTest, Hole4ARefreshTokenIsNoSession) {
    auto made = exchange();
    auto refresh = member(made, "refresh_token");
    EXPECT_EQ(get("/api/v1/x", bearer(refresh)).status, 401u);
    for (auto cookie : {"cd_session", "caredian_session"})
        EXPECT_EQ(
            get("/api/v1/x", std::string("Cookie: ") + cookie + "=" + refresh + "\r\n").status,
            401u);
    auto access = member(made, "access_token");
    auto answer = json("/auth/refresh", R"({"refresh_token":")" + access + "\"}");
    EXPECT_EQ(answer.status, 401u);
    EXPECT_EQ(member(answer, "detail"), "Not a refresh token");
    EXPECT_EQ(get("/api/v1/x", "Cookie: caredian_session=" + access + "\r\n").status, 401u)
        << "nor is an access token a session";
}

TEST_F(TokensTest, Hole7NothingCouldBeRevokedAndTheCookieAloneChangedThings) {
    auto made = exchange();
    auto carried = "Cookie: cd_session=" + member(made, "access_token") + "\r\n";
    EXPECT_EQ(ask("POST", "/api/v1/x", carried).status, 403u) << "no Origin";
    EXPECT_EQ(ask("POST", "/api/v1/x", carried + "Origin: http://evil.example\r\n").status, 403u);
    EXPECT_EQ(ask("POST", "/api/v1/x", carried + own_origin()).status, 204u);
    EXPECT_EQ(
        form("/auth/revoke", basic(id_, secret_), "token=" + member(made, "refresh_token")).status,
        200u);
    EXPECT_EQ(get("/api/v1/x", carried).status, 401u);
    auto refresh = R"({"refresh_token":")" + member(made, "refresh_token") + "\"}";
    EXPECT_EQ(json("/auth/refresh", refresh).status, 401u);
}

TEST_F(TokensTest, Hole7ReuseEndsTheFamily) {
    auto first = exchange();
    auto old = R"({"refresh_token":")" + member(first, "refresh_token") + "\"}";
    auto second = json("/auth/refresh", old);
    auto token = bearer(member(second, "access_token"));
    EXPECT_EQ(get("/api/v1/x", token).status, 204u);
    auto again = json("/auth/refresh", old);
    EXPECT_EQ(again.status, 401u);
    EXPECT_EQ(member(again, "detail"), "Refresh token invalid or used");
    EXPECT_EQ(get("/api/v1/x", token).status, 401u) << "in every worker's cache too";
}

TEST_F(TokensTest, Hole14AnyScope) {
    auto who = basic(id_, secret_);
    EXPECT_EQ(ask("POST", "/auth/cc/token", who).status, 403u) << "the default is asked for too";
    for (auto scope : {"admin", "verify", "read%20admin", "events%3Afall%3Aingest"})
        EXPECT_EQ(ask("POST", std::string("/auth/cc/token?scope=") + scope, who).status, 403u)
            << scope;
    for (auto scope : {"", "everything", "*"})
        EXPECT_EQ(ask("POST", std::string("/auth/cc/token?scope=") + scope, who).status, 400u)
            << scope;
}

} // namespace
} // namespace caredian::api
