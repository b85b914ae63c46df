#include "access/access.h"
#include "access/policy_fixture.h"
#include "store/test_database.h"

#include <gtest/gtest.h>

namespace caredian::access {
namespace {

class NoDirectory final : public Directory {
public:
    result<std::string> account_of(const std::string& username) override {
        return "id-" + username;
    }
    result<void> has_key(const std::string&) override { return {}; }
};

class AccessTest : public ::testing::Test {
protected:
    AccessTest() { EXPECT_TRUE(guard::Audit::prepare(*database_)); }
    std::unique_ptr<Access> make(FromSettings with = {}) {
        return std::make_unique<Access>(
            *database_, directory_, [this]() -> result<Access::Groups> { return groups_; }, audit_,
            clock_, random_, std::move(with));
    }
    static bool reads_all(Access& access, const char* name) {
        return access.policies().now()->reads_all(person(name));
    }

    store::TestDatabase database_;
    NoDirectory directory_;
    ManualClock clock_;
    SeededRandom random_{1};
    guard::Audit audit_{*database_, clock_};
    Access::Groups groups_;
};

TEST_F(AccessTest, SettingsDatabaseAndGroupsTogether) {
    FromSettings with;
    with.roles = {role("a", {"person:ann", "group:g"}, {})};
    auto access = make(with);
    EXPECT_FALSE(reads_all(*access, "dan")) << "nothing is known yet";
    groups_ = {{"g", {"id-ben"}}};
    ASSERT_TRUE(access->reload());
    EXPECT_TRUE(reads_all(*access, "dan"));
    EXPECT_FALSE(reads_all(*access, "ann"));
    EXPECT_FALSE(reads_all(*access, "ben"));
    ASSERT_TRUE(access->store().add_role(role("b", {"person:dan"}, {}), {"ann", ""}));
    ASSERT_TRUE(access->reload());
    EXPECT_FALSE(reads_all(*access, "dan"));
    access->set({});
    EXPECT_TRUE(reads_all(*access, "ann"));
    EXPECT_FALSE(reads_all(*access, "dan"));
}

TEST_F(AccessTest, FollowsWhatAnotherGatewayChanges) {
    auto here = make(), there = make();
    ASSERT_TRUE(here->reload() && there->reload());
    ASSERT_TRUE(there->store().add_role(role("b", {"person:dan"}, {}), {"ann", ""}));
    EXPECT_TRUE(reads_all(*here, "dan"));
    ASSERT_TRUE(here->follow());
    EXPECT_FALSE(reads_all(*here, "dan"));
    auto before = here->policies().now();
    ASSERT_TRUE(here->follow());
    EXPECT_EQ(here->policies().now(), before) << "no change, no work";
    ASSERT_TRUE(there->groups_changed());
    ASSERT_TRUE(here->follow());
    EXPECT_NE(here->policies().now(), before);
}

TEST_F(AccessTest, AnErrorLeavesThePolicyAsItWas) {
    auto access = make();
    ASSERT_TRUE(access->reload());
    ASSERT_TRUE(access->store().add_role(role("b", {"person:dan"}, {}), {"ann", ""}));
    ASSERT_TRUE(access->follow());
    ASSERT_TRUE(database_->execute("UPDATE roles SET body = 'x'"));
    EXPECT_FALSE(access->reload());
    EXPECT_FALSE(reads_all(*access, "dan"));
    EXPECT_TRUE(reads_all(*access, "ben"));
    ASSERT_TRUE(database_->execute("DELETE FROM roles"));
    ASSERT_TRUE(access->follow()) << "though the version is the same";
    EXPECT_TRUE(reads_all(*access, "dan"));
}

TEST_F(AccessTest, EveryWorkerIsToldInOrder) {
    Policies policies;
    std::vector<std::function<void()>> posted;
    policies.start(
        2, [&](std::size_t, std::function<void()> work) { posted.push_back(std::move(work)); });
    auto first = Policy::make({}, {}), second = Policy::make({}, {});
    policies.publish(first);
    policies.publish(second);
    EXPECT_EQ(policies.now(), second);
    EXPECT_FALSE(policies.of(0)->reads_all(person("ann")));
    for (auto& work : posted) work();
    EXPECT_EQ(policies.of(0), second);
    EXPECT_EQ(policies.of(1), second);
}

} // namespace
} // namespace caredian::access
