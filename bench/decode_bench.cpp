// What one message costs in decoding, for each family with payloads of a real size, from 1,000
// devices: decoder and field types, without journal and consumers. Google Benchmark. "ns/field" is
// the same by the fields that came out.
#include "ingest/decode/decoder.h"
#include "ingest/field_types.h"

#include <benchmark/benchmark.h>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::ingest {
namespace {

constexpr int devices = 1000;

struct Family {
    const char* name;
    std::string_view topic; // %d: the device
    std::string_view payload;
};

// Sizes as real firmware sends them: a Zigbee plug with all its settings, a lamp in full state, a
// climate sensor; Tasmota's SENSOR and STATE of a metering plug; and so on.
constexpr Family families[] = {
    {"zigbee_plug", "zigbee2mqtt/floor1/plug_%d",
     R"({"auto_off":null,"child_lock":"UNLOCK","countdown":0,"current":0.24,"energy":83.41,)"
     R"("indicator_mode":"off/on","last_seen":"2026-01-10T12:05:00+09:00","linkquality":126,)"
     R"("power":48.3,"power_outage_memory":"restore","power_on_behavior":"previous",)"
     R"("state":"ON","update":{"installed_version":192,"latest_version":192,"state":"idle"},)"
     R"("update_available":false,"voltage":221})"},
    {"zigbee_climate", "zigbee2mqtt/room_%d/climate",
     R"({"battery":87,"humidity":48.2,"last_seen":"2026-01-10T12:05:00+09:00","linkquality":126,)"
     R"("power_outage_count":12,"pressure":1013.2,"temperature":21.37,"voltage":2985})"},
    {"zigbee_lamp", "zigbee2mqtt/lamp_%d",
     R"({"brightness":180,"color":{"h":31,"hue":31,"s":85,"saturation":85,"x":0.4992,"y":0.4153},)"
     R"("color_mode":"color_temp","color_options":{"execute_if_off":false},"color_temp":370,)"
     R"("effect":null,"level_config":{"on_level":"previous"},"linkquality":98,)"
     R"("power_on_behavior":"previous","state":"ON","update":{"installed_version":587765297,)"
     R"("latest_version":587765297,"state":"idle"}})"},
    {"tasmota_energy", "tele/plug_%d/SENSOR",
     R"({"Time":"2026-01-10T12:05:00","ENERGY":{"TotalStartTime":"2025-02-01T09:00:00",)"
     R"("Total":83.412,"Yesterday":0.512,"Today":0.203,"Period":4,"Power":48,)"
     R"("ApparentPower":55,"ReactivePower":27,"Factor":0.87,"Voltage":221,"Current":0.249}})"},
    {"tasmota_climate", "tele/room_%d/SENSOR",
     R"({"Time":"2026-01-10T12:05:00","AM2301":{"Temperature":22.4,"Humidity":51.0,)"
     R"("DewPoint":11.7},"TempUnit":"C"})"},
    {"tasmota_state", "tele/plug_%d/STATE",
     R"({"Time":"2026-01-10T12:05:00","Uptime":"3T02:11:09","UptimeSec":267069,"Heap":26,)"
     R"("SleepMode":"Dynamic","Sleep":50,"LoadAvg":19,"MqttCount":1,"POWER":"ON","Wifi":{"AP":1,)"
     R"("SSId":"home","BSSId":"02:00:00:00:00:01","Channel":3,"Mode":"11n","RSSI":72,)"
     R"("Signal":-64,"LinkCount":2,"Downtime":"0T00:00:05"}})"},
    {"esphome_sensor", "node_%d/sensor/bath_humidity/state", "61.4"},
    {"esphome_light", "node_%d/light/mirror/state",
     R"({"state":"ON","color_mode":"rgb","brightness":180,"color":{"r":255,"g":120,"b":0}})"},
    {"shelly1_power", "shellies/shelly1pm-%d/relay/0/power", "48.31"},
    {"shelly2_status", "shellyplus1pm-a80300%d/status/switch:0",
     R"({"id":0,"source":"init","output":true,"apower":48.3,"voltage":221.4,"freq":60.0,)"
     R"("current":0.23,"aenergy":{"total":1203.4,"by_minute":[0.000,801.2,790.0],)"
     R"("minute_ts":1767999240},"temperature":{"tC":41.2,"tF":106.2}})"},
    {"shelly2_notify", "shellyplus1pm-a80300%d/events/rpc",
     R"({"src":"shellyplus1pm-a8032ab1c2d3","dst":"shellyplus1pm-a8032ab1c2d3/events",)"
     R"("method":"NotifyStatus","params":{"ts":1767999300.12,"switch:0":{"id":0,"aenergy":)"
     R"({"by_minute":[801.2,790.0,802.1],"minute_ts":1767999240,"total":1203.4}}}})"},
    {"ble", "home/gateway/BTtoMQTT/A4C1380%d",
     R"({"id":"A4:C1:38:AA:BB:01","name":"ATC_AABB01","rssi":-71,"brand":"Xiaomi",)"
     R"("model":"TH Sensor","model_id":"LYWSD03MMC_ATC","type":"THB","tempc":21.3,"tempf":70.34,)"
     R"("hum":47.2,"batt":88,"volt":2.91,"mac":"A4:C1:38:AA:BB:01"})"},
    {"rtl_433", "rtl_433/attic%d/events",
     R"({"time":"2026-01-10 12:05:00","model":"Acurite-Tower","id":1234,"channel":"A",)"
     R"("battery_ok":1,"temperature_C":22.5,"humidity":45,"mic":"CHECKSUM","mod":"ASK",)"
     R"("freq":433.92,"rssi":-0.1,"snr":21.3,"noise":-21.4})"},
    {"statestream", "homeassistant/sensor/room_%d_temperature/state", "21.4"},
    {"plain_json", "bench/device-%d",
     R"({"temperature":21.42,"humidity":48.42,"battery":87,"linkquality":142})"},
    {"plain_number", "garden/bed_%d/soil", "21.5"},
    {"command", "zigbee2mqtt/lamp_%d/set", R"({"state":"ON","brightness":180})"},
};

std::vector<std::string> topics_of(const Family& family) {
    std::vector<std::string> topics;
    auto at = family.topic.find("%d");
    for (int i = 0; i < devices; ++i)
        topics.push_back(std::string(family.topic.substr(0, at)) + std::to_string(1000 + i) +
                         std::string(family.topic.substr(at + 2)));
    return topics;
}

void decode(benchmark::State& state, const Family& family) {
    auto topics = topics_of(family);
    Decoders decoders({});
    FieldTypes types(10'000);
    ReadingBatch batch;
    std::size_t n = 0, fields = 0;
    for (auto _ : state) {
        readings::Message message;
        message.topic = topics[n++ % devices];
        message.payload = family.payload;
        std::size_t before = batch.size();
        benchmark::DoNotOptimize(decoders.decode(message, batch));
        for (std::size_t i = before; i < batch.size(); ++i) {
            types.apply(batch[i]);
            fields += batch[i].fields.size();
        }
        if (batch.size() >= 512) batch.clear();
    }
    auto messages = static_cast<double>(n);
    state.counters["bytes"] = static_cast<double>(family.payload.size());
    state.counters["fields"] = static_cast<double>(fields) / messages;
    if (fields > 0)
        state.counters["ns/field"] =
            benchmark::Counter(static_cast<double>(fields) / 1e9,
                               benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

} // namespace
} // namespace caredian::ingest

int main(int argc, char** argv) {
    using namespace caredian::ingest;
    for (const auto& family : families) benchmark::RegisterBenchmark(family.name, decode, family);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
