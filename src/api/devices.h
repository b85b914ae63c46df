// Devices: who is there, what they last said, and what people decide about them.
//
//   GET   /api/v1/devices               area, stale=true, battery_below=20, q=text   "signed-in"
//                                       limit, after: the page after this id
//   GET   /api/v1/devices/{id}          with entities                                "signed-in"
//   PATCH /api/v1/devices/{id}          {"name","area"}; null: as the device says,   "admin"
//                                       area "": in no room
//   POST  /api/v1/devices/{id}/merge    {"with":"ID"}                                "admin"
//   POST  /api/v1/devices/{id}/split    {"source":{"measurement","device","path"}}   "admin"
//   GET   /api/v1/areas                 rooms and how many devices they have         "signed-in"
//
// An id is one percent-encoded path segment.
#pragma once

#include "api/visible.h"
#include "base/pool.h"
#include "devices/registry.h"
#include "net/http/router.h"

namespace caredian::api {

// Changes run on `pool`. Both outlive the router.
void add_devices_routes(net::http::Router& router, devices::Registry& registry, Pool& pool,
                        const Seeing& seeing = {});

} // namespace caredian::api
