// The payload of a discovery message → Description: pure, and without its topic's shape.
#pragma once

#include "base/json.h"
#include "readings/description.h"

#include <string_view>

namespace caredian::ingest {

// Both add to `out`: identifiers, names, topics, entities. False when the payload describes nothing
// (an unknown component, or no member that counts).

// <prefix>/<component>/[<node>/]<object>/config
bool read_discovery(std::string_view component, std::string_view object_id,
                    const json::object& payload, readings::Description& out);
// <prefix>/device/[<node>/]<object>/config
bool read_device_discovery(const json::object& payload, readings::Description& out);

} // namespace caredian::ingest
