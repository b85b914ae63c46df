#include "identity/oidc/id_token.h"
#include "identity/oidc/test_signer.h"

#include <gtest/gtest.h>

namespace caredian::identity::oidc {
namespace {

const WallTime now{std::chrono::seconds(1'800'000'000)};
const std::string nonce = "the-nonce";
const std::string access = "the-access-token";

Verifier verifier(std::vector<Algorithm> algorithms = {Algorithm::es256}) {
    return {"https://sso.example/", "us", std::move(algorithms),
            Secret("a client secret of thirty-two bytes or more")};
}

const TestSigner& signer() {
    static const TestSigner one("P-256");
    return one;
}

// `claims` without braces, put before those of a good token: the first of a name counts.
std::string with(std::string claims, std::initializer_list<const char*> without = {}) {
    std::map<std::string, std::string> all{{"iss", "\"https://sso.example/\""},
                                           {"sub", "\"s1\""},
                                           {"aud", "\"us\""},
                                           {"exp", "1800000300"},
                                           {"iat", "1800000000"},
                                           {"nonce", "\"the-nonce\""}};
    for (const char* name : without) all.erase(name);
    std::string out = "{" + claims;
    for (const auto& [name, value] : all) {
        if (claims.find("\"" + name + "\":") != std::string::npos) continue;
        out += (out.size() > 1 ? "," : "") + ("\"" + name + "\":") + value;
    }
    return out + "}";
}

error_code state_of(const std::string& claims, std::string_view header = R"({"alg":"ES256"})") {
    auto token = parse_jws(signer().sign(header, claims, Algorithm::es256)).value();
    auto r = check_id_claims(token, verifier(), nonce, access, now);
    return r ? error_code() : r.error();
}

TEST(IdToken, AGoodOne) {
    auto token =
        parse_jws(signer().sign(with(R"("sid":"x","azp":"us")"), Algorithm::es256)).value();
    auto id = check_id_claims(token, verifier(), nonce, access, now).value();
    EXPECT_EQ(id.subject, "s1");
    EXPECT_EQ(id.session, "x");
}

TEST(IdToken, TableOfBadClaims) {
    const std::string half = half_hash(Algorithm::es256, access);
    const struct {
        std::string claims;
        error_code expected;
    } rows[] = {
        {with(""), {}},
        {with("", {"iss"}), Errc::issuer},
        {with(R"("iss":"https://sso.example")"), Errc::issuer},
        {with(R"("iss":["https://sso.example/"])"), Errc::issuer},
        {with("", {"aud"}), Errc::audience},
        {with(R"("aud":"them")"), Errc::audience},
        {with(R"("aud":[])"), Errc::audience},
        {with(R"("aud":["us"])"), {}},
        {with(R"("aud":["us","them"])"), Errc::audience},
        {with(R"("aud":["us","them"],"azp":"us")"), {}},
        {with(R"("aud":["us","them"],"azp":"them")"), Errc::audience},
        {with(R"("azp":"them")"), Errc::audience},
        {with(R"("azp":1)"), Errc::audience},
        {with(R"("aud":1)"), Errc::audience},
        {with("", {"sub"}), Errc::malformed},
        {with(R"("sub":"")"), Errc::malformed},
        {with(R"("sub":7)"), Errc::malformed},
        {with("", {"exp"}), Errc::malformed},
        {with(R"("exp":"1800000300")"), Errc::malformed},
        {with(R"("exp":-1)"), Errc::malformed},
        {with(R"("exp":1e300)"), Errc::malformed},
        {with(R"("exp":1799999939)"), Errc::expired},
        {with(R"("exp":1799999940)"), Errc::expired}, // 60 s ago, to the second
        {with(R"("exp":1799999941)"), {}},
        {with(R"("nbf":1800000060)"), {}},
        {with(R"("nbf":1800000061)"), Errc::not_yet},
        {with(R"("nbf":"1")"), Errc::malformed},
        {with("", {"iat"}), Errc::malformed},
        {with(R"("iat":1800000061)"), Errc::not_yet},
        {with("", {"nonce"}), Errc::nonce},
        {with(R"("nonce":"another")"), Errc::nonce},
        {with(R"("nonce":["the-nonce"])"), Errc::nonce},
        {with(R"("at_hash":")" + half + "\""), {}},
        {with(R"("at_hash":")" + half.substr(1) + "\""), Errc::hash},
        {with(R"("at_hash":1)"), Errc::hash},
        {with(R"("events":{})"), Errc::malformed}, // a logout token is no ID token
    };
    for (const auto& row : rows) EXPECT_EQ(state_of(row.claims), row.expected) << row.claims;
    EXPECT_EQ(state_of(with(""), R"({"alg":"ES256","typ":"logout+jwt"})"), Errc::malformed);
}

TEST(IdToken, TheAlgorithmIsTheProvidersNotTheTokens) {
    auto keys = KeySet::parse(signer().jwks()).value();
    auto token = parse_jws(signer().sign(with(""), Algorithm::es256)).value();
    EXPECT_TRUE(check_signature(token, verifier(), &keys));
    EXPECT_EQ(check_signature(token, verifier({Algorithm::rs256}), &keys).error(), Errc::algorithm);
    EXPECT_EQ(check_signature(token, verifier({Algorithm::hs256}), &keys).error(), Errc::algorithm);
    EXPECT_EQ(check_signature(token, verifier(), nullptr).error(), Errc::unknown_key);
}

TEST(IdToken, TheClientSecretAsKey) {
    // The header and claims are signed by hand: HMAC-SHA256.
    auto by = verifier({Algorithm::hs256});
    Jws token;
    token.algorithm = Algorithm::hs256;
    token.signed_bytes = "a.b";
    token.signature = "wrong";
    EXPECT_EQ(check_signature(token, by, nullptr).error(), Errc::signature);
    by.client_secret = Secret();
    EXPECT_EQ(check_signature(token, by, nullptr).error(), Errc::signature);
}

std::string logout(const std::string& claims, std::initializer_list<const char*> without = {}) {
    std::string events = R"("events":{"http://schemas.openid.net/event/backchannel-logout":{}})";
    std::string more = claims.find("\"events\"") == std::string::npos ? events : "";
    if (claims.find("\"jti\"") == std::string::npos)
        more += (more.empty() ? "" : ",") + std::string(R"("jti":"j1")");
    auto all = std::vector<const char*>(without);
    std::string text = with(claims + (claims.empty() ? "" : ",") + more, {"nonce", "exp"});
    for (const char* name : without) {
        auto at = text.find("\"" + std::string(name) + "\":");
        text.replace(at, std::string(name).size() + 2, "\"ignored\"");
    }
    return text;
}

error_code logout_state(const std::string& claims,
                        std::string_view header = R"({"alg":"ES256","typ":"logout+jwt"})") {
    auto token = parse_jws(signer().sign(header, claims, Algorithm::es256)).value();
    auto r = check_logout_claims(token, verifier(), now);
    return r ? error_code() : r.error();
}

TEST(LogoutToken, TableOfClaims) {
    EXPECT_FALSE(logout_state(logout("")));
    EXPECT_FALSE(logout_state(logout(R"("sid":"x")", {"sub"})));
    EXPECT_FALSE(logout_state(logout(""), R"({"alg":"ES256"})"));
    const struct {
        std::string claims;
        error_code expected;
    } rows[] = {
        {logout("", {"sub"}), Errc::malformed},
        {logout(R"("nonce":"x")"), Errc::malformed},
        {logout(R"("events":{})"), Errc::malformed},
        {logout(R"("events":[])"), Errc::malformed},
        {logout(R"("events":{"http://schemas.openid.net/event/backchannel-logout":1})"),
         Errc::malformed},
        {logout(R"("jti":"")"), Errc::malformed},
        {logout("", {"jti"}), Errc::malformed},
        {logout(R"("iss":"https://another/")"), Errc::issuer},
        {logout(R"("aud":"them")"), Errc::audience},
        {logout(R"("iat":1799999000)"), Errc::expired},
        {logout(R"("iat":1800000100)"), Errc::not_yet},
        {logout(R"("exp":1799999000)"), Errc::expired},
        {logout("", {"iat"}), Errc::malformed},
    };
    for (const auto& row : rows) EXPECT_EQ(logout_state(row.claims), row.expected) << row.claims;
    EXPECT_EQ(logout_state(logout(""), R"({"alg":"ES256","typ":"at+jwt"})"), Errc::malformed);
}

} // namespace
} // namespace caredian::identity::oidc
