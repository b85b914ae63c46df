// GET /api/v1/stream: readings as they come, as Server-Sent Events.
//   https://html.spec.whatwg.org/multipage/server-sent-events.html
//
// device, measurement: only these (both optional). Last-Event-ID: goes on after it, or begins with
// the event `reset`. Ends with the caller's session (Gate::live_key).
#pragma once

#include "api/visible.h"
#include "devices/stream_hub.h"
#include "net/http/router.h"

namespace caredian::api {

// `hub` outlives the router. Access: "signed-in". 503 when there are too many streams.
void add_stream_routes(net::http::Router& router, devices::StreamHub& hub,
                       const Seeing& seeing = {});

} // namespace caredian::api
