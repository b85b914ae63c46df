// The command ingest.explain, the same behind the control socket and in the command line alone.
#pragma once

#include "app/control.h"
#include "ingest/options.h"

#include <functional>

namespace caredian::app {

// ingest.explain  topic, payload → what POST /api/v1/ingest/explain answers
// `options`: how messages are decoded now; called by any thread.
ControlHandlers ingest_commands(std::function<ingest::DecodeOptions()> options);

} // namespace caredian::app
