#include "base/encoding.h"
#include "base/random.h"
#include "base/secret.h"

#include <gtest/gtest.h>

namespace caredian {
namespace {

using namespace std::string_view_literals;

TEST(Encoding, Base64Url) {
    EXPECT_EQ(base64url_encode("\xfb\xff"), "-_8");
    EXPECT_EQ(*base64url_decode("-_8"), "\xfb\xff");
    EXPECT_EQ(*base64url_decode(""), "");
    for (auto bad : {"-_8=", "+/8", "-_8 ", "a", "-_9", "-\n_8"})
        EXPECT_FALSE(base64url_decode(bad)) << bad;
}

TEST(Encoding, Hex) {
    EXPECT_EQ(hex_encode("\x01\xab"), "01ab");
    EXPECT_EQ(*hex_decode("01AB"), "\x01\xab");
    for (auto bad : {"0", "0g", "+1"}) EXPECT_FALSE(hex_decode(bad)) << bad;
}

TEST(Encoding, Percent) {
    EXPECT_EQ(*percent_decode("a%20b%2F"), "a b/");
    EXPECT_EQ(percent_encode("a b/é"), "a%20b%2F%C3%A9");
    std::string url = "https://h/x";
    add_parameter(url, "a", "1 2");
    add_parameter(url, "b", "?&");
    EXPECT_EQ(url, "https://h/x?a=1%202&b=%3F%26");
    for (auto bad : {"%", "%2", "%zz", "a%"}) EXPECT_FALSE(percent_decode(bad)) << bad;
}

TEST(Encoding, Utf8) {
    for (auto good : {""sv, "plain"sv, "한국어"sv, "\U0001F600"sv, "\0"sv})
        EXPECT_TRUE(is_utf8(good));
    for (auto bad :
         {"\xff"sv, "\xc0\xaf"sv, "\xed\xa0\x80"sv, "\xf4\x90\x80\x80"sv, "\xe2\x82"sv, "\x80"sv})
        EXPECT_FALSE(is_utf8(bad));
    EXPECT_EQ(sanitize_utf8("a\xff"
                            "b",
                            100),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(sanitize_utf8("가나다", 7), "가나");
}

TEST(Encoding, Tokens) {
    std::string_view rest = "a/b//c";
    EXPECT_EQ(next_token(rest, '/'), "a");
    EXPECT_EQ(next_token(rest, '/'), "b");
    EXPECT_EQ(next_token(rest, '/'), "");
    EXPECT_EQ(next_token(rest, '/'), "c");
    EXPECT_TRUE(rest.empty());
}

TEST(Secret, ComparesByContent) {
    EXPECT_TRUE(Secret("a") == Secret("a"));
    EXPECT_FALSE(Secret("a") == Secret("b"));
    EXPECT_FALSE(Secret("a") == Secret("aa"));
    EXPECT_TRUE(equal_constant_time("", ""));
}

TEST(Random, SeededRepeatsSystemDoesNot) {
    EXPECT_EQ(SeededRandom(7).token(16), SeededRandom(7).token(16));
    SystemRandom random;
    EXPECT_NE(random.token(16), random.token(16));
    EXPECT_EQ(random.hex(4).size(), 8u);
    auto unit = random.next_unit();
    EXPECT_TRUE(unit >= 0 && unit < 1);
}

} // namespace
} // namespace caredian
