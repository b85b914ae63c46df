#include "devices/events/event_rules.h"

#include "base/encoding.h"
#include "ingest/decode/names.h"

#include <algorithm>
#include <array>
#include <optional>

namespace caredian::devices {

namespace {

constexpr std::size_t longest_value = 128; // bytes
constexpr std::uint32_t parts = 1024;      // of a reading

// What has two states, by the name of its field or by the class that was described.
struct Kind {
    std::string_view name, kind;
    bool alarm = false;
    bool closed_is_true = false; // Zigbee2MQTT's contact
};
constexpr std::array kinds = std::to_array<Kind>({
    {"alarm", "alarm", true},
    {"carbon_monoxide", "gas", true},
    {"connectivity", "online"},
    {"contact", "contact", false, true},
    {"door", "contact"},
    {"door_open", "contact"},
    {"doorbell", "doorbell", true},
    {"fall", "fall", true},
    {"fall_state", "fall", true},
    {"garage_door", "contact"},
    {"gas", "gas", true},
    {"is_open", "contact"},
    {"leak", "leak", true},
    {"lock", "lock"},
    {"moisture", "leak", true},
    {"motion", "motion"},
    {"moving", "motion"},
    {"occupancy", "motion"},
    {"online", "online"},
    {"open", "contact"},
    {"opening", "contact"},
    {"panic", "sos", true},
    {"presence", "presence"},
    {"safety", "alarm", true},
    {"smoke", "smoke", true},
    {"sos", "sos", true},
    {"tamper", "tamper", true},
    {"vibration", "vibration"},
    {"water_leak", "leak", true},
    {"window", "contact"},
    {"window_open", "contact"},
});
static_assert(std::is_sorted(kinds.begin(), kinds.end(),
                             [](const Kind& a, const Kind& b) { return a.name < b.name; }));

const Kind* kind_of(std::string_view name) {
    auto at = std::lower_bound(kinds.begin(), kinds.end(), name,
                               [](const Kind& k, std::string_view n) { return k.name < n; });
    return at != kinds.end() && at->name == name ? &*at : nullptr;
}

// A text of this name says what happened just now.
bool is_moment(std::string_view name) {
    return ingest::is_one_of(name, {"action", "click", "event", "event_type", "gesture"});
}

// Of a measurement of events the one field that says which; a bridge calls it `type`.
bool is_moment_of_event(std::string_view name) {
    return is_moment(name) || ingest::is_one_of(name, {"type", "button"});
}

std::optional<bool> state_of(const readings::FieldValue& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag;
    double number = 2;
    if (const auto* n = std::get_if<double>(&value)) number = *n;
    if (const auto* n = std::get_if<std::int64_t>(&value); n && (*n == 0 || *n == 1))
        number = static_cast<double>(*n);
    if (number == 0 || number == 1) return number == 1;
    const auto* text = std::get_if<std::string>(&value);
    if (!text || text->size() > 12) return std::nullopt;
    auto word = lower_ascii(*text);
    if (ingest::is_one_of(word, {"on", "true", "open", "online", "detected", "yes", "unlocked"}))
        return true;
    if (ingest::is_one_of(word,
                          {"off", "false", "closed", "close", "offline", "clear", "no", "locked"}))
        return false;
    return std::nullopt;
}

std::string_view word_of(std::string_view kind, bool on) {
    if (kind == "contact") return on ? "open" : "closed";
    if (kind == "online") return on ? "online" : "offline";
    if (kind == "lock") return on ? "unlocked" : "locked";
    return on ? "on" : "off";
}

} // namespace

bool EventRules::changed(std::string key, bool on, bool initial, bool alarm) {
    auto known = states_.find(key);
    if (known != states_.end()) {
        if (known->second == on) return false;
        known->second = on;
        dirty_.push_back(std::move(key));
        return !initial;
    }
    if (states_.size() >= most_) return false; // one more is not followed
    states_.emplace(key, on);
    dirty_.push_back(std::move(key));
    return !initial && alarm && on;
}

void EventRules::take(const readings::Reading& r, std::uint32_t index, const ClassOf& class_of,
                      std::vector<DeviceEvent>& out) {
    if (r.series.measurement == "mqtt_raw") return;
    const bool events = r.series.measurement.ends_with("_event");
    for (std::size_t i = 0; i < r.fields.size() && i < parts; ++i) {
        const auto& field = r.fields[i];
        DeviceEvent found;
        const auto* text = std::get_if<std::string>(&field.value);
        if (text && (events ? is_moment_of_event(field.name) : is_moment(field.name))) {
            if (text->empty() || r.initial ||
                (r.series.measurement == "frigate_event" && *text == "update"))
                continue;
            found.kind = r.series.measurement == "frigate_event" ? "detection" : "action";
            found.value = sanitize_utf8(*text, longest_value);
        } else if (!events) {
            auto on = state_of(field.value); // first: nearly all values are measured numbers
            if (!on) continue;
            auto described = class_of ? class_of(r.series, field.name) : std::string_view();
            const Kind* kind = kind_of(field.name);
            // A class counts for more than a name, but not for what is true when closed.
            if (const auto* by_class = kind_of(described); by_class && !kind) kind = by_class;
            const bool flag = std::holds_alternative<bool>(field.value);
            if (!kind && !flag && described.empty()) continue;
            if (kind && kind->closed_is_true && flag) on = !*on;
            std::string key = r.series.to_string();
            key += '\0';
            key += field.name;
            if (!changed(std::move(key), *on, r.initial, kind && kind->alarm)) continue;
            found.kind = kind ? kind->kind : "binary";
            found.value = word_of(found.kind, *on);
        } else {
            continue;
        }
        found.row = r.redelivered ? r.first_row : r.row;
        found.part = index * parts + static_cast<std::uint32_t>(i);
        found.time = to_ns(r.time);
        found.received = to_ns(r.received);
        found.measurement = r.series.measurement;
        found.device = r.series.tag("device");
        found.path = r.series.tag("path");
        found.field = field.name;
        out.push_back(std::move(found));
    }
}

std::vector<EventRules::State> EventRules::take_changed() {
    std::vector<State> out;
    for (auto& key : dirty_) {
        auto known = states_.find(key);
        if (known != states_.end()) out.emplace_back(std::move(key), known->second);
    }
    dirty_.clear();
    return out;
}

} // namespace caredian::devices
