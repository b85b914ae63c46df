// What roles and grants say of a device that signs in at the broker: `who: [device:ID]`. It has
// that alone; the built-in role `member` is for people.
#pragma once

#include "access/policy.h"

#include <string_view>

namespace caredian::access {

// May the device do this to that, now? Pure. A grant with addresses never fits: the broker does not
// say where a device is.
Decision decide_device(const Policy& policy, std::string_view device, const Resource& what,
                       Action action, WallTime now);

bool has_grants(const Policy& policy, std::string_view device);
bool any_device_has_grants(const Policy& policy);

} // namespace caredian::access
