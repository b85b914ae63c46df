#include "access/policy_fixture.h"

#include <gtest/gtest.h>

namespace caredian::access {
namespace {

using identity::Bounds;

// A carer with two rooms by day; a child with the lights; ben with one lamp more than a member.
PolicyText house() {
    auto rooms = in_areas({"침실", "Living Room"});
    rooms.hours = {"08:00-20:00"};
    auto carer = role("caregiver", {"group:carers", "person:cho"}, {rooms});
    auto child = role("child", {"person:dan"},
                      {on_entities({"light.*"}, "control"), on_entities({"switch.toy"}, "control")},
                      {"member"});
    auto meter = role("meter", {"key:k1"}, {on_entities({"sensor.power_*"})});
    auto lamp = on_entities({"light.ben"}, "control");
    lamp.who = {"person:ben"};
    GrantText script;
    script.who = {"account:id-ben"};
    script.services = {"script.good_night"};
    script.may = "control";
    auto wiki = on_paths({"wiki.example.org/care", "/ha/api/config"}, "role:caregiver");
    auto all = on_entities({"sensor.*"});
    all.who = {"role:member"};
    all.addresses = {"192.168.0.0/16"};
    return {{carer, child, meter}, {lamp, script, wiki, all}, {{"carers", {"id-eve", "id-fay"}}}};
}

Resource ours(std::string_view device, std::string_view area) {
    Resource r;
    r.device = device;
    r.area = area;
    r.ours = true;
    return r;
}

Resource entity(std::string_view id) {
    Resource r;
    r.entity = id;
    r.domain = id.substr(0, id.find('.'));
    return r;
}

Resource call(std::string_view service, std::string_view id) {
    auto r = entity(id);
    r.service = service;
    r.own_service = service.substr(0, service.find('.')) == r.domain;
    return r;
}

Resource whole(std::string_view service) {
    Resource r;
    r.service = service;
    r.domain = service.substr(0, service.find('.'));
    r.own_service = true;
    return r;
}

Resource path(std::string_view host, std::string_view at) {
    Resource r;
    r.host = host;
    r.path = at;
    return r;
}

TEST(Policy, WhoMayWhatInAHouse) {
    const auto policy = Policy::make(house(), seoul());
    const auto ann = person("ann", Role::admin), ben = person("ben"), cho = person("cho"),
               dan = person("dan"), eve = person("eve"), gil = person("gil");
    auto key = person("ben");
    key.bounds = std::make_unique<Bounds>(Bounds{"k1", "meter", {}, {}});
    auto other_key = person("ben");
    other_key.bounds = std::make_unique<Bounds>(Bounds{"k2", "other", {}, {}});
    using enum Action;
    struct {
        const Principal& who;
        Resource what;
        Action action;
        WallTime at;
        const net::Address& from;
        Reason reason;
    } cases[] = {
        {ann, entity("lock.door"), administer, evening, away, Reason::is_admin},
        // The built-in role.
        {gil, ours("d1", "부엌"), read, noon, away, Reason::is_member},
        {gil, ours("d1", ""), read, noon, away, Reason::is_member},
        {gil, ours("d1", "부엌"), control, noon, away, Reason::not_granted},
        {gil, entity("light.kitchen"), read, noon, home, Reason::not_granted},
        {gil, entity("sensor.hall"), read, noon, home, Reason::granted},
        {gil, entity("sensor.hall"), read, noon, away, Reason::not_from_here},
        {gil, path("wiki.example.org", "/care"), control, noon, away, Reason::is_member},
        {gil, path("", "/ha/api/config"), read, noon, away, Reason::not_granted},
        // A role narrows.
        {cho, ours("d1", "침실"), read, noon, away, Reason::granted},
        {eve, ours("d1", "침실"), read, noon, away, Reason::granted},
        {eve, ours("d1", "living room"), read, noon, away, Reason::granted},
        {eve, ours("d1", "침실"), read, evening, away, Reason::not_now},
        {eve, ours("d1", "침실"), control, noon, away, Reason::not_granted},
        {eve, ours("d1", "부엌"), read, noon, away, Reason::not_granted},
        {eve, ours("d1", ""), read, noon, away, Reason::not_granted},
        {eve, entity("sensor.hall"), read, noon, home, Reason::not_granted},
        {eve, path("wiki.example.org", "/care/plan"), control, noon, away, Reason::granted},
        {eve, path("wiki.example.org", "/careless"), read, noon, away, Reason::not_granted},
        {eve, path("else.example.org", "/care"), read, noon, away, Reason::not_granted},
        {eve, path("", "/ha/api/config"), read, noon, away, Reason::granted},
        {eve, path("", "/ha/api/config/x"), read, noon, away, Reason::granted},
        {eve, path("", "/ha/api/config"), control, noon, away, Reason::not_granted},
        {eve, path("", "/ha/api/states"), read, noon, away, Reason::not_granted},
        // … but for one that includes the built-in one.
        {dan, ours("d1", "부엌"), read, noon, away, Reason::is_member},
        {dan, entity("sensor.hall"), read, noon, home, Reason::granted},
        {dan, entity("light.x"), read, noon, away, Reason::granted},
        {dan, call("light.turn_on", "light.x"), control, noon, away, Reason::granted},
        {dan, whole("light.turn_on"), control, noon, away, Reason::granted},
        {dan, whole("switch.turn_on"), control, noon, away, Reason::not_granted},
        {dan, call("switch.turn_on", "switch.toy"), control, noon, away, Reason::granted},
        {dan, call("switch.turn_on", "switch.oven"), control, noon, away, Reason::not_granted},
        {dan, call("rest_command.gate", "light.x"), control, noon, away, Reason::not_granted},
        // Grants at a person add.
        {ben, ours("d1", "부엌"), read, noon, away, Reason::is_member},
        {ben, call("light.toggle", "light.ben"), control, noon, away, Reason::granted},
        {ben, call("light.toggle", "light.x"), control, noon, away, Reason::not_granted},
        {ben, whole("script.good_night"), control, noon, away, Reason::granted},
        {ben, whole("script.open_gate"), control, noon, away, Reason::not_granted},
        {ben, entity("light.ben"), administer, noon, away, Reason::not_granted},
        // A key with a role has that alone; one without is its owner.
        {key, entity("sensor.power_total"), read, noon, away, Reason::granted},
        {key, ours("d1", "부엌"), read, noon, away, Reason::not_granted},
        {key, call("light.toggle", "light.ben"), control, noon, away, Reason::not_granted},
        {other_key, call("light.toggle", "light.ben"), control, noon, away, Reason::granted},
        {other_key, ours("d1", "부엌"), read, noon, away, Reason::is_member},
        // Nothing known of it: nothing granted.
        {dan, Resource(), read, noon, home, Reason::not_granted},
        {gil, Resource(), read, noon, home, Reason::not_granted},
    };
    for (const auto& c : cases) {
        auto got = decide(*policy, c.who, c.what, c.action, c.at, c.from);
        EXPECT_EQ(got.reason, c.reason) << &c - cases << " " << explain(got.reason);
        const bool allowed = c.reason == Reason::is_admin || c.reason == Reason::is_member ||
                             c.reason == Reason::granted;
        EXPECT_EQ(got.allowed, allowed) << &c - cases;
        EXPECT_EQ(explain(*policy, c.who, c.what, c.action, c.at, c.from).decision.reason,
                  c.reason);
    }
    EXPECT_TRUE(policy->reads_all(ann) && policy->reads_all(gil) && policy->reads_all(dan));
    EXPECT_FALSE(policy->reads_all(eve) || policy->reads_all(key));
    EXPECT_EQ(policy->roles_of(eve), std::vector<std::string_view>{"caregiver"});
    EXPECT_TRUE(policy->roles_of(gil).empty());
    EXPECT_TRUE(policy->any_own_roles());
    EXPECT_EQ(policy->groups_of(ann), "admin");
    EXPECT_EQ(policy->groups_of(gil), "member");
    EXPECT_EQ(policy->groups_of(eve), "caregiver");
    EXPECT_EQ(policy->groups_of(dan), "child,member");
}

TEST(Policy, SeveralListsMustAllFit) {
    PolicyText text;
    auto g = in_areas({"침실"}, "control");
    g.who = {"person:ben"};
    g.entities = {"light.*"};
    text.grants = {g};
    const auto policy = Policy::make(text, {});
    const auto ben = person("ben");
    auto may = [&](Resource r) {
        return decide(*policy, ben, r, Action::control, noon, home).allowed;
    };
    auto there = entity("light.a");
    EXPECT_FALSE(may(there)) << "where it stands is not known";
    there.area = "침실";
    EXPECT_TRUE(may(there));
    there.area = "부엌";
    EXPECT_FALSE(may(there));
    auto other = entity("switch.a");
    other.area = "침실";
    EXPECT_FALSE(may(other));
    // The lights of a room, as Home Assistant names rooms.
    auto room = whole("light.turn_on");
    EXPECT_FALSE(may(room));
    room.area_id = "침실";
    EXPECT_TRUE(may(room));
    room.domain = "switch";
    EXPECT_FALSE(may(room));
}

TEST(Policy, RoomsAsHomeAssistantNamesThem) {
    PolicyText text;
    text.grants = {in_areas({"Living Room", "거실"})};
    text.grants[0].who = {"person:ben"};
    const auto policy = Policy::make(text, {});
    auto may = [&](std::string_view id) {
        Resource r;
        r.area_id = id;
        return decide(*policy, person("ben"), r, Action::read, noon, home).allowed;
    };
    EXPECT_TRUE(may("living_room") && may("거실"));
    EXPECT_FALSE(may("living") || may("geosil") || may(""));
}

TEST(Policy, FromUntil) {
    PolicyText text;
    text.grants = {in_areas({"*"})};
    text.grants[0].who = {"person:ben"};
    text.grants[0].entities = {"light.*"};
    text.grants[0].from = "2026-01-05";
    text.grants[0].until = "2026-01-06";
    const auto policy = Policy::make(text, seoul());
    auto what = entity("light.a");
    what.area = "어디든";
    auto at = [&](const char* time) {
        return decide(*policy, person("ben"), what, Action::read, parse_rfc3339(time).value(), home)
            .reason;
    };
    EXPECT_EQ(at("2026-01-04T14:59:59Z"), Reason::not_now);
    EXPECT_EQ(at("2026-01-04T15:00:00Z"), Reason::granted);
    EXPECT_EQ(at("2026-01-06T14:59:59Z"), Reason::granted);
    EXPECT_EQ(at("2026-01-06T15:00:00Z"), Reason::not_now);
}

// More kinds of hours than a decision remembers, and all name the same thing.
TEST(Policy, EachOfManyHoursCounts) {
    constexpr int count = 100;
    auto clock = [](int minute) {
        std::string out = "00:00";
        out[1] = static_cast<char>('0' + minute / 60);
        out[3] = static_cast<char>('0' + minute % 60 / 10);
        out[4] = static_cast<char>('0' + minute % 10);
        return out;
    };
    PolicyText text;
    for (int i = 0; i < 2 * count; ++i) {
        auto& grant = text.grants.emplace_back(in_areas({"침실"}));
        grant.who = {"person:ben"};
        grant.hours = {clock(i % count) + "-" + clock(i % count + 1)};
    }
    text.grants.back().addresses = {"192.168.0.0/16"}; // the same minute, but nothing else
    const auto policy = Policy::make(text, seoul());
    auto what = entity("light.a");
    what.area = "침실";
    const auto midnight = parse_rfc3339("2026-01-04T15:00:00Z").value();
    auto at = [&](int minute) {
        return decide(*policy, person("ben"), what, Action::read,
                      midnight + std::chrono::minutes(minute), away)
            .reason;
    };
    for (int minute = 0; minute < count; ++minute) EXPECT_EQ(at(minute), Reason::granted) << minute;
    EXPECT_EQ(at(count), Reason::not_now);
}

TEST(Policy, PathsForAdministrators) {
    PolicyText text;
    text.grants = {on_paths({"/"}, "person:ben"), on_paths({"/grafana/admin"}, "person:cho"),
                   on_paths({"/grafana/admin/stats"}, "person:dan")};
    const auto policy = Policy::make(text, {});
    auto may = [&](const char* name, std::string_view at, std::size_t admin_prefix) {
        auto r = path("h", at);
        r.for_admins = admin_prefix > 0;
        r.admin_prefix = admin_prefix;
        return decide(*policy, person(name), r, Action::read, noon, home).allowed;
    };
    const std::size_t rule = std::string_view("/grafana/admin").size();
    EXPECT_FALSE(may("ben", "/grafana/admin", rule)) << "\"/\" does not mean what is set apart";
    EXPECT_TRUE(may("ben", "/grafana", 0));
    EXPECT_TRUE(may("cho", "/grafana/admin/x", rule));
    EXPECT_TRUE(may("dan", "/grafana/admin/stats/1", rule));
    EXPECT_FALSE(may("dan", "/grafana/admin/x", rule));
    EXPECT_FALSE(
        decide(*policy, person("ben"), path("", "/ha/api/states"), Action::read, noon, home)
            .allowed)
        << "nor our own API";
}

TEST(Policy, FailsClosed) {
    const Policy nothing;
    const auto admin = person("ann", Role::admin), ben = person("ben");
    EXPECT_TRUE(decide(nothing, admin, {}, Action::administer, noon, home).allowed);
    EXPECT_EQ(decide(nothing, ben, ours("d", "a"), Action::read, noon, home).reason,
              Reason::not_known);
    EXPECT_FALSE(nothing.reads_all(ben));
    // A role whose grants are not understood still narrows, also one that is not written anywhere.
    PolicyText text;
    text.roles = {role("broken", {"person:ben"}, {in_areas({"a"}, "rule")}),
                  role("circle", {"person:cho"}, {}, {"ring"}),
                  role("ring", {}, {in_areas({"a"})}, {"circle"})};
    const auto policy = Policy::make(text, {});
    EXPECT_FALSE(decide(*policy, ben, ours("d", "a"), Action::read, noon, home).allowed);
    EXPECT_TRUE(decide(*policy, person("cho"), ours("d", "a"), Action::read, noon, home).allowed);
    EXPECT_FALSE(decide(*policy, person("cho"), ours("d", "b"), Action::read, noon, home).allowed);
}

TEST(Explain, SaysWhichGrantAndWhatItLacks) {
    const auto policy = Policy::make(house(), seoul());
    auto yes = explain(*policy, person("eve"), ours("d", "침실"), Action::read, noon, away);
    ASSERT_EQ(yes.grants.size(), 1u);
    EXPECT_TRUE(yes.grants[0].fits);
    EXPECT_EQ(yes.grants[0].from, "role caregiver");
    EXPECT_EQ(yes.grants[0].line, "read, areas 침실 Living Room, hours 08:00-20:00");
    EXPECT_EQ(yes.roles, std::vector<std::string>{"caregiver"});
    auto no = explain(*policy, person("eve"), ours("d", "침실"), Action::control, evening, away);
    ASSERT_EQ(no.grants.size(), 2u);
    EXPECT_EQ(no.grants[0].lacks, (std::vector{Lack::level, Lack::hours}));
    EXPECT_EQ(no.grants[1].lacks, (std::vector{Lack::level, Lack::things}));
    auto service = explain(*policy, person("dan"), call("rest_command.gate", "light.x"),
                           Action::control, noon, away);
    EXPECT_EQ(service.grants.at(0).lacks, std::vector{Lack::service});
    EXPECT_EQ(service.roles, (std::vector<std::string>{"child", "member"}));
    EXPECT_EQ(explain(*policy, person("gil"), ours("d", ""), Action::read, noon, away).roles,
              std::vector<std::string>{"member"});
    for (auto lack :
         {Lack::level, Lack::things, Lack::service, Lack::dates, Lack::hours, Lack::address})
        EXPECT_TRUE(!to_string(lack).empty() && !describe(lack).empty());
}

} // namespace
} // namespace caredian::access
