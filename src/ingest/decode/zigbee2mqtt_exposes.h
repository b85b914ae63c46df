// Zigbee2MQTT's list of devices → descriptions.
// https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html#zigbee2mqtt-bridge-devices
// https://www.zigbee2mqtt.io/guide/usage/exposes.html
#pragma once

#include "base/json.h"
#include "readings/description.h"

#include <string_view>

namespace caredian::ingest {

// Fills `out` from one device of the list. False for what is no device with messages of its own:
// the coordinator, or one without an address or a name.
bool read_zigbee_device(const json::object& device, std::string_view base,
                        readings::Description& out);

} // namespace caredian::ingest
