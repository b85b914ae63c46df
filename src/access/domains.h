// Domains of Home Assistant's entities, and what their services may do to them.
#pragma once

#include <optional>
#include <string_view>

namespace caredian::access {

enum class Services : unsigned char {
    own,      // act on entities of their own and on nothing else
    switched, // turn them on and off; what they do then is written elsewhere
    none,     // none that is known to act on its own entities alone
};

// nullopt: not a domain of entities, as "song" of "song.mp3".
std::optional<Services> services_of(std::string_view domain);

} // namespace caredian::access
