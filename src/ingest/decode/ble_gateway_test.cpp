#include "ingest/decode/decode_test_support.h"

namespace caredian::ingest {
namespace {

TEST(BleGateway, Sensors) {
    check_readings({
        {"home/TheengsGateway/BTtoMQTT/A4C138AABB01",
         R"({"id":"A4:C1:38:AA:BB:01","name":"ATC_AABB01","rssi":-71,"brand":"Xiaomi",)"
         R"("model":"TH Sensor","model_id":"LYWSD03MMC_ATC","type":"THB","tempc":21.3,)"
         R"("tempf":70.34,"hum":47.2,"batt":88,"volt":2.91,"servicedata":"a4c138"})",
         "ble,device=A4:C1:38:AA:BB:01,gateway=TheengsGateway,model_id=LYWSD03MMC_ATC rssi=-71 "
         "tempc=21.3 tempf=70.34 hum=47.2 batt=88 volt=2.91"},
        {"home/omg2/BTtoMQTT/A4C138AABB01",
         R"({"id":"A4:C1:38:AA:BB:01","mac_type":0,"rssi":-88,"model_id":"LYWSD03MMC_ATC",)"
         R"("tempc":21.3})",
         "ble,device=A4:C1:38:AA:BB:01,gateway=omg2,model_id=LYWSD03MMC_ATC rssi=-88 tempc=21.3"},
        {"home/omg2/BTtoMQTT/E1F2A3B4C5D6", // a Ruuvi tag: static random, but known
         R"({"id":"E1:F2:A3:B4:C5:D6","mac_type":1,"model_id":"RuuviTag_RAWv2","tempc":5.1})",
         "ble,device=E1:F2:A3:B4:C5:D6,gateway=omg2,model_id=RuuviTag_RAWv2 tempc=5.1"},
        {"home/omg2/BTtoMQTT/C7FA00112244",
         R"({"id":"C7:FA:00:11:22:44","mac_type":0,"name":"Key finder","rssi":-60})",
         "ble,device=C7:FA:00:11:22:44,gateway=omg2 rssi=-60"},
        {"home/home_presence/omg2",
         R"({"id":"A4:C1:38:AA:BB:01","model_id":"LYWSD03MMC_ATC","distance":2.5})",
         "ble,device=A4:C1:38:AA:BB:01,gateway=omg2,model_id=LYWSD03MMC_ATC distance=2.5"},
    });
}

TEST(BleGateway, SensorsAndGatewaysAreDescribed) {
    constexpr const char* topic = "home/gw/BTtoMQTT/A4C138AABB01";
    auto advert = [](const std::string& more) {
        return R"({"id":"A4:C1:38:AA:BB:01","rssi":-71)" + more + "}";
    };
    const std::string reading = "ble,device=A4:C1:38:AA:BB:01,gateway=gw";
    const std::string model = R"(,"brand":"Xiaomi","model":"TH Sensor","model_id":"LYWSD03MMC")";
    const std::string said = " | describes openmqttgateway at home/gw/BTtoMQTT/A4C138AABB01: "
                             "id=mac:a4c138aabb01 by='Xiaomi' model='TH Sensor/LYWSD03MMC' "
                             "topic@home/gw/BTtoMQTT/A4C138AABB01";
    const std::string named = " | describes openmqttgateway at home/gw/BTtoMQTT/A4C138AABB01#name: "
                              "id=mac:a4c138aabb01 name='ATC' "
                              "topic@home/gw/BTtoMQTT/A4C138AABB01";
    check_table({
        {topic, advert(model), reading + ",model_id=LYWSD03MMC rssi=-71" + said},
        {topic, advert(model + R"(,"name":"ATC")"),
         reading + ",model_id=LYWSD03MMC rssi=-71" + said + named},
        {topic, advert(R"(,"mac_type":0,"name":"ATC")"), reading + " rssi=-71" + named},
        {"home/gw/BTtoMQTT/x", R"({"id":"x","model_id":"M","tempc":1})",
         "ble,device=x,gateway=gw,model_id=M tempc=1"}, // no address to know it by
        {"home/gw/SYStoMQTT",
         R"({"uptime":60,"version":"v1.7.0","env":"esp32dev-ble","mac":"A0:B1:C2:D3:E4:F5"})",
         "openmqttgateway,device=gw uptime=60 version='v1.7.0' env='esp32dev-ble' "
         "mac='A0:B1:C2:D3:E4:F5' | describes openmqttgateway at home/gw/SYStoMQTT: "
         "id=mac:a0b1c2d3e4f5 name='gw' by='OpenMQTTGateway' model='esp32dev-ble/' "
         "online@home/gw/LWT topic@home/gw/SYStoMQTT"},
        {"home/gw/SYStoMQTT", R"({"version":"v1","mac":7})",
         "openmqttgateway,device=gw version='v1' mac=7 | describes openmqttgateway at "
         "home/gw/SYStoMQTT: id=omg_gw name='gw' by='OpenMQTTGateway' online@home/gw/LWT "
         "topic@home/gw/SYStoMQTT"},
    });
}

TEST(BleGateway, StrangersStayOut) {
    check_table({
        {"home/omg2/BTtoMQTT/C7FA00112233",
         R"({"id":"C7:FA:00:11:22:33","mac_type":1,"rssi":-88,"distance":9.4})",
         "ignored: ble_random_address"},
        {"home/omg2/BTtoMQTT/5A0011223344",
         R"({"id":"5A:00:11:22:33:44","mac_type":1,"model_id":"IBEACON","rssi":-88})",
         "ignored: ble_random_address"},
        {"home/omg2/BTtoMQTT/5A0011223344",
         R"({"id":"5A:00:11:22:33:44","model_id":"APPLEWATCH","type":"RMAC","unlocked":true})",
         "ignored: ble_random_address"},
        {"home/omg2/BTtoMQTT/5A0011223344",
         R"({"id":"5A:00:11:22:33:44","model_id":"GAEN","rssi":-80})",
         "ignored: ble_random_address"},
        {"home/omg2/BTtoMQTT/C7FA00112233", R"({"id":"C7:FA:00:11:22:33","rssi":-88})",
         "ignored: ble_unknown"},
        {"home/home_presence/omg2", R"({"id":"C7:FA:00:11:22:33","mac_type":1,"distance":3})",
         "ignored: ble_random_address"},
    });
}

TEST(BleGateway, TheGatewayAndItsOtherRadios) {
    check_readings({
        {"home/omg2/SYStoMQTT",
         R"({"uptime":7200,"version":"1.7.0","freemem":105000,"rssi":-61,"modules":["BT","RTL"]})",
         "openmqttgateway,device=omg2 uptime=7200 version='1.7.0' freemem=105000 rssi=-61"},
        {"home/omg2/433toMQTT", R"({"value":1315156,"protocol":1,"length":24,"delay":317})",
         "openmqttgateway_event,device=omg2,radio=433 value=1315156 protocol=1 length=24 "
         "delay=317"},
        {"home/omg2/RTL_433toMQTT/Acurite-Tower/A/1234",
         R"({"model":"Acurite-Tower","id":1234,"channel":"A","temperature_C":22.5,"rssi":-80})",
         "rtl_433,device=Acurite-Tower/A/1234,gateway=omg2 temperature_C=22.5 rssi=-80"},
        {"home/omg2/LWT", "online", "home,device=omg2 online=true"},
        {"home/omg2/BTtoMQTT", R"({"interval":55555,"scanbcnct":10})", "ignored: omg_metadata"},
        {"home/omg2/RLStoMQTT", R"({"latest_version":"1.8.0"})", "ignored: omg_metadata"},
        {"home/omg2/commands/MQTTtoBT/config", R"({"interval":0})", "ignored: omg_command"},
    });
}

TEST(BleGateway, BadInputAndNotMine) {
    check_table({
        {"home/omg2/BTtoMQTT/A4C138AABB01", R"({"id":"A4:C1)", "broken: malformed_json"},
        {"home/omg2/BTtoMQTT/A4C138AABB01", R"({"id":5,"model_id":"X"})", "ignored: omg_metadata"},
        {"home/omg2/BTtoMQTT/A4C138AABB01", R"({"id":"A","model_id":"X","tempc":1e999})",
         "ignored: not_a_number"},
        {"home/omg2/BTtoMQTT/A", R"({"id":"A\nB","model_id":"\u0000","gateway":1,"device":2})",
         "ble,device=A_B,gateway=omg2,model_id=_ gateway_value=1 device_value=2"},
        {"home/omg2/BTtoMQTT/A", "21.5", "home,device=A,path=omg2/BTtoMQTT value=21.5"},
        {"home/x/toMQTT", R"({"v":1})", "home,device=toMQTT,path=x v=1"},
        {"BTtoMQTT/x", R"({"v":1})", "BTtoMQTT,device=x v=1"},
    });
}

TEST(Rtl433, EventsAndDevices) {
    check_table({
        {"rtl_433/attic/events",
         R"({"time":"2026-01-10 12:05:00","model":"Acurite-Tower","id":1234,"channel":"A",)"
         R"("battery_ok":1,"temperature_C":22.5,"humidity":45,"mic":"CHECKSUM"})",
         "rtl_433,device=Acurite-Tower/A/1234,gateway=attic device_time='2026-01-10 12:05:00' "
         "battery_ok=1 temperature_C=22.5 humidity=45"},
        {"rtl_433/attic/devices/Acurite-Tower/A/1234/temperature_C", "22.5",
         "rtl_433,device=Acurite-Tower/A/1234,gateway=attic temperature_C=22.5"},
        {"rtl_433/attic/devices/Acurite-Tower/A/1234/time", "2026-01-10 12:05:00",
         "rtl_433,device=Acurite-Tower/A/1234,gateway=attic device_time='2026-01-10 12:05:00'"},
        {"rtl_433/attic/events", R"({"model":"Generic-Remote","id":55,"cmd":27,"time":"now"})",
         "rtl_433,device=Generic-Remote/55,gateway=attic cmd=27 time_value='now'"},
        {"rtl_433/attic/states", R"({"enabled":217})", "ignored: rtl_433_statistics"},
        {"rtl_433/attic/events", R"({"note":1})", "rtl_433,device=events,path=attic note=1"},
        {"rtl_433/attic/events", R"({"model":)", "broken: malformed_json"},
        {"rtl_433/attic/devices/A/1/t", "nan", "ignored: not_a_number"},
        {"rtl_433/attic/other", "1", "rtl_433,device=other,path=attic value=1"},
    });
}

} // namespace
} // namespace caredian::ingest
