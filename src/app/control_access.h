// The commands access.* and audit.*: the same behind the control socket and in the command line
// alone.
#pragma once

#include "api/access_explain.h"
#include "app/control.h"

#include <string>

namespace caredian::app {

// Arguments are strings:
//   access.explain  who, action, what, at, from (the last two may be missing) → api::explain's JSON
//   audit.verify    - → {"whole","problem","rows","first","id","hash","exported"}
// They block (SQL). `head_file`: data_dir/audit-head.
ControlHandlers access_commands(const api::ExplainWith& with, guard::Audit& audit,
                                const std::string& head_file);

} // namespace caredian::app
