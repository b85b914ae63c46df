// What is asked of a device → what is published, and how its answer is known. Pure.
#pragma once

#include "base/json.h"
#include "devices/commands/own_topic.h"
#include "devices/device_view.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace caredian::devices::commands {

inline constexpr std::size_t longest_payload = 8 * 1024; // bytes
inline constexpr std::size_t longest_text = 1024;        // of one value

// One value of one entity, or several of the device's own attributes at once.
struct Wanted {
    std::string entity;
    json::value value;
    std::optional<json::object> values;
};

// It is done when one of the places shows it.
struct Shows {
    std::vector<readings::CommandDescription::Shown> places;
    std::vector<std::string> texts; // as the wire has it; compared without case
    std::optional<double> number;
    double tolerance = 0;
    bool operator==(const Shows&) const = default;
};

struct Plan {
    std::vector<std::string> entities; // ids; one command at a time for each
    std::string topic, payload;
    std::uint8_t qos = 1;
    bool retain = false;
    bool repeatable = true;   // sent twice it does the same
    std::vector<Shows> shows; // all of them; none: no state tells whether it was done
    std::string reply_topic;  // of a remote procedure: its answer carries `reply_id`
    std::int64_t reply_id = 0;
    // Where the device says that it cannot: Zigbee2MQTT's log, or Tasmota's result.
    std::string refusal_topic, refusal_mark;
    bool confirmable() const { return !shows.empty() || !reply_topic.empty(); }
};

// Why not, in a sentence that says what is allowed.
struct Refusal {
    std::string why;
};

// `number` marks a remote procedure's request: another one for each command.
std::variant<Plan, Refusal> plan(const DeviceView& device, const Wanted& wanted,
                                 const Conventions& conventions, std::int64_t number);

// The entity of that id, or one that is also called so; nullptr: none.
const EntityView* find_entity(const DeviceView& device, std::string_view id);
bool is_commandable(const readings::EntityDescription& entity);

} // namespace caredian::devices::commands
