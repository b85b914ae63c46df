#include "ingest/decode/decode_test_support.h"

namespace caredian::ingest {
namespace {

constexpr const char* sensor_topic = "homeassistant/sensor/gw/co2/config";
#define AT(topic) "describes homeassistant at " topic ":"

TEST(Discovery, OneEntity) {
    check_table({
        {sensor_topic,
         R"({"name":"CO2","uniq_id":"gw_co2","stat_t":"gw/state","val_tpl":"{{ value_json.co2 }}",
             "unit_of_meas":"ppm","dev_cla":"carbon_dioxide","stat_cla":"measurement",
             "avty_t":"gw/status","ent_cat":"diagnostic","dev":{"ids":["gw"],"name":"Gateway",
             "mf":"Maker","mdl":"G1","sw":"1.2","sa":"Hall","cns":[["mac","A4:C1:38:AA:BB:01"]],
             "via_device":"hub"}})",
         AT("homeassistant/sensor/gw/co2/config") " id=gw id=mac:a4c138aabb01 name='Gateway' "
                                                  "by='Maker' model='G1/' area='Hall' via=hub "
                                                  "online@gw/status [sensor gw_co2 'CO2' ppm "
                                                  "co2@gw/state class=carbon_dioxide "
                                                  "state_class=measurement category=diagnostic]"},
        // long names, the base topic at either end, a bare payload, no device
        {"homeassistant/switch/pump/config",
         R"({"~":"garden/pump","state_topic":"~/state","command_topic":"set/~","payload_on":"1",
             "payload_off":0,"availability":[{"topic":"~/lwt"}]})",
         AT("homeassistant/switch/pump/config") " online@garden/pump/lwt [switch pump "
                                                "value@garden/pump/state on=1 off=0 "
                                                "command=set/garden/pump]"},
        {"homeassistant/binary_sensor/door/config",
         R"({"stat_t":"z/door","pl_on":false,"pl_off":true,"val_tpl":"{{ value_json.contact }}"})",
         AT("homeassistant/binary_sensor/door/config") " [binary_sensor door contact@z/door "
                                                       "on=false off=true]"},
        {"homeassistant/sensor/x/config", R"({"stat_t":"a","val_tpl":"{{ value_json.w / 10 }}"})",
         AT("homeassistant/sensor/x/config") " [sensor x @a template={{ value_json.w / 10 }}]"},
        {"homeassistant/select/mode/config", R"({"cmd_t":"a/set","ops":["eco",1,null]})",
         AT("homeassistant/select/mode/config") " [select mode command=a/set option=eco option=1 "
                                                "option=]"},
        {"homeassistant/light/lamp/config",
         R"({"schema":"json","stat_t":"z/lamp","cmd_t":"z/set"})",
         AT("homeassistant/light/lamp/config") " [light lamp state@z/lamp command=z/set]"},
        {"homeassistant/light/lamp/config", R"({"stat_t":"lamp","bri_stat_t":"lamp/b"})",
         AT("homeassistant/light/lamp/config") " [light lamp value@lamp] [sensor lamp_brightness "
                                               "'brightness' value@lamp/b]"},
        {"homeassistant/climate/heat/config",
         R"({"mode_stat_t":"h","mode_stat_tpl":"{{ value_json.mode }}","curr_temp_t":"h",
             "curr_temp_tpl":"{{ value_json.local }}"})",
         AT("homeassistant/climate/heat/config") " [climate heat mode@h] [sensor "
                                                 "heat_current_temperature 'current temperature' "
                                                 "°C local@h "
                                                 "class=temperature]"},
        {"homeassistant/device_automation/b/config",
         R"({"atype":"trigger","t":"z/button","dev":{"ids":"b"}})",
         AT("homeassistant/device_automation/b/config") " id=b topic@z/button"},
        {sensor_topic, "", AT("homeassistant/sensor/gw/co2/config") " withdrawn"},
    });
}

TEST(Discovery, AWholeDevice) {
    check_table({
        {"homeassistant/device/gw/config",
         R"({"~":"gw","dev":{"ids":["gw"],"name":"Gateway"},"o":{"name":"me"},"stat_t":"~/state",
             "avty":{"t":"~/lwt"},"cmps":{"t":{"p":"sensor","uniq_id":"gw_t","unit_of_meas":"°C",
             "val_tpl":"{{ value_json.t }}"},
             "led":{"p":"switch","stat_t":"~/led","cmd_t":"~/led/set"},
             "gone":{"p":"sensor"},"odd":{"p":"spaceship","stat_t":"~/x"}}})",
         AT("homeassistant/device/gw/config") " id=gw name='Gateway' online@gw/lwt [sensor gw_t °C "
                                              "t@gw/state] "
                                              "[switch led value@gw/led command=gw/led/set]"},
        {"homeassistant/device/gw/config", R"({"dev":{"ids":["gw"]}})", "ignored: ha_discovery"},
        {"homeassistant/device/gw/config", R"({"cmps":[1]})", "ignored: ha_discovery"},
    });
}

TEST(Discovery, BadPayloads) {
    check_table({
        {sensor_topic, "{", "broken: malformed_json"},
        {sensor_topic, "[1]", "broken: malformed_json"},
        {sensor_topic, "online", "broken: malformed_json"},
        {sensor_topic, "{\"name\":\"\xff\"}", "broken: invalid_utf8"},
        {sensor_topic, R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}",
         "broken: too_deep"},
        {"homeassistant/spaceship/x/config", R"({"stat_t":"a"})", "ignored: ha_discovery"},
        {"homeassistant/sensor/config", R"({"stat_t":"a"})", "ignored: ha_discovery"},
        {"homeassistant/sensor/a/b/c/config", R"({"stat_t":"a"})", "ignored: ha_discovery"},
        {"homeassistant/sensor//x/config", R"({"stat_t":"a"})", "ignored: ha_discovery"},
        {"homeassistant/device_automation/b/config", R"({"dev":{"ids":"b"}})",
         "ignored: ha_discovery"},
        // members of another type than they should have count as not given
        {"homeassistant/sensor/x/config",
         R"({"name":["a"],"stat_t":7,"dev":[1],"val_tpl":{},"ops":"x","avty":[[]],"~":1})",
         AT("homeassistant/sensor/x/config") " [sensor x]"},
        {"homeassistant/sensor/x/config",
         R"({"stat_t":"a/#","cmd_t":"a/+/b","avty_t":"a\u0000b",
             "dev":{"ids":[[],{}],"cns":[["mac"],7]}})",
         AT("homeassistant/sensor/x/config") " [sensor x]"},
        // texts that show other than they say
        {"homeassistant/sensor/x/config",
         R"({"name":" <script>\u202ealert\u2066\n ","stat_t":"../../etc/passwd"})",
         AT("homeassistant/sensor/x/config") " [sensor x '<script>alert' value@../../etc/passwd]"},
    });
}

TEST(Discovery, IsBounded) {
    Decoders decoders({});
    auto out = decode(decoders, sensor_topic,
                      R"({"name":")" + std::string(10'000, 'n') + R"(","stat_t":")" +
                          std::string(5'000, 't') + R"(","dev":{"name":")" +
                          std::string(10'000, 'd') + R"("}})");
    EXPECT_LT(out.size(), 600u);
    std::string parts;
    for (int i = 0; i < 1000; ++i)
        parts += (i ? ",\"" : "\"") + std::to_string(i) + R"(":{"p":"sensor","stat_t":"a"})";
    readings::Message message;
    message.topic = "homeassistant/device/x/config";
    std::string payload = R"({"cmps":{)" + parts + "}}";
    message.payload = payload;
    ReadingBatch batch;
    EXPECT_EQ(decoders.decode(message, batch).kind, Outcome::Kind::described);
    EXPECT_EQ(batch.descriptions().at(0).entities.size(), 512u);
}

TEST(Discovery, AnotherPrefix) {
    DecodeOptions options;
    options.discovery_prefix = "ha/disco";
    check_table({{"ha/disco/sensor/x/config", R"({"stat_t":"a"})",
                  AT("ha/disco/sensor/x/config") " [sensor x value@a]"}},
                options);
}

} // namespace
} // namespace caredian::ingest
