// Roles and grants made ready for decisions: an immutable snapshot that every worker holds.
//
// Administrators may everything. Somebody without a role of their own has the built-in role
// `member`: reads devices and readings of ours, opens pages behind a proxy that are not for
// administrators, and has no part in Home Assistant's API. Who has roles of their own has these
// alone (but for `includes: [member]`); grants that are directed at a person, group or key add to
// that. A key that is given a role has that alone, whatever its owner has.
#pragma once

#include "access/decision.h"
#include "access/grant_text.h"
#include "access/resource.h"
#include "base/time_zone.h"
#include "identity/principal.h"
#include "net/address.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::access {

// What a policy is made of. A role that is there twice (settings and database) is one: the union.
struct PolicyText {
    std::vector<RoleText> roles;
    std::vector<GrantText> grants;
    // Accounts by group: "carers", and "authentik/carers" of one provider.
    std::map<std::string, std::vector<std::string>, std::less<>> groups;
};

class Policy {
public:
    // Nothing is known yet: administrators alone may anything.
    Policy();
    // Parts that problem_of would refuse are left out: what is not understood grants nothing.
    static std::shared_ptr<const Policy> make(const PolicyText& text, const TimeZone& zone);
    ~Policy();
    Policy(const Policy&) = delete;

    // Reads every device and reading of ours, so that nothing need be looked at one by one.
    bool reads_all(const identity::Principal& who) const;
    // Is there any grant that reaches beyond the built-in roles for them?
    bool has_grants(const identity::Principal& who) const;
    // Their own roles, by name; empty: the built-in one.
    std::vector<std::string_view> roles_of(const identity::Principal& who) const;
    bool any_own_roles() const; // of anybody
    bool any_grants() const;    // to anybody
    // What other programs are told (X-Remote-Groups): "admin", "member", or own roles with commas.
    std::string groups_of(const identity::Principal& who) const;

    struct Impl;
    const Impl& impl() const { return *impl_; } // for decide and explain

private:
    std::unique_ptr<Impl> impl_;
};
using PolicyPtr = std::shared_ptr<const Policy>;

// May `who` do this to that, now, from there? Pure; without allocation; fails closed: what no
// grant allows is denied. 1 µs at most with 200 grants.
Decision decide(const Policy& policy, const identity::Principal& who, const Resource& what,
                Action action, WallTime now, const net::Address& from);

// What a grant lacks for a question.
enum class Lack : std::uint8_t {
    level,   // "level": may read, but control was asked
    things,  // "things": it is about others
    service, // "service": this service must be granted by its name
    dates,   // "dates": not yet, or no more
    hours,   // "hours"
    address, // "address"
};
std::string_view to_string(Lack lack); // the word above
std::string_view describe(Lack lack);  // a sentence

// The same, told for people.
struct Explanation {
    Decision decision;
    std::vector<std::string> roles; // what counted: own ones, or "member", "admin"
    struct Grant {
        std::string from; // "role caregiver", "grant 3fa8", "settings"
        std::string line; // to_line
        bool fits = false;
        std::vector<Lack> lacks;
    };
    std::vector<Grant> grants; // the one that allowed, or at most five that came nearest
};
Explanation explain(const Policy& policy, const identity::Principal& who, const Resource& what,
                    Action action, WallTime now, const net::Address& from);

} // namespace caredian::access
