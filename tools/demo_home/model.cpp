#include "model.h"

#include <algorithm>
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
    add_outdoors();
    add_movement();
    add_doors();
    add_alarms();
    add_plugs();
    add_lamps();
    add_meters();
    add_white_goods();
    add_comfort();
    add_people();
}

void DemoHome::add(DemoDevice device) {
    device.number = static_cast<int>(devices_.size()) + 1;
    devices_.push_back(std::move(device));
}

DemoHome::Presence DemoHome::presence(const DemoDevice& d, const Moment& m) {
    return {!d.there || d.there(m), d.active && d.active(m)};
}

void DemoHome::report(const DemoDevice& d, const Moment& m, Messages& out) const {
    Values values;
    d.write(values, m);
    d.dialect->report(d, values, m.second, out);
}

Messages DemoHome::announcements(std::int64_t second) const {
    Messages out;
    auto m = moment_at(second);
    out.push_back({second, "zigbee2mqtt/bridge/state", availability_payload(true), true});
    out.push_back({second, "zigbee2mqtt/bridge/devices", bridge_devices(devices_), true});
    for (const auto& d : devices_) {
        d.dialect->describe(d, second, out);
        d.dialect->available(d, presence(d, m).there, second, out);
    }
    return out;
}

Messages DemoHome::snapshot(std::int64_t second) const {
    Messages out;
    auto m = moment_at(second);
    for (const auto& d : devices_)
        if (presence(d, m).there) report(d, m, out);
    return out;
}

Messages DemoHome::between(std::int64_t from, std::int64_t to) const {
    Messages out;
    std::vector<Presence> was;
    was.reserve(devices_.size());
    for (const auto& d : devices_) was.push_back(presence(d, moment_at(from)));
    for (auto second = from + 1; second <= to; ++second) {
        auto m = moment_at(second);
        for (std::size_t i = 0; i < devices_.size(); ++i) {
            const auto& d = devices_[i];
            auto now = presence(d, m);
            if (now.there != was[i].there) d.dialect->available(d, now.there, second, out);
            bool changed = now.active != was[i].active;
            was[i] = now;
            // Not all at the same second: each has a phase of its own.
            bool due = second % d.period == std::int64_t{d.number} * 7 % d.period;
            if (now.there && (due || changed)) report(d, m, out);
        }
        trouble(second, out);
    }
    return out;
}

Messages DemoHome::past(std::int64_t from, std::int64_t to, std::int64_t step) const {
    Messages out;
    auto second = from - from % step;
    std::vector<Presence> was;
    was.reserve(devices_.size());
    for (const auto& d : devices_) was.push_back(presence(d, moment_at(second)));
    for (second += step; second <= to; second += step) {
        auto m = moment_at(second);
        for (std::size_t i = 0; i < devices_.size(); ++i) {
            const auto& d = devices_[i];
            auto now = presence(d, m);
            bool changed = now.active != was[i].active;
            was[i] = now;
            bool due = second % std::max<std::int64_t>(d.period, step) < step;
            if (now.there && (due || changed)) report(d, m, out);
        }
    }
    return out;
}

void DemoHome::trouble(std::int64_t second, Messages& out) const {
    if (second % trouble_period != 0) return;
    auto turn = second / trouble_period;
    double temperature = static_cast<double>(200 + turn % 17) / 10;
    // Now and then it chatters: forty messages at once.
    int times = turn % 16 == 14 && dice_.unit(trouble_dice, turn) < 0.5 ? 40 : 1;
    for (int i = 0; i < times; ++i)
        out.push_back(
            {second, std::string(troublemaker()), trouble_payload(turn, temperature + i), false});
}

} // namespace caredian::tools
