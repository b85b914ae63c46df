// Appliances as a maker's cloud reports them, wearables and the network: plain JSON.
#include "measures.h"
#include "model.h"

#include <algorithm>
#include <string>

namespace caredian::tools {

void DemoHome::add_white_goods() {
    // Words among numbers: what real kimchi refrigerators report for their drawers.
    auto kimchi = [this](Values& v, const Moment& m) {
        v.set("left_temperature", round_to(-1 + 0.3 * dice_.drift(6010, m.second, 1800), 1));
        v.set("right_temperature", round_to(2 + 0.3 * dice_.drift(6011, m.second, 1800), 1));
        v.set("middle_mode", m.weekday < 3 ? "kimchi" : "storage");
        v.set("fresh_air_filter", true);
    };
    add({"kitchen",
         "kimchi_fridge",
         &plain(),
         "",
         "",
         300,
         {"left_temperature", "right_temperature", "middle_mode", "fresh_air_filter"},
         kimchi});
    auto dishes = [this](Values& v, const Moment& m) {
        bool runs = dice_.daily(6020, m, 20.2, 22, 0.2, 0.7);
        v.set("status", runs ? "running" : "idle");
        v.set("cycle", "auto");
        v.set("total_time", 108);
        v.set("remaining_time",
              runs ? std::max<std::int64_t>(1, whole((22 - m.hour) * 60)) : std::int64_t{0});
        v.set("door", dice_.daily(6023, m, 8.0, 8.1, 0.2));
        v.set("rinse_refill_needed", m.day % 30 == 0);
        v.set("softening_level", 3);
        v.set("chime_sound", true);
    };
    add({"kitchen",
         "dishwasher",
         &plain(),
         "",
         "",
         120,
         {"status", "cycle", "total_time", "remaining_time", "door", "rinse_refill_needed",
          "softening_level", "chime_sound"},
         dishes});
    auto laundry = [this](Values& v, const Moment& m) {
        bool runs = dice_.daily(6026, m, 11.5, 13.2, 0.5, 0.4);
        v.set("status", runs ? "drying" : "power_off");
        v.set("remaining_time",
              runs ? std::max<std::int64_t>(1, whole((13.5 - m.hour) * 60)) : std::int64_t{0});
    };
    add({"balcony", "dryer", &plain(), "", "", 180, {"status", "remaining_time"}, laundry});
}

void DemoHome::add_comfort() {
    auto aircon = [this](Values& v, const Moment& m) {
        double outside = outdoor_temperature(dice_, m);
        bool on = !away(dice_, m) && !asleep(dice_, m) && (outside > 26 || outside < 2);
        v.set("mode", !on ? "off" : outside > 26 ? "cool" : "heat");
        v.set("temperature", round_to(22.5 + 0.5 * dice_.drift(6000, m.second, 900), 1));
        v.set("humidity", whole(46 + 5 * dice_.drift(6001, m.second, 3600)));
        v.set("volume", 30);
        v.set("power", on ? round_to(820 + 200 * dice_.drift(6002, m.second, 300), 1) : 3.4);
        v.set("energy", metered(m, 2.4));
    };
    add({"living_room",
         "aircon",
         &plain(),
         "",
         "",
         60,
         {"mode", "temperature", "humidity", "volume", "power", "energy"},
         aircon});
    auto purifier = [this](Values& v, const Moment& m) {
        bool on = !away(dice_, m);
        v.set("mode", !on ? "off" : asleep(dice_, m) ? "silent" : "auto");
        v.set("pm2_5", whole(11 + 7 * dice_.drift(6061, m.second, 7200)));
        v.set("filter_life", 100 - whole(static_cast<double>(m.day % 180) / 1.8));
    };
    add({"bedroom",
         "air_purifier",
         &plain(),
         "",
         "",
         120,
         {"mode", "pm2_5", "filter_life"},
         purifier});
    auto vacuum = [this](Values& v, const Moment& m) {
        bool cleans = dice_.daily(6080, m, 11, 11.8, 0.4, 0.7);
        v.set("state", cleans ? "cleaning" : "docked");
        v.set("battery", cleans ? whole(100 - (m.hour - 11) * 40) : 100);
    };
    add({"living_room", "vacuum", &plain(), "", "", 60, {"state", "battery"}, vacuum});
    auto blind = [](Values& v, const Moment& m) { v.set("position", daylight(m) > 0 ? 100 : 0); };
    add({"bedroom",
         "blind",
         &esphome(),
         "CareDian demo",
         "Roller blind",
         900,
         {"position"},
         blind,
         [](const Moment& m) { return daylight(m) > 0; }});
    auto router = [this](Values& v, const Moment& m) {
        double busy = away(dice_, m) || asleep(dice_, m) ? 40 : 900;
        v.set("devices_connected", 18 + whole(4 * dice_.drift(6050, m.second, 1800)));
        v.set("download", round_to(busy * (1 + dice_.drift(6051, m.second, 60)), 1));
        v.set("upload", round_to(busy * 0.1 * (1 + dice_.drift(6052, m.second, 60)), 1));
        v.set("cpu_speed", round_to(1.4 + 0.3 * dice_.drift(6053, m.second, 120), 2));
        v.set("last_boot", "2026-01-02T03:04:05+09:00");
    };
    add({"hall",
         "router",
         &plain(),
         "",
         "",
         60,
         {"devices_connected", "download", "upload", "cpu_speed", "last_boot"},
         router});
}

void DemoHome::add_people() {
    auto brush = [this](Values& v, const Moment& m) {
        v.set("duration", 100 + whole(40 * dice_.unit(6030, m.day)));
        v.set("mode", dice_.unit(6031, m.day) < 0.8 ? "normal" : "deep_clean");
        v.set("battery", 100 - (m.day % 20) * 4);
        v.set("rssi", -74 + whole(6 * dice_.drift(6032, m.second, 900)));
    };
    add({"bathroom",
         "toothbrush",
         &ble(),
         "CareDian demo",
         "TOOTHBRUSH",
         1800,
         {"duration", "mode", "battery", "rssi"},
         brush});
    auto watch = [this](Values& v, const Moment& m) {
        double pulse = asleep(dice_, m) ? 56 : 72;
        v.set("heart_rate", whole(pulse + 8 * dice_.drift(6040, m.second, 300)));
        v.set("steps", whole(std::max(0.0, m.hour - 6.5) * 420));
        v.set("battery", 100 - whole(m.hour * 2.5));
    };
    add({"bedroom", "wearable", &plain(), "", "", 60, {"heart_rate", "steps", "battery"}, watch});
    auto phone = [this](Values& v, const Moment& m) {
        v.set("presence", !away(dice_, m));
        v.set("battery", 95 - whole(m.hour * 3));
    };
    add({"hall",
         "phone",
         &described(),
         "CareDian demo",
         "Phone",
         300,
         {"presence", "battery"},
         phone,
         [this](const Moment& m) { return !away(dice_, m); }});
}

} // namespace caredian::tools
