// gateways.*: several gateways for one home. No group: this one is alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace caredian::app {

struct GatewaysSettings {
    std::string group;   // of the shared subscription: the same for all of them
    std::string name;    // of this one; empty: the machine's host name
    std::string address; // where the others reach it, "http://host:port"; empty: nobody does
    std::chrono::seconds lease{10};    // another takes over after so long without the holder
    std::uint32_t broker_queue = 1000; // the broker's max_queued_messages
    bool enabled() const { return !group.empty(); }
    bool operator==(const GatewaysSettings&) const = default;
};

} // namespace caredian::app
