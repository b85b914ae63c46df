#include "ingest/decode/decode_test_support.h"

namespace caredian::ingest {
namespace {

TEST(Tasmota, Sensors) {
    check_table({
        {"tele/washroom/SENSOR",
         R"({"Time":"2026-01-10T12:05:00","AM2301":{"Temperature":22.4,"Humidity":51.0,)"
         R"("DewPoint":11.7},"TempUnit":"C"})",
         "tasmota,device=washroom,sensor=AM2301 temperature=22.4 humidity=51 dew_point=11.7 "
         "device_time='2026-01-10T12:05:00'"},
        {"tele/plug3/SENSOR",
         R"({"Time":"2026-01-10T12:05:00","ENERGY":{"TotalStartTime":"2025-02-01T09:00:00",)"
         R"("Total":83.412,"Yesterday":0.512,"Today":0.203,"Period":4,"Power":48,)"
         R"("ApparentPower":55,"ReactivePower":27,"Factor":0.87,"Voltage":221,"Current":0.249}})",
         "tasmota,device=plug3,sensor=ENERGY total_start_time='2025-02-01T09:00:00' total=83.412 "
         "yesterday=0.512 today=0.203 period=4 power=48 apparent_power=55 reactive_power=27 "
         "factor=0.87 voltage=221 current=0.249 device_time='2026-01-10T12:05:00'"},
        {"tele/meter/SENSOR",
         R"({"Time":"2026-01-10T12:05:00","ENERGY":{"Total":512.3,"Power":[12,0,40],)"
         R"("Voltage":[229,230,231]}})",
         "tasmota,device=meter,sensor=ENERGY total=512.3 power_0=12 power_1=0 power_2=40 "
         "voltage_0=229 voltage_1=230 voltage_2=231 device_time='2026-01-10T12:05:00'"},
        {"tele/boiler/SENSOR",
         R"({"Time":"1970-01-01T00:00:07","DS18B20-1":{"Id":"01131B123456","Temperature":61.2},)"
         R"("DS18B20-2":{"Id":"01131B654321","Temperature":34.9},"TempUnit":"C"})",
         "tasmota,device=boiler,id=01131B123456,sensor=DS18B20-1 temperature=61.2 "
         "device_time='1970-01-01T00:00:07' | "
         "tasmota,device=boiler,id=01131B654321,sensor=DS18B20-2 temperature=34.9 "
         "device_time='1970-01-01T00:00:07'"},
        {"tele/door/SENSOR", R"({"Time":"2026-01-10T12:05:00","Switch1":"ON","Switch2":"OFF"})",
         "tasmota,device=door switch1=true switch2=false device_time='2026-01-10T12:05:00'"},
        {"tele/us/SENSOR",
         R"({"Time":"2026-01-10T12:05:00","BME280":{"Temperature":70.1,"DewPoint":50.2,)"
         R"("Humidity":49.1,"Pressure":29.9},"PressureUnit":"inHg","TempUnit":"F"})",
         "tasmota,device=us,sensor=BME280 temperature_f=70.1 dew_point_f=50.2 humidity=49.1 "
         "pressure_inhg=29.9 device_time='2026-01-10T12:05:00'"},
        {"tele/pm/SENSOR",
         R"({"Time":"2026-01-10T12:05:00","PMS5003":{"PM1":4,"PM2.5":7,"PM10":9,"PB0.3":1100}})",
         "tasmota,device=pm,sensor=PMS5003 pm1=4 pm25=7 pm10=9 pb0_3=1100 "
         "device_time='2026-01-10T12:05:00'"},
        {"tele/clamp/SENSOR",
         R"({"Time":"2026-01-10T12:05:00","ANALOG":{"CTEnergy":{"Energy":0.006,"Power":2068}}})",
         "tasmota,device=clamp,sensor=ANALOG ct_energy_energy=0.006 ct_energy_power=2068 "
         "device_time='2026-01-10T12:05:00'"},
        {"tele/zbridge/SENSOR",
         R"({"ZbReceived":{"0x4F55":{"Device":"0x4F55","Name":"attic","Temperature":21.52,)"
         R"("Endpoint":1,"LinkQuality":92}}})",
         "tasmota_zigbee,device=attic,gateway=zbridge temperature=21.52 endpoint=1 "
         "link_quality=92"},
        {"tele/zbridge/SENSOR", R"({"ZbReceived":{"0x4F55":{"Device":"0x4F55","Humidity":40}}})",
         "tasmota_zigbee,device=0x4F55,gateway=zbridge humidity=40"},
        {"tele/empty/SENSOR", R"({"Time":"2026-01-10T12:05:00"})", "ignored: no_value"},
        {"tele/nan/SENSOR", R"({"Time":"2026-01-10T12:05:00","BMP280":{"Temperature":nan}})",
         "ignored: not_a_number"},
        {"tele/null/SENSOR", R"({"Time":"2026-01-10T12:05:00","BMP280":{"Temperature":null}})",
         "ignored: no_value"},
    });
}

TEST(Tasmota, States) {
    check_table({
        {"tele/plug3/STATE",
         R"({"Time":"2026-01-10T12:05:00","Uptime":"3T02:11:09","UptimeSec":267069,"Heap":26,)"
         R"("SleepMode":"Dynamic","POWER":"ON","Wifi":{"AP":1,"SSId":"home","RSSI":72,)"
         R"("Signal":-64,"LinkCount":2}})",
         "tasmota,device=plug3 uptime='3T02:11:09' uptime_sec=267069 heap=26 "
         "sleep_mode='Dynamic' power_state=true wifi_ap=1 wifi_ssid='home' wifi_quality=72 "
         "wifi_signal=-64 wifi_link_count=2 device_time='2026-01-10T12:05:00'"},
        {"tele/lamp/STATE",
         R"({"Time":"2026-01-10T12:05:00","POWER1":"OFF","POWER2":"ON","Dimmer":40,)"
         R"("Color":"663300","HSBColor":"30,100,40","Channel":[40,20,0]})",
         "tasmota,device=lamp power_state_1=false power_state_2=true dimmer=40 color='663300' "
         "hsb_color='30,100,40' channel_0=40 channel_1=20 channel_2=0 "
         "device_time='2026-01-10T12:05:00'"},
        {"tele/plug3/LWT", "Online", "tasmota,device=plug3 online=true"},
        {"tele/plug3/LWT", "Offline", "tasmota,device=plug3 online=false"},
        {"stat/plug3/POWER", "ON", "tasmota,device=plug3 power_state=true"},
        {"stat/plug3/POWER2", "OFF", "tasmota,device=plug3 power_state_2=false"},
        {"stat/plug3/RESULT", R"({"POWER":"OFF"})", "tasmota,device=plug3 power_state=false"},
        {"stat/plug3/RESULT", R"({"POWER":"AN"})", "tasmota,device=plug3 power_state_text='AN'"},
        {"stat/lamp/RESULT", R"({"POWER":"ON","Dimmer":55,"Channel":[1,2]})",
         "tasmota,device=lamp power_state=true dimmer=55 channel_0=1 channel_1=2"},
        {"stat/lamp/DIMMER", R"({"Dimmer":55})", "tasmota,device=lamp dimmer=55"},
        {"stat/blind/RESULT", R"({"Shutter1":{"Position":50,"Direction":0,"Target":50}})",
         "tasmota,device=blind,sensor=Shutter1 position=50 direction=0 target=50"},
        {"stat/plug3/STATUS11",
         R"({"StatusSTS":{"Time":"2026-01-10T12:05:00","UptimeSec":11,"POWER":"ON",)"
         R"("Wifi":{"RSSI":30}}})",
         "tasmota,device=plug3 uptime_sec=11 power_state=true wifi_quality=30 "
         "device_time='2026-01-10T12:05:00'"},
        {"stat/washroom/STATUS10",
         R"({"StatusSNS":{"Time":"2026-01-10T12:05:00","DHT11":{"Temperature":23.0},)"
         R"("TempUnit":"C"}})",
         "tasmota,device=washroom,sensor=DHT11 temperature=23 device_time='2026-01-10T12:05:00'"},
    });
}

TEST(Tasmota, Events) {
    check_table({
        {"stat/wall/RESULT", R"({"Button1":{"Action":"DOUBLE"}})",
         "tasmota_event,device=wall,sensor=Button1 action='DOUBLE'"},
        {"stat/wall/RESULT", R"({"Switch2":{"Action":"ON"}})",
         "tasmota_event,device=wall,sensor=Switch2 action='ON'"},
        {"tele/rf/RESULT",
         R"({"Time":"2026-01-10T12:05:00","RfReceived":{"Data":"0x7028D4","Bits":24,"Pulse":362}})",
         "tasmota_event,device=rf,sensor=RfReceived data='0x7028D4' bits=24 pulse=362 "
         "device_time='2026-01-10T12:05:00'"},
    });
}

TEST(Tasmota, LeftOutByName) {
    check_table({
        {"cmnd/plug3/POWER", "ON", "ignored: tasmota_command"},
        {"plug3/cmnd/Backlog", "Reset 1", "ignored: tasmota_command"},
        {"stat/plug3/RESULT", R"({"TelePeriod":300})", "ignored: tasmota_answer"},
        {"stat/plug3/RESULT", R"({"Command":"Unknown"})", "ignored: tasmota_answer"},
        {"stat/plug3/STATUS", R"({"Status":{"Module":1,"Topic":"plug3"}})",
         "ignored: tasmota_metadata"},
        {"tasmota/discovery/A4CF12ABCDEF/config", R"({"dn":"plug","t":"plug3"})",
         "ignored: tasmota_metadata"},
        {"tele/plug3/INFO1", R"({"Info1":{"Module":"Basic","Version":"14.3.0"}})",
         "ignored: tasmota_metadata"},
    });
}

TEST(Tasmota, FullTopicsOfOtherShapes) {
    const char* payload = R"({"Time":"2026-01-10T12:05:00","BH1750":{"Illuminance":14}})";
    const char* values = "illuminance=14 device_time='2026-01-10T12:05:00'";
    const std::pair<const char*, std::string> cases[] = {
        {"hall/tele/SENSOR", "device=hall"},
        {"home/floor1/hall/tele/SENSOR", "device=home/floor1/hall"},
        {"tele/floor1/hall/SENSOR", "device=floor1/hall"},
        {"tasmota/tele/hall/SENSOR", "device=hall"},
    };
    std::vector<DecodeCase> table;
    for (const auto& [topic, device] : cases)
        table.push_back({topic, payload, "tasmota," + device + ",sensor=BH1750 " + values});
    check_table(table);
}

TEST(Tasmota, AHomesOwnTopicsAreNotMisread) {
    check_table({
        {"tele/kitchen/temperature", "21.5", "tele,device=temperature,path=kitchen value=21.5"},
        {"tele/kitchen/SENSOR", R"({"temperature":21.5})",
         "tele,device=SENSOR,path=kitchen temperature=21.5"},
        {"tele/kitchen/SENSOR", "21.5", "tele,device=SENSOR,path=kitchen value=21.5"},
        {"tele/kitchen/STATE", R"({"open":true})", "tele,device=STATE,path=kitchen open=true"},
        {"tele/kitchen/LWT", "here", "tele,device=LWT,path=kitchen state='here'"},
        {"stat/kitchen/POWER", "48.5", "stat,device=POWER,path=kitchen value=48.5"},
        {"stat/kitchen/CO2", R"({"v":1})", "stat,device=CO2,path=kitchen v=1"},
        {"tele/SENSOR", R"({"Time":"2026-01-10T12:05:00","v":1})",
         "tele,device=SENSOR device_time='2026-01-10T12:05:00' v=1"},
        {"tele//SENSOR", R"({"Time":"2026-01-10T12:05:00","v":1})",
         "tele,device=SENSOR device_time='2026-01-10T12:05:00' v=1"},
    });
}

TEST(Tasmota, BadInput) {
    std::string deep, nest(40, '}');
    for (int i = 0; i < 40; ++i) deep += R"({"a":)";
    check_table({
        {"tele/p/SENSOR", R"({"Time":"2026-01-10T12:05:00","A":{"B":)", "broken: malformed_json"},
        {"tele/p/SENSOR", deep + "1" + nest, "broken: too_deep"},
        {"tele/p/SENSOR", "{\"Time\":\"\xff\"}", "broken: invalid_utf8"},
        {"tele/p/SENSOR", R"({"Time":5,"ENERGY":{"Power":"high","Total":1e400,"Voltage":{}}})",
         "tasmota,device=p time_value=5 | tasmota,device=p,sensor=ENERGY power='high'"},
        {"tele/p/SENSOR", R"({"Time":"soon","ENERGY":7})",
         "tasmota,device=p time_value='soon' energy=7"},
        {"tele/p/SENSOR", R"({"Time":"2026-01-10T12:05:00","a\nb":{"c\u0000d":1}})",
         "tasmota,device=p,sensor=a_b c_d=1 device_time='2026-01-10T12:05:00'"},
        {"tele/p/SENSOR", R"({"Time":"2026-01-10T12:05:00","X":{"PowerOn":1,"power_on":2}})",
         "tasmota,device=p,sensor=X power_on=2 device_time='2026-01-10T12:05:00'"},
        {"tele/p/SENSOR", R"({"Time":"2026-01-10T12:05:00","X":{"Sensor":1,"device":2}})",
         "tasmota,device=p,sensor=X sensor_value=1 device_value=2 "
         "device_time='2026-01-10T12:05:00'"},
        {"tele/p/LWT", "\xff", "broken: invalid_utf8"},
        {"tele/p/SENSOR", "", "ignored: empty"},
    });
}

} // namespace
} // namespace caredian::ingest
