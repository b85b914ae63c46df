// Temperature, humidity, air and weather, in the rooms and outside.
#include "measures.h"
#include "model.h"

#include <algorithm>
#include <string>

namespace caredian::tools {

void DemoHome::add_climate() {
    struct Room {
        const char* name;
        const Dialect& dialect;
        double base, humidity;
    };
    for (const auto& room :
         {Room{"living_room", zigbee2mqtt(), 22.5, 45}, Room{"kitchen", zigbee2mqtt(), 23, 48},
          Room{"bedroom", zigbee2mqtt(), 20.5, 47}, Room{"bathroom", zigbee2mqtt(), 22, 58},
          Room{"study", zigbee2mqtt(), 21.5, 43}, Room{"childs_room", ble(), 21.8, 46},
          Room{"balcony", tasmota(), 16, 55}}) {
        auto who = 100 + 10 * devices_.size();
        bool shower = std::string_view(room.name) == "bathroom";
        double open = std::string_view(room.name) == "balcony" ? 0.7 : 0.06;
        bool zigbee = &room.dialect == &zigbee2mqtt();
        auto write = [this, who, room, shower, open, zigbee](Values& v, const Moment& m) {
            double outside = outdoor_temperature(dice_, m);
            bool steam = shower && dice_.daily(who + 3, m, 7.1, 7.6, 0.3);
            v.set("temperature", round_to(room.base + (outside - 12) * open +
                                              0.8 * dice_.drift(who, m.second, 7200) +
                                              (asleep(dice_, m) ? -1.2 : 0) + (steam ? 2 : 0),
                                          2));
            v.set("humidity", round_to(std::clamp(room.humidity + (steam ? 30 : 0) +
                                                      6 * dice_.drift(who + 1, m.second, 5400),
                                                  20.0, 99.0),
                                       1));
            if (&room.dialect == &tasmota()) return;
            v.set("battery", battery(dice_, who, m));
            if (zigbee) {
                v.set("battery_voltage", 2700 + battery(dice_, who, m) * 3);
                v.set("linkquality", link_quality(dice_, who, m));
            } else {
                v.set("rssi", -70 + whole(8 * dice_.drift(who + 2, m.second, 900)));
            }
        };
        std::vector<std::string> fields{"temperature", "humidity"};
        if (&room.dialect != &tasmota()) fields.emplace_back("battery");
        if (zigbee) fields.insert(fields.end(), {"battery_voltage", "linkquality"});
        if (&room.dialect == &ble()) fields.emplace_back("rssi");
        add({room.name, "climate", &room.dialect, "Aqara", zigbee ? "WSDCGQ11LM" : "LYWSD03MMC_ATC",
             60, fields, write});
    }
    auto air = [this](std::string room, const Dialect& dialect, std::uint64_t who, double people) {
        auto write = [this, who, people](Values& v, const Moment& m) {
            bool empty = away(dice_, m);
            v.set("co2", whole((empty ? 450 : 450 + people) +
                               people / 2 * dice_.drift(who, m.second, 3600)));
            v.set("pm2_5", whole(14 + 9 * dice_.drift(who + 1, m.second, 7200)));
            v.set("pm10", whole(26 + 14 * dice_.drift(who + 1, m.second, 7200)));
            v.set("tvoc", whole(180 + 90 * dice_.drift(who + 3, m.second, 5400)));
            v.set("temperature", round_to(21.4 + 0.6 * dice_.drift(who + 2, m.second, 7200), 1));
        };
        add({std::move(room),
             "air",
             &dialect,
             "CareDian demo",
             "Air monitor",
             60,
             {"co2", "pm2_5", "pm10", "tvoc", "temperature"},
             write});
    };
    air("study", described(), 6060, 300);
    air("living_room", esphome(), 6080, 420);
}

void DemoHome::add_outdoors() {
    auto weather = [this](Values& v, const Moment& m) {
        v.set("temperature", round_to(outdoor_temperature(dice_, m), 1));
        v.set("humidity", whole(60 + 20 * dice_.drift(6070, m.second, 10'800)));
        v.set("pressure", round_to(1013 + 9 * dice_.drift(6072, m.second, 43'200), 1));
        v.set("condition", dice_.drift(6071, m.second, 21'600) > 0.4 ? "rainy"
                           : daylight(m) > 0                         ? "sunny"
                                                                     : "clear-night");
    };
    add({"outdoor",
         "weather",
         &plain(),
         "",
         "",
         300,
         {"temperature", "humidity", "pressure", "condition"},
         weather});
    auto soil = [this](Values& v, const Moment& m) {
        // Watered every third day.
        double dry = static_cast<double>(m.day % 3) + m.hour / 24;
        v.set("soil_moisture", whole(72 - 13 * dry));
        v.set("temperature", round_to(14 + (outdoor_temperature(dice_, m) - 12) * 0.8, 1));
        v.set("battery", battery(dice_, 6090, m));
        v.set("linkquality", link_quality(dice_, 6090, m));
    };
    add({"balcony",
         "plants",
         &zigbee2mqtt(),
         "Tuya",
         "TS0601_soil",
         900,
         {"soil_moisture", "temperature", "battery", "linkquality"},
         soil});
    // A probe that lies: its power-on value again and again, and stuck for a day in six.
    auto liar = [this](Values& v, const Moment& m) {
        bool reset = dice_.unit(6095, m.second / 600) < 0.12;
        bool stuck = m.day % 6 == 2;
        double true_one = 4 + 1.5 * dice_.drift(6096, m.second, 3600);
        v.set("temperature", reset ? 85.0 : stuck ? 3.9 : round_to(true_one, 1));
        v.set("wifi_signal", -61 + whole(6 * dice_.drift(6097, m.second, 900)));
    };
    add({"balcony",
         "freezer_probe",
         &esphome(),
         "CareDian demo",
         "DS18B20 probe",
         60,
         {"temperature", "wifi_signal"},
         liar});
}

} // namespace caredian::tools
