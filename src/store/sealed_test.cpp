#include "base/encoding.h"
#include "store/sealed.h"
#include "store/sqlite.h"

#include <gtest/gtest.h>

namespace caredian::store {
namespace {

std::string hex(std::string_view text) {
    return hex_decode(text).value();
}

// RFC 5869, appendix A, cases 1 and 3.
TEST(Hkdf, TestVectors) {
    EXPECT_EQ(
        hex_encode(hkdf_sha256(hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"),
                               hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), 42)),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
        "34007208d5b887185865");
    EXPECT_EQ(
        hex_encode(hkdf_sha256(hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), "", "", 42)),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
        "9d201395faa4b61a96c8");
}

class SealedTest : public ::testing::Test {
protected:
    SystemRandom random_;
    Sealer sealer_{Secret("0123456789abcdef0123456789abcdef")};
};

TEST_F(SealedTest, OpensWhatItSealed) {
    for (std::string_view text : {std::string_view(), std::string_view("a\0b", 3),
                                  std::string_view("a long-lived token")}) {
        auto sealed = sealer_.seal("ha.token", "home-1", Secret(std::string(text)), random_);
        if (!text.empty()) {
            EXPECT_EQ(sealed.find(text), std::string::npos);
        }
        EXPECT_EQ(sealer_.open("ha.token", "home-1", sealed).value().reveal(), text);
    }
    EXPECT_NE(sealer_.seal("p", "c", Secret("x"), random_),
              sealer_.seal("p", "c", Secret("x"), random_))
        << "the nonce must differ";
}

TEST_F(SealedTest, RefusesAnythingElse) {
    auto sealed = sealer_.seal("ha.token", "home-1", Secret("value"), random_);
    EXPECT_EQ(sealer_.open("other", "home-1", sealed).error(), Errc::corrupt);
    EXPECT_EQ(sealer_.open("ha.token", "home-2", sealed).error(), Errc::corrupt);
    EXPECT_EQ(sealer_.open("ha.tokenh", "ome-1", sealed).error(), Errc::corrupt);
    Sealer other(Secret("another key of thirty-two bytes!"));
    EXPECT_EQ(other.open("ha.token", "home-1", sealed).error(), Errc::corrupt);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(sealer_.open("ha.token", "home-1", changed)) << i;
        EXPECT_FALSE(sealer_.open("ha.token", "home-1", sealed.substr(0, i))) << i;
    }
}

} // namespace
} // namespace caredian::store
