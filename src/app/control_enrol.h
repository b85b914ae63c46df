// The commands broker.* and device.*: the same behind the control socket and in the command line
// alone.
#pragma once

#include "app/control.h"
#include "devices/enrol/enrolment.h"

#include <functional>

namespace caredian::app {

// Arguments are strings:
//   broker.init    hosts (with commas) → {"ca","list","certificate","key","accounts"}, the files
//   device.add     id, convention ("generic"), topic (its id), password ("true"), request (PEM)
//                                     → api::identity_json; with code "true": {"code","expires"}
//   device.list                       → [api::enrolled_json]
//   device.rotate  id, request, at_once ("true": older certificates are revoked now)
//   device.code    id                 → {"code","expires"}
//   device.revoke  id                 → {"told"}: the broker has heard of it
//   device.remove  id                 → {"told"}
// `wait_told` waits until the broker knows; false: not in time. They block (SQL).
ControlHandlers enrolment_commands(devices::enrol::Enrolment& enrolment, Random& random,
                                   const std::function<bool()>& wait_told);

} // namespace caredian::app
