#include "identity/sign_in_states.h"
#include "identity/test_credentials.h"

namespace caredian::identity {
namespace {

using std::chrono::seconds;

class SignInStatesTest : public CredentialsTest {
protected:
    SignInState of(const std::string& name) {
        auto all = sign_in_states(*database_).value();
        auto found = all.find(name);
        return found == all.end() ? SignInState() : found->second;
    }
    void write(guard::AuditEvent event, const std::string& subject) {
        clock_.advance(seconds(1));
        accounts().audit().write(event, {subject, ""}, subject, "");
    }
};
CAREDIAN_ON_BOTH_DATABASES(SignInStatesTest);

TEST_P(SignInStatesTest, TheLastSignInOfEach) {
    EXPECT_EQ(of("ann").last_login, WallTime());
    write(guard::AuditEvent::login, "ann");
    write(guard::AuditEvent::login, "ben");
    write(guard::AuditEvent::login, "ann");
    const auto last = clock_.wall();
    write(guard::AuditEvent::login_failed, "ann");
    write(guard::AuditEvent::logout, "ann");
    write(guard::AuditEvent::login, "nobody");
    EXPECT_EQ(of("ann").last_login, last);
    EXPECT_EQ(of("ben").last_login, last - seconds(1));
    EXPECT_EQ(sign_in_states(*database_)->size(), 2u);
    ASSERT_TRUE(accounts().remove("ben", {}));
    clock_.advance(seconds(1));
    people_.add("ben", Role::member);
    EXPECT_EQ(of("ben").last_login, WallTime()) << "another person";
}

TEST_P(SignInStatesTest, AnAppOrPasskeysThatAreAskedFor) {
    ASSERT_TRUE(credentials_.second_factors.begin_app(ann_.id));
    EXPECT_FALSE(of("ann").second_factor) << "only begun";
    set_up_app(ann_);
    EXPECT_TRUE(of("ann").second_factor);
    EXPECT_FALSE(of("ben").second_factor);
    ASSERT_TRUE(credentials_.second_factors.ask_for_passkeys(ben_, true, {}));
    EXPECT_TRUE(of("ben").second_factor);
    ASSERT_TRUE(credentials_.second_factors.remove_all(ann_, {}));
    EXPECT_FALSE(of("ann").second_factor);
}

} // namespace
} // namespace caredian::identity
