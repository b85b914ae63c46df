// Which path of Home Assistant a path of ours stands for, or why it stands for none.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace caredian::home {

// `rest` is what follows "/ha/api/", raw. Gives "/api/" + rest + "?" + query when rest stays
// below /api/ however often anybody behind us decodes it; invalid_argument otherwise: dot segments,
// empty segments (one at the end may be), backslashes, and slashes, backslashes, dots or control
// characters that were percent-encoded, once or more often.
result<std::string> relay_target(std::string_view rest, std::string_view query);

} // namespace caredian::home
