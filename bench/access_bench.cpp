// What a decision costs, with 200 grants that all hold for the one who asks.
#include "access/policy.h"

#include <benchmark/benchmark.h>
#include <stdexcept>
#include <string>

namespace {

using namespace caredian;
using namespace caredian::access;

constexpr int grants = 200;

// Each has a room, a kind of entity and hours, so that all of it has to be looked at.
GrantText grant(int i, const std::string& room) {
    GrantText g;
    g.may = "control";
    g.areas = {room};
    g.entities = {"light.floor_" + std::to_string(i) + "_*", "switch.floor_" + std::to_string(i)};
    g.hours = {"08:00-20:00"};
    return g;
}

PolicyPtr policy(bool same_room) {
    RoleText role;
    role.name = "caregiver";
    role.members = {"person:eve"};
    for (int i = 0; i < grants; ++i)
        role.grants.push_back(grant(i, same_room ? "거실" : "room " + std::to_string(i)));
    PolicyText text;
    text.roles = {role};
    return Policy::make(text, TimeZone::find("Asia/Seoul").value());
}

// The last of 200 allows; `same_room`: the others differ in the entity alone.
void decide_last(benchmark::State& state) {
    const bool same_room = state.range(0) != 0;
    const auto made = policy(same_room);
    identity::Principal eve;
    eve.username = "eve";
    eve.account = "0b9f6c1e2d3a4b5c";
    Resource what;
    what.entity = "light.floor_199_bed";
    what.domain = "light";
    what.area = same_room ? "거실" : "room 199";
    const auto noon = parse_rfc3339("2026-01-05T03:00:00Z").value();
    const auto from = *net::parse_address("192.168.0.5");
    if (!decide(*made, eve, what, Action::control, noon, from).allowed)
        throw std::logic_error("it should be allowed");
    for (auto _ : state)
        benchmark::DoNotOptimize(decide(*made, eve, what, Action::control, noon, from));
}
BENCHMARK(decide_last)->Arg(0)->Arg(1);

// Nothing allows.
void decide_none(benchmark::State& state) {
    const auto made = policy(true);
    identity::Principal eve;
    eve.username = "eve";
    Resource what;
    what.entity = "light.elsewhere";
    what.domain = "light";
    what.area = "거실";
    const auto noon = parse_rfc3339("2026-01-05T03:00:00Z").value();
    for (auto _ : state)
        benchmark::DoNotOptimize(decide(*made, eve, what, Action::control, noon, {}));
}
BENCHMARK(decide_none);

// All 200 name the very same thing, and none holds at this hour: what an index cannot help.
void decide_all_fit(benchmark::State& state) {
    RoleText role;
    role.name = "caregiver";
    role.members = {"person:eve"};
    for (int i = 0; i < grants; ++i) role.grants.push_back(grant(0, "거실"));
    PolicyText text;
    text.roles = {role};
    const auto made = Policy::make(text, TimeZone::find("Asia/Seoul").value());
    identity::Principal eve;
    eve.username = "eve";
    Resource what;
    what.entity = "light.floor_0_bed";
    what.domain = "light";
    what.area = "거실";
    const auto night = parse_rfc3339("2026-01-05T15:00:00Z").value();
    for (auto _ : state)
        benchmark::DoNotOptimize(decide(*made, eve, what, Action::control, night, {}));
}
BENCHMARK(decide_all_fit);

// An administrator, and somebody with the built-in role alone.
void decide_plain(benchmark::State& state) {
    const auto made = policy(true);
    identity::Principal who;
    who.username = "ann";
    who.role = state.range(0) != 0 ? identity::Role::admin : identity::Role::member;
    Resource what;
    what.device = "d1";
    what.ours = true;
    for (auto _ : state) benchmark::DoNotOptimize(decide(*made, who, what, Action::read, {}, {}));
}
BENCHMARK(decide_plain)->Arg(0)->Arg(1);

} // namespace

BENCHMARK_MAIN();
