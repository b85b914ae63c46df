// GET /api/v1/stream: readings as they come, as Server-Sent Events.
//   https://html.spec.whatwg.org/multipage/server-sent-events.html
#pragma once

#include "devices/stream_hub.h"
#include "net/http/router.h"

#include <any>
#include <functional>
#include <memory>

namespace caredian::api {

// Called on the worker when a stream starts, with the caller's principal. `close` ends the stream;
// it must be called on that worker, and does nothing once the stream has ended. What is returned
// is kept as long as the stream lives: the register of live connections (identity) takes the entry
// out in its destructor. Empty function: streams live until a side leaves.
using LiveHook =
    std::function<std::shared_ptr<void>(const net::http::Context&, std::function<void()> close)>;

// `hub` outlives the router. Access: "signed-in".
void add_stream_routes(net::http::Router& router, devices::StreamHub& hub, LiveHook live = {});

} // namespace caredian::api
