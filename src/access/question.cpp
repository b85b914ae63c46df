#include "access/question.h"

#include "access/domains.h"
#include "base/encoding.h"

#include <algorithm>
#include <array>

namespace caredian::access {

namespace {

constexpr std::string_view any_host = "-"; // one that no rule can name
constexpr std::string_view own_api = "/ha/api";

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

// "domain.name" of Home Assistant; `name` may be "*".
bool split(std::string_view text, std::string& domain, std::string_view& name) {
    auto point = text.find('.');
    if (point == std::string_view::npos) return false;
    name = text.substr(point + 1);
    domain = text.substr(0, point);
    return is_word(domain) && (name == "*" || is_word(name));
}

std::optional<What> path_of(std::string_view text) {
    auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    auto path = canonical_path(text.substr(slash));
    if (!path) return std::nullopt;
    What out;
    out.path = std::move(*path);
    out.host = lower_ascii(host_name(text.substr(0, slash)));
    const bool own = out.path == own_api || out.path.starts_with(std::string(own_api) + "/");
    if (out.host.empty() && !own) out.host = any_host;
    return out;
}

constexpr std::array<std::string_view, 4> switching{"turn_on", "turn_off", "toggle",
                                                    "update_entity"};
// Write files, or read everything anew.
constexpr std::array<std::string_view, 3> not_plain{"reload", "snapshot", "record"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& all, std::string_view word) {
    return std::find(all.begin(), all.end(), word) != all.end();
}

} // namespace

Resource What::resource() const {
    Resource r;
    r.entity = entity;
    r.domain = domain;
    r.device = device;
    r.area = area;
    r.area_id = area_id;
    r.service = service;
    r.own_service = !service.empty() && is_own_service(service, domain);
    r.ours = ours;
    r.path = path;
    r.host = host;
    r.for_admins = for_admins;
    r.admin_prefix = admin_prefix;
    return r;
}

std::optional<What> parse_what(std::string_view text) {
    if (text.size() > 500) return std::nullopt;
    auto colon = text.find(':');
    auto kind = text.substr(0, colon);
    auto rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    What out;
    if (kind == "path") return path_of(rest);
    if (text.starts_with('/')) return path_of(text);
    if (kind == "area" || kind == "device") {
        if (rest.empty()) return std::nullopt;
        (kind == "area" ? out.area : out.device) = rest;
        out.ours = true;
        return out;
    }
    std::string_view name;
    if (kind == "service") {
        if (!split(rest, out.domain, name) || name == "*") return std::nullopt;
        out.service = rest;
        return out;
    }
    auto entity = kind == "entity" ? rest : text;
    if (!split(entity, out.domain, name)) return std::nullopt;
    if (name != "*") out.entity = entity;
    return out;
}

void apply(const PathRules& admin_paths, What& what) {
    if (what.path.empty() || what.host.empty()) return;
    auto found = admin_paths.find(what.host, what.path);
    what.for_admins = found.has_value();
    what.admin_prefix = found.value_or(0);
}

bool is_own_service(std::string_view service, std::string_view entity_domain) {
    auto point = service.find('.');
    if (point == std::string_view::npos || entity_domain.empty()) return false;
    auto domain = service.substr(0, point);
    auto name = service.substr(point + 1);
    if (domain == "homeassistant") return among(switching, name);
    if (domain != entity_domain) return false;
    const auto services = services_of(domain);
    if (services == Services::switched)
        return name == "turn_on" || name == "turn_off" || name == "toggle";
    return services == Services::own && !among(not_plain, name);
}

} // namespace caredian::access
