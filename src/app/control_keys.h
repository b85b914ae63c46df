// The commands key.*: the same behind the control socket and in the command line alone.
#pragma once

#include "app/control.h"

namespace caredian::identity {
class Accounts;
class ApiKeys;
} // namespace caredian::identity

namespace caredian::app {

// Arguments are strings; lists have commas between:
//   key.add     name, user, role ("member" when absent), scopes ("read"), addresses, days ("90")
//                             → {"id","key","expires"}: the only time that the key is shown
//   key.list    user ("": everybody's) → [{"id","user","name",…}]
//   key.revoke  id
// Both must outlive the handlers. They block (SQL).
ControlHandlers key_commands(identity::Accounts& accounts, identity::ApiKeys& keys);

} // namespace caredian::app
