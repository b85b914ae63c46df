#include "identity/oidc/test_signer.h"

#include <gtest/gtest.h>

namespace caredian::identity::oidc {
namespace {

struct Kind {
    const char* key;
    Algorithm algorithm;
};
constexpr Kind kinds[] = {
    {"RSA", Algorithm::rs256},   {"RSA", Algorithm::rs384},   {"RSA", Algorithm::rs512},
    {"RSA", Algorithm::ps256},   {"RSA", Algorithm::ps384},   {"RSA", Algorithm::ps512},
    {"P-256", Algorithm::es256}, {"P-384", Algorithm::es384}, {"P-521", Algorithm::es512},
};

error_code state_of(const KeySet& keys, const std::string& token) {
    auto parsed = parse_jws(token);
    if (!parsed) return parsed.error();
    auto r = keys.verify(*parsed);
    return r ? error_code() : r.error();
}

TEST(Jose, EveryAlgorithmVerifiesItsOwnSignatureAndNoOther) {
    const TestSigner rsa("RSA"), other_rsa("RSA"), rsa_k2("RSA", "k2"); // slow to make
    for (const auto& kind : kinds) {
        const bool is_rsa = std::string_view(kind.key) == "RSA";
        const TestSigner signer = is_rsa ? rsa : TestSigner(kind.key);
        auto keys = KeySet::parse(signer.jwks()).value();
        ASSERT_EQ(keys.size(), 1u);
        auto token = signer.sign(R"({"a":1})", kind.algorithm);
        EXPECT_FALSE(state_of(keys, token)) << to_string(kind.algorithm);
        auto changed = token;
        changed[changed.size() - 10] = changed[changed.size() - 10] == 'A' ? 'B' : 'A';
        EXPECT_EQ(state_of(keys, changed), Errc::signature);
        const TestSigner other = is_rsa ? other_rsa : TestSigner(kind.key);
        EXPECT_EQ(state_of(KeySet::parse(other.jwks()).value(), token), Errc::signature)
            << "another key of the same id";
        const TestSigner another = is_rsa ? rsa_k2 : TestSigner(kind.key, "k2");
        EXPECT_EQ(state_of(KeySet::parse(another.jwks()).value(), token), Errc::unknown_key);
    }
}

TEST(Jose, AHeaderThatLiesAboutTheAlgorithm) {
    TestSigner signer("RSA");
    auto keys = KeySet::parse(signer.jwks()).value();
    EXPECT_EQ(state_of(keys, signer.sign(R"({"alg":"RS256","kid":"k1"})", "{}", Algorithm::ps256)),
              Errc::signature);
    EXPECT_EQ(state_of(keys, signer.sign(R"({"alg":"ES256","kid":"k1"})", "{}", Algorithm::rs256)),
              Errc::unknown_key)
        << "an RSA key is none for ES256";
    EXPECT_EQ(state_of(keys, signer.sign(R"({"alg":"HS256","kid":"k1"})", "{}", Algorithm::rs256)),
              Errc::unknown_key);
    auto only = KeySet::parse(R"({"keys":[)" + signer.jwk(R"(,"alg":"PS256")") + "]}").value();
    EXPECT_EQ(state_of(only, signer.sign("{}", Algorithm::rs256)), Errc::unknown_key);
}

TEST(Jose, WithoutAKeyIdOneKeyOnlyCanBeMeant) {
    TestSigner rsa("RSA"), ec("P-256", "k2"), more("RSA", "k3");
    auto token = rsa.sign(R"({"alg":"RS256"})", "{}", Algorithm::rs256);
    auto two = KeySet::parse(R"({"keys":[)" + rsa.jwk() + "," + ec.jwk() + "]}").value();
    EXPECT_FALSE(state_of(two, token));
    auto three = KeySet::parse(R"({"keys":[)" + rsa.jwk() + "," + more.jwk() + "]}").value();
    EXPECT_EQ(state_of(three, token), Errc::unknown_key);
}

TEST(Jose, KeysThatAreNotTaken) {
    TestSigner ec("P-256");
    std::string jwk = ec.jwk();
    auto replaced = [&](std::string_view what, std::string_view with) {
        std::string out = jwk;
        out.replace(out.find(what), what.size(), with);
        return R"({"keys":[)" + out + "]}";
    };
    for (const auto& document :
         {replaced("\"sig\"", "\"enc\""), replaced("P-256", "P-384"),
          replaced("P-256", "secp256k1"), replaced("\"EC\"", "\"oct\""),
          replaced("\"x\":\"", "\"x\":\"AAAA"), replaced("\"y\":\"", "\"z\":\""),
          R"({"keys":[)" + TestSigner("RSA", "k1", 1024).jwk() + "]}",
          std::string(R"({"keys":[1,null,[],{}]})"), std::string(R"({"keys":[]})")}) {
        auto keys = KeySet::parse(document);
        ASSERT_TRUE(keys) << document;
        EXPECT_EQ(keys->size(), 0u) << document;
    }
    // A point that is not on the curve.
    auto off = jwk;
    auto at = off.find("\"y\":\"") + 5;
    off[at] = off[at] == 'A' ? 'B' : 'A';
    EXPECT_EQ(KeySet::parse(R"({"keys":[)" + off + "]}")->size(), 0u);
    for (const char* bad : {"", "[]", "{}", "{\"keys\":{}}", "<html>", "{\"keys\":[1e999]}"})
        EXPECT_EQ(KeySet::parse(bad).error(), Errc::malformed) << bad;
    EXPECT_EQ(KeySet::parse(std::string(max_jwks + 1, ' ')).error(), Errc::malformed);
}

TEST(Jose, TokensThatAreNone) {
    TestSigner ec("P-256");
    auto with = [&](std::string_view header) { return ec.sign(header, "{}", Algorithm::es256); };
    auto good = with(R"({"alg":"ES256"})");
    EXPECT_TRUE(parse_jws(good));
    for (const auto& bad : {std::string(),
                            std::string("."),
                            std::string(".."),
                            std::string("a.b"),
                            good + ".a",
                            good.substr(0, good.rfind('.') + 1),
                            good + "=",
                            " " + good,
                            good + "\n",
                            std::string(max_foreign_token + 1, 'a'),
                            with("[]"),
                            with(""),
                            with("{"),
                            with(R"({"alg":"ES256","crit":["b64"]})"),
                            with(R"({"alg":"ES256","b64":false})"),
                            with(R"({"alg":"ES256","jwk":{}})"),
                            with(R"({"alg":"ES256","jku":"https://x"})"),
                            with(R"({"alg":"ES256","x5u":"https://x"})"),
                            with(R"({"alg":"ES256","kid":1})"),
                            with(R"({"alg":"ES256","typ":1})"),
                            ec.sign(R"({"alg":"ES256"})", "[]", Algorithm::es256),
                            ec.sign(R"({"alg":"ES256"})", R"({"exp":1e999})", Algorithm::es256)})
        EXPECT_EQ(parse_jws(bad).error(), Errc::malformed) << bad;
    for (const char* header : {"{}", R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":1})",
                               R"({"alg":"es256"})", R"({"alg":"HS512"})", R"({"alg":"dir"})"})
        EXPECT_EQ(parse_jws(with(header)).error(), Errc::algorithm) << header;
}

TEST(Jose, Hashes) {
    // The first computed apart from this program; the second is RFC 7636, appendix B.
    EXPECT_EQ(half_hash(Algorithm::rs256, "jHkWEdUXMU1BwAsC4vtUsZwnvTIxEl0z9K3vx5KF0Y"),
              "XZYysoRX7TWBLskvVOcrKg");
    EXPECT_EQ(sha256_base64url("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
              "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

} // namespace
} // namespace caredian::identity::oidc
