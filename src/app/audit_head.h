// Where the audit's chain ended, day by day: data_dir/audit-head, one line each, "time id hash". A
// copy of it elsewhere proves later that no older row was changed.
#pragma once

#include "guard/audit.h"

#include <string>
#include <vector>

namespace caredian::app {

// Is the last line a day old, or is there none?
bool head_is_due(const std::string& file, WallTime now);
// Mode 0600. The newest 1,000 lines are kept.
result<void> append_head(const std::string& file, WallTime now, const guard::AuditHead& head);
// Lines that are none are passed over. No file: none.
std::vector<guard::AuditHead> read_heads(const std::string& file);

} // namespace caredian::app
