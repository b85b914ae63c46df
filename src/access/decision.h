// Who may do what: a pure function. For now by role; grants (person, area, entity, device, hours)
// will be one more argument, and the shape of a resource is here for them.
#pragma once

#include "identity/principal.h"

#include <optional>
#include <span>
#include <string_view>

namespace caredian::access {

// What a route asks for. Word in the route table:
enum class Need : std::uint8_t {
    nothing,   // "public": who calls is not even looked up
    optional,  // "optional": everybody, but the handler is told who it is
    signed_in, // "signed-in"
    admin,     // "admin"
};
std::optional<Need> parse_need(std::string_view word);

// What is touched, as far as the caller knows; empty = not about one. Views of the caller.
struct Resource {
    std::string_view home;
    std::string_view domain; // of an HA entity: "light"
    std::string_view entity;
    std::string_view device;
    std::string_view area;
    std::span<const std::string_view> labels;
};

enum class Action : std::uint8_t { read, control, administer };

enum class Reason : std::uint8_t {
    open_to_all,
    is_signed_in,
    is_admin,
    not_signed_in, // denied: 401
    admins_only,   // denied: 403
    outside_scope, // denied: 403
};

struct Decision {
    bool allowed = false;
    Reason reason = Reason::not_signed_in;
};

// Fails closed: what no rule allows is denied. Without a resource: may the route be used at all?
// `control` and `administer` of anything are for administrators until there are grants.
Decision decide(const identity::Principal* who, Need need, const Resource& resource = {},
                Action action = Action::read);

// May a caller with this key do what `needed` says? Always, for one who comes with a session.
Decision decide_scope(const identity::Principal& who, identity::Scope needed);

// For people: why it was decided so.
std::string_view explain(Reason reason);

} // namespace caredian::access
