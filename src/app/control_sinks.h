// The commands sink.*, behind the control socket.
#pragma once

#include "app/control.h"
#include "app/settings.h"
#include "app/sink_side.h"
#include "history/query.h"

namespace caredian::app {

// sink.list                             → [{"name","url","cursor","lines","failures","set_aside",
//                                          "buffered_bytes","last_write"}]
// sink.set_aside  sink, most            → [{"time","reason","line"}], the newest first
// sink.backfill   sink, and what an export takes (from, to, measurement, device, field)
//                                       → {"id"}
// sink.progress   id                    → {"lines","set_aside","ended","failed"}
// sink.cancel     id
// sink.downsample sink, every, keep     the server's own means over `every`, kept for `keep`
// `sink` may be left out when there is one. Everything handed in outlives the handlers.
ControlHandlers sink_commands(const SinkSide& sinks, history::QuerySource& history,
                              const Settings& settings, const Clock& clock);

} // namespace caredian::app
