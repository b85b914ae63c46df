#include "ingest/decode/decode_test_support.h"

namespace caredian::ingest {
namespace {

TEST(ShellyGen1, Values) {
    check_table({
        {"shellies/shelly1pm-B1C2D3/relay/0", "on",
         "shelly,component=relay:0,device=shelly1pm-B1C2D3 output=true"},
        {"shellies/shelly1pm-B1C2D3/relay/0", "overpower",
         "shelly,component=relay:0,device=shelly1pm-B1C2D3 output=false overpower=true"},
        {"shellies/shelly1pm-B1C2D3/relay/0/power", "48.31",
         "shelly,component=relay:0,device=shelly1pm-B1C2D3 power=48.31"},
        {"shellies/shelly1pm-B1C2D3/relay/0/energy", "72204",
         "shelly,component=relay:0,device=shelly1pm-B1C2D3 energy=1.2034"},
        {"shellies/shelly1pm-B1C2D3/temperature", "41.22",
         "shelly,device=shelly1pm-B1C2D3 temperature=41.22"},
        {"shellies/shelly1pm-B1C2D3/overtemperature", "0",
         "shelly,device=shelly1pm-B1C2D3 overtemperature=false"},
        {"shellies/shelly1pm-B1C2D3/temperature_status", "Normal",
         "shelly,device=shelly1pm-B1C2D3 temperature_status='Normal'"},
        {"shellies/shelly1pm-B1C2D3/online", "true", "shelly,device=shelly1pm-B1C2D3 online=true"},
        {"shellies/shelly1pm-B1C2D3/online", "false",
         "shelly,device=shelly1pm-B1C2D3 online=false"},
        {"shellies/shellyix3-B1C2D3/input/1", "1",
         "shelly,component=input:1,device=shellyix3-B1C2D3 input=true"},
        {"shellies/shellyix3-B1C2D3/longpush/1", "0",
         "shelly,component=longpush:1,device=shellyix3-B1C2D3 longpush=false"},
        {"shellies/shellyix3-B1C2D3/input_event/1", R"({"event":"S","event_cnt":3})",
         "shelly_event,component=input:1,device=shellyix3-B1C2D3 event='S' event_cnt=3"},
        {"shellies/shellyswitch25-B1C2D3/roller/0", "stop",
         "shelly,component=roller:0,device=shellyswitch25-B1C2D3 state='stop'"},
        {"shellies/shellyswitch25-B1C2D3/roller/0/pos", "60",
         "shelly,component=roller:0,device=shellyswitch25-B1C2D3 pos=60"},
        {"shellies/shellyem3-B1C2D3/emeter/2/total", "81234.5",
         "shelly,component=emeter:2,device=shellyem3-B1C2D3 total=81234.5"},
        {"shellies/shellyem3-B1C2D3/emeter/2/pf", "0.87",
         "shelly,component=emeter:2,device=shellyem3-B1C2D3 pf=0.87"},
        {"shellies/shellyht-B1C2D3/sensor/humidity", "61.5",
         "shelly,device=shellyht-B1C2D3 humidity=61.5"},
        {"shellies/shellyht-B1C2D3/sensor/battery", "87",
         "shelly,device=shellyht-B1C2D3 battery=87"},
        {"shellies/shellydw2-B1C2D3/sensor/state", "open",
         "shelly,device=shellydw2-B1C2D3 state='open'"},
        {"shellies/shellyflood-B1C2D3/sensor/flood", "true",
         "shelly,device=shellyflood-B1C2D3 flood=true"},
        {"shellies/shelly1-B1C2D3/ext_temperature/0", "19.4",
         "shelly,component=ext_temperature:0,device=shelly1-B1C2D3 temperature=19.4"},
        {"shellies/shelly1-B1C2D3/ext_temperatures", R"({"0":{"hwID":"28ff","tC":19.4}})",
         "shelly,device=shelly1-B1C2D3 ext_temperatures_0_hwID='28ff' ext_temperatures_0_tC=19.4"},
        {"shellies/shellydimmer-B1C2D3/light/0/status",
         R"({"ison":true,"source":"mqtt","mode":"white","brightness":55})",
         "shelly,component=light:0,device=shellydimmer-B1C2D3 output=true source='mqtt' "
         "mode='white' brightness=55"},
        {"shellies/shellymotionsensor-B1C2D3/status",
         R"({"motion":false,"vibration":false,"lux":14,"bat":77})",
         "shelly,device=shellymotionsensor-B1C2D3 motion=false vibration=false lux=14 battery=77"},
        {"shellies/shelly1pm-B1C2D3/info",
         R"({"wifi_sta":{"connected":true,"ssid":"home","rssi":-58},"mac":"84CCA8B1C2D3",)"
         R"("relays":[{"ison":true}],"has_update":false,"ram_free":38644,"uptime":12345})",
         "shelly,device=shelly1pm-B1C2D3 rssi=-58 has_update=false ram_free=38644 uptime=12345"},
    });
}

TEST(ShellyGen1, AnnouncesItself) {
    const std::string first = R"({"id":"shelly1pm-B1C2D3","model":"SHSW-PM","mac":"84CCA8B1C2D3",)"
                              R"("ip":"192.0.2.1","new_fw":false,"fw_ver":"20230913/v1.14.0"})";
    const std::string said = "describes shelly at shellies/shelly1pm-B1C2D3/announce: "
                             "id=shelly1pm-B1C2D3 id=mac:84cca8b1c2d3 by='Shelly' "
                             "model='shelly1pm/SHSW-PM' online@shellies/shelly1pm-B1C2D3/online "
                             "topic@shellies/shelly1pm-B1C2D3/#";
    check_table({
        {"shellies/announce", first, said},
        {"shellies/shelly1pm-B1C2D3/announce", first, said},
        {"shellies/announce",
         R"({"name":"부엌","id":"shellyplus1pm-a8032ab1c2d3","mac":"A8032AB1C2D3","gen":2,)"
         R"("model":"SNSW-001P16EU","fw_id":"x","ver":"1.0.8","app":"Plus1PM"})",
         "describes shelly at shellyplus1pm-a8032ab1c2d3/announce: id=shellyplus1pm-a8032ab1c2d3 "
         "id=mac:a8032ab1c2d3 name='부엌' by='Shelly' model='Plus1PM/SNSW-001P16EU' "
         "online@shellyplus1pm-a8032ab1c2d3/online topic@shellyplus1pm-a8032ab1c2d3/#"},
        {"shellies/x/announce", R"({"id":"my-relay","mac":"84CCA8B1C2D3"})",
         "describes shelly at shellies/x/announce: id=mac:84cca8b1c2d3 by='Shelly' "
         "online@shellies/x/online topic@shellies/x/#"},
    });
}

TEST(ShellyGen1, LeftOutAndBad) {
    check_table({
        {"shellies/shelly1-B1C2D3/relay/0/command", "on", "ignored: shelly_command"},
        {"shellies/shellyswitch25-B1C2D3/roller/0/command/pos", "40", "ignored: shelly_command"},
        {"shellies/shellydimmer-B1C2D3/light/0/set", R"({"turn":"on"})", "ignored: shelly_command"},
        {"shellies/command", "announce", "ignored: shelly_command"},
        {"shellies/announce", R"({"id":"../x"})", "ignored: shelly_metadata"},
        {"shellies/announce", R"({"id":"#","mac":"84CCA8B1C2D3"})", "ignored: shelly_metadata"},
        {"shellies/announce", "[1]", "ignored: shelly_metadata"},
        {"shellies/announce", "{", "broken: malformed_json"},
        {"shellies/shelly1-B1C2D3/info", R"({"mac":"84CCA8B1C2D3"})", "ignored: shelly_metadata"},
        {"shellies/shelly1-B1C2D3/relay/0/power", "nan", "ignored: not_a_number"},
        {"shellies/shelly1-B1C2D3/relay/0/power", "1e999", "ignored: not_a_number"},
        {"shellies/shelly1-B1C2D3/relay/0/power", "null", "ignored: no_value"},
        {"shellies/shelly1-B1C2D3/relay/0/energy", "much",
         "shelly,component=relay:0,device=shelly1-B1C2D3 energy='much'"},
        {"shellies/shelly1-B1C2D3/relay/0", "\xff", "broken: invalid_utf8"},
        {"shellies/shelly1-B1C2D3/relay/99999/power", "1", "shelly,device=shelly1-B1C2D3 power=1"},
        {"shellies/shelly1-B1C2D3/info", R"({"wifi_sta":)", "broken: malformed_json"},
        {"shellies/shelly1-B1C2D3/sensor/act_reasons", R"(["sensor"])",
         "shellies,device=act_reasons,path=shelly1-B1C2D3/sensor value_0='sensor'"},
        {"shellies//relay/0", "on", "shellies,device=0,path=/relay value_bool=true"},
    });
}

const char* const plus = "shellyplus1pm-a8032ab1c2d3";

TEST(ShellyGen2, Status) {
    std::string p = plus;
    auto topic = [&](std::string rest) { return (p + rest); };
    std::string status = topic("/status/switch:0"), events = topic("/events/rpc"),
                system = topic("/status/sys");
    check_readings({
        {status.c_str(),
         R"({"id":0,"source":"init","output":true,"apower":48.3,"voltage":221.4,"current":0.23,)"
         R"("aenergy":{"total":1203.4,"by_minute":[0,801.2,790],"minute_ts":1767999240},)"
         R"("temperature":{"tC":41.2,"tF":106.2}})",
         "shelly,component=switch:0,device=" + p +
             " source='init' output=true apower=48.3 voltage=221.4 current=0.23 "
             "aenergy_total=1203.4 aenergy_by_minute_0=0 aenergy_by_minute_1=801.2 "
             "aenergy_by_minute_2=790 aenergy_minute_ts=1767999240 temperature_tC=41.2 "
             "temperature_tF=106.2"},
        {events.c_str(),
         R"({"src":"shellyplus1pm-a8032ab1c2d3","dst":"shellyplus1pm-a8032ab1c2d3/events",)"
         R"("method":"NotifyStatus","params":{"ts":1767999300.12,"switch:0":{"id":0,)"
         R"("apower":48.3,"aenergy":{"total":1203.4}}}})",
         "shelly,component=switch:0,device=" + p +
             " apower=48.3 aenergy_total=1203.4 device_time='2026-01-09T22:55:00.120000000Z'"},
        {events.c_str(),
         R"({"src":"x","method":"NotifyFullStatus","params":{"ts":1767999300,)"
         R"("devicepower:0":{"id":0,"battery":{"V":5.9,"percent":87}},"ble":{},)"
         R"("temperature:0":{"id":0,"tC":21.3},"wifi":{"rssi":-61}}})",
         "shelly,component=devicepower:0,device=" + p +
             " battery_voltage=5.9 battery=87 device_time='2026-01-09T22:55:00.000000000Z' | "
             "shelly,component=temperature:0,device=" +
             p +
             " tC=21.3 device_time='2026-01-09T22:55:00.000000000Z' | "
             "shelly,component=wifi,device=" +
             p + " rssi=-61 device_time='2026-01-09T22:55:00.000000000Z'"},
        {events.c_str(),
         R"({"src":"x","method":"NotifyEvent","params":{"ts":1767999300,"events":[)"
         R"({"component":"input:0","id":0,"event":"single_push","ts":1767999300},)"
         R"({"component":"input:1","id":1,"event":"long_push","ts":1767999300}]}})",
         "shelly_event,component=input:0,device=" + p +
             " event='single_push' device_time='2026-01-09T22:55:00.000000000Z' | "
             "shelly_event,component=input:1,device=" +
             p + " event='long_push' device_time='2026-01-09T22:55:00.000000000Z'"},
        {topic("/status/input:0").c_str(), R"({"id":0,"state":false})",
         "shelly,component=input:0,device=" + p + " input=false"},
        {system.c_str(), R"({"mac":"A8032AB1C2D3","uptime":77,"ram_free":150000})",
         "shelly,component=sys,device=" + p + " mac='A8032AB1C2D3' uptime=77 ram_free=150000"},
    });
}

TEST(ShellyGen2, OwnPrefixesAndOnline) {
    check_table({
        {"shellyplus1pm-a8032ab1c2d3/online", "true",
         "shelly,device=shellyplus1pm-a8032ab1c2d3 online=true"},
        {"home/kitchen/plug/status/switch:0", R"({"id":0,"output":false})",
         "shelly,component=switch:0,device=home/kitchen/plug output=false"},
        {"shellies/shellyplus1-a8032ab1c2d3/status/cover:0", R"({"id":0,"state":"open"})",
         "shelly,component=cover:0,device=shellyplus1-a8032ab1c2d3 state='open'"},
        {"plug/online", "false", "plug,device=plug online=false"},
        {"blu/status/bthomesensor:200", R"({"id":200,"value":true})",
         "shelly,component=bthomesensor:200,device=blu value_bool=true"},
    });
}

TEST(ShellyGen2, SaysWhoItIs) {
    const std::string id = "id=shellyplus1pm-a8032ab1c2d3 id=mac:a8032ab1c2d3 by='Shelly' ";
    check_table({
        {"home/plug/events/rpc", // a prefix of its own: the source tells the device
         R"({"src":"shellyplus1pm-a8032ab1c2d3","method":"NotifyStatus",)"
         R"("params":{"switch:0":{"id":0,"apower":48.3}}})",
         "shelly,component=switch:0,device=home/plug apower=48.3 | describes shelly at "
         "home/plug/events/rpc: " +
             id + "model='shellyplus1pm/' online@home/plug/online topic@home/plug/#"},
        {"shellyplus1pm-a8032ab1c2d3/status/sys", R"({"mac":"A8032AB1C2D3","uptime":7})",
         "shelly,component=sys,device=shellyplus1pm-a8032ab1c2d3 mac='A8032AB1C2D3' uptime=7 | "
         "describes shelly at shellyplus1pm-a8032ab1c2d3/status/sys: " +
             id +
             "model='shellyplus1pm/' online@shellyplus1pm-a8032ab1c2d3/online "
             "topic@shellyplus1pm-a8032ab1c2d3/#"},
        {"home/plug/announce",
         R"({"name":"부엌","id":"shellyplus1pm-a8032ab1c2d3","mac":"A8032AB1C2D3","gen":2,)"
         R"("model":"SNSW-001P16EU","ver":"1.0.8","app":"Plus1PM"})",
         "describes shelly at home/plug/announce: id=shellyplus1pm-a8032ab1c2d3 "
         "id=mac:a8032ab1c2d3 name='부엌' by='Shelly' model='Plus1PM/SNSW-001P16EU' "
         "online@home/plug/online topic@home/plug/#"},
        {"home/announce", R"({"id":"x","v":1})", "home,device=x v=1"},
        {"home/announce", R"({"id":"x","app":"a","mac":"no"})", "home,device=x app='a' mac='no'"},
    });
}

TEST(ShellyGen2, LeftOutAndNotMine) {
    check_table({
        {"shellyplus1pm-a8032ab1c2d3/rpc", R"({"id":1,"src":"me","method":"Switch.Set"})",
         "ignored: shelly_command"},
        {"me/rpc", R"({"id":1,"src":"shellyplus1pm-a8032ab1c2d3","dst":"me","result":{}})",
         "ignored: shelly_command"},
        {"shellyplus1pm-a8032ab1c2d3/command/switch:0", "on", "ignored: shelly_command"},
        {"shellyplus1pm-a8032ab1c2d3/command", "status_update", "ignored: shelly_command"},
        {"shellyplus1pm-a8032ab1c2d3/debug/log", "shelly_notification:163 Status change",
         "ignored: shelly_metadata"},
        {"shellyplus1pm-a8032ab1c2d3/events/rpc",
         R"({"method":"NotifyStatus","params":{"ts":1767999300}})", "ignored: shelly_metadata"},
        {"home/rpc", R"({"v":1})", "home,device=rpc v=1"},
        {"home/status/switch:0", R"({"id":1,"output":true})",
         "home,device=switch:0,path=status id=1 output=true"},
        {"home/status/kitchen", R"({"id":1})", "home,device=kitchen,path=status id=1"},
        {"home/events/rpc", R"({"method":"other"})", "home,device=rpc,path=events method='other'"},
        {"home/command/lamp", "on", "home,device=lamp,path=command value_bool=true"},
        {"x/status/switch:0", R"({"id":)", "broken: malformed_json"},
        {"x/status/switch:0", "on", "x,device=switch:0,path=status value_bool=true"},
        {"x/events/rpc", R"({"method":"NotifyEvent","params":{"events":[5,"a"],"ts":-1}})",
         "shelly_event,device=x value=5 | shelly_event,device=x value='a'"},
    });
}

} // namespace
} // namespace caredian::ingest
