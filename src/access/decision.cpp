#include "access/decision.h"

namespace caredian::access {

using identity::Role;

std::optional<Need> parse_need(std::string_view word) {
    if (word == "public") return Need::nothing;
    if (word == "optional") return Need::optional;
    if (word == "signed-in") return Need::signed_in;
    if (word == "granted") return Need::granted;
    if (word == "admin") return Need::admin;
    return std::nullopt;
}

Decision decide(const identity::Principal* who, Need need) {
    if (need == Need::nothing || need == Need::optional) return {true, Reason::open_to_all};
    if (!who) return {false, Reason::not_signed_in};
    if (who->role == Role::admin) return {true, Reason::is_admin};
    if (need == Need::signed_in || need == Need::granted) return {true, Reason::is_signed_in};
    return {false, Reason::admins_only};
}

Decision decide_scope(const identity::Principal& who, identity::Scope needed) {
    if (!who.bounds || who.bounds->scopes.has(needed)) return {true, Reason::is_signed_in};
    return {false, Reason::outside_scope};
}

std::string_view explain(Reason reason) {
    switch (reason) {
    case Reason::open_to_all:
        return "this is open to everybody";
    case Reason::is_signed_in:
        return "whoever is signed in may do this";
    case Reason::is_admin:
        return "administrators may do this";
    case Reason::not_signed_in:
        return "sign in first";
    case Reason::admins_only:
        return "only administrators may do this";
    case Reason::outside_scope:
        return "the scopes of this key do not allow it";
    case Reason::is_member:
        return "whoever has the role member may do this";
    case Reason::granted:
        return "a grant allows it";
    case Reason::not_granted:
        return "your roles do not allow this";
    case Reason::not_now:
        return "your roles do not allow this at this time";
    case Reason::not_from_here:
        return "your roles do not allow this from this address";
    case Reason::not_known:
        return "roles cannot be read now: try again later";
    }
    return "unknown";
}

} // namespace caredian::access
