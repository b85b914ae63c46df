// The commands history.*: an export or an import in pieces, the same behind the control socket and
// in the command line alone.
#pragma once

#include "app/control.h"
#include "base/clock.h"
#include "history/local_history.h"

#include <memory>

namespace caredian::app {

// Arguments are strings, bytes are base64url:
//   history.export  format, measurement, device, field, from, to (as /api/v1/export) → {"id"}
//   history.more    id → {"data","end"}: the next piece of an export
//   history.import  format, precision, device_tag → {"id"}
//   history.put     id, data → {"more"}: takes a piece of at most 32 kB
//   history.end     id → of an import its report, as POST /api/v1/import says it; drops either
// At most four are open; one that was not asked for five minutes is dropped. `history` outlives the
// handlers. They block (disk).
ControlHandlers history_commands(history::LocalHistory& history, const Clock& clock);

} // namespace caredian::app
