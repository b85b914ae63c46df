// GET /api/v1/devices and GET /api/v1/devices/{id}: who is there and what they last said.
#pragma once

#include "devices/latest.h"
#include "net/http/router.h"

namespace caredian::api {

// `latest` outlives the router. Access: "signed-in". An id is one percent-encoded path segment.
void add_devices_routes(net::http::Router& router, const devices::Latest& latest);

} // namespace caredian::api
