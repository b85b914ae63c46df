#include "base/time_zone.h"
#include "devices/enrol/granted.h"

#include <gtest/gtest.h>

namespace caredian::devices::enrol {
namespace {

using V = std::vector<std::string>;

TEST(GrantedRights, ReadingIsHearingAndControlIsCommanding) {
    access::PolicyText text;
    access::GrantText read, control;
    read.who = {"device:panel"};
    read.areas = {"bedroom"};
    control.who = {"device:remote"};
    control.devices = {"lamp"};
    control.may = "control";
    text.grants = {read, control};
    auto policy = access::Policy::make(text, TimeZone());
    const std::vector<Known> others{
        {"lamp", "bedroom", topics_of({"zigbee2mqtt/lamp", "zigbee2mqtt/lamp/availability"})},
        {"plug", "kitchen", topics_of({"tele/plug3/SENSOR", "tele/plug3/STATE"})},
        {"panel", "bedroom", topics_of({"devices/panel"})}};
    const WallTime now{};
    auto panel = granted_rights(*policy, "panel", others, now);
    EXPECT_EQ(panel.subscribe, (V{"zigbee2mqtt/lamp", "zigbee2mqtt/lamp/availability"}));
    EXPECT_EQ(panel.publish, V{});
    auto remote = granted_rights(*policy, "remote", others, now);
    EXPECT_EQ(remote.publish, V{"zigbee2mqtt/lamp/set"});
    EXPECT_EQ(granted_rights(*policy, "plug", others, now), Rights{});
    // However much is granted: nothing of the broker's own, nothing with a wildcard in front.
    EXPECT_EQ(topics_of({"$CONTROL/dynamic-security/v1", "#", "+/a", ""}), Rights{});
    EXPECT_EQ(topics_of({"caredian/enrolment/x/request"}), Rights{});
}

} // namespace
} // namespace caredian::devices::enrol
