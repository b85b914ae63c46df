#include "devices/room_word.h"

#include "devices/implied.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace caredian::devices {

namespace {

std::string_view last_level(std::string_view topic) {
    return topic.substr(topic.rfind('/') + 1);
}

// …/<component>/<node>/<object>/config: the node, which is all that a device may be let publish
// for; also the object of …/device/<object>/config. Empty: anybody's.
std::string speaker_of(const readings::Description& said) {
    std::string_view rest = said.topic;
    auto take = [&rest] {
        auto level = last_level(rest);
        rest.remove_suffix(std::min(rest.size(), level.size() + 1));
        return level;
    };
    if (take() != "config") return {};
    const auto object = take(), node = take();
    if (node == "device") return std::string(object);
    const bool component = rest.find('/') == std::string_view::npos && !said.entities.empty() &&
                           node == said.entities[0].component;
    return component || rest.empty() ? std::string() : std::string(node);
}

// What speaks by a convention of its own, and the node that it describes itself as to Home
// Assistant. A Tasmota does so as none.
using Own = std::set<std::pair<std::string, std::string>>;

Own own_of(const std::vector<const Source*>& sources,
           const std::vector<const Described*>& descriptions) {
    constexpr std::string_view zigbee = "zigbee2mqtt_";
    Own own;
    for (const auto* d : descriptions) {
        const auto& said = d->said;
        if (said.origin == "zigbee2mqtt" && !said.identifiers.empty()) {
            std::string_view id = said.identifiers[0];
            if (id.starts_with(zigbee)) id.remove_prefix(zigbee.size());
            own.emplace(said.origin, id);
        } else if (said.origin == "esphome") {
            own.emplace(said.origin, last_level(said.topic));
        } else if (said.origin == "tasmota") {
            own.emplace(said.origin, "");
        }
    }
    for (const auto* source : sources) {
        const std::string family(source->key.family());
        for (const auto& link : source->links) {
            const auto territory = territory_of(source->key, link);
            if (territory.empty()) continue;
            own.emplace(family, family == "tasmota" ? "" : last_level(territory));
        }
    }
    return own;
}

} // namespace

RoomWord room_word(const std::vector<const Source*>& sources,
                   const std::vector<const Described*>& descriptions) {
    for (const auto* d : descriptions)
        if (d->said.origin == "zigbee2mqtt" && !d->said.suggested_area.empty())
            return {d->said.suggested_area, false};
    const auto own = own_of(sources, descriptions);
    RoomWord out;
    out.unsure = own.size() > 1;
    std::map<std::string, std::string> speakers; // the room that each names
    for (const auto* d : descriptions) {
        const auto& area = d->said.suggested_area;
        if (out.area.empty()) out.area = area;
        if (d->said.origin != "homeassistant") continue;
        const auto speaker = speaker_of(d->said);
        const bool itself = own.empty() || own.begin()->second == speaker;
        auto& named = speakers[speaker];
        if (named.empty()) named = area;
        out.unsure = out.unsure || !itself || (!area.empty() && named != area);
    }
    if (speakers.size() > 1)
        for (const auto& [speaker, named] : speakers)
            out.unsure = out.unsure || named.empty() || named != out.area;
    return out;
}

} // namespace caredian::devices
