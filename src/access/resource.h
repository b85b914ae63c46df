// What is touched, as far as the caller knows it. Plain views; made for one decision.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace caredian::access {

enum class Action : std::uint8_t { read, control, administer };
std::string_view to_string(Action a);                      // "read", "control", "admin"
std::optional<Action> parse_action(std::string_view word); // the same words

// Fill in what is known; empty = not known, and then no grant that names such a thing fits.
// A path stands alone: nothing else is set beside host and path.
struct Resource {
    std::string_view entity;  // of Home Assistant, lower case: "light.bedroom"
    std::string_view domain;  // "light"; alone: the whole of it
    std::string_view device;  // id in our registry, or as Home Assistant calls it
    std::string_view area;    // the room's name, as our registry has it
    std::string_view area_id; // as Home Assistant calls it: "living_room"
    std::string_view service; // "light.turn_on"
    // The service does to its targets what is their own: light.turn_on to a light. Other services
    // must be granted by name.
    bool own_service = false;
    // A device or reading of ours: people without a role of their own read these.
    bool ours = false;

    std::string_view path;   // canonical (path_rule.h)
    std::string_view host;   // of a page behind a proxy that asks us, lower case, without port;
                             // empty: /ha/api/… here
    bool for_admins = false; // forward_auth.admin_paths says so
    std::size_t admin_prefix = 0; // length of its path that does
};

} // namespace caredian::access
