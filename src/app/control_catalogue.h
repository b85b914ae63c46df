// The command catalogue, behind the control socket.
#pragma once

#include "app/control.h"
#include "base/clock.h"
#include "devices/registry.h"

namespace caredian::app {

// catalogue       format (json, markdown, csv), language (en, ko)   → {"id"}
// catalogue.more  id, from (bytes)   → {"data" (base64url),"end"}; the four newest are kept
// Everything handed in outlives the handlers.
ControlHandlers catalogue_commands(const devices::Registry& registry, const Clock& clock);

} // namespace caredian::app
