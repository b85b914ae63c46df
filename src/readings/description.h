// A description: what a device says about itself, as decoders make it and consumers take it.
//
// What one message on `topic` says holds until the next message on the same topic: descriptions of
// one row replace all that earlier rows said there. All texts come from outside: of any content,
// valid UTF-8, bounded by the decoder (ingest/decode/describe.h).
#pragma once

#include "base/clock.h"
#include "readings/message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace caredian::readings {

// How a thing is told what to do, by a message on its command topic.
struct CommandDescription {
    enum class As : std::uint8_t {
        nothing, // it cannot be told
        payload, // the value's own text, or `format` with the value in it
        member,  // JSON: the value is the member that `path` names, from the outside in
        rpc,     // Shelly's remote procedures: `path` is method and parameter, `fixed` the others
    };
    // What it takes; several bits.
    static constexpr unsigned boolean = 1, number = 2, option = 4, text = 8, press = 16;

    // A value that is a word: what people say, what is sent for it (text; JSON of a member or
    // parameter), and what the state is then, any of these as the wire has it. None: no state
    // tells.
    struct Word {
        std::string said, sent;
        std::vector<std::string> shows;
        bool operator==(const Word&) const = default;
    };
    // Where the device shows what it is now: the flattened name in a payload of JSON, "value" for
    // a bare one.
    struct Shown {
        std::string topic, field;
        bool operator==(const Shown&) const = default;
    };

    As as = As::nothing;
    unsigned takes = 0;
    std::vector<std::string> path;
    std::string format;      // Home Assistant's command_template, one that can be filled in
    std::string fixed;       // members that go with it, as JSON without braces: "id":0
    std::vector<Word> words; // of a boolean the first is on, the second off
    std::optional<double> min, max, step; // of a number; of a text its length
    std::vector<Shown> shown;             // any of these
    std::uint8_t qos = 0;
    bool retain = false;
    bool operator==(const CommandDescription&) const = default;
};

// One value of a device, or one thing it can be told.
struct EntityDescription {
    std::string id;        // unique within its description; as said (unique_id, property, …)
    std::string name;      // for people; empty: the device's own name
    std::string component; // as Home Assistant calls it: sensor, binary_sensor, switch, light, …
    std::string unit;
    std::string device_class; // Home Assistant's: temperature, battery, door, …
    std::string state_class;  // measurement, total, total_increasing
    std::string category;     // "", "config" or "diagnostic"
    // Where its state is: the field of the reading that a message on this topic makes; "value" for
    // a bare payload, whatever the decoder calls that. Empty: it has no state, or `value_template`.
    std::string state_topic;
    std::string field;
    std::string value_template; // as it was said, only when it is more than naming a field
    std::string on, off;        // states that mean on and off, when they are not ON and OFF
    std::string command_topic;
    std::vector<std::string> options; // of a select, an enumeration
    CommandDescription command;
    bool operator==(const EntityDescription&) const = default;
};

struct Description {
    std::string origin; // who described it: "homeassistant", "zigbee2mqtt", "tasmota", …
    std::string topic;  // where it was said; the message's when the decoder leaves it empty
    // Takes back what was said on `topic`: about `identifiers`, or all of it when there are none.
    bool withdrawn = false;
    // Any that two descriptions share makes them one device: "zigbee2mqtt_0x00158d00",
    // "mac:a4c138aabb01" (lower case, no separators).
    std::vector<std::string> identifiers;
    std::string name, manufacturer, model, model_id, sw_version, suggested_area;
    std::string via;                // an identifier of what it is reached through
    std::string availability_topic; // online or offline
    // Topics of its own messages, beside those of entities; "x/#" is all below x that no other
    // description names.
    std::vector<std::string> topics;
    std::vector<EntityDescription> entities;
    Row row = 0;
    WallTime time{};
    bool operator==(const Description&) const = default;
};

} // namespace caredian::readings
