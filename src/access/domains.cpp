#include "access/domains.h"

#include <algorithm>
#include <array>
#include <utility>

namespace caredian::access {

namespace {

constexpr auto domains = std::to_array<std::pair<std::string_view, Services>>({
    {"alarm_control_panel", Services::own},
    {"automation", Services::switched},
    {"binary_sensor", Services::none},
    {"button", Services::own},
    {"calendar", Services::none},
    {"camera", Services::own},
    {"climate", Services::own},
    {"counter", Services::own},
    {"cover", Services::own},
    {"date", Services::own},
    {"datetime", Services::own},
    {"device_tracker", Services::none},
    {"event", Services::none},
    {"fan", Services::own},
    {"group", Services::none},
    {"humidifier", Services::own},
    {"image", Services::none},
    {"input_boolean", Services::own},
    {"input_button", Services::own},
    {"input_datetime", Services::own},
    {"input_number", Services::own},
    {"input_select", Services::own},
    {"input_text", Services::own},
    {"lawn_mower", Services::own},
    {"light", Services::own},
    {"lock", Services::own},
    {"media_player", Services::own},
    {"number", Services::own},
    {"person", Services::none},
    {"remote", Services::own},
    {"scene", Services::switched},
    {"schedule", Services::none},
    {"script", Services::switched},
    {"select", Services::own},
    {"sensor", Services::none},
    {"siren", Services::own},
    {"switch", Services::own},
    {"text", Services::own},
    {"time", Services::own},
    {"timer", Services::own},
    {"todo", Services::own},
    {"update", Services::none},
    {"vacuum", Services::own},
    {"valve", Services::own},
    {"water_heater", Services::own},
    {"weather", Services::none},
    {"zone", Services::none},
});
static_assert(std::ranges::is_sorted(domains));

} // namespace

std::optional<Services> services_of(std::string_view domain) {
    const auto* found = std::ranges::lower_bound(domains, domain, {},
                                                 &std::pair<std::string_view, Services>::first);
    if (found == domains.end() || found->first != domain) return std::nullopt;
    return found->second;
}

} // namespace caredian::access
