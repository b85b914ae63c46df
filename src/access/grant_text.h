// Roles and grants as people write them, in the settings and over the API: plain structs, and what
// can be wrong with one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::access {

// One sentence: who may do what, where and when. Of the five lists of things at least one is there;
// several of them must all fit ("lights in the bedroom"), of each list one entry.
struct GrantText {
    std::string id;                     // in the database; empty: of the settings
    std::vector<std::string> who;       // "person:ann", "group:carers", "key:ID", "role:member"
    std::vector<std::string> areas;     // rooms by name; "*": any
    std::vector<std::string> entities;  // "light.bedroom", "light.*", "*": of Home Assistant
    std::vector<std::string> devices;   // ids of ours, "*"
    std::vector<std::string> services;  // "light.turn_on", "script.*"
    std::vector<std::string> paths;     // "/ha/api/config", "grafana.example.org/d", "/wiki"
    std::string may = "read";           // "read", "control" (and read), "admin" (and both)
    std::vector<std::string> hours;     // "08:00-20:00", "22:00-06:00"; empty: always
    std::vector<std::string> days;      // "mon" … "sun", "mon-fri"; the day on which hours begin
    std::vector<std::string> addresses; // networks: "192.168.0.0/16"
    std::string from, until; // a date (the whole day, in the home's time zone) or RFC 3339
    std::string note;
    bool operator==(const GrantText&) const = default;
};

// People who have roles of their own have these alone, not the built-in role `member`: a role
// narrows. `includes: [member]` adds to it instead.
struct RoleText {
    std::string name;
    std::string note;
    std::vector<std::string> includes; // other roles, "member"
    std::vector<std::string> members;  // as GrantText::who, but no roles
    std::vector<GrantText> grants;     // without `who`
    bool operator==(const RoleText&) const = default;
};

constexpr std::size_t max_roles = 200, max_grants = 2'000, max_listed = 100, max_word = 200;

// What is wrong, and where: "areas", "hours", …
struct GrantProblem {
    std::string part;
    std::string what; // goes on after its name
};
// `in_role`: it has no `who` of its own, else it must.
std::optional<GrantProblem> problem_of(const GrantText& grant, bool in_role);
std::optional<GrantProblem> problem_of(const RoleText& role);

// Who is meant: the kind before the colon. A person by name, or by the account's id, which another
// person who gets that name later does not have.
enum class WhoKind { person, account, group, key, device, role };
struct Who {
    WhoKind kind = WhoKind::person;
    std::string name; // of a group: "carers", or "authentik/carers" of one provider alone
};
std::optional<Who> parse_who(std::string_view text);

// "read areas 침실, hours 08:00-20:00": one line for people.
std::string to_line(const GrantText& grant);

} // namespace caredian::access
