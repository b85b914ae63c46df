#include "ingest/decode/tasmota_fields.h"

#include "base/encoding.h"
#include "ingest/decode/decoder.h"

namespace caredian::ingest {

namespace {

constexpr std::string_view event_measurement = "tasmota_event";
constexpr std::string_view zigbee_measurement = "tasmota_zigbee";
constexpr std::string_view zigbee_group = "ZbReceived";

bool is_text(const FlatField& f) {
    return f.kind == FlatField::Kind::text;
}

// Things that happen, as against values that hold: {"Button1":{"Action":"SINGLE"}}
bool is_event(std::string_view group) {
    for (std::string_view known : {"RfReceived", "IrReceived", "SerialReceived", "SSerialReceived"})
        if (group == known) return true;
    return is_word_and_number(group, "Button") || is_word_and_number(group, "Switch");
}

// What of a RESULT is a state. All others answer commands: {"TelePeriod":300}
bool is_state(std::string_view name) {
    for (std::string_view known : {"White", "CT", "Scheme", "Fade", "Speed", "FanSpeed", "Width"})
        if (name == known) return true;
    for (std::string_view known : {"POWER", "Dimmer", "Color", "HSBColor", "Channel", "Shutter"})
        if (is_word_and_number(name, known)) return true;
    return false;
}

} // namespace

void append_power_name(std::string& out, std::string_view name) {
    out += "power_state";
    if (name.size() <= 5) return;
    out += '_';
    out += name.substr(5);
}

TasmotaReadings::TasmotaReadings(const JsonFields& json, Output& out, std::string_view device)
    : json_(json), out_(out), device_(device) {}

bool TasmotaReadings::part_of(const FlatField& f, std::string_view wrapper, Part& part) const {
    if (wrapper.empty()) {
        part = {f.outer(), f.below_outer()};
        return true;
    }
    if (f.outer() != wrapper) return false;
    part = f.second ? Part{f.inner(), f.below_inner()} : Part{{}, f.below_outer()};
    return true;
}

void TasmotaReadings::look_for_units(std::string_view wrapper) {
    time_ = nullptr;
    temperature_unit_ = pressure_unit_ = {};
    Part part;
    for (const auto& f : json_.fields()) {
        if (!is_text(f) || !part_of(f, wrapper, part) || !part.group.empty()) continue;
        if (part.name == "Time" && device_time(f)) time_ = &f;
        if (part.name == "TempUnit") temperature_unit_ = f.text;
        if (part.name == "PressureUnit") pressure_unit_ = f.text;
    }
}

void TasmotaReadings::start(std::string_view group) {
    finish();
    out_.start(is_event(group) ? event_measurement : tasmota_measurement, device_);
    out_.names_may_meet();
    out_.tag("sensor", group);
    open_ = true;
}

// The bridge of Tasmota's own: {"ZbReceived":{"0x4F55":{"Name":"attic","Temperature":21.5}}}
void TasmotaReadings::start_zigbee(std::string_view address) {
    finish();
    std::string_view device = address;
    for (const auto& f : json_.fields())
        if (f.outer() == zigbee_group && f.inner() == address && f.below_inner() == "Name" &&
            is_text(f) && !f.text.empty())
            device = f.text;
    out_.start(zigbee_measurement, device);
    out_.names_may_meet();
    out_.tag("gateway", device_);
    open_ = true;
}

// A reading that holds nothing but the time is none.
void TasmotaReadings::finish() {
    if (!open_) return;
    open_ = false;
    if (!out_.has_fields()) {
        out_.drop();
        return;
    }
    if (time_) out_.text("device_time", time_->text);
    ++made_;
}

void TasmotaReadings::add(std::string_view group, std::string_view name, const FlatField& f) {
    if (name == "Id" && !group.empty() && is_text(f)) {
        out_.tag("id", f.text);
        return;
    }
    name_.clear();
    append_snake_case(name_, name);
    add_unit();
    out_.field(name_, f);
}

// Values follow the device's own unit: the usual one needs no word, others are in the name.
void TasmotaReadings::add_unit() {
    std::string_view name = name_;
    bool fahrenheit =
        temperature_unit_ == "F" && (name.find("temperature") != std::string_view::npos ||
                                     name == "dew_point" || name == "heat_index");
    if (fahrenheit) name_ += "_f";
    bool pressure = name == "pressure" || name == "sea_pressure";
    if (pressure && !pressure_unit_.empty() && pressure_unit_ != "hPa")
        name_ += '_' + lower_ascii(pressure_unit_);
}

void TasmotaReadings::add_state(std::string_view name, const FlatField& f) {
    name_.clear();
    if (is_word_and_number(name, "POWER") && is_text(f)) {
        append_power_name(name_, name);
        auto on = switch_word(f.text);
        if (on) return out_.boolean(name_, *on);
        name_ += "_text"; // a word set by StateText
        return out_.field(name_, f);
    }
    if (name == "Wifi_RSSI") // per cent; the dBm are Wifi.Signal
        name_ += "wifi_quality";
    else
        append_snake_case(name_, name);
    out_.field(name_, f);
}

void TasmotaReadings::sensors(std::string_view wrapper) {
    look_for_units(wrapper);
    Part part;
    // Values without a sensor: {"Time":…,"Switch1":"ON"}
    start({});
    for (const auto& f : json_.fields()) {
        if (!part_of(f, wrapper, part) || !part.group.empty() || &f == time_) continue;
        if (part.name == "TempUnit" || part.name == "PressureUnit" || part.name == "SpeedUnit")
            continue;
        auto on = is_text(f) && is_word_and_number(part.name, "Switch") ? switch_word(f.text)
                                                                        : std::nullopt;
        name_.clear();
        append_snake_case(name_, part.name);
        add_unit();
        if (on)
            out_.boolean(name_, *on);
        else
            out_.field(name_, f);
    }
    finish();
    std::string_view group;
    for (const auto& f : json_.fields()) {
        if (!part_of(f, wrapper, part) || part.group.empty()) continue;
        bool zigbee = part.group == zigbee_group && wrapper.empty() && f.second != 0;
        std::string_view key = zigbee ? f.inner() : part.group;
        if (!open_ || key != group) {
            group = key;
            if (zigbee)
                start_zigbee(key);
            else
                start(key);
        }
        if (zigbee && (f.below_inner() == "Name" || f.below_inner() == "Device")) continue;
        add(group, zigbee ? f.below_inner() : part.name, f);
    }
    finish();
}

void TasmotaReadings::state(std::string_view wrapper) {
    look_for_units(wrapper);
    Part part;
    start({});
    for (const auto& f : json_.fields()) {
        if (!part_of(f, wrapper, part) || &f == time_) continue;
        add_state(wrapper.empty() ? f.name : f.below_outer(), f);
    }
    finish();
}

void TasmotaReadings::result() {
    look_for_units({});
    start({});
    for (const auto& f : json_.fields()) {
        std::string_view key = f.top ? f.name : f.outer();
        bool list = is_word_and_number(key, "Channel");
        if (is_state(key) && (f.top || list)) add_state(f.name, f);
    }
    finish();
    std::string_view group;
    for (const auto& f : json_.fields()) {
        if (f.top) continue;
        bool mine = is_event(f.outer()) || is_word_and_number(f.outer(), "Shutter");
        if (!mine) continue;
        if (!open_ || f.outer() != group) start(group = f.outer());
        add(group, f.below_outer(), f);
    }
    finish();
}

} // namespace caredian::ingest
