// May a route be used at all? By the built-in roles alone; what is granted beyond is policy.h's.
#pragma once

#include "identity/principal.h"

#include <optional>
#include <string_view>

namespace caredian::access {

// What a route asks for. Word in the route table:
enum class Need : std::uint8_t {
    nothing,   // "public": who calls is not even looked up
    optional,  // "optional": everybody, but the handler is told who it is
    signed_in, // "signed-in"
    granted,   // "granted": who is signed in; the handler asks the policy about what is touched
    admin,     // "admin"
};
std::optional<Need> parse_need(std::string_view word);

enum class Reason : std::uint8_t {
    open_to_all,
    is_signed_in,
    is_admin,
    is_member, // by the built-in role
    granted,
    not_signed_in, // denied: 401
    admins_only,   // denied: 403
    outside_scope, // denied: 403
    not_granted,   // denied: 403, as all below
    not_now,       // a grant would fit at another time
    not_from_here, // … from another address
    not_known,     // roles could not be read yet
};

struct Decision {
    bool allowed = false;
    Reason reason = Reason::not_signed_in;
};

// Fails closed: what no rule allows is denied.
Decision decide(const identity::Principal* who, Need need);

// May a caller with this key do what `needed` says? Always, for one who comes with a session.
Decision decide_scope(const identity::Principal& who, identity::Scope needed);

// For people: why it was decided so.
std::string_view explain(Reason reason);

} // namespace caredian::access
