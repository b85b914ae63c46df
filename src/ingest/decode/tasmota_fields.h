// Readings of Tasmota's JSON: SENSOR, STATE, RESULT. tasmota.cpp says which topic is which.
#pragma once

#include "ingest/decode/json_fields.h"
#include "ingest/decode/names.h"
#include "ingest/decode/output.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace caredian::ingest {

constexpr std::string_view tasmota_measurement = "tasmota";

// "POWER" → "power_state", "POWER2" → "power_state_2": `power` is what an energy meter measures.
void append_power_name(std::string& out, std::string_view name);

// Of one message. What is below `wrapper` counts ("StatusSNS" of a STATUS10); empty: all of it.
class TasmotaReadings {
public:
    TasmotaReadings(const JsonFields& json, Output& out, std::string_view device);

    void sensors(std::string_view wrapper);
    void state(std::string_view wrapper);
    void result();
    std::size_t made() const { return made_; } // readings

private:
    struct Part { // of a flattened name, below the wrapper
        std::string_view group, name;
    };
    bool part_of(const FlatField& f, std::string_view wrapper, Part& part) const;
    void look_for_units(std::string_view wrapper);
    void start(std::string_view group);
    void start_zigbee(std::string_view address);
    void finish();
    void add(std::string_view group, std::string_view name, const FlatField& f);
    void add_state(std::string_view name, const FlatField& f);
    void add_unit();

    const JsonFields& json_;
    Output& out_;
    std::string_view device_;
    const FlatField* time_ = nullptr;
    std::string_view temperature_unit_, pressure_unit_;
    std::size_t made_ = 0;
    bool open_ = false;
    std::string name_;
};

} // namespace caredian::ingest
