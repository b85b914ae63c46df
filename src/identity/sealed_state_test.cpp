#include "identity/sealed_state.h"

#include <gtest/gtest.h>

namespace caredian::identity {
namespace {

using std::chrono::seconds;

class SealedStateTest : public ::testing::Test {
protected:
    std::string seal(std::string json) {
        return seal_state(sealer_, "test", "host", std::move(json), random_);
    }
    std::optional<boost::json::object> open(std::string_view sealed,
                                            std::string_view purpose = "test",
                                            std::string_view context = "host") {
        return open_state(sealer_, purpose, context, sealed, from_ns(1'000));
    }
    store::Sealer sealer_{Secret(std::string(32, 'k'))};
    SystemRandom random_;
};

TEST_F(SealedStateTest, ComesBackAsItWas) {
    auto state = open(seal(R"({"a":"x","n":1,"e":1001})"));
    ASSERT_TRUE(state);
    EXPECT_EQ(text_of(*state, "a"), "x");
    EXPECT_EQ(text_of(*state, "n"), "") << "no text";
    EXPECT_EQ(text_of(*state, "other"), "");
    EXPECT_EQ(end_of(*state), from_ns(1'001));
}

TEST_F(SealedStateTest, IsForOnePurposeAndOneContext) {
    auto sealed = seal(R"({"e":1001})");
    EXPECT_TRUE(open(sealed));
    EXPECT_FALSE(open(sealed, "another"));
    EXPECT_FALSE(open(sealed, "test", "elsewhere"));
}

TEST_F(SealedStateTest, HasAnEnd) {
    EXPECT_FALSE(open(seal(R"({"e":1000})")));
    for (auto none : {"{}", R"({"e":"1001"})", R"({"e":1e9})", R"({"e":null})"})
        EXPECT_FALSE(open(seal(none))) << none;
}

TEST_F(SealedStateTest, WhatIsNotOurs) {
    auto good = seal(R"({"e":1001})");
    auto changed = good;
    changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
    for (const auto& bad :
         {std::string(), std::string("x"), std::string("%%%"), changed,
          good.substr(0, good.size() - 4), std::string(5000, 'A'), seal("[1001]"), seal("no JSON")})
        EXPECT_FALSE(open(bad)) << bad.substr(0, 40);
}

} // namespace
} // namespace caredian::identity
