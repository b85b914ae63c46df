// OpenMQTTGateway and Theengs Gateway: https://docs.openmqttgateway.com, https://gateway.theengs.io
//
//   <base>/<gateway>/BTtoMQTT/<address>   JSON   ble, device=<address>, gateway, model_id
//   <base>/home_presence/<gateway>        JSON   the same
//   <base>/<gateway>/RTL_433toMQTT/…      JSON   see rtl_433.cpp
//   <base>/<gateway>/433toMQTT, IRtoMQTT, …      openmqttgateway_event, device=<gateway>
//   <base>/<gateway>/SYStoMQTT            JSON   openmqttgateway, device=<gateway>
//   <base>/<gateway>/commands/…                  left out
//
// One advertisement comes from every gateway that heard it; the tag keeps them apart. Phones and
// watches change their address every few minutes, and each would be a new device for ever: they are
// left out, and so is what a gateway could not decode, unless its address is public and it has a
// name. What the radio sent as bytes (servicedata, manufacturerdata) is no field. Name, brand and
// model describe the sensor, version and board the gateway.
#include "ingest/decode/decoder.h"
#include "ingest/decode/describe.h"
#include "ingest/decode/names.h"
#include "ingest/decode/rtl_433.h"

namespace caredian::ingest {

namespace {

enum class What : std::uint8_t { none, advertisement, rtl_433, received, system, command, set_up };

struct Place {
    What what = What::none;
    std::string_view gateway, kind;
};

Place find_place(const TopicLevels& topic) {
    constexpr std::string_view to_mqtt = "toMQTT";
    std::size_t n = topic.size();
    if (n >= 3 && topic[n - 2] == "home_presence") return {What::advertisement, topic.last(), {}};
    for (std::size_t i = 2; i < n; ++i) { // <base>/<gateway>/<what>
        std::string_view level = topic[i], gateway = topic[i - 1];
        if (gateway.empty()) continue;
        if (level == "commands" && i + 1 < n && topic[i + 1].starts_with("MQTTto"))
            return {What::command, gateway, {}};
        if (!level.ends_with(to_mqtt) || level.size() == to_mqtt.size()) continue;
        if (level == "BTtoMQTT") return {What::advertisement, gateway, level};
        if (level == "SYStoMQTT") return {What::system, gateway, level};
        if (level == "RTL_433toMQTT") return {What::rtl_433, gateway, level};
        if (is_one_of(level, {"RLStoMQTT", "LOGtoMQTT", "WebUItoMQTT"}))
            return {What::set_up, gateway, level};
        return {What::received, gateway, level};
    }
    return {};
}

class BleGateway final : public Decoder {
public:
    std::string_view name() const override { return "ble_gateway"; }
    bool claims(const TopicLevels& topic) const override {
        return find_place(topic).what != What::none;
    }

    Outcome decode(const Input& in, JsonFields& json, Output& out) override {
        Place place = find_place(in.levels);
        if (place.what == What::command) return Outcome::ignore(Ignored::omg_command);
        if (place.what == What::set_up) return Outcome::ignore(Ignored::omg_metadata);
        if (in.content.kind != Content::Kind::object) return Outcome::pass();
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        switch (place.what) {
        case What::advertisement:
            return advertisement(place, in.message.topic, json, out);
        case What::rtl_433:
            return rtl_433_.decode(json, place.gateway, out);
        default:
            if (place.what == What::system) describe_gateway(place, in.levels, json, out);
            return flat(place, json, out);
        }
    }

private:
    // Why an advertisement is no device of this home; nothing when it is one.
    static std::optional<Ignored> stranger(const JsonFields& json) {
        std::string_view model = text_of(json, "model_id");
        const FlatField* mac_type = json.top("mac_type");
        bool number = mac_type && mac_type->kind == FlatField::Kind::number;
        bool random = number && mac_type->number == 1, is_public = number && mac_type->number == 0;
        // Decoded, but with an address that changes: by Theengs' own type, or known by its model.
        if (text_of(json, "type") == "RMAC" ||
            is_one_of(model, {"APPLEWATCH", "APPLEDEVICE", "APPLE", "MS-CDP", "GAEN"}))
            return Ignored::ble_random_address;
        if (random && is_one_of(model, {"", "IBEACON"})) return Ignored::ble_random_address;
        if (!model.empty() || (is_public && !text_of(json, "name").empty())) return std::nullopt;
        return Ignored::ble_unknown;
    }

    Outcome advertisement(const Place& place, std::string_view topic, const JsonFields& json,
                          Output& out) {
        std::string_view id = text_of(json, "id");
        if (id.empty()) // the state of the gateway's own scanning
            return place.kind.empty() ? Outcome::pass() : Outcome::ignore(Ignored::omg_metadata);
        if (auto why = stranger(json)) return Outcome::ignore(*why);
        out.start("ble", id);
        out.tag("gateway", place.gateway);
        out.tag("model_id", text_of(json, "model_id"));
        for (const auto& f : json.fields()) {
            bool about_it =
                f.top &&
                is_one_of(f.name, {"id", "model_id", "mac_type", "name", "brand", "model", "type",
                                   "servicedata", "servicedatauuid", "manufacturerdata", "adv_type",
                                   "cidc", "acts", "cont", "track", "prmac"});
            if (!about_it) out.field(f);
        }
        describe_sensor(id, topic, json, out);
        return done_or_nothing(out, json);
    }

    // The name comes with some advertisements only, brand and model with each that was decoded: two
    // descriptions, so that neither takes the other back.
    static void describe_sensor(std::string_view id, std::string_view topic, const JsonFields& json,
                                Output& out) {
        std::string mac = mac_connection(id);
        auto say = [&]() -> readings::Description& {
            auto& sensor = out.describe();
            sensor.origin = "openmqttgateway";
            sensor.identifiers = {mac};
            return sensor;
        };
        if (mac.empty()) return;
        if (!text_of(json, "model_id").empty()) {
            auto& sensor = say();
            sensor.topics = {std::string(topic)};
            sensor.manufacturer = text_label(json, "brand");
            sensor.model = text_label(json, "model");
            sensor.model_id = text_label(json, "model_id");
        }
        auto name = text_label(json, "name");
        if (name.empty()) return;
        auto& sensor = say();
        sensor.topic = std::string(topic) + "#name";
        sensor.topics = {std::string(topic)};
        sensor.name = std::move(name);
    }

    // {"version":"v1.7.0","env":"esp32dev-ble","mac":"A0:B1:C2:D3:E4:F5",…}
    static void describe_gateway(const Place& place, const TopicLevels& levels,
                                 const JsonFields& json, Output& out) {
        std::string mac = mac_connection(text_of(json, "mac")), version;
        version = text_label(json, "version");
        if (mac.empty() && version.empty()) return;
        auto& gateway = out.describe();
        gateway.origin = "openmqttgateway";
        gateway.identifiers = {mac.empty() ? "omg_" + label(place.gateway) : mac};
        gateway.name = label(place.gateway);
        gateway.manufacturer = "OpenMQTTGateway";
        gateway.model = text_label(json, "env");
        gateway.sw_version = std::move(version);
        gateway.topics = {std::string(levels.topic())};
        gateway.availability_topic = std::string(levels.without_last(1)) + "/LWT";
    }

    static Outcome flat(const Place& place, const JsonFields& json, Output& out) {
        bool system = place.what == What::system;
        out.start(system ? "openmqttgateway" : "openmqttgateway_event", place.gateway);
        if (!system) // "433toMQTT" heard it
            out.tag("radio", place.kind.substr(0, place.kind.size() - 6));
        for (const auto& f : json.fields())
            if (f.outer() != "modules") out.field(f);
        return done_or_nothing(out, json);
    }

    Rtl433 rtl_433_;
};

} // namespace

std::unique_ptr<Decoder> make_ble_gateway(const DecodeOptions&) {
    return std::make_unique<BleGateway>();
}

} // namespace caredian::ingest
