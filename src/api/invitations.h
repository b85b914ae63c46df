// Invitations as JSON, for the routes and the command line.
#pragma once

#include "base/clock.h"
#include "identity/invitations.h"

#include <span>
#include <string>

namespace caredian::api {

// Objects without the link: it cannot be had again.
std::string invitations_json(std::span<const identity::Invitation> all, WallTime now);
std::string made_invitation_json(const identity::Invitations::Made& made, const Secret& link,
                                 WallTime now);

} // namespace caredian::api
