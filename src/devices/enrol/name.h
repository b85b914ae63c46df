// How a device may be called: its id is the CN of its certificate, and so its user name and client
// id at the broker.
#pragma once

#include "devices/enrol/errc.h"

#include <string_view>

namespace caredian::devices::enrol {

constexpr std::size_t longest_id = 64; // RFC 5280, ub-common-name

// [a-z0-9_-]{1,64}, and not reserved. Errors: bad_name, reserved_name.
result<void> check_id(std::string_view id);

// Why nobody may be called so; "" when somebody may.
std::string_view reserved_because(std::string_view id);

// The gateway's own names at the broker.
inline constexpr std::string_view gateway_name = "caredian";         // takes messages
inline constexpr std::string_view control_name = "caredian-control"; // accounts and rights

} // namespace caredian::devices::enrol
