#include "ingest/decode/decode_test_support.h"

namespace caredian::ingest {
namespace {

TEST(Statestream, States) {
    check_table({
        {"ha/sensor/living_temperature/state", "21.4",
         "ha,device=sensor.living_temperature,domain=sensor value=21.4"},
        {"ha/sensor/season/state", "winter",
         "ha,device=sensor.season,domain=sensor state='winter'"},
        {"ha/sensor/fridge/state", "kimchi",
         "ha,device=sensor.fridge,domain=sensor state='kimchi'"},
        {"ha/binary_sensor/front_door/state", "off",
         "ha,device=binary_sensor.front_door,domain=binary_sensor value_bool=false"},
        {"homeassistant/light/bulb/state", "on",
         "ha,device=light.bulb,domain=light value_bool=true"},
        {"ha/climate/hall/state", "off", "ha,device=climate.hall,domain=climate state='off'"},
        {"ha/climate/hall/state", "heat", "ha,device=climate.hall,domain=climate state='heat'"},
        {"ha/input_select/mode/state", "2",
         "ha,device=input_select.mode,domain=input_select state='2'"},
        {"ha/number/level/state", "-3", "ha,device=number.level,domain=number value=-3"},
        {"ha/sensor/uptime/state", "2026-01-10T03:00:00+00:00",
         "ha,device=sensor.uptime,domain=sensor state='2026-01-10T03:00:00+00:00'"},
        {"ha/sensor/x/state", "unknown", "ignored: unavailable"},
        {"ha/sensor/x/state", "unavailable", "ignored: unavailable"},
        {"ha/sensor/x/state", "nan", "ignored: not_a_number"},
        {"ha/sensor/x/state", "", "ignored: empty"},
        {"ha/sensor/x/state", "\xff", "broken: invalid_utf8"},
    });
}

TEST(Statestream, AttributesAndTimes) {
    check_table({
        {"ha/sensor/t/unit_of_measurement", R"("°C")",
         "ha,device=sensor.t,domain=sensor unit_of_measurement='°C'"},
        {"ha/light/bulb/brightness", "180", "ha,device=light.bulb,domain=light brightness=180"},
        {"ha/light/bulb/brightness", "null", "ignored: no_value"},
        {"ha/light/bulb/hs_color", "[30.5, 90]",
         "ha,device=light.bulb,domain=light hs_color_0=30.5 hs_color_1=90"},
        {"ha/light/bulb/is_on", "true", "ha,device=light.bulb,domain=light is_on=true"},
        {"ha/light/bulb/info", R"({"a":{"b":1}})", "ha,device=light.bulb,domain=light info_a_b=1"},
        {"ha/light/bulb/modes", "[]", "ignored: no_value"},
        {"ha/light/bulb/note", "not quoted", "ha,device=light.bulb,domain=light note='not quoted'"},
        {"ha/light/bulb/bad", R"({"a":)", "broken: malformed_json"},
        {"ha/light/bulb/domain", R"("x")",
         "ha,device=light.bulb,domain=light domain_value='x'"}, // a tag or a field, never both
        {"ha/sensor/t/last_updated", "2026-01-10T03:00:00.123456+00:00",
         "ha,device=sensor.t,domain=sensor device_time='2026-01-10T03:00:00.123456+00:00'"},
        {"ha/sensor/t/last_changed", "2026-01-10T03:00:00+00:00", "ignored: ha_timestamp"},
    });
}

TEST(Statestream, ClaimsOnlyItsOwn) {
    check_table({
        {"homeassistant/status", "online", "homeassistant,device=homeassistant online=true"},
        {"ha/kitchen/climate/state", "21.5", "ha,device=state,path=kitchen/climate value=21.5"},
        {"ha/sensor/a/b/state", "1", "ha,device=state,path=sensor/a/b value=1"},
    });
}

TEST(Statestream, ABaseOfSeveralLevels) {
    DecodeOptions options;
    options.statestream_bases = {"my/home"};
    check_table({{"my/home/sensor/t/state", "1", "ha,device=sensor.t,domain=sensor value=1"},
                 {"ha/person/ann/state", "home", "ha,device=state,path=person/ann state='home'"}},
                options);
}

} // namespace
} // namespace caredian::ingest
