#include "base/encoding.h"
#include "base/json.h"
#include "base/random.h"
#include "identity/test_identity.h"
#include "identity/token_keys.h"
#include "identity/token_pem.h"

#include <cjose/cjose.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace caredian::identity {
namespace {

std::string pem_of(EVP_PKEY* key) {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    char* bytes = nullptr;
    auto size = BIO_get_mem_data(bio, &bytes);
    std::string out(bytes, static_cast<std::size_t>(size));
    BIO_free(bio);
    EVP_PKEY_free(key);
    return out;
}
std::string rsa_pem(unsigned bits = 2048) {
    return pem_of(EVP_RSA_gen(bits));
}
std::string ec_pem(const char* curve = "P-256") {
    return pem_of(EVP_EC_gen(curve));
}

class TokenKeysTest : public ::testing::Test {
protected:
    static TokenKeyOptions options() {
        TokenKeyOptions o;
        o.secret = test_secret();
        o.issuer = "https://home.example.org";
        o.audience = "caredian";
        return o;
    }
    AccessClaims claims() const {
        auto now = std::chrono::floor<std::chrono::seconds>(clock_.wall()).time_since_epoch();
        return {"grant",     "account",        "client", *parse_scopes("read control"),
                now.count(), now.count() + 900};
    }
    // `body` under a good signature, with the header that the keys write.
    std::string signed_text(const TokenKeys& keys, std::string_view body) const {
        auto good = keys.sign(claims());
        auto head = good.substr(0, good.find('.'));
        return sign_raw(base64url_decode(head).value(), body, test_secret());
    }
    static std::string sign_raw(std::string_view header, std::string_view body,
                                const Secret& secret) {
        // cjose writes the header itself, so the signature is made by hand.
        std::string input = base64url_encode(header) + "." + base64url_encode(body);
        unsigned char mac[32];
        std::size_t size = sizeof mac;
        EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, secret.reveal().data(),
                  secret.size(), reinterpret_cast<const unsigned char*>(input.data()), input.size(),
                  mac, sizeof mac, &size);
        return input + "." + base64url_encode({reinterpret_cast<char*>(mac), size});
    }
    std::string header_of(const TokenKeys& keys) const {
        auto good = keys.sign(claims());
        return base64url_decode(good.substr(0, good.find('.'))).value();
    }
    std::string body_with(std::string_view changed) const {
        // What stands last counts for nobody: a name given twice is not JSON of ours.
        std::string now = std::to_string(claims().issued);
        std::string end = std::to_string(claims().expires);
        std::map<std::string, std::string, std::less<>> members{
            {"iss", "\"https://home.example.org\""},
            {"sub", "\"account\""},
            {"aud", "\"caredian\""},
            {"client_id", "\"client\""},
            {"scope", "\"read control\""},
            {"jti", "\"grant\""},
            {"iat", now},
            {"nbf", now},
            {"exp", end}};
        auto name = next_token(changed, '=');
        if (changed.empty())
            members.erase(std::string(name));
        else
            members.insert_or_assign(std::string(name), std::string(changed));
        std::string out;
        for (auto& [key, value] : members)
            out += (out.empty() ? "{\"" : ",\"") + key + "\":" + value;
        return out + "}";
    }
    ManualClock clock_;
};

TEST_F(TokenKeysTest, ThereAndBackWithEachKind) {
    for (const std::string& pem : {std::string(), rsa_pem(), ec_pem()}) {
        auto o = options();
        o.key = Secret(pem);
        TokenKeys keys(o);
        auto token = keys.sign(claims());
        EXPECT_TRUE(keys.is_ours(token));
        auto back = keys.verify(token, clock_.wall());
        ASSERT_TRUE(back) << pem.substr(0, 30);
        EXPECT_EQ(back->grant, "grant");
        EXPECT_EQ(back->account, "account");
        EXPECT_EQ(back->client, "client");
        EXPECT_EQ(to_string(back->scopes), "read control");
        EXPECT_EQ(back->issued, claims().issued);
        EXPECT_EQ(back->expires, claims().expires);
        for (std::size_t i = 0; i < token.size(); ++i) {
            std::string bad = token;
            bad[i] = bad[i] == 'A' ? 'B' : 'A';
            EXPECT_FALSE(keys.verify(bad, clock_.wall())) << i;
            EXPECT_FALSE(keys.verify(std::string_view(token).substr(0, i), clock_.wall())) << i;
        }
        EXPECT_FALSE(keys.verify(token + "=", clock_.wall()));
        EXPECT_FALSE(keys.verify(token + ".x", clock_.wall()));
        EXPECT_EQ(keys.verify(token, clock_.wall() + std::chrono::seconds(900)).error(),
                  Errc::expired);
    }
}

TEST_F(TokenKeysTest, OldKeysVerifyUntilTheirTokensEnd) {
    auto before = options();
    TokenKeys old_secret(before);
    auto by_secret = old_secret.sign(claims());
    auto now = options();
    now.secret = Secret("another secret of the tests, thirty-two bytes");
    EXPECT_FALSE(TokenKeys(now).is_ours(by_secret));
    now.old_secret = test_secret();
    EXPECT_TRUE(TokenKeys(now).verify(by_secret, clock_.wall()));
    auto pem = rsa_pem();
    before.key = Secret(pem);
    auto by_key = TokenKeys(before).sign(claims());
    now.key = Secret(ec_pem());
    EXPECT_FALSE(TokenKeys(now).is_ours(by_key));
    now.old_keys = {Secret(pem)};
    TokenKeys keys(now);
    EXPECT_TRUE(keys.verify(by_key, clock_.wall()));
    EXPECT_TRUE(keys.verify(by_secret, clock_.wall()));
    EXPECT_TRUE(keys.sign(claims()).starts_with(base64url_encode("{\"alg\"").substr(0, 8)));
    EXPECT_NE(header_of(keys).find("ES256"), std::string::npos) << "the first one signs";
}

TEST_F(TokenKeysTest, PublishesWhatIsPublicAlone) {
    EXPECT_EQ(TokenKeys(options()).jwks(), R"({"keys":[]})") << "a secret is nobody's to see";
    auto o = options();
    o.key = Secret(ec_pem());
    o.old_keys = {Secret(rsa_pem())};
    auto text = TokenKeys(o).jwks();
    auto keys = parse_json(text).value().at("keys").as_array();
    ASSERT_EQ(keys.size(), 2u);
    EXPECT_EQ(keys[0].at("kty").as_string(), "EC");
    EXPECT_EQ(keys[0].at("alg").as_string(), "ES256");
    EXPECT_EQ(keys[1].at("kty").as_string(), "RSA");
    EXPECT_EQ(keys[1].at("use").as_string(), "sig");
    for (auto& key : keys) {
        auto id = std::string(key.at("kid").as_string().c_str());
        EXPECT_EQ(id.size(), 16u);
        for (const char* member : {"d", "p", "q", "dp", "dq", "qi", "k"})
            EXPECT_FALSE(key.as_object().contains(member)) << member;
    }
    EXPECT_NE(header_of(TokenKeys(o)).find(keys[0].at("kid").as_string().c_str()),
              std::string::npos);
}

TEST_F(TokenKeysTest, HeadersOfOthers) {
    TokenKeys keys(options());
    auto good = header_of(keys);
    auto body = body_with("x=1");
    ASSERT_TRUE(keys.verify(sign_raw(good, body, test_secret()), clock_.wall()));
    auto with = [&](std::string_view more) {
        std::string out = good;
        out.insert(out.size() - 1, more);
        return out;
    };
    auto changed = [&](std::string_view from, std::string_view to) {
        std::string out = good;
        return out.replace(out.find(from), from.size(), to);
    };
    for (const std::string& header :
         {with(R"(,"crit":["exp"])"), with(R"(,"b64":false)"),
          with(R"(,"crit":["b64"],"b64":false)"), with(R"(,"jku":"https://evil.example")"),
          with(R"(,"typ":"JWT")"), changed("HS256", "none"), changed("HS256", "hs256"),
          changed("HS256", "HS384"), changed("HS256", "RS256"), changed("at+jwt", "JWT"),
          changed("at+jwt", "at+JWT"), std::string(R"({"alg":"HS256"})"), std::string("{}"),
          std::string("[]"), std::string()})
        EXPECT_EQ(keys.verify(sign_raw(header, body, test_secret()), clock_.wall()).error(),
                  Errc::bad_token)
            << header;
}

TEST_F(TokenKeysTest, ClaimsThatAreNotOurs) {
    TokenKeys keys(options());
    auto state = [&](const std::string& body) {
        auto r = keys.verify(signed_text(keys, body), clock_.wall());
        return r ? error_code() : r.error();
    };
    EXPECT_FALSE(state(body_with("x=1")));
    std::string now = std::to_string(claims().issued);
    for (const std::string& change : {std::string("iss="),
                                      std::string("aud="),
                                      std::string("sub="),
                                      std::string("jti="),
                                      std::string("client_id="),
                                      std::string("scope="),
                                      std::string("iat="),
                                      std::string("nbf="),
                                      std::string("exp="),
                                      std::string("iss=null"),
                                      std::string("iss=\"https://home.example.org/\""),
                                      std::string("aud=[\"caredian\"]"),
                                      std::string("aud=\"other\""),
                                      std::string("sub=5"),
                                      std::string("sub=\"\""),
                                      std::string("jti=null"),
                                      std::string("scope=[\"read\"]"),
                                      std::string("scope=\"all\""),
                                      "exp=\"" + std::to_string(claims().expires) + "\"",
                                      std::string("exp=1e18"),
                                      "exp=" + std::to_string(claims().expires) + ".5",
                                      std::string("exp=-1"),
                                      std::string("exp=99999999999999"),
                                      std::string("exp=null"),
                                      "iat=\"" + now + "\"",
                                      "nbf=" + std::to_string(claims().issued + 61),
                                      std::string("nbf=\"0\""),
                                      "iat=" + std::to_string(claims().issued + 61)})
        EXPECT_EQ(state(body_with(change)), Errc::bad_token) << change;
    EXPECT_EQ(state(body_with("exp=" + now)), Errc::expired);
    for (const char* body : {"", "{", "[]", "null", "{\"sub\":", "\xff"})
        EXPECT_EQ(state(body), Errc::bad_token) << body;
}

TEST_F(TokenKeysTest, ASessionsTokenIsNoAccessTokenAndTheOtherWayRound) {
    TokenKeys keys(options());
    TokenKey sessions(test_secret());
    auto session = sessions.sign({"sid", "account", claims().issued, claims().expires});
    EXPECT_FALSE(keys.is_ours(session));
    EXPECT_FALSE(keys.verify(session, clock_.wall()));
    EXPECT_FALSE(sessions.verify(keys.sign(claims()), clock_.wall()));
}

TEST_F(TokenKeysTest, KeysThatAreNone) {
    auto refused = [](TokenKeyOptions o) {
        try {
            TokenKeys keys(o);
            return false;
        } catch (const std::invalid_argument&) {
            return true;
        }
    };
    auto o = options();
    o.secret = Secret("short");
    EXPECT_TRUE(refused(o));
    auto half = ec_pem();
    for (const std::string& pem :
         {std::string("nonsense"), half.substr(0, half.size() / 2), ec_pem("P-384"), rsa_pem(1024),
          pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"))}) {
        o = options();
        o.key = Secret(pem);
        EXPECT_TRUE(refused(o)) << pem;
    }
}

TEST(TokenDigest, IsOfTheWholeToken) {
    EXPECT_EQ(token_digest("a").size(), 46u);
    EXPECT_EQ(token_digest("a"), token_digest("a"));
    EXPECT_NE(token_digest("a"), token_digest("b"));
    EXPECT_TRUE(token_digest("").starts_with("at:"));
}

} // namespace
} // namespace caredian::identity
