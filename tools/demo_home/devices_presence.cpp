// Movement, doors, and what must never happen.
#include "measures.h"
#include "model.h"

#include <string>

namespace caredian::tools {

void DemoHome::add_movement() {
    struct Motion {
        const char* room;
        double morning, day, evening, light;
    };
    for (const auto& r : {Motion{"living_room", 6, 5, 14, 1}, Motion{"kitchen", 10, 4, 9, 0.8},
                          Motion{"hall", 5, 2, 5, 0.2}, Motion{"bathroom", 6, 1.5, 4, 0.1},
                          Motion{"bedroom", 4, 0.5, 2, 0.7}}) {
        auto who = 1000 + 10 * devices_.size();
        auto active = [this, who, r](const Moment& m) {
            auto rate = [&](const Moment& at) {
                return movement(dice_, at, r.morning, r.day, r.evening);
            };
            return dice_.now_and_then(who, m, rate, 40, 95);
        };
        auto write = [this, who, r, active](Values& v, const Moment& m) {
            bool moving = active(m);
            bool lamp = moving && daylight(m) < 0.2 && !asleep(dice_, m);
            double cloud = 0.7 + 0.3 * dice_.drift(901, m.second, 3600);
            v.set("occupancy", moving);
            v.set("illuminance", whole(700 * r.light * daylight(m) * cloud + (lamp ? 80 : 1)));
            v.set("battery", battery(dice_, who, m));
            v.set("linkquality", link_quality(dice_, who, m));
        };
        DemoDevice d{r.room,
                     "motion",
                     &zigbee2mqtt(),
                     "Aqara",
                     "RTCGQ11LM",
                     600,
                     {"occupancy", "illuminance", "battery", "linkquality"},
                     write,
                     active};
        // The bathroom's sits behind a wall: at night it is out of reach for a while.
        if (std::string_view(r.room) == "bathroom")
            d.there = [this](const Moment& m) { return !dice_.daily(800, m, 2.5, 3.6, 0.4); };
        add(std::move(d));
    }
    // Radar finds people who sit still.
    auto present = [this](const Moment& m) { return !away(dice_, m) && !asleep(dice_, m); };
    auto radar = [this, present](Values& v, const Moment& m) {
        v.set("presence", present(m));
        v.set("target_distance",
              present(m) ? whole(210 + 120 * dice_.drift(1500, m.second, 90)) : std::int64_t{0});
    };
    add({"living_room",
         "radar",
         &esphome(),
         "CareDian demo",
         "mmWave radar",
         120,
         {"presence", "target_distance"},
         radar,
         present});
    auto in_bed = [this](const Moment& m) { return asleep(dice_, m); };
    auto bed = [in_bed](Values& v, const Moment& m) { v.set("bed_occupied", in_bed(m)); };
    add({"bedroom",
         "bed",
         &described(),
         "CareDian demo",
         "Bed mat",
         600,
         {"bed_occupied"},
         bed,
         in_bed});
}

void DemoHome::add_doors() {
    auto contact = [this](std::string room, std::string name, auto is_open) -> DemoDevice& {
        auto who = 2000 + 10 * devices_.size();
        auto write = [this, who, is_open](Values& v, const Moment& m) {
            v.set("contact", !is_open(m)); // true = closed
            v.set("battery", battery(dice_, who, m));
            v.set("linkquality", link_quality(dice_, who, m));
        };
        add({std::move(room),
             std::move(name),
             &zigbee2mqtt(),
             "Aqara",
             "MCCGQ11LM",
             3600,
             {"contact", "battery", "linkquality"},
             write,
             is_open});
        return devices_.back();
    };
    contact("현관", "문", [this](const Moment& m) {
        auto rate = [&](const Moment& at) {
            return asleep(dice_, at) ? 0.02 : away(dice_, at) ? 0.1 : 1.2;
        };
        return dice_.now_and_then(2500, m, rate, 6, 25);
    });
    contact("living_room", "window",
            [this](const Moment& m) { return dice_.daily(2510, m, 9.5, 10.3, 0.6, 0.7); });
    contact("bedroom", "window",
            [this](const Moment& m) { return dice_.daily(2520, m, 7.5, 8.2, 0.4, 0.9); });
    contact("kitchen", "fridge_door", [this](const Moment& m) {
        auto rate = [&](const Moment& at) { return movement(dice_, at, 3, 1, 3); };
        return dice_.now_and_then(2530, m, rate, 8, 40);
    });
    // Its battery dies, and for two days nobody changes it.
    auto open = [this](const Moment& m) { return dice_.daily(2540, m, 13, 13.5, 1, 0.5); };
    auto& dying = contact("childs_room", "window", open);
    dying.write = [this, open](Values& v, const Moment& m) {
        v.set("contact", !open(m));
        v.set("battery", dying_battery(m));
        v.set("linkquality", link_quality(dice_, 2541, m));
    };
    dying.there = [](const Moment& m) { return dying_battery(m) > 0; };
    auto pressed = [this](const Moment& m) {
        return dice_.now_and_then(2550, m, [](const Moment&) { return 0.01; }, 2, 4);
    };
    auto button = [this, pressed](Values& v, const Moment& m) {
        v.set("action", pressed(m) ? "hold" : "");
        v.set("battery", battery(dice_, 2551, m));
        v.set("linkquality", link_quality(dice_, 2551, m));
    };
    add({"bedroom",
         "call_button",
         &zigbee2mqtt(),
         "Aqara",
         "WXKG11LM",
         3600,
         {"action", "battery", "linkquality"},
         button,
         pressed});
}

void DemoHome::add_alarms() {
    auto alarm = [this](std::string room, std::string name, std::string field, std::string model) {
        auto who = 5000 + 10 * devices_.size();
        auto write = [this, who, field](Values& v, const Moment& m) {
            v.set(field, false); // this home is safe
            v.set("battery", battery(dice_, who, m));
            v.set("linkquality", link_quality(dice_, who, m));
        };
        add({std::move(room),
             std::move(name),
             &zigbee2mqtt(),
             "HEIMAN",
             std::move(model),
             1800,
             {field, "battery", "linkquality"},
             write});
    };
    alarm("kitchen", "leak", "water_leak", "HS1WL");
    alarm("bathroom", "leak", "water_leak", "HS1WL");
    alarm("kitchen", "smoke", "smoke", "HS1SA");
    alarm("kitchen", "gas", "gas_leak", "HS1CG");
    alarm("study", "co_alarm", "carbon_monoxide", "HS1CA");
    auto cooking = [this](const Moment& m) {
        return !away(dice_, m) && (dice_.daily(5200, m, 7.2, 7.6, 0.3, 0.8) ||
                                   dice_.daily(5210, m, 18.4, 19.2, 0.4, 0.9));
    };
    auto valve = [this, cooking](Values& v, const Moment& m) {
        v.set("valve_open", cooking(m));
        v.set("battery", battery(dice_, 5220, m));
        v.set("linkquality", link_quality(dice_, 5220, m));
    };
    add({"kitchen",
         "gas_valve",
         &zigbee2mqtt(),
         "Tuya",
         "TS0601_valve",
         1800,
         {"valve_open", "battery", "linkquality"},
         valve,
         cooking});
}

} // namespace caredian::tools
