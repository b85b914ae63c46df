#include "ingest/decode/decode_test_support.h"

namespace caredian::ingest {
namespace {

TEST(Zigbee2Mqtt, States) {
    check_table({
        {"zigbee2mqtt/kitchen/climate",
         R"({"battery":87,"humidity":48.2,"linkquality":126,"temperature":21.37})",
         "zigbee,device=kitchen/climate battery=87 humidity=48.2 linkquality=126 "
         "temperature=21.37"},
        {"zigbee2mqtt/hall_motion",
         R"({"occupancy":true,"last_seen":"2026-01-10T12:00:03+09:00","update":{"state":"idle"}})",
         "zigbee,device=hall_motion occupancy=true device_time='2026-01-10T12:00:03+09:00' "
         "update_state='idle'"},
        {"zigbee2mqtt/hall", R"({"contact":false,"last_seen":1767999300123})",
         "zigbee,device=hall contact=false device_time='2026-01-09T22:55:00.123000000Z'"},
        {"zigbee2mqtt/거실 온도", R"({"temperature":null,"humidity":40})",
         "zigbee,device=거실\\ 온도 humidity=40"},
        {"zigbee2mqtt/lamp", R"({"state":"ON","color":{"x":0.3,"y":0.4}})",
         "zigbee,device=lamp state='ON' color_x=0.3 color_y=0.4"},
        {"zigbee2mqtt/desk_button", R"({"action":"single","battery":100})",
         "zigbee,device=desk_button battery=100 | zigbee_event,device=desk_button action='single'"},
        {"zigbee2mqtt/desk_button", R"({"action":"single"})",
         "zigbee_event,device=desk_button action='single'"},
        {"zigbee2mqtt/desk_button", R"({"action":""})", "ignored: z2m_no_action"},
        {"zigbee2mqtt/desk_button", R"({"action":"","battery":99})",
         "zigbee,device=desk_button battery=99"},
        {"zigbee2mqtt/desk_button", R"({"action":null,"battery":null})", "ignored: no_value"},
        {"zigbee2mqtt/sensor", R"({"temperature":nan})", "ignored: not_a_number"},
        {"zigbee2mqtt/sensor", R"({"temperature":)", "broken: malformed_json"},
        {"zigbee2mqtt/sensor", "", "ignored: empty"},
    });
}

TEST(Zigbee2Mqtt, AvailabilityAttributesAndCommands) {
    check_table({
        {"zigbee2mqtt/hall/availability", R"({"state":"online"})",
         "zigbee,device=hall online=true"},
        {"zigbee2mqtt/a/b/availability", "offline", "zigbee,device=a/b online=false"},
        {"zigbee2mqtt/hall/temperature", "21.5", "zigbee,device=hall temperature=21.5"},
        {"zigbee2mqtt/hall/state", "ON", "zigbee,device=hall state='ON'"},
        {"zigbee2mqtt/hall/contact", "false", "zigbee,device=hall contact=false"},
        {"zigbee2mqtt/hall/action", "single", "zigbee_event,device=hall action='single'"},
        {"zigbee2mqtt/hall/humidity", "nan", "ignored: not_a_number"},
        {"zigbee2mqtt/hall/set", R"({"state":"ON"})", "ignored: z2m_command"},
        {"zigbee2mqtt/hall/set/state", "ON", "ignored: z2m_command"},
        {"zigbee2mqtt/hall/left/set", "ON", "ignored: z2m_command"},
        {"zigbee2mqtt/hall/get", R"({"state":""})", "ignored: z2m_command"},
        {"zigbee2mqtt/a/b", "\xff\xfe", "broken: invalid_utf8"},
        // not below the base: generic
        {"zigbee2mqtt", R"({"a":1})", "zigbee2mqtt,device=zigbee2mqtt a=1"},
        {"zigbee2mqttx/hall/set", R"({"a":1})", "zigbee2mqttx,device=set,path=hall a=1"},
    });
}

TEST(Zigbee2Mqtt, Bridge) {
    check_table({
        {"zigbee2mqtt/bridge/state", R"({"state":"online"})", "zigbee,device=bridge online=true"},
        {"zigbee2mqtt/bridge/state", "offline", "zigbee,device=bridge online=false"},
        {"zigbee2mqtt/bridge/groups", R"([{"id":1}])", "ignored: z2m_metadata"},
        {"zigbee2mqtt/bridge/info", R"({"version":"1"})", "ignored: z2m_metadata"},
        {"zigbee2mqtt/bridge/definitions", "{}", "ignored: z2m_metadata"},
        {"zigbee2mqtt/bridge/logging", R"({"level":"info","message":"x"})", "ignored: bridge_log"},
        {"zigbee2mqtt/bridge/request/permit_join", "{}", "ignored: z2m_command"},
        {"zigbee2mqtt/bridge/response/permit_join", "{}", "ignored: z2m_command"},
        {"zigbee2mqtt/bridge/event",
         R"({"type":"device_leave","data":{"friendly_name":"hall","ieee_address":"0x1"}})",
         "zigbee_event,device=hall type='device_leave' data_friendly_name='hall' "
         "data_ieee_address='0x1' | "
         "describes zigbee2mqtt at zigbee2mqtt/bridge/devices: withdrawn id=zigbee2mqtt_0x1"},
        {"zigbee2mqtt/bridge/event",
         R"({"type":"device_announce","data":{"friendly_name":"hall","ieee_address":"0x1"}})",
         "zigbee_event,device=hall type='device_announce' data_friendly_name='hall' "
         "data_ieee_address='0x1'"},
    });
}

TEST(Zigbee2Mqtt, AnotherBase) {
    DecodeOptions options;
    options.zigbee2mqtt_base = "home/z2m";
    check_table({{"home/z2m/hall", R"({"a":1})", "zigbee,device=hall a=1"},
                 {"zigbee2mqtt/hall", R"({"a":1})", "zigbee2mqtt,device=hall a=1"}},
                options);
}

} // namespace
} // namespace caredian::ingest
