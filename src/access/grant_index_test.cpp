#include "access/policy_fixture.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace caredian::access {
namespace {

// The index against a look at every grant: whatever is asked, both say the same.
TEST(GrantIndex, MissesNothing) {
    std::uint32_t state = 1;
    auto pick = [&](std::initializer_list<const char*> words) {
        state = state * 1664525 + 1013904223;
        return std::string(words.begin()[(state >> 16) % words.size()]);
    };
    auto patterns = [&] {
        return pick({"", "", "*", "light.*", "light.a", "l*", "light.b*", "*.a", "switch.a*b"});
    };
    int allowed = 0;
    for (int round = 0; round < 3000; ++round) {
        PolicyText text;
        for (int i = 0; i < 6; ++i) {
            GrantText g;
            g.who = {"person:ben"};
            g.may = "control";
            auto put = [](std::vector<std::string>& list, const std::string& word) {
                if (!word.empty()) list.push_back(word);
            };
            put(g.areas, pick({"", "", "*", "Living Room", "침실", "living_room"}));
            put(g.entities, patterns());
            put(g.entities, patterns());
            put(g.devices, pick({"", "", "*", "d1", "d*", "D1"}));
            put(g.services, pick({"", "", "*", "light.*", "light.turn_on", "*.turn_on"}));
            if (problem_of(g, false))
                g = on_paths({pick({"/", "/a", "/a/b", "h/a"})}, "person:ben");
            g.may = "control";
            text.grants.push_back(g);
        }
        const auto policy = Policy::make(text, {});
        Resource what;
        const auto entity_id = pick({"", "light.a", "light.bc", "switch.aab", "x.a"});
        const auto area = pick({"", "living room", "침실", "LIVING ROOM"});
        const auto area_id = pick({"", "", "living_room"});
        const auto device = pick({"", "d1", "d2", "e"});
        const auto service = pick({"", "light.turn_on", "x.turn_on"});
        const auto domain = pick({"light", "switch", "", "li"});
        const auto at = pick({"", "", "", "/a/b", "/ab"});
        const auto host = pick({"h", "i"});
        what.path = at;
        if (!at.empty()) {
            what.host = host;
        } else {
            what.entity = entity_id;
            what.domain = domain;
            what.area = area;
            what.area_id = area_id;
            what.device = device;
            what.service = service;
            what.own_service = round % 2 == 0;
        }
        auto told = explain(*policy, person("ben"), what, Action::control, noon, home);
        const bool any = std::any_of(told.grants.begin(), told.grants.end(),
                                     [](const auto& grant) { return grant.fits; });
        ASSERT_EQ(told.decision.allowed, any || told.decision.reason == Reason::is_member) << round;
        allowed += any ? 1 : 0;
    }
    EXPECT_GT(allowed, 300);
    EXPECT_LT(allowed, 2700);
}

} // namespace
} // namespace caredian::access
