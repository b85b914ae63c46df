// How an entity of discovery is told what to do.
#pragma once

#include "ingest/decode/discovery_source.h"
#include "readings/description.h"

#include <string_view>

namespace caredian::ingest {

// A light that shows and takes its brightness in the JSON where its state is.
bool dims_by_json(const DiscoverySource& in);

// Fills in `entity.command_topic` and `entity.command`, after its state was read. `component` as in
// the topic; `suffix` is "" for the entity itself, or one of its further values ("temperature").
// What needs a code (locks), or a template that does more than naming the value, cannot be told.
void read_command(const DiscoverySource& in, std::string_view component, std::string_view suffix,
                  readings::EntityDescription& entity);

} // namespace caredian::ingest
