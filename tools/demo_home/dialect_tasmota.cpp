#include "base/clock.h"
#include "dialect.h"

#include <algorithm>
#include <cctype>

namespace caredian::tools {
namespace {

// Tasmota writes local time without an offset.
std::string local_time(std::int64_t second) {
    return format_rfc3339(from_ns((second + 9 * 3600) * 1'000'000'000)).substr(0, 19);
}

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

std::string topic_name(const DemoDevice& d) {
    return d.room + "_" + d.name;
}

class Tasmota final : public Dialect {
public:
    std::string_view name() const override { return "Tasmota"; }
    std::string topic(const DemoDevice& d) const override {
        return "tele/" + topic_name(d) + "/SENSOR";
    }
    void describe(const DemoDevice& d, std::int64_t second, Messages& out) const override {
        std::string text, mac = upper(device_address(d));
        JsonWriter json(text);
        json.begin_object();
        json.member("ip", "192.0.2.1").member("dn", device_label(d));
        json.key("fn").begin_array().value(device_label(d)).value(nullptr).end_array();
        json.member("hn", topic_name(d)).member("mac", mac).member("md", d.model);
        json.member("t", topic_name(d)).member("ft", "%prefix%/%topic%/").member("sw", "13.4.0");
        json.member("ofln", "Offline").member("onln", "Online");
        json.key("state").begin_array().value("OFF").value("ON").end_array();
        json.key("tp").begin_array().value("cmnd").value("stat").value("tele").end_array();
        json.key("rl").begin_array().value(d.fields.front() == "state" ? 1 : 0).end_array();
        json.end_object();
        out.push_back({second, "tasmota/discovery/" + mac + "/config", text, true});
    }
    void available(const DemoDevice& d, bool there, std::int64_t second,
                   Messages& out) const override {
        out.push_back(
            {second, "tele/" + topic_name(d) + "/LWT", there ? "Online" : "Offline", true});
    }
    void report(const DemoDevice& d, const Values& values, std::int64_t second,
                Messages& out) const override {
        std::string text;
        JsonWriter json(text);
        json.begin_object().member("Time", local_time(second));
        if (values.find("power")) energy(json, values);
        if (values.find("humidity")) climate(json, values);
        json.end_object();
        out.push_back({second, topic(d), text, false});
        if (const Value* state = values.find("state"))
            out.push_back({second, "stat/" + topic_name(d) + "/POWER", bare(*state), false});
    }

private:
    static void energy(JsonWriter& json, const Values& v) {
        json.key("ENERGY").begin_object();
        json.member("TotalStartTime", "2025-02-01T09:00:00").member("Total", v.number("energy"));
        json.member("Power", v.number("power")).member("Voltage", v.number("voltage"));
        json.member("Current", v.number("current")).member("Factor", 0.97);
        json.end_object();
    }
    static void climate(JsonWriter& json, const Values& v) {
        json.key("AM2301").begin_object();
        json.member("Temperature", v.number("temperature"));
        json.member("Humidity", v.number("humidity")).end_object();
        json.member("TempUnit", "C");
    }
};

} // namespace

const Dialect& tasmota() {
    static const Tasmota instance;
    return instance;
}

} // namespace caredian::tools
