#include "identity/errc.h"
#include "identity/password.h"

#include <gtest/gtest.h>

namespace caredian::identity {
namespace {

const PasswordCost cheap{8192, 1};

TEST(Passwords, KnowsItsOwn) {
    Passwords passwords(cheap);
    const std::string secret("따뜻한 집\0 with a zero", 22);
    auto hash = passwords.hash(secret);
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$")) << hash;
    EXPECT_TRUE(passwords.verify(hash, secret));
    EXPECT_FALSE(passwords.verify(hash, secret + "x"));
    EXPECT_FALSE(passwords.verify(hash, secret.substr(0, 13))) << "the zero must not end it";
    EXPECT_FALSE(passwords.verify(hash, ""));
    EXPECT_NE(hash, passwords.hash(secret)) << "salted";
}

TEST(Passwords, NothingMatchesAnAccountWithout) {
    Passwords passwords(cheap);
    EXPECT_FALSE(passwords.verify("", ""));
    EXPECT_FALSE(passwords.verify("", "anything"));
    EXPECT_FALSE(passwords.verify("not a hash", "anything"));
    EXPECT_FALSE(passwords.verify(std::string(1000, '$'), "anything"));
    EXPECT_EQ(passwords.verifications(), 4u) << "each did the work";
}

TEST(Passwords, DefaultsAreTheDesigns) {
    Passwords passwords;
    auto hash = passwords.hash("x");
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << hash;
    EXPECT_FALSE(passwords.needs_rehash(hash));
    EXPECT_TRUE(passwords.needs_rehash(Passwords(cheap).hash("x")));
}

TEST(CheckPassword, AsksForLengthOnly) {
    EXPECT_EQ(check_password("seven77").error(), Errc::bad_password);
    EXPECT_TRUE(check_password("eight888"));
    EXPECT_TRUE(check_password(std::string(1024, 'x')));
    EXPECT_EQ(check_password(std::string(1025, 'x')).error(), Errc::bad_password);
}

} // namespace
} // namespace caredian::identity
