// GET /api/v1/events: what devices did, the newest first.
#pragma once

#include "api/visible.h"
#include "base/pool.h"
#include "devices/events/event_store.h"
#include "net/http/router.h"

namespace caredian::api {

// SQL runs on `pool`. All outlive the router. Access: "signed-in"; of what the caller may see.
void add_events_routes(net::http::Router& router, devices::EventStore& store, Pool& pool,
                       const Seeing& seeing);

} // namespace caredian::api
