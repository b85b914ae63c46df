// Units by field name, until a device's own description gives them.
#pragma once

#include <string_view>

namespace caredian::devices {

// "temperature" → "°C", "linkquality" → "lqi"; also by the name's last word ("soil_moisture" → "%",
// "outdoor_temperature" → "°C"). Empty when nothing is known: never a guess from the value.
std::string_view unit_of(std::string_view field);

// The same, where the measurement says more: `voltage` of a Shelly is in V, `total` of a Tasmota in
// kWh, `power_2` of a meter with three phases in W. Families that imply their units are known.
std::string_view unit_of(std::string_view measurement, std::string_view field);

} // namespace caredian::devices
