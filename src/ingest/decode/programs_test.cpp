// Frigate, Valetudo, WLED, Homie, ESPresense.
#include "ingest/decode/decode_test_support.h"

namespace caredian::ingest {
namespace {

TEST(Frigate, Values) {
    check_table({
        {"frigate/available", "online", "frigate,device=frigate online=true"},
        {"frigate/front/person", "2", "frigate,device=front,object=person count=2"},
        {"frigate/front/person/active", "1", "frigate,device=front,object=person active=1"},
        {"frigate/front/motion", "ON", "frigate,device=front motion=true"},
        {"frigate/front/detect/state", "OFF", "frigate,device=front detect=false"},
        {"frigate/front/motion_threshold/state", "30", "frigate,device=front motion_threshold=30"},
        {"frigate/front/audio/dBFS", "-41.2", "frigate,device=front audio_dBFS=-41.2"},
        {"frigate/front/audio/speech", "ON", "frigate,device=front audio_speech=true"},
        {"frigate/front/review_status", "NONE", "frigate,device=front review_status='NONE'"},
        {"frigate/events",
         R"({"type":"new","before":{"id":"1768-abc","label":"person"},"after":{"id":"1768-abc",)"
         R"("camera":"front","label":"person","sub_label":null,"score":0.78,"top_score":0.8,)"
         R"("box":[1,2,3,4],"entered_zones":["porch"],"stationary":false}})",
         "frigate_event,device=front type='new' id='1768-abc' label='person' score=0.78 "
         "top_score=0.8 entered_zones_0='porch' stationary=false"},
        {"frigate/stats",
         R"({"cameras":{"front":{"camera_fps":5.1,"detection_enabled":true,"pid":77,)"
         R"("ffmpeg_pid":78},"back":{"camera_fps":5.0}},"cpu_usages":{"77":{"cpu":"1.0"}},)"
         R"("detection_fps":1.5,"detectors":{"coral":{"inference_speed":8.3,"pid":9}},)"
         R"("service":{"uptime":333,"version":"0.15.1",)"
         R"("storage":{"/media/frigate/recordings":{"used":512000.5,"free":7,)"
         R"("mount_type":"ext4"}}}})",
         "frigate,device=front camera_fps=5.1 detection_enabled=true | "
         "frigate,device=back camera_fps=5 | "
         "frigate,detector=coral,device=frigate inference_speed=8.3 | "
         "frigate,device=frigate detection_fps=1.5 service_uptime=333 service_version='0.15.1' "
         "recordings_used=512000.5 recordings_free=7"},
    });
}

TEST(Frigate, LeftOutAndBad) {
    check_table({
        {"frigate/front/person/snapshot", "\xff\xd8\xff\xe0 jpeg", "ignored: frigate_image"},
        {"frigate/front/birdseye", "\xff\xd8\xff\xe0 jpeg", "ignored: frigate_image"},
        {"frigate/front/detect/set", "ON", "ignored: frigate_command"},
        {"frigate/restart", "restart", "ignored: frigate_command"},
        {"frigate/reviews", R"({"type":"new"})", "ignored: frigate_metadata"},
        {"frigate/notifications/state", "ON", "ignored: frigate_metadata"},
        {"frigate/stats", R"({"cpu_usages":{}})", "ignored: frigate_metadata"},
        {"frigate/stats", R"({"cameras":7,"detectors":[1],"service":null})",
         "ignored: frigate_metadata"},
        {"frigate/events", R"({"type":"new","after":{"camera":5}})",
         "frigate,device=events type='new' after_camera=5"},
        {"frigate/front/person", "nan", "ignored: not_a_number"},
        {"frigate/front/x", "\xfe\xfd", "broken: invalid_utf8"},
        {"frigate/front/x", R"({"a":1})", "frigate,device=x,path=front a=1"},
        {"frigate/stats", R"({"cameras":)", "broken: malformed_json"},
    });
}

TEST(Valetudo, Values) {
    check_table({
        {"valetudo/rockrobo/BatteryStateAttribute/level", "87",
         "valetudo,device=rockrobo battery_level=87"},
        {"valetudo/rockrobo/BatteryStateAttribute/status", "charging",
         "valetudo,device=rockrobo battery_status='charging'"},
        {"valetudo/rockrobo/StatusStateAttribute/status", "docked",
         "valetudo,device=rockrobo status='docked'"},
        {"valetudo/rockrobo/AttachmentStateAttribute/dustbin", "true",
         "valetudo,device=rockrobo attachment_dustbin=true"},
        {"valetudo/rockrobo/ConsumableMonitoringCapability/filter-main", "9000",
         "valetudo,device=rockrobo consumable_filter_main=9000"},
        {"valetudo/rockrobo/FanSpeedControlCapability/preset", "max",
         "valetudo,device=rockrobo fan_speed_preset='max'"},
        {"valetudo/rockrobo/CurrentStatisticsCapability/area", "204500",
         "valetudo,device=rockrobo current_statistics_area=204500"},
        {"valetudo/rockrobo/WifiConfigurationCapability/signal", "-51",
         "valetudo,device=rockrobo wifi_signal=-51"},
        {"valetudo/rockrobo/$state", "ready", "valetudo,device=rockrobo online=true"},
        {"valetudo/rockrobo/$state", "lost", "valetudo,device=rockrobo online=false"},
        {"valetudo/rockrobo/state", R"({"state":"docked","battery_level":100,"fan_speed":"max"})",
         "valetudo,device=rockrobo state='docked' battery_level=100 fan_speed='max'"},
        {"valetudo/rockrobo/attributes", R"({"cleanTime":3.2,"mainBrush":"270.1"})",
         "valetudo,device=rockrobo clean_time=3.2 main_brush='270.1'"},
    });
}

TEST(Valetudo, LeftOutAndBad) {
    check_table({
        {"valetudo/rockrobo/MapData/map-data", "\x89PNG\xff", "ignored: valetudo_map"},
        {"valetudo/rockrobo/map_data", "\x1f\x8b\xff", "ignored: valetudo_map"},
        {"valetudo/rockrobo/FanSpeedControlCapability/preset/set", "max",
         "ignored: valetudo_command"},
        {"valetudo/rockrobo/command", "start", "ignored: valetudo_command"},
        {"valetudo/rockrobo/$name", "Robo", "ignored: valetudo_metadata"},
        {"valetudo/rockrobo/BatteryStateAttribute/level/$datatype", "integer",
         "ignored: valetudo_metadata"},
        {"valetudo/rockrobo/hass/rockrobo_vacuum", "{}", "ignored: valetudo_metadata"},
        {"valetudo/rockrobo/BatteryStateAttribute/level", "nan", "ignored: not_a_number"},
        {"valetudo/rockrobo/BatteryStateAttribute/level", "\xff", "broken: invalid_utf8"},
        {"valetudo/rockrobo/state", R"({"state":)", "broken: malformed_json"},
        {"valetudo/rockrobo/state", "{}", "ignored: no_value"},
    });
}

TEST(Wled, All) {
    check_table({
        {"wled/desk/g", "128", "wled,device=desk brightness=128"},
        {"wled/desk/c", "#FFAA00", "wled,device=desk color='#FFAA00'"},
        {"wled/desk/status", "online", "wled,device=desk online=true"},
        {"wled/desk/v", "<?xml version=\"1.0\" ?><vs><ac>128</ac></vs>", "ignored: wled_metadata"},
        {"wled/desk/api", "FX=3", "ignored: wled_command"},
        {"wled/desk/col", "#00FF00", "ignored: wled_command"},
        {"wled/floor1/desk/g", "0", "wled,device=floor1/desk brightness=0"},
        {"wled/desk/g", "bright", "wled,device=g,path=desk state='bright'"},
        {"wled/desk", "ON", "wled,device=desk value_bool=true"},
        {"wled/desk/g", "nan", "ignored: not_a_number"},
    });
}

TEST(Homie, All) {
    check_table({
        {"homie/super-car/engine/temperature", "21.5",
         "homie,device=super-car,node=engine temperature=21.5"},
        {"homie/super-car/lights/power", "true", "homie,device=super-car,node=lights power=true"},
        {"homie/super-car/lights/mode", "dim", "homie,device=super-car,node=lights mode='dim'"},
        {"homie/super-car/$state", "ready", "homie,device=super-car online=true state='ready'"},
        {"homie/super-car/$state", "lost", "homie,device=super-car online=false state='lost'"},
        {"homie/super-car/$stats/signal", "72", "homie,device=super-car signal=72"},
        {"homie/5/super-car/engine/temperature", "21.5",
         "homie,device=super-car,node=engine temperature=21.5"},
        {"homie/5/super-car/$state", "ready", "homie,device=super-car online=true state='ready'"},
        {"homie/5/super-car/$description", R"({"homie":"5.0"})", "ignored: homie_metadata"},
        {"homie/super-car/$name", "Super car", "ignored: homie_metadata"},
        {"homie/super-car/engine/temperature/$unit", "°C", "ignored: homie_metadata"},
        {"homie/super-car/lights/power/set", "true", "ignored: homie_command"},
        {"homie/$broadcast/alert", "fire", "ignored: homie_command"},
        {"homie/super-car/engine/temperature", "nan", "ignored: not_a_number"},
        {"homie/super-car/engine/temperature", "\xff", "broken: invalid_utf8"},
    });
}

TEST(EspResense, All) {
    check_table({
        {"espresense/devices/iBeacon:a1b2-3-4/kitchen",
         R"({"id":"iBeacon:a1b2-3-4","idType":200,"rssi@1m":-59,"rssi":-71.2,"distance":1.23})",
         "espresense,device=iBeacon:a1b2-3-4,room=kitchen rssi@1m=-59 rssi=-71.2 distance=1.23"},
        {"espresense/devices/rnd:5a0011223344/kitchen", R"({"distance":1})",
         "ignored: ble_random_address"},
        {"espresense/rooms/kitchen/status", "online", "espresense,device=kitchen online=true"},
        {"espresense/rooms/kitchen/telemetry", R"({"uptime":77,"rssi":-55})",
         "espresense,device=kitchen uptime=77 rssi=-55"},
        {"espresense/rooms/kitchen/motion", "ON", "espresense,device=kitchen motion=true"},
        {"espresense/rooms/kitchen/max_distance", "16",
         "espresense,device=kitchen max_distance=16"},
        {"espresense/rooms/kitchen/max_distance/set", "8", "ignored: espresense_command"},
        {"espresense/settings/phone/config", "{}", "ignored: espresense_metadata"},
        {"espresense/devices/x/kitchen", R"({"distance":)", "broken: malformed_json"},
        {"espresense/rooms/kitchen/x", "nan", "ignored: not_a_number"},
    });
}

} // namespace
} // namespace caredian::ingest
