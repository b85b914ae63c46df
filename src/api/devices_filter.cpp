#include "api/devices_filter.h"

#include "base/encoding.h"

#include <algorithm>
#include <charconv>

namespace caredian::api {

bool DevicesFilter::matches(const devices::DeviceView& device) const {
    if (area && *area != device.area) return false;
    if (stale && !device.stale) return false;
    if (battery_below && (!device.battery || *device.battery >= *battery_below)) return false;
    if (text.empty()) return true;
    auto holds = [&](const std::string& where) {
        return lower_ascii(where).find(text) != std::string::npos;
    };
    return holds(device.name) || holds(device.id) || holds(device.area) ||
           holds(device.manufacturer) || holds(device.model) || holds(device.model_id) ||
           std::any_of(device.sources.begin(), device.sources.end(),
                       [&](const auto& source) { return holds(source.device); });
}

std::variant<DevicesFilter, std::string> read_devices_filter(const net::http::Request& request) {
    DevicesFilter filter;
    filter.area = request.query_value("area");
    filter.text = lower_ascii(request.query_value("q").value_or(""));
    if (auto stale = request.query_value("stale")) {
        if (*stale != "true" && *stale != "false") return "stale is true or false";
        filter.stale = *stale == "true";
    }
    if (auto text = request.query_value("battery_below")) {
        double percent = 0;
        auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), percent);
        if (error != std::errc() || end != text->data() + text->size() || !(percent >= 0))
            return "battery_below is a number of percent";
        filter.battery_below = percent;
    }
    return filter;
}

} // namespace caredian::api
