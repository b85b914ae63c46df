#include "demo_home_model.h"

#include <utility>

namespace caredian::tools {
namespace {

constexpr std::uint64_t trouble_dice = 7000;
constexpr int trouble_period = 20;

std::string deep_json() {
    std::string out;
    for (int i = 0; i < 100; ++i) out += R"({"a":)";
    return out + "1" + std::string(100, '}');
}

// What goes wrong in the field, in turn.
std::string trouble_payload(std::int64_t turn, double temperature) {
    std::string value;
    append_number(value, temperature);
    switch (turn % 16) {
    case 3:
        return R"({"temperature":")" + value + R"( C","status":"ok"})"; // numbers become texts
    case 5:
        return R"({"temperature":)" + value + R"(,"status":tru)"; // cut
    case 7:
        return R"({"temperature":nan,"status":1})";
    case 8:
        return R"({"temperature":1e400,"status":1})";
    case 9:
        return deep_json();
    case 10:
        return "";
    case 11:
        return "\xff\xfe\x01 not text";
    case 12:
        return R"({"temperature":null,"status":true,"uptime":"2026-01-10T12:00:03+09:00"})";
    case 13:
        return R"([1,2,3])";
    default:
        return R"({"temperature":)" + value + R"(,"status":1,"uptime":)" + std::to_string(turn) +
               "}";
    }
}

} // namespace

DemoHome::DemoHome(std::uint64_t seed) : dice_(seed) {
    add_climate();
    add_motion_and_doors();
    add_power_and_light();
    add_appliances();
}

void DemoHome::add(DemoDevice device) {
    devices_.push_back(std::move(device));
}

std::uint64_t DemoHome::number(const DemoDevice& d) const {
    return static_cast<std::uint64_t>(&d - devices_.data());
}

// The bathroom's motion sensor sits behind a wall: at night it is out of reach for a while.
bool DemoHome::available(const DemoDevice& d, const Moment& m) const {
    if (d.room != "bathroom" || d.name != "motion") return true;
    return !dice_.daily(800, m, 2.5, 3.6, 0.4);
}

std::string DemoHome::payload(const DemoDevice& d, const Moment& m) const {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    d.write(json, m);
    json.end_object();
    return out;
}

std::vector<DemoMessage> DemoHome::announcements(std::int64_t second) const {
    std::vector<DemoMessage> out;
    auto m = moment_at(second);
    out.push_back({second, "zigbee2mqtt/bridge/state", availability_payload(true), true});
    out.push_back({second, "zigbee2mqtt/bridge/devices", bridge_devices(devices_), true});
    for (const auto& d : devices_)
        if (d.zigbee)
            out.push_back(
                {second, d.topic() + "/availability", availability_payload(available(d, m)), true});
    return out;
}

std::vector<DemoMessage> DemoHome::snapshot(std::int64_t second) const {
    std::vector<DemoMessage> out;
    auto m = moment_at(second);
    for (const auto& d : devices_) out.push_back({second, d.topic(), payload(d, m), false});
    return out;
}

std::vector<DemoMessage> DemoHome::between(std::int64_t from, std::int64_t to) const {
    std::vector<DemoMessage> out;
    for (auto second = from + 1; second <= to; ++second) {
        auto m = moment_at(second), before = moment_at(second - 1);
        for (const auto& d : devices_) {
            bool there = available(d, m);
            if (there != available(d, before))
                out.push_back(
                    {second, d.topic() + "/availability", availability_payload(there), true});
            if (!there) continue;
            // Not all at the same second: each has a phase of its own.
            auto phase = static_cast<std::int64_t>(number(d) * 7) % d.period;
            bool due = second % d.period == phase;
            bool changed = d.active && d.active(m) != d.active(before);
            if (due || changed) out.push_back({second, d.topic(), payload(d, m), false});
        }
        trouble(second, out);
    }
    return out;
}

void DemoHome::trouble(std::int64_t second, std::vector<DemoMessage>& out) const {
    if (second % trouble_period != 0) return;
    auto turn = second / trouble_period;
    double temperature = static_cast<double>(200 + turn % 17) / 10;
    // Now and then it chatters: forty messages at once.
    int times = turn % 16 == 14 && dice_.unit(trouble_dice, turn) < 0.5 ? 40 : 1;
    for (int i = 0; i < times; ++i)
        out.push_back(
            {second, std::string(troublemaker()), trouble_payload(turn, temperature + i), false});
}

std::string availability_payload(bool online) {
    return online ? R"({"state":"online"})" : R"({"state":"offline"})";
}

std::string bridge_devices(const std::vector<DemoDevice>& devices) {
    std::string out;
    JsonWriter json(out);
    json.begin_array();
    int number = 0;
    for (const auto& d : devices) {
        ++number;
        if (!d.zigbee) continue;
        std::string address = "0x00158d00000000";
        address += "0123456789abcdef"[number >> 4 & 15];
        address += "0123456789abcdef"[number & 15];
        json.begin_object();
        json.member("ieee_address", address).member("type", "EndDevice");
        json.member("friendly_name", d.room + "/" + d.name).member("supported", true);
        json.key("definition").begin_object();
        json.member("model", "DEMO-" + d.name).member("vendor", "CareDian demo");
        json.key("exposes").begin_array();
        for (const auto& f : d.fields) {
            json.begin_object();
            bool numeric = !f.unit.empty() || f.name == "brightness";
            json.member("type", numeric ? "numeric" : "binary");
            json.member("name", f.name).member("property", f.name);
            if (!f.unit.empty()) json.member("unit", f.unit);
            json.end_object();
        }
        json.end_array().end_object().end_object();
    }
    json.end_array();
    return out;
}

} // namespace caredian::tools
