// How a device of one make puts its values into MQTT messages: a dialect a file.
#pragma once

#include "habits.h"
#include "values.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace caredian::tools {

struct DemoMessage {
    std::int64_t second = 0;
    std::string topic;
    std::string payload;
    bool retain = false;
};

class Dialect;

struct DemoDevice {
    std::string room, name;
    const Dialect* dialect = nullptr;
    std::string maker, model;
    int period = 60; // seconds between reports without a change
    std::vector<std::string> fields;
    std::function<void(Values&, const Moment&)> write;
    // What it reports at once when it changes; empty: nothing.
    std::function<bool(const Moment&)> active{};
    // False while it is out of reach or its battery is dead; empty: always there.
    std::function<bool(const Moment&)> there{};
    int number = 0; // among all devices, from 1: addresses are made of it
};

using Messages = std::vector<DemoMessage>;

class Dialect {
public:
    virtual ~Dialect() = default;
    virtual std::string_view name() const = 0;
    // The topic by which people know it (the first one it reports on).
    virtual std::string topic(const DemoDevice& d) const = 0;
    // Retained: what it says about itself.
    virtual void describe(const DemoDevice& d, std::int64_t second, Messages& out) const = 0;
    virtual void available(const DemoDevice& d, bool there, std::int64_t second,
                           Messages& out) const = 0;
    virtual void report(const DemoDevice& d, const Values& values, std::int64_t second,
                        Messages& out) const = 0;
};

// JSON below zigbee2mqtt/<room>/<name>, with Home Assistant's discovery; bridge/devices is
// bridge_devices().
const Dialect& zigbee2mqtt();
const Dialect& tasmota(); // tele/<room>_<name>/SENSOR and STATE
const Dialect& esphome(); // <room>-<name>/<component>/<field>/state, with discovery
const Dialect& shelly1(); // shellies/<model>-<id>/…, bare values
const Dialect& shelly2(); // <model>-<id>/status/<component>:0
const Dialect& ble();     // home/TheengsGateway/BTtoMQTT/<address>
const Dialect& plain();   // JSON at home/<room>/<name>, and nothing about itself
// The same with discovery of one config for the whole device.
const Dialect& described();

// The retained list of Zigbee2MQTT with what each device exposes.
std::string bridge_devices(const std::vector<DemoDevice>& devices);
// {"state":"online"} as Zigbee2MQTT publishes it.
std::string availability_payload(bool online);

// ---- shared by dialects
// Twelve hexadecimal digits that belong to nobody.
std::string device_address(const DemoDevice& d);
std::string json_of(const Values& values);
// "living_room", "tv_plug" → "Living room tv plug"
std::string device_label(const DemoDevice& d);
// The part of an entity's discovery that every dialect has: name, unit, classes, what on and off
// are, and the device. The caller opens the object before and closes it after.
void discovery_body(JsonWriter& json, const DemoDevice& d, const FieldKind& kind,
                    std::string_view identifier, std::string_view on, std::string_view off);
std::string discovery_topic(const FieldKind& kind, std::string_view node);

} // namespace caredian::tools
