// What tests of policies are made of: people, grants, the moment.
#pragma once

#include "access/policy.h"

#include <string>
#include <utility>
#include <vector>

namespace caredian::access {

using identity::Principal;
using identity::Role;

// Monday, noon in Seoul.
inline const WallTime noon = parse_rfc3339("2026-01-05T03:00:00Z").value();
inline const WallTime evening = parse_rfc3339("2026-01-05T12:00:00Z").value();
inline const net::Address home = *net::parse_address("192.168.0.5");
inline const net::Address away = *net::parse_address("203.0.113.9");

inline TimeZone seoul() {
    return TimeZone::find("Asia/Seoul").value();
}

inline Principal person(const std::string& name, Role role = Role::member) {
    Principal who;
    who.username = name;
    who.account = "id-" + name;
    who.role = role;
    return who;
}

inline GrantText in_areas(std::vector<std::string> areas, std::string may = "read") {
    GrantText g;
    g.areas = std::move(areas);
    g.may = std::move(may);
    return g;
}

inline GrantText on_entities(std::vector<std::string> entities, std::string may = "read") {
    GrantText g;
    g.entities = std::move(entities);
    g.may = std::move(may);
    return g;
}

inline RoleText role(std::string name, std::vector<std::string> members,
                     std::vector<GrantText> grants, std::vector<std::string> includes = {}) {
    RoleText out;
    out.name = std::move(name);
    out.members = std::move(members);
    out.grants = std::move(grants);
    out.includes = std::move(includes);
    return out;
}

inline GrantText on_paths(std::vector<std::string> paths, std::string who) {
    GrantText g;
    g.who = {std::move(who)};
    g.paths = std::move(paths);
    return g;
}

} // namespace caredian::access
