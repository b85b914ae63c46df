// Messages for people who look at them: what one becomes, which could not be read, which a device
// sent last.
#pragma once

#include "api/visible.h"
#include "base/pool.h"
#include "devices/registry.h"
#include "ingest/ingest.h"
#include "net/http/router.h"

namespace caredian::api {

//   POST /api/v1/ingest/explain        access "admin"
//   GET  /api/v1/dead-letters          access "admin"
//   GET  /api/v1/devices/{id}/messages access "signed-in": for whoever may see every device, as a
//        message may tell of several
// Everything must outlive the router. What reads or computes for long runs on `pool`.
void add_messages_routes(net::http::Router& router, const ingest::Ingest& ingest,
                         const devices::Registry& registry, Pool& pool, const Seeing& seeing = {});

} // namespace caredian::api
