// Commands to devices: told in their own convention, and their answer awaited.
//
//   POST /api/v1/devices/{id}/commands  {"entity":ID,"value":V} or {"values":{…}};   "granted"
//                                       timeout_ms, retries, wait; Idempotency-Key
//   GET  /api/v1/devices/{id}/commands  the newest first; limit                      "signed-in"
//   GET  /api/v1/commands/{id}          one                                          "signed-in"
//
// Telling needs `control` of the device; looking needs that it may be seen.
#pragma once

#include "api/visible.h"
#include "base/pool.h"
#include "devices/commands/commands.h"
#include "devices/registry.h"
#include "guard/denials.h"
#include "net/http/router.h"

namespace caredian::api {

// All must outlive the router. `pool` is for SQL.
struct CommandsPart {
    devices::commands::Commands& commands;
    devices::Registry& registry;
    Pool& pool;
    devices::commands::Conventions conventions;
    Seeing seeing;
    guard::Denials* denials = nullptr; // refusals go there
};
void add_commands_routes(net::http::Router& router, const CommandsPart& part);

} // namespace caredian::api
