// Who is calling: what the gate hands to a handler.
#pragma once

#include "base/clock.h"
#include "identity/scopes.h"
#include "net/address.h"

#include <any>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace caredian::identity {

enum class Role : std::uint8_t { member, admin };
std::string_view to_string(Role r); // "member", "admin"

// What narrows a caller who brings a key instead of a session.
struct Bounds {
    std::string key;  // id of the API key
    std::string name; // as its owner called it
    Scopes scopes;
    net::NetworkSet from; // empty: from anywhere
};

// A person with a live session, or who stands behind an API key. Never changed once made; shared by
// the cache and the requests under way (counted in one word, so that it travels in a std::any
// without allocating).
struct Principal : boost::intrusive_ref_counter<Principal> {
    std::string username;
    std::string full_name; // may be empty
    std::string email;     // likewise; as accounts.h says
    std::string account;   // id of the account: stays when the name changes
    std::string session;   // sid; "key:" and the id of an API key
    std::string language;  // "ko", "en"
    Role role = Role::member;
    WallTime expires{};                   // the session's absolute limit, or the key's end
    std::unique_ptr<const Bounds> bounds; // null: a session, which may what its role may
};
using PrincipalPtr = boost::intrusive_ptr<const Principal>;

// What a route's Context::principal holds; nullptr when nobody is signed in.
inline const Principal* principal_of(const std::any* slot) {
    const auto* held = slot ? std::any_cast<PrincipalPtr>(slot) : nullptr;
    return held ? held->get() : nullptr;
}

} // namespace caredian::identity
