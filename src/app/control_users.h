// The commands user.*: the same behind the control socket and in the command line alone.
#pragma once

#include "app/control.h"

namespace caredian::identity {
class Accounts;
}

namespace caredian::app {

// Arguments are strings:
//   user.add      name, password, role ("member" when absent), language ("ko" when absent)
//   user.list     -                → [{"name","role","disabled","created"}]
//   user.remove   name
//   user.password name, password
//   user.role     name, role
// `accounts` must outlive the handlers. They block (SQL, argon2id).
ControlHandlers user_commands(identity::Accounts& accounts);

} // namespace caredian::app
