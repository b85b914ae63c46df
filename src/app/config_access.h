// The settings roles and grants: from YAML to what the policy is made of. docs/access.md is their
// reference.
#pragma once

#include "access/grant_text.h"
#include "app/config_row.h"

#include <string>
#include <vector>

namespace caredian::app {

// False when anything was reported; every problem is, with its line.
bool read_roles(const YamlNode& node, std::vector<access::RoleText>& out,
                const Row::Report& report);
bool read_grants(const YamlNode& node, std::vector<access::GrantText>& out,
                 const Row::Report& report);

// The codec's places in CAREDIAN_ROW.
struct Roles {};
struct Grants {};

template <class Get>
Row make_row(const char* path, Get get, Roles, Text doc) {
    Row row = make_common(path, get, Shape::list, {"list of roles", "역할 목록"}, std::move(doc));
    row.read = [get](const YamlNode& node, Settings& out, const Row::Report& report) {
        std::vector<access::RoleText> roles;
        if (read_roles(node, roles, report)) get(out) = std::move(roles);
    };
    row.show = [get](const Settings& s) {
        std::string names;
        for (const auto& role : get(s))
            names += (names.empty() ? "[{name: " : ", {name: ") + yaml_text(role.name) + ", …}";
        return names.empty() ? "[]" : names + "]";
    };
    return row;
}

template <class Get>
Row make_row(const char* path, Get get, Grants, Text doc) {
    Row row = make_common(path, get, Shape::list, {"list of grants", "권한 목록"}, std::move(doc));
    row.read = [get](const YamlNode& node, Settings& out, const Row::Report& report) {
        std::vector<access::GrantText> grants;
        if (read_grants(node, grants, report)) get(out) = std::move(grants);
    };
    row.show = [get](const Settings& s) { return get(s).empty() ? "[]" : "[…]"; };
    return row;
}

Codec<std::string> zone_name(); // IANA's: "Asia/Seoul"

} // namespace caredian::app
