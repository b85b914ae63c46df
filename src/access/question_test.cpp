#include "access/question.h"

#include <gtest/gtest.h>

namespace caredian::access {
namespace {

TEST(ParseWhat, WhatPeopleWrite) {
    auto light = parse_what("light.bedroom").value();
    EXPECT_EQ(light.entity, "light.bedroom");
    EXPECT_EQ(light.domain, "light");
    EXPECT_EQ(parse_what("entity:light.bedroom")->entity, "light.bedroom");
    auto lights = parse_what("light.*").value();
    EXPECT_TRUE(lights.entity.empty());
    EXPECT_EQ(lights.domain, "light");
    EXPECT_EQ(parse_what("area:거실 1")->area, "거실 1");
    EXPECT_TRUE(parse_what("device:d:1")->ours);
    EXPECT_EQ(parse_what("device:d:1")->device, "d:1");
    auto service = parse_what("service:light.turn_on").value();
    EXPECT_EQ(service.service, "light.turn_on");
    EXPECT_TRUE(service.resource().own_service);
    EXPECT_FALSE(parse_what("service:shell_command.x")->resource().own_service);
    EXPECT_EQ(parse_what("/ha/api/config")->host, "");
    EXPECT_EQ(parse_what("path:/wiki")->host, "-");
    auto page = parse_what("path:Grafana.example.org:8443/D/%61").value();
    EXPECT_EQ(page.host, "grafana.example.org");
    EXPECT_EQ(page.path, "/d/a");
}

TEST(ParseWhat, WhatIsNone) {
    for (const char* text : {"", "light", "light.", ".x", "Light.x", "light.a b", "light.a.b",
                             "area:", "device:", "service:light", "service:light.*", "path:x",
                             "path:/a/../b", "/a//b", "room:x", "entity:", "*", "*.*"})
        EXPECT_FALSE(parse_what(text)) << text;
    EXPECT_FALSE(parse_what("area:" + std::string(500, 'x')));
}

TEST(ParseWhat, PathsForAdministrators) {
    auto rules =
        PathRules::parse(std::vector<std::string>{"/admin", "g.example.org/admin/x"}).value();
    auto what = parse_what("path:g.example.org/admin/x/y").value();
    apply(rules, what);
    EXPECT_TRUE(what.for_admins);
    EXPECT_EQ(what.admin_prefix, std::string_view("/admin/x").size());
    what = parse_what("path:h.example.org/admin/x/y").value();
    apply(rules, what);
    EXPECT_EQ(what.admin_prefix, std::string_view("/admin").size());
    what = parse_what("/ha/api/admin").value();
    apply(rules, what);
    EXPECT_FALSE(what.for_admins);
}

TEST(IsOwnService, OnlyWhatActsOnItsOwnEntities) {
    struct {
        const char *service, *domain;
        bool own;
    } cases[] = {
        {"light.turn_on", "light", true},
        {"light.turn_on", "switch", false},
        {"homeassistant.turn_off", "light", true},
        {"homeassistant.turn_off", "", false},
        {"homeassistant.restart", "light", false},
        {"homeassistant.update_entity", "sensor", true},
        {"script.turn_on", "script", true},
        {"script.open_gate", "script", false}, // the script of this name, whatever stands beside it
        {"automation.trigger", "automation", false},
        {"scene.turn_on", "scene", true},
        {"scene.apply", "scene", false},
        {"light.reload", "light", false},
        {"camera.snapshot", "camera", false},
        {"camera.turn_on", "camera", true},
        {"shell_command.x", "shell_command", false},
        {"rest_command.x", "light", false},
        {"notify.family", "notify", false},
        {"group.set", "group", false},
        {"sensor.set", "sensor", false}, // a domain of entities, without services of its own
        {"mqtt.publish", "mqtt", false},
        {"turn_on", "light", false},
        {"", "", false},
    };
    for (const auto& c : cases)
        EXPECT_EQ(is_own_service(c.service, c.domain), c.own) << c.service << " " << c.domain;
}

} // namespace
} // namespace caredian::access
