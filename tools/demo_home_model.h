// The demo home: rooms and devices, and what each publishes at a given second. Pure: no clock, no
// broker. Kinds and units follow what homes of the field report; names belong to nobody.
#pragma once

#include "base/json.h"
#include "demo_home_habits.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::tools {

struct DemoMessage {
    std::int64_t second = 0;
    std::string topic;
    std::string payload;
    bool retain = false;
};

struct DemoField {
    std::string name;
    std::string unit; // empty: none
};

struct DemoDevice {
    std::string room, name;
    bool zigbee = true; // zigbee2mqtt/<room>/<name>, else home/<room>/<name>
    int period = 60;    // seconds between reports without a change
    std::vector<DemoField> fields;
    // The members of its JSON at a moment.
    std::function<void(JsonWriter&, const Moment&)> write;
    // What it reports at once when it changes; empty: nothing.
    std::function<bool(const Moment&)> active{};
    std::string topic() const { return (zigbee ? "zigbee2mqtt/" : "home/") + room + "/" + name; }
};

class DemoHome {
public:
    explicit DemoHome(std::uint64_t seed);
    DemoHome(const DemoHome&) = delete; // its devices point into it
    DemoHome& operator=(const DemoHome&) = delete;

    const std::vector<DemoDevice>& devices() const { return devices_; }
    // The topics of the device that misbehaves; it is none of devices().
    static std::string_view troublemaker() { return "home/study/probe"; }

    // Retained: bridge/state, bridge/devices, availability.
    std::vector<DemoMessage> announcements(std::int64_t second) const;
    // Every device's present state, once.
    std::vector<DemoMessage> snapshot(std::int64_t second) const;
    // All that is published after `from` and up to `to`, in order of time.
    std::vector<DemoMessage> between(std::int64_t from, std::int64_t to) const;

private:
    void add(DemoDevice device);
    void add_climate();
    void add_motion_and_doors();
    void add_power_and_light();
    void add_appliances();
    std::uint64_t number(const DemoDevice& d) const;
    bool available(const DemoDevice& d, const Moment& m) const;
    std::string payload(const DemoDevice& d, const Moment& m) const;
    void trouble(std::int64_t second, std::vector<DemoMessage>& out) const;

    Dice dice_;
    std::vector<DemoDevice> devices_;
};

// {"state":"online"} as Zigbee2MQTT publishes it.
std::string availability_payload(bool online);
// The retained list of Zigbee2MQTT with what each device exposes.
std::string bridge_devices(const std::vector<DemoDevice>& devices);

} // namespace caredian::tools
