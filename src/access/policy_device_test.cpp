#include "access/device_policy.h"
#include "access/policy_fixture.h"

#include <gtest/gtest.h>

namespace caredian::access {
namespace {

Resource reading(std::string_view device, std::string_view area) {
    Resource r;
    r.device = device;
    r.area = area;
    r.ours = true;
    return r;
}

GrantText of(std::string who, GrantText grant) {
    grant.who = {std::move(who)};
    return grant;
}

TEST(DevicePolicy, OnlyWhatIsGrantedToIt) {
    PolicyText text;
    text.grants = {of("device:panel", in_areas({"bedroom"})),
                   of("device:remote", in_areas({"bedroom"}, "control")),
                   of("role:member", in_areas({"kitchen"})),
                   of("person:panel", in_areas({"hall"}))};
    auto policy = Policy::make(text, seoul());
    auto may = [&](const char* who, const char* area, Action action) {
        return decide_device(*policy, who, reading("d", area), action, noon).allowed;
    };
    EXPECT_TRUE(may("panel", "bedroom", Action::read));
    EXPECT_FALSE(may("panel", "bedroom", Action::control));
    EXPECT_TRUE(may("remote", "bedroom", Action::control));
    EXPECT_FALSE(may("panel", "kitchen", Action::read)) << "it is no member";
    EXPECT_FALSE(may("panel", "hall", Action::read)) << "it is no person of that name";
    EXPECT_FALSE(may("other", "bedroom", Action::read));
    EXPECT_TRUE(has_grants(*policy, "panel"));
    EXPECT_FALSE(has_grants(*policy, "other"));
    EXPECT_TRUE(any_device_has_grants(*policy));
    EXPECT_FALSE(any_device_has_grants(*Policy::make({}, seoul())));
    EXPECT_EQ(decide_device(Policy(), "panel", reading("d", "bedroom"), Action::read, noon).reason,
              Reason::not_known);
}

TEST(DevicePolicy, RolesHoursAndAddresses) {
    auto by_day = in_areas({"bedroom"});
    by_day.hours = {"08:00-20:00"};
    auto from_home = of("device:panel", in_areas({"hall"}));
    from_home.addresses = {"192.168.0.0/16"};
    PolicyText text;
    text.roles = {role("panels", {"device:panel"}, {by_day}, {"member"})};
    text.grants = {from_home};
    auto policy = Policy::make(text, seoul());
    auto may = [&](const char* area, WallTime at) {
        return decide_device(*policy, "panel", reading("d", area), Action::read, at).allowed;
    };
    EXPECT_TRUE(may("bedroom", noon));
    EXPECT_FALSE(may("bedroom", evening));
    EXPECT_FALSE(may("hall", noon)) << "the broker does not say where it is";
    EXPECT_FALSE(may("kitchen", noon)) << "member is for people";
    EXPECT_TRUE(
        decide(*policy, person("ann"), reading("d", "kitchen"), Action::read, noon, home).allowed)
        << "and people are as they were";
}

} // namespace
} // namespace caredian::access
