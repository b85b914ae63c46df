// What Authentik tells of its people: the body of its notification webhook (the mapping that
// deploy/authentik/ sets up) and a user as its API shows it. Pure.
#pragma once

#include "base/clock.h"
#include "identity/oidc/person.h"

namespace caredian::identity::authentik {

inline constexpr std::size_t max_event = 256 * 1024;

struct UserEvent {
    enum class Kind {
        test,    // the button "Test" of the transport: nobody is meant
        changed, // made or changed: the rest says how
        gone,    // deleted
        unknown, // something else: kept and reported, never an error
    };
    Kind kind = Kind::unknown;
    std::string id;      // of the event; at least once it comes
    WallTime created{};  // of the event; the epoch when it does not say
    oidc::Person person; // without issuer; the subject is the user's pk
    bool active = true;
};

// {"id","action","created","pk","username","email","name","groups","is_active"}. Never fails: what
// is no such body is `unknown`.
UserEvent read_event(std::string_view body);

// A user of GET /api/v3/core/users/: nothing without a pk and a username.
std::optional<UserEvent> read_user(const json::object& user);

} // namespace caredian::identity::authentik
