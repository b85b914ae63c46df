#include "dialect.h"

#include <cctype>
#include <cmath>

namespace caredian::tools {
namespace {

std::string id_of(const DemoDevice& d, bool upper) {
    std::string address = device_address(d);
    if (!upper) return d.model + "-" + address;
    address = address.substr(6); // the first generation shows six digits, in capitals
    for (char& c : address) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return d.model + "-" + address;
}

// Bare values; energy in watt-minutes.
class Shelly1 final : public Dialect {
public:
    std::string_view name() const override { return "Shelly (first generation)"; }
    std::string topic(const DemoDevice& d) const override { return base(d) + "relay/0"; }
    void describe(const DemoDevice& d, std::int64_t second, Messages& out) const override {
        std::string text;
        JsonWriter json(text);
        json.begin_object().member("id", id_of(d, true)).member("model", "SHSW-PM");
        json.member("mac", id_of(d, true)).member("ip", "192.0.2.1").member("new_fw", false);
        json.member("fw_ver", "20230913-112234/v1.14.0-gcb84623").end_object();
        out.push_back({second, base(d) + "announce", text, true});
    }
    void available(const DemoDevice& d, bool there, std::int64_t second,
                   Messages& out) const override {
        out.push_back({second, base(d) + "online", there ? "true" : "false", true});
    }
    void report(const DemoDevice& d, const Values& v, std::int64_t second,
                Messages& out) const override {
        auto say = [&](std::string_view what, const Value& value) {
            out.push_back({second, base(d) + std::string(what), bare(value, "on", "off"), false});
        };
        if (const Value* state = v.find("state"))
            say("relay/0", std::string(bare(*state) == "ON" ? "on" : "off"));
        say("relay/0/power", v.number("power"));
        say("relay/0/energy", static_cast<std::int64_t>(std::llround(v.number("energy") * 60'000)));
        say("temperature", v.number("temperature"));
    }

private:
    static std::string base(const DemoDevice& d) { return "shellies/" + id_of(d, true) + "/"; }
};

// A status of each component; energy in watt-hours.
class Shelly2 final : public Dialect {
public:
    std::string_view name() const override { return "Shelly (second generation)"; }
    std::string topic(const DemoDevice& d) const override {
        return id_of(d, false) + "/status/switch:0";
    }
    void describe(const DemoDevice&, std::int64_t, Messages&) const override {}
    void available(const DemoDevice& d, bool there, std::int64_t second,
                   Messages& out) const override {
        out.push_back({second, id_of(d, false) + "/online", there ? "true" : "false", true});
    }
    void report(const DemoDevice& d, const Values& v, std::int64_t second,
                Messages& out) const override {
        std::string text;
        JsonWriter json(text);
        const Value* state = v.find("state");
        json.begin_object().member("id", 0).member("source", "init");
        json.member("output", state && bare(*state) == "ON");
        json.member("apower", v.number("power")).member("voltage", v.number("voltage"));
        json.member("current", v.number("current"));
        json.key("aenergy").begin_object();
        json.member("total", std::round(v.number("energy") * 1e6) / 1e3);
        json.key("by_minute").begin_array().value(0).value(0).value(0).end_array();
        json.member("minute_ts", second / 60 * 60).end_object();
        json.key("temperature").begin_object().member("tC", v.number("temperature"));
        json.member("tF", std::round(v.number("temperature") * 18 + 320) / 10).end_object();
        json.end_object();
        out.push_back({second, topic(d), text, false});
    }
};

} // namespace

const Dialect& shelly1() {
    static const Shelly1 instance;
    return instance;
}

const Dialect& shelly2() {
    static const Shelly2 instance;
    return instance;
}

} // namespace caredian::tools
