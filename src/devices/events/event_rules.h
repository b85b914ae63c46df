// Which readings are events of a device: a button pressed, a door opened, smoke, gone offline. Pure
// but for the last state of what has two.
//
// A *moment* (an action, a press) is an event each time it is said. A *state* (motion, contact,
// leak, online, any other boolean) is one when it changed; its first word is one only where it is
// an alarm that is on. What a broker had kept (`initial`) is news of nothing: it sets the state.
// The table is in docs/events.md.
#pragma once

#include "readings/reading.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace caredian::devices {

struct DeviceEvent {
    readings::Row row = 0;  // of the message; the first one's, of a redelivered one
    std::uint32_t part = 0; // tells the events of one message apart; always the same for the same
    std::int64_t time = 0, received = 0; // ns: of the point, of the message
    std::string measurement, device, path;
    std::string field;
    std::string kind;  // "action", "motion", "contact", …
    std::string value; // "single"; "on", "off"; "open", "closed"; "online", "offline"
    bool operator==(const DeviceEvent&) const = default;
};

// The device class that was described for a field, Home Assistant's words; "binary_sensor" for one
// without a class; empty: nothing was.
using ClassOf =
    std::function<std::string_view(const readings::SeriesKey& series, std::string_view field)>;

class EventRules {
public:
    explicit EventRules(std::size_t most_states = 50'000) : most_(most_states) {}

    // `index`: of this reading among those of its message. Found events are appended.
    void take(const readings::Reading& reading, std::uint32_t index, const ClassOf& class_of,
              std::vector<DeviceEvent>& out);

    // States that changed since the last call: key and whether it is on. To be kept with the
    // events.
    using State = std::pair<std::string, bool>;
    std::vector<State> take_changed();
    void restore(std::string key, bool on) { states_.insert_or_assign(std::move(key), on); }
    std::size_t size() const { return states_.size(); }

private:
    bool changed(std::string key, bool on, bool initial, bool alarm);
    std::size_t most_;
    std::unordered_map<std::string, bool> states_;
    std::vector<std::string> dirty_;
};

} // namespace caredian::devices
