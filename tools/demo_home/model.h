// The demo home: rooms and devices, and what each publishes at a given second. Pure: no clock, no
// broker. Kinds and units follow what homes of the field report; names belong to nobody.
#pragma once

#include "dialect.h"
#include "habits.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace caredian::tools {

class DemoHome {
public:
    explicit DemoHome(std::uint64_t seed);
    DemoHome(const DemoHome&) = delete; // its devices point into it
    DemoHome& operator=(const DemoHome&) = delete;

    const std::vector<DemoDevice>& devices() const { return devices_; }
    // The topic of the device that misbehaves; it is none of devices().
    static std::string_view troublemaker() { return "home/study/probe"; }

    // Retained: what each device says about itself, and whether it is there.
    Messages announcements(std::int64_t second) const;
    // Every device's present state, once.
    Messages snapshot(std::int64_t second) const;
    // All that is published after `from` and up to `to`, in order of time.
    Messages between(std::int64_t from, std::int64_t to) const;
    // The same seen every `step` seconds, for a long past: a report for each device and step at
    // most, at the step's second; no announcements, no misbehaviour.
    Messages past(std::int64_t from, std::int64_t to, std::int64_t step) const;

private:
    void add(DemoDevice device);
    void add_climate();
    void add_outdoors();
    void add_movement();
    void add_doors();
    void add_alarms();
    void add_plugs();
    void add_lamps();
    void add_meters();
    void add_white_goods();
    void add_comfort();
    void add_people();
    struct Presence {
        bool there, active;
    };
    static Presence presence(const DemoDevice& d, const Moment& m);
    void report(const DemoDevice& d, const Moment& m, Messages& out) const;
    void trouble(std::int64_t second, Messages& out) const;

    Dice dice_;
    std::vector<DemoDevice> devices_;
};

} // namespace caredian::tools
