// What the ingest of a gateway among several is told (docs/gateways.md); of one alone: nothing.
#pragma once

#include "ingest/field_types.h"

#include <optional>

namespace caredian::ingest {

struct Several {
    std::optional<int> gateway;  // its number: no other writes points with this digit
    FieldTypes::Authority types; // who says the types of fields
    // The subscriptions are shared ones: messages with RETAIN = 1 are no news then, as the broker
    // may send them to every member.
    bool shared = false;
    bool attend = true; // false: MQTT waits for Ingest::attend()
};

} // namespace caredian::ingest
