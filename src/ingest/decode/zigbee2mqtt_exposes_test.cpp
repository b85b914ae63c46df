#include "ingest/decode/decode_test_support.h"

namespace caredian::ingest {
namespace {

constexpr const char* topic = "zigbee2mqtt/bridge/devices";
#define AT "describes zigbee2mqtt at zigbee2mqtt/bridge/devices:"

std::string list(std::string_view exposes) {
    return R"([{"ieee_address":"0x0","type":"Coordinator","friendly_name":"Coordinator"},
               {"ieee_address":"0x1","type":"EndDevice","friendly_name":"d","definition":
               {"model":"M1","vendor":"V","description":"Thing","exposes":[)" +
           std::string(exposes) + "]}}]";
}
std::string device(std::string_view entities) {
    return AT " id=zigbee2mqtt_0x1 name='d' by='V' model='Thing/M1' "
              "online@zigbee2mqtt/d/availability topic@zigbee2mqtt/d" +
           std::string(entities);
}

TEST(Zigbee2MqttExposes, EveryTypeOfExpose) {
    check_table({
        {topic, list(R"({"type":"numeric","name":"temperature","property":"temperature",
                         "label":"Temperature","unit":"°C","access":1})"),
         device(" [sensor temperature 'Temperature' °C temperature@zigbee2mqtt/d "
                "class=temperature state_class=measurement]")},
        {topic, list(R"({"type":"numeric","name":"energy","property":"energy","unit":"kWh",
                         "access":1},{"type":"numeric","name":"linkquality",
                         "property":"linkquality","unit":"lqi","access":1,"category":"diagnostic"},
                        {"type":"numeric","name":"interval","property":"interval","access":7,
                         "unit":"s","category":"config"})"),
         device(" [sensor energy 'energy' kWh energy@zigbee2mqtt/d class=energy "
                "state_class=total_increasing] [sensor linkquality 'linkquality' lqi "
                "linkquality@zigbee2mqtt/d state_class=measurement category=diagnostic] "
                "[number interval 'interval' s interval@zigbee2mqtt/d category=config "
                "command=zigbee2mqtt/d/set]")},
        {topic, list(R"({"type":"binary","name":"contact","property":"contact","access":1,
                         "value_on":false,"value_off":true})"),
         device(" [binary_sensor contact 'contact' contact@zigbee2mqtt/d class=door on=false "
                "off=true]")},
        {topic, list(R"({"type":"enum","name":"action","property":"action","access":1,
                         "values":["single","double"]},{"type":"enum","name":"mode",
                         "property":"mode","access":3,"values":["a"]},
                        {"type":"text","name":"note","property":"note","access":3})"),
         device(" [event action 'action' action@zigbee2mqtt/d option=single option=double] "
                "[select mode 'mode' mode@zigbee2mqtt/d command=zigbee2mqtt/d/set option=a] "
                "[text note 'note' note@zigbee2mqtt/d command=zigbee2mqtt/d/set]")},
        {topic, list(R"({"type":"light","features":[{"type":"binary","name":"state","access":7,
                         "property":"state_left","value_on":"ON","value_off":"OFF"},
                         {"type":"composite","name":"color_xy","property":"color","access":7,
                         "features":[{"type":"numeric","name":"x","property":"x","access":7}]}]})"),
         device(" [light state_left 'state' state_left@zigbee2mqtt/d command=zigbee2mqtt/d/set] "
                "[number color_x 'x' color_x@zigbee2mqtt/d command=zigbee2mqtt/d/set]")},
        {topic, list(R"({"type":"climate","features":[{"type":"numeric","name":"local_temperature",
                         "property":"local_temperature","unit":"°C","access":5},{"type":"enum",
                         "name":"system_mode","property":"system_mode","access":7,
                         "values":["off","heat"]}]},{"type":"lock","features":[{"type":"binary",
                         "name":"state","property":"state","access":7,"value_on":"LOCK",
                         "value_off":"UNLOCK"}]})"),
         device(" [sensor local_temperature 'local_temperature' °C "
                "local_temperature@zigbee2mqtt/d class=temperature state_class=measurement] "
                "[climate system_mode 'system_mode' system_mode@zigbee2mqtt/d "
                "command=zigbee2mqtt/d/set option=off option=heat] "
                "[lock state 'state' state@zigbee2mqtt/d on=LOCK off=UNLOCK "
                "command=zigbee2mqtt/d/set]")},
        {topic, list(R"({"type":"list","name":"faces","property":"faces","access":1,
                         "item_type":{"type":"numeric"}})"),
         device(" [sensor faces_0 'faces' faces_0@zigbee2mqtt/d]")},
    });
}

TEST(Zigbee2MqttExposes, NamesAndRooms) {
    check_table({
        {topic,
         R"([{"ieee_address":"0x2","friendly_name":"kitchen/climate","manufacturer":"M",
              "model_id":"T1","software_build_id":"3","definition":null}])",
         AT " id=zigbee2mqtt_0x2 name='kitchen/climate' by='M' model='/T1' area='kitchen' "
            "online@zigbee2mqtt/kitchen/climate/availability topic@zigbee2mqtt/kitchen/climate"},
        {topic, "[]", AT " withdrawn"},
        {topic, R"([{"ieee_address":"0x2"},{"friendly_name":"x"},7,{"ieee_address":"0x3",
                     "friendly_name":"#"},{"ieee_address":"0x4","friendly_name":""}])",
         AT " withdrawn"},
        {topic, "{}", "ignored: z2m_metadata"},
        {topic, "[{", "broken: malformed_json"},
        {topic, list(R"(7,{"type":"numeric"},{"type":"light"},{"type":"binary","property":[1]})"),
         device("")},
    });
}

TEST(Zigbee2MqttExposes, AListMayBeLargerThanAMessageOfADevice) {
    DecodeOptions options;
    options.max_payload = 1000;
    options.max_metadata = 10'000;
    Decoders decoders(options);
    std::string filled = list("") + std::string(2'000, ' ');
    EXPECT_EQ(decode(decoders, topic, filled), device(""));
    EXPECT_EQ(decode(decoders, "zigbee2mqtt/d", R"({"a":1})" + std::string(2'000, ' ')),
              "broken: too_large");
    EXPECT_EQ(decode(decoders, topic, list("") + std::string(10'000, ' ')), "broken: too_large");
}

} // namespace
} // namespace caredian::ingest
