#include "identity/oidc/login_state.h"
#include "identity/oidc/metadata.h"

#include <gtest/gtest.h>

namespace caredian::identity::oidc {
namespace {

const std::string issuer = "https://sso.example/o/c/";

std::string document(const std::string& more = "",
                     const std::string& token = "https://sso.example/t") {
    return R"({"issuer":")" + issuer + R"(","authorization_endpoint":"https://sso.example/a",
        "token_endpoint":")" +
           token + R"(","jwks_uri":"https://sso.example/j")" + more + "}";
}

TEST(Metadata, AGoodDocument) {
    auto m = parse_metadata(document(R"(,"authorization_response_iss_parameter_supported":true,
        "token_endpoint_auth_methods_supported":["client_secret_post"],
        "end_session_endpoint":null)"),
                            issuer)
                 .value();
    EXPECT_EQ(m.token_endpoint, "https://sso.example/t");
    EXPECT_TRUE(m.names_issuer && m.secret_in_body);
    EXPECT_EQ(m.end_session_endpoint, "");
    EXPECT_FALSE(parse_metadata(document(), issuer)->secret_in_body);
}

TEST(Metadata, TableOfBadDocuments) {
    for (const std::string& bad :
         {std::string(), std::string("<html>"), std::string("[]"), std::string("{}"),
          std::string(300'000, ' '), document("", "http://sso.example/t"),
          document("", "https://u:p@sso.example/t"), document("", "https://sso.example/t#x"),
          document("", "javascript:alert(1)"), document("", ""),
          document(R"(,"end_session_endpoint":7)"), document(R"(,"userinfo_endpoint":"ftp://x/")"),
          document(R"(,"end_session_endpoint":"https://x/\"><script>")")})
        EXPECT_EQ(parse_metadata(bad, issuer).error(), Errc::metadata) << bad.substr(0, 200);
    for (const char* other : {"https://sso.example/o/c", "https://sso.example/", ""})
        EXPECT_EQ(parse_metadata(document(), other).error(), Errc::metadata) << other;
}

TEST(Metadata, AnIssuerWithoutTls) {
    auto http = R"({"issuer":"http://127.0.0.1:9","authorization_endpoint":"http://127.0.0.1:9/a",
        "token_endpoint":"http://127.0.0.1:9/t"})";
    EXPECT_TRUE(parse_metadata(http, "http://127.0.0.1:9"));
    EXPECT_EQ(discovery_url("http://127.0.0.1:9"),
              "http://127.0.0.1:9/.well-known/openid-configuration");
    EXPECT_EQ(discovery_url(issuer), issuer + ".well-known/openid-configuration");
}

TEST(LoginState, IsSealedAndRunsOut) {
    SystemRandom random;
    store::Sealer sealer(Secret("a master key of the tests, thirty-two bytes"));
    ManualClock clock;
    auto login = LoginState::fresh(random, clock.wall());
    login.provider = "test";
    login.return_to = "/system";
    auto cookie = seal_login(login, sealer, random);
    EXPECT_EQ(cookie.find(login.state), std::string::npos);
    auto opened = open_login(cookie, sealer, clock.wall()).value();
    EXPECT_EQ(opened.verifier, login.verifier);
    EXPECT_EQ(opened.return_to, "/system");
    auto bad = [&](std::string text) {
        return open_login(text, sealer, clock.wall()).error() == Errc::no_login;
    };
    auto changed = cookie;
    changed[40] = changed[40] == 'A' ? 'B' : 'A';
    EXPECT_TRUE(bad("") && bad("x") && bad(changed) && bad(cookie.substr(1)));
    store::Sealer other(Secret("another master key of the tests, 32 bytes"));
    EXPECT_EQ(open_login(cookie, other, clock.wall()).error(), Errc::no_login);
    clock.advance(login_lifetime);
    EXPECT_TRUE(bad(cookie));
}

TEST(LoginState, WhereTheBrowserGoes) {
    Metadata m;
    m.authorization_endpoint = "https://sso.example/a?x=1";
    ProviderOptions o;
    o.client_id = "a&b";
    o.scopes = {"openid", "email"};
    LoginState login{"test", "S", "N", "V", "https://h/auth/callback", "/", "ko", {}};
    EXPECT_EQ(authorization_url(m, o, login),
              "https://sso.example/a?x=1&response_type=code&client_id=a%26b&redirect_uri="
              "https%3A%2F%2Fh%2Fauth%2Fcallback&scope=openid%20email&state=S&nonce=N&"
              "code_challenge=" +
                  sha256_base64url("V") + "&code_challenge_method=S256");
    o.openid = false;
    EXPECT_EQ(authorization_url(m, o, login).find("nonce"), std::string::npos);
}

} // namespace
} // namespace caredian::identity::oidc
