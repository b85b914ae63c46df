// Entities that nobody describes: what an ESPHome node or a Shelly can be told follows from the
// topics that it speaks on, by their own conventions.
#pragma once

#include "devices/registry_state.h"
#include "readings/description.h"

#include <string>
#include <vector>

namespace caredian::devices {

struct Implied {
    std::string origin; // "esphome", "shelly"
    readings::EntityDescription entity;
};

// Pure. Of all topics that the sources were heard on; each entity once.
std::vector<Implied> implied_entities(const std::vector<const Source*>& sources);

// Where all topics of a device are that speaks by this convention: "bath-node" of
// "bath-node/switch/fan/state"; of a Tasmota, where it is told: "cmnd/plug" of "tele/plug/SENSOR".
// Empty: the link is of another convention.
std::string territory_of(const SourceKey& source, const TopicLink& link);

} // namespace caredian::devices
