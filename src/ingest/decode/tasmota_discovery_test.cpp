#include "ingest/decode/decode_test_support.h"

namespace caredian::ingest {
namespace {

const char* const config =
    R"({"ip":"192.0.2.50","dn":"Washing machine","fn":["Plug",null,null],"hn":"plug-ABCDEF-1234",)"
    R"("mac":"A4CF12ABCDEF","md":"Gosund SP111","ty":0,"if":0,"ofln":"Offline","onln":"Online",)"
    R"("state":["OFF","ON","TOGGLE","HOLD"],"sw":"14.3.0","t":"plug3","ft":"%prefix%/%topic%/",)"
    R"("tp":["cmnd","stat","tele"],"rl":[1,0,0],"lk":1,"lt_st":0,"ver":1})";

readings::Description described(Decoders& decoders, std::string_view what,
                                std::string_view payload) {
    std::string topic = "tasmota/discovery/A4CF12ABCDEF/" + std::string(what);
    readings::Message message;
    message.topic = topic;
    message.payload = payload;
    ReadingBatch batch;
    EXPECT_EQ(decoders.decode(message, batch).kind, Outcome::Kind::described);
    EXPECT_GE(batch.descriptions().size(), 1u);
    return batch.descriptions().at(0);
}

TEST(TasmotaDiscovery, Device) {
    Decoders decoders({});
    auto d = described(decoders, "config", config);
    EXPECT_EQ(d.origin, "tasmota");
    EXPECT_EQ(d.identifiers, std::vector<std::string>{"mac:a4cf12abcdef"});
    EXPECT_EQ(d.name, "Washing machine");
    EXPECT_EQ(d.model, "Gosund SP111");
    EXPECT_EQ(d.sw_version, "14.3.0");
    EXPECT_EQ(d.availability_topic, "tele/plug3/LWT");
    EXPECT_EQ(d.topics, (std::vector<std::string>{"tele/plug3/SENSOR", "tele/plug3/STATE",
                                                  "stat/plug3/RESULT"}));
    ASSERT_EQ(d.entities.size(), 2u);
    EXPECT_EQ(d.entities[0].component, "switch");
    EXPECT_EQ(d.entities[0].name, "Plug");
    EXPECT_EQ(d.entities[0].field, "power_state");
    EXPECT_EQ(d.entities[0].state_topic, "tele/plug3/STATE");
    EXPECT_EQ(d.entities[0].command_topic, "cmnd/plug3/POWER");
    EXPECT_EQ(d.entities[1].unit, "dBm");
}

TEST(TasmotaDiscovery, SensorsFollowTheTopicsOfTheDevice) {
    Decoders decoders({});
    const char* sensors =
        R"({"sn":{"Time":"2026-01-10T12:05:00","ENERGY":{"TotalStartTime":"2025-02-01T09:00:00",)"
        R"("Total":83.4,"Power":[48,0],"ApparentPower":55},"AM2301":{"Temperature":70},)"
        R"("TempUnit":"F"},"ver":1})";
    EXPECT_EQ(described(decoders, "sensors", sensors).entities.at(0).state_topic, "");
    described(decoders, "config", config);
    auto d = described(decoders, "sensors", sensors);
    ASSERT_EQ(d.entities.size(), 5u);
    EXPECT_EQ(d.entities[0].field, "ENERGY_total");
    EXPECT_EQ(d.entities[0].unit, "kWh");
    EXPECT_EQ(d.entities[0].state_class, "total_increasing");
    EXPECT_EQ(d.entities[0].state_topic, "tele/plug3/SENSOR");
    EXPECT_EQ(d.entities[1].field, "ENERGY_power_0");
    EXPECT_EQ(d.entities[1].device_class, "power");
    EXPECT_EQ(d.entities[3].field, "ENERGY_apparent_power");
    EXPECT_EQ(d.entities[3].unit, "VA");
    EXPECT_EQ(d.entities[4].name, "AM2301 Temperature");
    EXPECT_EQ(d.entities[4].field, "AM2301_temperature_f");
    EXPECT_EQ(d.entities[4].unit, "°F");
}

TEST(TasmotaDiscovery, SensorsThatComeFirstWaitForTheDevice) {
    Decoders decoders({});
    const char* sensors = R"({"sn":{"Time":"2026-01-10T12:05:00","BME280":{"Pressure":760.1},)"
                          R"("PressureUnit":"mmHg"},"ver":1})";
    const std::string id = " id=mac:a4cf12abcdef";
    const std::string entity = "sensor BME280_Pressure 'BME280 Pressure' mmHg ";
    const std::string topic = "tasmota/discovery/A4CF12ABCDEF/sensors";
    EXPECT_EQ(decode(decoders, topic, sensors), "describes tasmota at " + topic + ":" + id + " [" +
                                                    entity +
                                                    "class=pressure state_class=measurement]");
    std::string both = decode(decoders, "tasmota/discovery/A4CF12ABCDEF/config", config);
    EXPECT_NE(both.find(" | describes tasmota at " + topic + ":" + id + " [" + entity +
                        "BME280_pressure_mmhg@tele/plug3/SENSOR class=pressure "
                        "state_class=measurement]"),
              std::string::npos)
        << both;
    both = decode(decoders, "tasmota/discovery/A4CF12ABCDEF/config", config);
    EXPECT_EQ(both.find("/sensors"), std::string::npos) << both; // told once
}

TEST(TasmotaDiscovery, SeveralRelaysAndOtherTopics) {
    Decoders decoders({});
    auto d = described(decoders, "config",
                       R"({"dn":"x","fn":["Left","Right"],"t":"wall","hn":"h",)"
                       R"("ft":"home/%topic%/%prefix%","tp":["c","s","t"],"rl":[1,2,3]})");
    EXPECT_EQ(d.availability_topic, "home/wall/t/LWT");
    ASSERT_EQ(d.entities.size(), 3u);
    EXPECT_EQ(d.entities[0].field, "power_state_1");
    EXPECT_EQ(d.entities[0].command_topic, "home/wall/c/POWER1");
    EXPECT_EQ(d.entities[1].component, "light");
    EXPECT_EQ(d.entities[1].name, "Right");
}

TEST(TasmotaDiscovery, WithdrawnAndBad) {
    check_table({
        {"tasmota/discovery/A4CF12ABCDEF/config", "",
         "describes tasmota at tasmota/discovery/A4CF12ABCDEF/config: withdrawn"},
        {"tasmota/discovery/A4CF12ABCDEF/config", R"({"ft":)", "broken: malformed_json"},
        {"tasmota/discovery/A4CF12ABCDEF/config", R"({"v":1})", "ignored: tasmota_metadata"},
        {"tasmota/discovery/A4CF12ABCDEF/config", "5", "ignored: tasmota_metadata"},
        {"tasmota/discovery/x/other", "5", "ignored: tasmota_metadata"},
    });
    Decoders decoders({});
    auto d = described(decoders, "config", R"({"ft":"#/%prefix%","dn":5,"rl":"no","tp":[1]})");
    EXPECT_EQ(d.availability_topic, "");
    EXPECT_TRUE(d.topics.empty());
    d = described(decoders, "sensors", R"({"sn":{"A":{"B":"x","C":1e400}}})");
    EXPECT_TRUE(d.entities.empty());
}

} // namespace
} // namespace caredian::ingest
