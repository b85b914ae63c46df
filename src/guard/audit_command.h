// The event of what devices are told, apart from the others: what writes it needs no more.
#pragma once

#include "guard/audit.h"

namespace caredian::guard {

// A device was told something; subject: the device; detail: the command's id and what.
inline constexpr AuditEvent device_command = static_cast<AuditEvent>(1000);

} // namespace caredian::guard
