// The commands user.reset-link, user.invite and user.forget-factors: the same behind the control
// socket and in the command line alone.
#pragma once

#include "app/control.h"
#include "identity/credentials.h"

#include <functional>

namespace caredian::app {

// Arguments are strings:
//   user.reset-link      name                      → {"path","expires"}
//   user.invite          role, full_name, days     → {"path","expires"}
//   user.forget-factors  name
// `path` comes behind the address of the gateway. All must outlive the handlers. They block (SQL).
struct CredentialParts {
    identity::Accounts& accounts;
    identity::ResetLinks& reset_links;
    identity::Invitations& invitations;
    std::function<result<void>(const identity::Account&, const guard::Actor&)> forget_factors;
};
ControlHandlers credential_commands(CredentialParts parts);

} // namespace caredian::app
