// Plugs, lamps and meters.
#include "measures.h"
#include "model.h"

#include <string>

namespace caredian::tools {

void DemoHome::add_plugs() {
    struct Make {
        const Dialect& dialect;
        const char *maker, *model;
    };
    auto plug = [this](std::string room, std::string name, const Make& make, double daily,
                       auto watts) {
        auto who = 3000 + 10 * devices_.size();
        bool shelly = &make.dialect == &shelly1() || &make.dialect == &shelly2();
        bool zigbee = &make.dialect == &zigbee2mqtt();
        auto write = [this, who, daily, watts, shelly, zigbee](Values& v, const Moment& m) {
            double power = watts(m), volts = 221 + 3 * dice_.drift(who, m.second, 600);
            v.set("state", power > 0.5 ? "ON" : "OFF");
            v.set("power", round_to(power, 1));
            v.set("energy", metered(m, daily));
            v.set("voltage", round_to(volts, 1));
            v.set("current", round_to(power / volts, 3));
            if (shelly) v.set("temperature", round_to(38 + power / 40, 1));
            if (zigbee) v.set("linkquality", link_quality(dice_, who, m));
        };
        std::vector<std::string> fields{"state", "power", "energy", "voltage", "current"};
        if (shelly) fields.emplace_back("temperature");
        if (zigbee) fields.emplace_back("linkquality");
        add({std::move(room), std::move(name), &make.dialect, make.maker, make.model, 30, fields,
             write, [watts](const Moment& m) { return watts(m) > 5; }});
    };
    const Make zigbee{zigbee2mqtt(), "Tuya", "TS011F_plug_1"},
        wifi{tasmota(), "Tasmota", "Nous A1T"}, old{shelly1(), "Shelly", "shelly1pm"},
        plus{shelly2(), "Shelly", "shellyplus1pm"};
    auto in_use = [this](std::uint64_t who, double from, double to, double jitter, double chance,
                         double watts, double swing, double idle) {
        return [this, who, from, to, jitter, chance, watts, swing, idle](const Moment& m) {
            if (!dice_.daily(who, m, from, to, jitter, chance)) return idle;
            return watts + swing * dice_.drift(who + 1, m.second, 60);
        };
    };
    plug("bedroom", "desk_plug", zigbee, 0.4, in_use(3500, 19, 22, 0.7, 0.8, 62, 15, 0.3));
    plug("living_room", "tv_plug", zigbee, 0.6, in_use(3510, 19.6, 22.4, 0.5, 1, 118, 25, 0.6));
    plug("kitchen", "fridge_plug", zigbee, 0.9, [this](const Moment& m) {
        bool compressor = m.second % 2700 < 1000; // a quarter of an hour every 45 minutes
        return compressor ? 88 + 6 * dice_.drift(3521, m.second, 60) : 2.1;
    });
    plug("kitchen", "kettle", wifi, 0.15, in_use(3530, 7.1, 7.2, 0.2, 0.9, 1850, 30, 0.2));
    plug("study", "computer", wifi, 1.1, in_use(3540, 9.5, 17.5, 0.8, 0.6, 140, 55, 4.2));
    plug("balcony", "washing_machine", plus, 0.5, in_use(3550, 10, 11.6, 0.9, 0.5, 420, 300, 0.9));
    plug("bathroom", "water_heater", old, 2.1, [this](const Moment& m) {
        bool heats = dice_.daily(3560, m, 5.8, 7.4, 0.3) || dice_.daily(3563, m, 20, 21.5, 0.5);
        return heats ? 1480 + 20 * dice_.drift(3566, m.second, 300) : 1.2;
    });
    plug("living_room", "heater", plus, 1.4, [this](const Moment& m) {
        bool cold = outdoor_temperature(dice_, m) < 6 && !away(dice_, m) && !asleep(dice_, m);
        return cold && m.second % 1800 < 900 ? 960 + 15 * dice_.drift(3571, m.second, 120) : 0.4;
    });
}

void DemoHome::add_lamps() {
    auto lamp = [this](std::string room, std::string name, double from, double to, int bright) {
        auto who = 4000 + 10 * devices_.size();
        auto active = [this, who, from, to](const Moment& m) {
            return !away(dice_, m) && dice_.daily(who, m, from, to, 0.4);
        };
        auto write = [this, who, bright, active](Values& v, const Moment& m) {
            v.set("state", active(m) ? "ON" : "OFF");
            v.set("brightness", active(m) ? bright : 0);
            v.set("power", active(m) ? round_to(bright / 25.0, 1) : 0.2);
            v.set("energy", metered(m, 0.06));
            v.set("linkquality", link_quality(dice_, who, m));
        };
        add({std::move(room),
             std::move(name),
             &zigbee2mqtt(),
             "IKEA",
             "LED2201G8",
             900,
             {"state", "brightness", "power", "energy", "linkquality"},
             write,
             active});
    };
    lamp("kitchen", "dimmer", 18.2, 21.5, 180);
    lamp("living_room", "light", 18.5, 23.0, 220);
    lamp("bedroom", "light", 21.8, 23.1, 90);
    lamp("childs_room", "light", 18.0, 20.8, 150);
    lamp("현관", "조명", 17.8, 23.2, 120);
}

void DemoHome::add_meters() {
    auto main_meter = [this](Values& v, const Moment& m) {
        double heat = outdoor_temperature(dice_, m) < 6 ? 420 : 0;
        double people = away(dice_, m) ? 120 : asleep(dice_, m) ? 150 : 480;
        v.set("power", round_to(people + heat + 90 * dice_.drift(4500, m.second, 300), 1));
        v.set("energy", metered(m, 9.6));
        v.set("voltage", round_to(221 + 3 * dice_.drift(4501, m.second, 600), 1));
    };
    add({"hall",
         "electricity_meter",
         &described(),
         "CareDian demo",
         "Pulse reader",
         10,
         {"power", "energy", "voltage"},
         main_meter});
    auto other = [](Values& v, const Moment& m) {
        v.set("water", metered(m, 0.42));
        v.set("gas", metered(m, 1.15));
    };
    add({"hall",
         "water_and_gas",
         &described(),
         "CareDian demo",
         "Meter camera",
         3600,
         {"water", "gas"},
         other});
}

} // namespace caredian::tools
