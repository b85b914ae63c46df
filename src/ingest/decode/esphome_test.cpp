#include "ingest/decode/decode_test_support.h"

namespace caredian::ingest {
namespace {

TEST(EspHome, States) {
    check_table({
        {"bath-node/sensor/bath_humidity/state", "61.4",
         "esphome,component=sensor,device=bath-node,entity=bath_humidity value=61.4"},
        {"bath-node/sensor/bath_humidity/state", "nan", "ignored: not_a_number"},
        {"bath-node/binary_sensor/leak/state", "OFF",
         "esphome,component=binary_sensor,device=bath-node,entity=leak value_bool=false"},
        {"bath-node/switch/fan/state", "ON",
         "esphome,component=switch,device=bath-node,entity=fan value_bool=true"},
        {"bath-node/light/mirror/state",
         R"({"state":"ON","brightness":180,"color_mode":"rgb","color":{"r":255,"g":120,"b":0}})",
         "esphome,component=light,device=bath-node,entity=mirror value_bool=true brightness=180 "
         "color_mode='rgb' color_r=255 color_g=120 color_b=0"},
        {"bath-node/text_sensor/version/state", "2024",
         "esphome,component=text_sensor,device=bath-node,entity=version state='2024'"},
        {"bath-node/select/mode/state", "{eco}",
         "esphome,component=select,device=bath-node,entity=mode state='{eco}'"},
        {"bath-node/number/level/state", "-3",
         "esphome,component=number,device=bath-node,entity=level value=-3"},
        {"bath-node/cover/blind/state", "OPENING",
         "esphome,component=cover,device=bath-node,entity=blind state='OPENING'"},
        {"bath-node/cover/blind/position/state", "40",
         "esphome,component=cover,device=bath-node,entity=blind position=40"},
        {"bath-node/climate/floor/current_temperature/state", "21.5",
         "esphome,component=climate,device=bath-node,entity=floor current_temperature=21.5"},
        {"bath-node/climate/floor/mode/state", "heat",
         "esphome,component=climate,device=bath-node,entity=floor mode='heat'"},
        {"bath-node/climate/floor/current_temperature/state", "nan", "ignored: not_a_number"},
        {"bath-node/event/bell/state", R"({"event_type":"press"})",
         "esphome_event,component=event,device=bath-node,entity=bell event_type='press'"},
        {"home/floor1/bath-node/sensor/co2/state", "812",
         "esphome,component=sensor,device=home/floor1/bath-node,entity=co2 value=812"},
    });
}

TEST(EspHome, LeftOutByName) {
    check_table({
        {"bath-node/switch/fan/command", "ON", "ignored: esphome_command"},
        {"bath-node/climate/floor/mode/command", "heat", "ignored: esphome_command"},
        {"bath-node/debug", "[21:04:05][D][sensor:093]: 'Bath': Sending state 61.4 %",
         "ignored: esphome_log"},
        {"bath-node/debug", "\x1b[0;36m[D][sensor:093]: 'Bath': Sending state\x1b[0m",
         "ignored: esphome_log"},
    });
}

TEST(EspHome, TheNodeIsTheDeviceOfItsStatus) {
    check_table({
        {"bath-node/status", "online", "bath-node,device=bath-node online=true"},
        {"bath-node/status", "offline", "bath-node,device=bath-node online=false"},
    });
}

TEST(EspHome, PassesWhatItsComponentsNeverSend) {
    check_table({
        {"home/sensor/door/state", "open", "home,device=state,path=sensor/door state='open'"},
        {"home/switch/x/state", "48.5", "home,device=state,path=switch/x value=48.5"},
        {"home/light/x/state", "ON", "home,device=state,path=light/x value_bool=true"},
        {"home/sensor/x/y/state", "1", "home,device=state,path=sensor/x/y value=1"},
        {"home/kitchen/x/state", "1", "home,device=state,path=kitchen/x value=1"},
        {"sensor/x/state", "1", "sensor,device=state,path=x value=1"},
        {"/sensor/x/state", "1", "sensor,device=state,path=x value=1"},
        {"home/debug", "all fine", "home,device=debug state='all fine'"},
        {"home/debug", "[1,2]", "home,device=debug value_0=1 value_1=2"},
    });
}

TEST(EspHome, ANodeDescribesItself) {
    constexpr const char* topic = "esphome/discover/bath-node";
    check_table({
        {topic,
         R"({"ip":"192.0.2.7","name":"bath-node","friendly_name":"욕실","port":6053,)"
         R"("version":"2025.6.0","mac":"a0b1c2d3e4f5","platform":"ESP32","board":"esp32dev"})",
         "describes esphome at esphome/discover/bath-node: id=mac:a0b1c2d3e4f5 id=a0b1c2d3e4f5 "
         "name='욕실' by='Espressif' model='esp32dev/' online@bath-node/status topic@bath-node/#"},
        {topic,
         R"({"name":"plug","mac":"A0:B1:C2:D3:E4:F5","platform":"ESP8266","board":"esp8285",)"
         R"("project_name":"athom.smart-plug","project_version":"2.0"})",
         "describes esphome at esphome/discover/bath-node: id=mac:a0b1c2d3e4f5 id=a0b1c2d3e4f5 "
         "name='plug' by='athom' model='smart-plug/esp8285' online@plug/status topic@plug/#"},
        {topic, R"({"name":"#","mac":"a0b1c2d3e4f5"})",
         "describes esphome at esphome/discover/bath-node: id=mac:a0b1c2d3e4f5 id=a0b1c2d3e4f5 "
         "name='#'"},
        {topic, R"({"name":"n","mac":"zz"})",
         "esphome,device=bath-node,path=discover name='n' mac='zz'"},
        {topic, "{", "broken: malformed_json"},
        {topic, "", "ignored: empty"},
    });
}

TEST(EspHome, BadInput) {
    check_table({
        {"n/sensor/x/state", "1e400", "ignored: not_a_number"},
        {"n/sensor/x/state", "\xff", "broken: invalid_utf8"},
        {"n/text_sensor/x/state", "\xff", "broken: invalid_utf8"},
        {"n/light/x/state", R"({"state":)", "broken: malformed_json"},
        {"n/light/x/state", "{}", "ignored: no_value"},
        {"n/light/x/state", R"({"state":5,"component":1,"entity":"e"})",
         "esphome,component=light,device=n,entity=x state=5 component_value=1 entity_value='e'"},
        {"n/sensor/a\tb/state", "1", "esphome,component=sensor,device=n,entity=a_b value=1"},
        {"n/sensor/x/state", "", "ignored: empty"},
    });
}

} // namespace
} // namespace caredian::ingest
