// Roles and grants as JSON: over the API, in the database, and (from YAML) in the settings.
#pragma once

#include "access/grant_text.h"
#include "base/json.h"

#include <optional>
#include <string>

namespace caredian::access {

// Reads what is there over what `out` holds: a member that is not there stays, one that is null or
// empty is emptied. Lists may be one text. The problem of something unknown, of the wrong kind, or
// that problem_of does not take.
// A grant of a role has no `who`.
std::optional<GrantProblem> read_json(const json::object& from, bool in_role, GrantText& out);
std::optional<GrantProblem> read_json(const json::object& from, RoleText& out);

// Inside of an object; without what is empty.
void append_members(JsonWriter& w, const GrantText& grant);
void append_members(JsonWriter& w, const RoleText& role);

} // namespace caredian::access
