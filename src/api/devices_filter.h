// Which devices a query asks for.
#pragma once

#include "devices/device_view.h"
#include "net/http/message.h"

#include <optional>
#include <string>
#include <variant>

namespace caredian::api {

struct DevicesFilter {
    std::optional<std::string> area; // empty: those without a room
    bool stale = false;
    std::optional<double> battery_below; // percent
    std::string text;                    // in name, id, room, maker, model or a source's name

    bool matches(const devices::DeviceView& device) const;
};

// From area, stale, battery_below and q; a sentence about what is not understood.
std::variant<DevicesFilter, std::string> read_devices_filter(const net::http::Request& request);

} // namespace caredian::api
