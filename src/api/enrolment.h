// Devices with an identity of their own: for administrators, and for the device that brings a code.
//
//   GET    /api/v1/enrolment/devices                  devices, their topics, when they end "admin"
//   POST   /api/v1/enrolment/devices                  {"id","convention","topic", "admin"
//          "by":"certificate"|"password","request","code":true}
//   POST   /api/v1/enrolment/devices/{id}/certificate {"request","at_once"}: the next one "admin"
//   POST   /api/v1/enrolment/devices/{id}/code        a code with a QR picture "admin" POST
//   /api/v1/enrolment/devices/{id}/revoke                                              "admin"
//   DELETE /api/v1/enrolment/devices/{id}             revokes and forgets "admin" POST
//   /api/v1/enrolment/fetch                    {"code","request"}: its certificate     "public"
#pragma once

#include "api/auth.h"
#include "devices/enrol/enrolment.h"
#include "net/http/router.h"

#include <functional>

namespace caredian::api {

struct EnrolmentPart {
    devices::enrol::Enrolment& enrolment;
    Pool& pool;                      // of its own: its calls wait for the broker
    std::function<bool()> wait_told; // until the broker knows; false: not in time. Blocks
    bool has_broker = false;         // broker.directory is set: without it nothing is given out
};

// All must outlive the router.
void add_enrolment_routes(net::http::Router& router, const People& people,
                          const EnrolmentPart& part);

} // namespace caredian::api
