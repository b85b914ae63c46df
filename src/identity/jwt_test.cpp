#include "base/encoding.h"
#include "identity/jwt.h"
#include "identity/test_identity.h"

#include <gtest/gtest.h>
#include <sodium.h>

namespace caredian::identity {
namespace {

constexpr std::int64_t now_s = 1'800'000'000;
const WallTime now{std::chrono::seconds(now_s)};
const std::string other_secret = "another secret of thirty-two bytes or more";

std::string hmac(std::string_view secret, std::string_view text) {
    crypto_auth_hmacsha256_state state;
    auto bytes = [](std::string_view t) {
        return reinterpret_cast<const unsigned char*>(t.data());
    };
    crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
    crypto_auth_hmacsha256_update(&state, bytes(text), text.size());
    std::string out(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(out.data()));
    return out;
}

// Any header and claims, signed as an attacker with the key would.
std::string token(std::string_view header, std::string_view claims,
                  std::string_view secret = test_secret().reveal()) {
    std::string text = base64url_encode(header) + "." + base64url_encode(claims);
    return text + "." + base64url_encode(hmac(secret, text));
}

class TokenTest : public ::testing::Test {
protected:
    std::string header(std::string_view more = "") const {
        return "{\"alg\":\"HS256\",\"kid\":\"" + key_.id() + "\"" + std::string(more) + "}";
    }
    error_code error_of(std::string_view text) const {
        auto r = key_.verify(text, now);
        return r ? error_code() : r.error();
    }
    TokenKey key_{test_secret()};
    const std::string claims_ = R"({"sid":"s1","sub":"a1","iat":1799999000,"exp":1800001000})";
};

TEST_F(TokenTest, ReadsWhatItSigned) {
    auto text = key_.sign({"session-id-of-22-chars", "account-15-char", now_s - 5, now_s + 5});
    EXPECT_LT(text.size(), 220u) << "must fit the cache";
    auto claims = key_.verify(text, now).value();
    EXPECT_EQ(claims.session, "session-id-of-22-chars");
    EXPECT_EQ(claims.account, "account-15-char");
    EXPECT_EQ(claims.issued, now_s - 5);
    EXPECT_EQ(claims.expires, now_s + 5);
    EXPECT_EQ(key_.verify(text, now + std::chrono::seconds(5)).error(), Errc::expired);
    EXPECT_TRUE(TokenKey(test_secret()).verify(text, now)) << "after a restart";
    EXPECT_EQ(TokenKey(Secret(other_secret)).verify(text, now).error(), Errc::bad_token);
}

TEST_F(TokenTest, TheTestsOwnTokensAreGood) {
    EXPECT_FALSE(error_of(token(header(), claims_)));
    EXPECT_FALSE(error_of(token(header(",\"typ\":\"JWT\""), claims_)));
}

TEST_F(TokenTest, RefusesEveryForgedHeader) {
    const std::string kid = ",\"kid\":\"" + key_.id() + "\"}";
    const std::string bad[] = {
        "{\"alg\":\"none\"" + kid,
        "{\"alg\":\"None\"" + kid,
        "{\"alg\":\"hs256\"" + kid,
        "{\"alg\":\"HS512\"" + kid,
        "{\"alg\":\"HS384\"" + kid,
        "{\"alg\":\"RS256\"" + kid,
        "{\"alg\":\"dir\",\"enc\":\"A256GCM\"" + kid,
        "{\"alg\":[\"HS256\"]" + kid,
        "{\"alg\":null" + kid,
        "{\"alg\":256" + kid,
        "{\"kid\":\"" + key_.id() + "\"}",
        "{\"alg\":\"HS256\"}",
        "{\"alg\":\"HS256\",\"kid\":\"00000000\"}",
        "{\"alg\":\"HS256\",\"kid\":7}",
        "{\"alg\":\"HS256\",\"kid\":\"" + key_.id() + "x\"}",
        header(",\"crit\":[\"exp\"]"),
        header(",\"crit\":[]"),
        header(",\"crit\":null"),
        header(",\"typ\":\"at+jwt\""),
        header(",\"typ\":1"),
        header(",\"typ\":null"),
        "[]",
        "\"HS256\"",
        "null",
        "",
        "{",
        header() + "x",
        "{\"alg\":\"HS256\",\"kid\":\"\xff\"}",
        R"({"a":{"a":{"a":{"a":{"a":1}}}},"alg":"HS256","kid":")" + key_.id() + "\"}",
    };
    for (const auto& h : bad) EXPECT_EQ(error_of(token(h, claims_)), Errc::bad_token) << h;
}

TEST_F(TokenTest, RefusesEveryForgedClaim) {
    const std::string bad[] = {
        R"({"sid":"s1","sub":"a1","iat":1799999000,"exp":"1800001000"})",
        R"({"sid":"s1","sub":"a1","iat":1799999000,"exp":1e400})",
        R"({"sid":"s1","sub":"a1","iat":1799999000,"exp":-1e400})",
        R"({"sid":"s1","sub":"a1","iat":1799999000,"exp":1e300})",
        R"({"sid":"s1","sub":"a1","iat":1799999000,"exp":18446744073709551615})",
        R"({"sid":"s1","sub":"a1","iat":1799999000,"exp":9223372036854775807})",
        R"({"sid":"s1","sub":"a1","iat":1799999000,"exp":-1})",
        R"({"sid":"s1","sub":"a1","iat":1799999000,"exp":NaN})",
        R"({"sid":"s1","sub":"a1","iat":1799999000,"exp":Infinity})",
        R"({"sid":"s1","sub":"a1","iat":1799999000,"exp":true})",
        R"({"sid":"s1","sub":"a1","iat":1799999000,"exp":null})",
        R"({"sid":"s1","sub":"a1","iat":1799999000,"exp":[1800001000]})",
        R"({"sid":"s1","sub":"a1","iat":1799999000})",
        R"({"sid":"s1","sub":"a1","iat":"1799999000","exp":1800001000})",
        R"({"sid":"s1","sub":"a1","iat":1e400,"exp":1800001000})",
        R"({"sid":"s1","sub":"a1","exp":1800001000})",
        R"({"sid":"s1","sub":"a1","iat":1,"exp":1800001000,"nbf":1800000001})",
        R"({"sid":"s1","sub":"a1","iat":1,"exp":1800001000,"nbf":"1"})",
        R"({"sid":"s1","sub":"a1","iat":1,"exp":1800001000,"nbf":1e400})",
        R"({"sid":"s1","sub":"a1","iat":1,"exp":1800001000,"nbf":null})",
        R"({"sid":7,"sub":"a1","iat":1,"exp":1800001000})",
        R"({"sid":"","sub":"a1","iat":1,"exp":1800001000})",
        R"({"sub":"a1","iat":1,"exp":1800001000})",
        R"({"sid":"s1","iat":1,"exp":1800001000})",
        R"({"sid":"s1","sub":["a1"],"iat":1,"exp":1800001000})",
        R"([1800001000])",
        R"("exp")",
        "{",
        "",
        "\xff\xfe",
    };
    for (const auto& c : bad) EXPECT_EQ(error_of(token(header(), c)), Errc::bad_token) << c;
    const std::string expired[] = {
        R"({"sid":"s1","sub":"a1","iat":1,"exp":1800000000})",
        R"({"sid":"s1","sub":"a1","iat":1,"exp":0})",
        R"({"sid":"s1","sub":"a1","iat":1,"exp":1.8e9})",
    };
    for (const auto& c : expired) EXPECT_EQ(error_of(token(header(), c)), Errc::expired) << c;
}

TEST_F(TokenTest, TakesWhatIsOddButRight) {
    const std::string good[] = {
        R"({"sid":"s1","sub":"a1","iat":1,"exp":1.8000005e9})",
        R"({"sid":"s1","sub":"a1","iat":1,"exp":1800000001,"nbf":1800000000})",
        R"({"sid":"s1","sub":"a1","iat":1900000000,"exp":1900000001})",
        R"({"sid":"s1","sub":"a1","iat":1,"exp":1800000001,"more":{"a":[1]}})",
    };
    for (const auto& c : good) EXPECT_FALSE(error_of(token(header(), c))) << c;
}

TEST_F(TokenTest, RefusesEveryBrokenForm) {
    const std::string good = token(header(), claims_);
    auto first = good.find('.');
    auto last = good.rfind('.');
    const std::string bad[] = {
        "",
        ".",
        "..",
        "...",
        good + ".",
        "." + good,
        good + "A",
        good.substr(0, good.size() - 1),
        good.substr(0, last),
        good.substr(0, last + 1),
        good.substr(first),
        good.substr(0, last) + "." + std::string(43, 'A'),
        base64url_encode("{\"alg\":\"none\"}") + good.substr(first, last - first) + ".",
        token(header(), claims_, other_secret),
        good + "=",
        " " + good,
        "\"" + good + "\"",
        good.substr(0, first) + "+" + good.substr(first + 1),
        std::string(4096, 'A'),
        std::string(4096, '.'),
        token(header(), R"({"sid":"s1","junk":")" + std::string(3000, 'x') + "\"}"),
        std::string(1000, '\0'),
        "\xe9\xe9\xe9",
    };
    for (const auto& t : bad) EXPECT_EQ(error_of(t), Errc::bad_token) << t;
}

TEST_F(TokenTest, NoBitMayChange) {
    const std::string good = token(header(), claims_);
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string changed = good;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_TRUE(error_of(changed)) << i;
    }
}

// The last of 43 digits has two bits that mean nothing: only zeros are the right spelling.
TEST_F(TokenTest, OneSpellingOfASignature) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text = token(header(), claims_);
    const auto last = digits.find(text.back());
    ASSERT_EQ(last % 4, 0u);
    for (std::size_t more = 1; more < 4; ++more) {
        text.back() = digits[last + more];
        EXPECT_EQ(error_of(text), Errc::bad_token) << more;
    }
}

TEST(TokenKey, WantsALongSecret) {
    EXPECT_THROW(TokenKey(Secret("thirty-one characters are short")), std::invalid_argument);
}

} // namespace
} // namespace caredian::identity
