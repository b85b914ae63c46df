// What grants give a device at the broker beyond its own topics: to hear others, to command them.
#pragma once

#include "access/policy.h"
#include "devices/enrol/rights.h"

#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices::enrol {

// A device that something may be granted about.
struct Known {
    std::string id, area;
    Rights topics; // `publish`: on which it speaks; `subscribe`: where it is commanded
};

// From the topics of messages that a device sent, as far as a convention is known.
Rights topics_of(const std::vector<std::string>& heard);

constexpr std::size_t most_granted = 2'000; // filters of each kind; what is beyond is left out

// Pure. `read` of another device: to subscribe to its topics; `control`: to publish its commands.
Rights granted_rights(const access::Policy& policy, std::string_view device,
                      const std::vector<Known>& others, WallTime now);

} // namespace caredian::devices::enrol
