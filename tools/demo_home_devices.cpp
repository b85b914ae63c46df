// Who is in the demo home. Numbers given to the dice only have to differ.
#include "demo_home_model.h"

#include <algorithm>
#include <cmath>

namespace caredian::tools {
namespace {

double round_to(double value, double digits) {
    double scale = std::pow(10, digits);
    return std::round(value * scale) / scale;
}

std::int64_t whole(double value) {
    return static_cast<std::int64_t>(std::lround(value));
}

// Falls from 100 to 40 in about a year, then is changed.
std::int64_t battery(const Dice& dice, std::uint64_t who, const Moment& m) {
    double days = static_cast<double>(m.second) / 86'400 + dice.unit(who, 0) * 365;
    return 100 - whole(std::fmod(days, 365) / 365 * 60);
}

std::int64_t link_quality(const Dice& dice, std::uint64_t who, const Moment& m) {
    return 110 + whole(60 * dice.drift(who, m.second, 1800));
}

// kWh that a meter has counted: `daily` kWh a day since it was installed, most of it in the
// evening.
double metered(const Moment& m, double daily) {
    double part = m.hour / 24;
    return round_to(daily * (static_cast<double>(m.day - 19'700) + part * part * (3 - 2 * part)),
                    3);
}

const DemoField battery_field{"battery", "%"}, link_field{"linkquality", "lqi"},
    temperature_field{"temperature", "°C"}, humidity_field{"humidity", "%"},
    power_field{"power", "W"}, energy_field{"energy", "kWh"}, voltage_field{"voltage", "V"},
    current_field{"current", "A"};

} // namespace

void DemoHome::add_climate() {
    struct Room {
        const char* name;
        double base, humidity;
    };
    for (const auto& room :
         {Room{"living_room", 22.5, 45}, Room{"kitchen", 23, 48}, Room{"bedroom", 20.5, 47},
          Room{"bathroom", 22, 58}, Room{"study", 21.5, 43}}) {
        auto who = 100 + 10 * devices_.size();
        bool shower = std::string_view(room.name) == "bathroom";
        auto write = [this, who, room, shower](JsonWriter& json, const Moment& m) {
            double outside = outdoor_temperature(dice_, m);
            bool steam = shower && dice_.daily(who + 3, m, 7.1, 7.6, 0.3);
            json.member("temperature", round_to(room.base + (outside - 12) * 0.06 +
                                                    0.8 * dice_.drift(who, m.second, 7200) +
                                                    (asleep(dice_, m) ? -1.2 : 0) + (steam ? 2 : 0),
                                                2));
            json.member("humidity",
                        round_to(std::clamp(room.humidity + (steam ? 30 : 0) +
                                                6 * dice_.drift(who + 1, m.second, 5400),
                                            20.0, 99.0),
                                 1));
            json.member("battery", battery(dice_, who, m));
            json.member("voltage", 2700 + battery(dice_, who, m) * 3);
            json.member("linkquality", link_quality(dice_, who, m));
        };
        add({room.name,
             "climate",
             true,
             60,
             {temperature_field, humidity_field, battery_field, {"voltage", "mV"}, link_field},
             write});
    }
}

void DemoHome::add_motion_and_doors() {
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
        auto write = [this, who, r, active](JsonWriter& json, const Moment& m) {
            bool moving = active(m);
            bool lamp = moving && daylight(m) < 0.2 && !asleep(dice_, m);
            double cloud = 0.7 + 0.3 * dice_.drift(901, m.second, 3600);
            json.member("occupancy", moving);
            json.member("illuminance",
                        whole(700 * r.light * daylight(m) * cloud + (lamp ? 80 : 1)));
            json.member("battery", battery(dice_, who, m));
            json.member("linkquality", link_quality(dice_, who, m));
        };
        add({r.room,
             "motion",
             true,
             600,
             {{"occupancy", ""}, {"illuminance", "lx"}, battery_field, link_field},
             write,
             active});
    }
    auto add_contact = [this](std::string room, std::string name, auto is_open) {
        auto who = 2000 + 10 * devices_.size();
        auto write = [this, who, is_open](JsonWriter& json, const Moment& m) {
            json.member("contact", !is_open(m)); // true = closed
            json.member("battery", battery(dice_, who, m));
            json.member("linkquality", link_quality(dice_, who, m));
        };
        add({std::move(room),
             std::move(name),
             true,
             3600,
             {{"contact", ""}, battery_field, link_field},
             write,
             is_open});
    };
    add_contact("현관", "문", [this](const Moment& m) {
        auto rate = [&](const Moment& at) {
            return asleep(dice_, at) ? 0.02 : away(dice_, at) ? 0.1 : 1.2;
        };
        return dice_.now_and_then(2500, m, rate, 6, 25);
    });
    add_contact("living_room", "window",
                [this](const Moment& m) { return dice_.daily(2510, m, 9.5, 10.3, 0.6, 0.7); });
    add_contact("bedroom", "window",
                [this](const Moment& m) { return dice_.daily(2520, m, 7.5, 8.2, 0.4, 0.9); });
}

void DemoHome::add_power_and_light() {
    auto add_plug = [this](std::string room, std::string name, double daily, auto watts) {
        auto who = 3000 + 10 * devices_.size();
        auto write = [this, who, daily, watts](JsonWriter& json, const Moment& m) {
            double power = watts(m), volts = 221 + 3 * dice_.drift(who, m.second, 600);
            json.member("state", power > 0.5 ? "ON" : "OFF");
            json.member("power", round_to(power, 1));
            json.member("energy", metered(m, daily));
            json.member("voltage", round_to(volts, 1));
            json.member("current", round_to(power / volts, 3));
            json.member("linkquality", link_quality(dice_, who, m));
        };
        auto active = [watts](const Moment& m) { return watts(m) > 5; };
        add({std::move(room),
             std::move(name),
             true,
             30,
             {{"state", ""}, power_field, energy_field, voltage_field, current_field, link_field},
             write,
             active});
    };
    add_plug("bedroom", "desk_plug", 0.4, [this](const Moment& m) {
        return dice_.daily(3500, m, 19, 22, 0.7, 0.8) ? 62 + 15 * dice_.drift(3501, m.second, 120)
                                                      : 0.3;
    });
    add_plug("living_room", "tv_plug", 0.6, [this](const Moment& m) {
        return dice_.daily(3510, m, 19.6, 22.4, 0.5) ? 118 + 25 * dice_.drift(3511, m.second, 20)
                                                     : 0.6;
    });
    add_plug("kitchen", "fridge_plug", 0.9, [this](const Moment& m) {
        bool compressor = m.second % 2700 < 1000; // a quarter of an hour every 45 minutes
        return compressor ? 88 + 6 * dice_.drift(3521, m.second, 60) : 2.1;
    });
    auto add_lamp = [this](std::string room, std::string name, double from, double to, int bright) {
        auto who = 4000 + 10 * devices_.size();
        auto active = [this, who, from, to](const Moment& m) {
            return !away(dice_, m) && dice_.daily(who, m, from, to, 0.4);
        };
        auto write = [this, who, bright, active](JsonWriter& json, const Moment& m) {
            json.member("state", active(m) ? "ON" : "OFF");
            json.member("brightness", active(m) ? bright : 0);
            json.member("power", active(m) ? round_to(bright / 25.0, 1) : 0.2);
            json.member("energy", metered(m, 0.06));
            json.member("linkquality", link_quality(dice_, who, m));
        };
        add({std::move(room),
             std::move(name),
             true,
             900,
             {{"state", ""}, {"brightness", ""}, power_field, energy_field, link_field},
             write,
             active});
    };
    add_lamp("kitchen", "dimmer", 18.2, 21.5, 180);
    add_lamp("living_room", "light", 18.5, 23.0, 220);
    add_lamp("bedroom", "light", 21.8, 23.1, 90);
    auto add_alarm = [this](std::string name, std::string field) {
        auto who = 5000 + 10 * devices_.size();
        auto write = [this, who, field](JsonWriter& json, const Moment& m) {
            json.member(field, false); // this home is safe
            json.member("battery", battery(dice_, who, m));
            json.member("linkquality", link_quality(dice_, who, m));
        };
        add({"kitchen",
             std::move(name),
             true,
             1800,
             {{field, ""}, battery_field, link_field},
             write});
    };
    add_alarm("leak", "water_leak");
    add_alarm("smoke", "smoke");
}

void DemoHome::add_appliances() {
    auto plain = [this](std::string room, std::string name, int period,
                        std::vector<DemoField> fields,
                        std::function<void(JsonWriter&, const Moment&)> write) {
        add({std::move(room), std::move(name), false, period, std::move(fields), std::move(write)});
    };
    plain("living_room", "aircon", 60,
          {{"mode", ""},
           temperature_field,
           humidity_field,
           {"volume", "%"},
           power_field,
           energy_field},
          [this](JsonWriter& json, const Moment& m) {
              double outside = outdoor_temperature(dice_, m);
              bool on = !away(dice_, m) && !asleep(dice_, m) && (outside > 26 || outside < 2);
              json.member("mode", !on ? "off" : outside > 26 ? "cool" : "heat");
              json.member("temperature",
                          round_to(22.5 + 0.5 * dice_.drift(6000, m.second, 900), 1));
              json.member("humidity", whole(46 + 5 * dice_.drift(6001, m.second, 3600)));
              json.member("volume", 30);
              json.member("power",
                          on ? round_to(820 + 200 * dice_.drift(6002, m.second, 300), 1) : 3.4);
              json.member("energy", metered(m, 2.4));
          });
    // Words among numbers: what real kimchi refrigerators report for their drawers.
    plain("kitchen", "kimchi_fridge", 300,
          {{"left_temperature", "°C"},
           {"right_temperature", "°C"},
           {"middle_mode", ""},
           {"fresh_air_filter", ""}},
          [this](JsonWriter& json, const Moment& m) {
              json.member("left_temperature",
                          round_to(-1 + 0.3 * dice_.drift(6010, m.second, 1800), 1));
              json.member("right_temperature",
                          round_to(2 + 0.3 * dice_.drift(6011, m.second, 1800), 1));
              json.member("middle_mode", m.weekday < 3 ? "kimchi" : "storage");
              json.member("fresh_air_filter", true);
          });
    plain("kitchen", "dishwasher", 120,
          {{"status", ""},
           {"cycle", ""},
           {"remaining_time", "min"},
           {"door", ""},
           {"rinse_refill_needed", ""}},
          [this](JsonWriter& json, const Moment& m) {
              bool runs = dice_.daily(6020, m, 20.2, 22, 0.2, 0.7);
              json.member("status", runs ? "running" : "idle");
              json.member("cycle", "auto");
              json.member("remaining_time",
                          runs ? std::max<std::int64_t>(1, whole((22 - m.hour) * 60)) : 0);
              json.member("door", dice_.daily(6023, m, 8.0, 8.1, 0.2));
              json.member("rinse_refill_needed", m.day % 30 == 0);
          });
    plain("bathroom", "toothbrush", 1800, {{"status", ""}, {"duration", "s"}, {"pressure", ""}},
          [this](JsonWriter& json, const Moment& m) {
              json.member("status", "idle");
              json.member("duration", 100 + whole(40 * dice_.unit(6030, m.day)));
              json.member("pressure", dice_.unit(6031, m.day) < 0.8 ? "normal" : "high");
          });
    plain("bedroom", "wearable", 60, {{"heart_rate", "bpm"}, {"steps", "steps"}, battery_field},
          [this](JsonWriter& json, const Moment& m) {
              double pulse = asleep(dice_, m) ? 56 : 72;
              json.member("heart_rate", whole(pulse + 8 * dice_.drift(6040, m.second, 300)));
              json.member("steps", whole(std::max(0.0, m.hour - 6.5) * 420));
              json.member("battery", 100 - whole(m.hour * 2.5));
          });
    plain(
        "hall", "router", 60,
        {{"devices_connected", ""}, {"download", "KiB/s"}, {"upload", "KiB/s"}, {"last_boot", ""}},
        [this](JsonWriter& json, const Moment& m) {
            double busy = away(dice_, m) || asleep(dice_, m) ? 40 : 900;
            json.member("devices_connected", 18 + whole(4 * dice_.drift(6050, m.second, 1800)));
            json.member("download", round_to(busy * (1 + dice_.drift(6051, m.second, 60)), 1));
            json.member("upload", round_to(busy * 0.1 * (1 + dice_.drift(6052, m.second, 60)), 1));
            json.member("last_boot", "2026-01-02T03:04:05+09:00");
        });
    plain("study", "air", 60, {{"co2", "ppm"}, {"pm2_5", "µg/m³"}, temperature_field},
          [this](JsonWriter& json, const Moment& m) {
              json.member("co2", whole((away(dice_, m) ? 450 : 750) +
                                       150 * dice_.drift(6060, m.second, 3600)));
              json.member("pm2_5", whole(14 + 9 * dice_.drift(6061, m.second, 7200)));
              json.member("temperature",
                          round_to(21.4 + 0.6 * dice_.drift(6062, m.second, 7200), 1));
          });
    plain("outdoor", "weather", 300, {temperature_field, humidity_field, {"condition", ""}},
          [this](JsonWriter& json, const Moment& m) {
              json.member("temperature", round_to(outdoor_temperature(dice_, m), 1));
              json.member("humidity", whole(60 + 20 * dice_.drift(6070, m.second, 10'800)));
              json.member("condition", dice_.drift(6071, m.second, 21'600) > 0.4 ? "rainy"
                                       : daylight(m) > 0                         ? "sunny"
                                                                                 : "clear-night");
          });
}

} // namespace caredian::tools
