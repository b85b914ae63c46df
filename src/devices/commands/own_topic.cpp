#include "devices/commands/own_topic.h"

#include "base/encoding.h"
#include "devices/topic_base.h"
#include "ingest/decode/describe.h"

#include <algorithm>

namespace caredian::devices::commands {

namespace {

// Topics that whole groups listen to, by their makers' defaults.
constexpr std::string_view groups[] = {"cmnd/tasmotas", "cmnd/sonoffs", "tasmotas/cmnd",
                                       "sonoffs/cmnd", "shellies/command"};
constexpr std::string_view described[] = {"tasmota/discovery", "esphome/discover", "caredian"};

} // namespace

std::string forbidden_because(std::string_view topic, const Conventions& conventions) {
    if (!ingest::is_topic(topic) || !is_utf8(topic))
        return "the device's command topic is no topic";
    if (topic.front() == '$') return "the device's command topic is one of the broker's own";
    if (within(topic, conventions.zigbee2mqtt_base + "/bridge") ||
        topic.find("/bridge/request/") != std::string_view::npos ||
        topic.find("/_CLIENTS/") != std::string_view::npos || topic.starts_with("_CLIENTS/"))
        return "the device's command topic is a bridge's";
    if (within(topic, conventions.discovery_prefix) ||
        std::any_of(std::begin(described), std::end(described),
                    [&](auto base) { return within(topic, base); }))
        return "the device's command topic is one where devices are described";
    if (std::any_of(std::begin(groups), std::end(groups),
                    [&](auto base) { return within(topic, base); }))
        return "the device's command topic is that of a whole group of devices";
    return {};
}

bool needs_owner(std::string_view topic, const Conventions& conventions) {
    return within(topic, conventions.zigbee2mqtt_base) || within(topic, "cmnd");
}

} // namespace caredian::devices::commands
