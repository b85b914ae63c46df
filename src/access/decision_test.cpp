#include "access/decision.h"

#include <gtest/gtest.h>

namespace caredian::access {
namespace {

using identity::Principal;
using identity::Role;

TEST(ParseNeed, KnowsTheWordsOfTheRouteTable) {
    EXPECT_EQ(parse_need("public"), Need::nothing);
    EXPECT_EQ(parse_need("optional"), Need::optional);
    EXPECT_EQ(parse_need("signed-in"), Need::signed_in);
    EXPECT_EQ(parse_need("granted"), Need::granted);
    EXPECT_EQ(parse_need("admin"), Need::admin);
    for (auto word : {"", "Public", "administrator", "signed in", "none"})
        EXPECT_EQ(parse_need(word), std::nullopt) << word;
}

TEST(Decide, ByRole) {
    Principal member;
    Principal admin;
    admin.role = Role::admin;
    const Principal* nobody = nullptr;
    struct {
        const Principal* who;
        Need need;
        bool allowed;
        Reason reason;
    } cases[] = {
        {nobody, Need::nothing, true, Reason::open_to_all},
        {nobody, Need::optional, true, Reason::open_to_all},
        {nobody, Need::signed_in, false, Reason::not_signed_in},
        {nobody, Need::admin, false, Reason::not_signed_in},
        {&member, Need::nothing, true, Reason::open_to_all},
        {&member, Need::signed_in, true, Reason::is_signed_in},
        {nobody, Need::granted, false, Reason::not_signed_in},
        {&member, Need::granted, true, Reason::is_signed_in},
        {&member, Need::admin, false, Reason::admins_only},
        {&admin, Need::signed_in, true, Reason::is_admin},
        {&admin, Need::admin, true, Reason::is_admin},
    };
    for (const auto& c : cases) {
        auto decision = decide(c.who, c.need);
        auto index = &c - cases;
        EXPECT_EQ(decision.allowed, c.allowed) << index;
        EXPECT_EQ(decision.reason, c.reason) << index;
        EXPECT_NE(explain(decision.reason), "unknown");
    }
}

} // namespace
} // namespace caredian::access
