// Who is calling: what the gate hands to a handler.
#pragma once

#include "base/clock.h"

#include <any>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <string>
#include <string_view>

namespace caredian::identity {

enum class Role : std::uint8_t { member, admin };
std::string_view to_string(Role r); // "member", "admin"

// A person with a live session. Never changed once made; shared by the cache and the requests
// under way (counted in one word, so that it travels in a std::any without allocating).
struct Principal : boost::intrusive_ref_counter<Principal> {
    std::string username;
    std::string full_name; // may be empty
    std::string account;   // id of the account: stays when the name changes
    std::string session;   // sid
    std::string language;  // "ko", "en"
    Role role = Role::member;
    WallTime expires{}; // the session's absolute limit
};
using PrincipalPtr = boost::intrusive_ptr<const Principal>;

// What a route's Context::principal holds; nullptr when nobody is signed in.
inline const Principal* principal_of(const std::any* slot) {
    const auto* held = slot ? std::any_cast<PrincipalPtr>(slot) : nullptr;
    return held ? held->get() : nullptr;
}

} // namespace caredian::identity
