// What administrators are shown of accounts.
#include "api/people_fixture.h"
#include "identity/totp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace caredian::api {
namespace {

class UsersTest : public PeopleTest {
protected:
    void SetUp() override {
        start();
        add_ann_and_ben();
    }
};

TEST_F(UsersTest, AccountsTellHowTheirPeopleSignIn) {
    auto ann = session_of("ann");
    auto of = [&](const std::string& name) {
        auto all = get("/api/v1/users", ann).body;
        auto at = all.find("{\"username\":\"" + name + "\"");
        EXPECT_NE(at, std::string::npos) << all;
        return all.substr(at, all.find('}', at) - at + 1);
    };
    EXPECT_THAT(of("ben"), testing::HasSubstr(R"("roles":[],"disabled":false)"));
    EXPECT_THAT(of("ben"), testing::EndsWith(R"("second_factor":false,"last_login":null})"));
    clock_.advance(std::chrono::seconds(30));
    (void)session_of("ben");
    (void)log_in("ben", "wrong horse");
    EXPECT_THAT(of("ben"), testing::EndsWith(R"("last_login":"2027-01-15T08:00:30.000000000Z"})"));
    clock_.advance(std::chrono::seconds(30));
    (void)session_of("ben");
    EXPECT_THAT(of("ben"), testing::HasSubstr("08:01:00"));
    EXPECT_THAT(of("ann"), testing::HasSubstr("08:00:00"));

    auto account = people_->identity.accounts.find("ben").value();
    auto app = credentials_->second_factors.begin_app(account->id).value();
    EXPECT_THAT(of("ben"), testing::HasSubstr(R"("second_factor":false)")) << "only begun";
    auto code = identity::totp_code(app, identity::totp_step(clock_.wall()));
    ASSERT_TRUE(credentials_->second_factors.finish_app(*account, code, {"test", ""}));
    EXPECT_THAT(of("ben"), testing::HasSubstr(R"("second_factor":true)"));

    from_settings_.roles = {{"guest", "", {}, {"person:ben"}, {}}};
    access_->set(from_settings_);
    EXPECT_THAT(of("ben"), testing::HasSubstr(R"("roles":["guest"])"));
    EXPECT_THAT(of("ann"), testing::HasSubstr(R"("roles":[])"));

    ASSERT_TRUE(people_->identity.accounts.remove("ben", {}));
    clock_.advance(std::chrono::seconds(1));
    people_->add("ben", identity::Role::member);
    EXPECT_THAT(of("ben"), testing::EndsWith(R"("second_factor":false,"last_login":null})"))
        << "another person of the same name";
}

} // namespace
} // namespace caredian::api
