#include "identity/totp.h"

#include <gtest/gtest.h>

namespace caredian::identity {
namespace {

using std::chrono::seconds;

const Secret rfc{"12345678901234567890"};

WallTime at(std::int64_t s) {
    return WallTime(seconds(s));
}

TEST(Totp, TheVectorsOfRfc6238) {
    // Appendix B, SHA-1, the last six of eight digits.
    for (auto [when, code] : {std::pair{59LL, "287082"},
                              {1111111109LL, "081804"},
                              {1111111111LL, "050471"},
                              {1234567890LL, "005924"},
                              {2000000000LL, "279037"},
                              {20000000000LL, "353130"}}) {
        // The last is beyond what nanoseconds reach as a time, not as a step.
        EXPECT_EQ(totp_code(rfc, when / 30), code) << when;
    }
}

TEST(Totp, OneStepBeforeAndBehind) {
    const std::int64_t step = 1'800'000'000 / 30;
    for (std::int64_t off = -3; off <= 3; ++off) {
        auto found = totp_match(rfc, totp_code(rfc, step + off), at(step * 30 + 15));
        if (off >= -1 && off <= 1)
            EXPECT_EQ(found, step + off);
        else
            EXPECT_FALSE(found) << off;
    }
    EXPECT_EQ(totp_step(at(59)), 1);
    EXPECT_EQ(totp_step(at(60)), 2);
    for (std::string_view bad : {"", "28708", "2870820", "28708a", " 287082", "２８７０８２"})
        EXPECT_FALSE(totp_match(rfc, bad, at(59))) << bad;
}

TEST(Totp, Base32OfRfc4648) {
    for (auto [plain, coded] : {std::pair{"", ""},
                                {"f", "MY"},
                                {"fo", "MZXQ"},
                                {"foo", "MZXW6"},
                                {"foob", "MZXW6YQ"},
                                {"fooba", "MZXW6YTB"},
                                {"foobar", "MZXW6YTBOI"}})
        EXPECT_EQ(base32_encode(plain), coded);
}

TEST(Totp, TheAddressForApps) {
    EXPECT_EQ(totp_uri(rfc, "CareDian home.example.org", "mina@x").reveal(),
              "otpauth://totp/CareDian%20home.example.org:mina%40x"
              "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=CareDian%20home.example.org"
              "&algorithm=SHA1&digits=6&period=30");
}

} // namespace
} // namespace caredian::identity
