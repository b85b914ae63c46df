// A question as people ask it: "light.bedroom", "area:침실", "path:grafana.example.org/d". For
// explain.
#pragma once

#include "access/path_rule.h"
#include "access/resource.h"

#include <optional>
#include <string>
#include <string_view>

namespace caredian::access {

// Where something stands, as the device registry knows it.
struct Place {
    std::string device;
    std::string area;
};

struct What {
    std::string entity, domain, device, area, area_id, service, path, host;
    bool ours = false; // a device or room of ours is meant
    bool for_admins = false;
    std::size_t admin_prefix = 0;

    Resource resource() const; // views of this
};

// "light.bedroom" or "entity:light.bedroom"; "light.*": all of the domain; "device:ID";
// "area:NAME"; "service:light.turn_on", on the whole domain; "path:host.name/x", "/ha/api/x" or
// "path:/x", a page on any host. nullopt: none of these.
std::optional<What> parse_what(std::string_view text);
// Puts the rules for administrators to a path.
void apply(const PathRules& admin_paths, What& what);

// Does this service do to entities of its own domain what is their own? Not so: services that run
// whatever they are given (scripts by their names, shell commands), or act on other things.
bool is_own_service(std::string_view service, std::string_view entity_domain);

} // namespace caredian::access
