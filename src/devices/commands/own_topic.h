// Where a command may go at all. What a device says about itself comes from anybody who may publish
// a description: it must not make the gateway speak where it has rights that the device has not.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace caredian::devices::commands {

struct Conventions {
    std::string zigbee2mqtt_base = "zigbee2mqtt";
    std::string discovery_prefix = "homeassistant";
};

// Empty: a command may go there. Else a sentence: wildcards, `$` topics (the broker's own),
// descriptions and requests of bridges, the gateway's own topics, groups of devices.
std::string forbidden_because(std::string_view topic, const Conventions& conventions);

// Below Zigbee2MQTT's base, or where Tasmotas listen: only for devices whose own it is by that
// convention. Addresses, groups and fallback topics there reach devices that nobody named so.
bool needs_owner(std::string_view topic, const Conventions& conventions);

} // namespace caredian::devices::commands
