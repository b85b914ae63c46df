// The sensor catalogue: what the home measures, made from what was really seen, so that it is
// always true. A row is a field of a measurement with one type, unit and device class.
#pragma once

#include "devices/device_view.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

namespace caredian::devices {

class Catalogue {
public:
    static constexpr std::size_t most_rows = 10'000;

    // Each device once.
    void add(const DeviceView& device);

    std::size_t devices() const { return devices_; }
    std::size_t size() const { return rows_.size(); }

    // {"made","devices","truncated","fields":[{"measurement","tags","field","type","unit",
    // "device_class","devices","last_seen"}]} in the order of measurement and field.
    void append_json(std::string& out, WallTime made) const;
    // measurement,tags,field,type,unit,device_class,devices,last_seen; lines end with CR LF.
    // Spreadsheets take no text of it for a formula.
    void append_csv(std::string& out) const;
    // A page with a table for each measurement; Korean or English. Names stand as code: nothing in
    // them is read as Markdown or HTML.
    void append_markdown(std::string& out, WallTime made, bool korean) const;

private:
    // Measurement, field, type, unit, device class.
    using Key = std::tuple<std::string, std::string, readings::FieldType, std::string, std::string>;
    struct Row {
        std::set<std::string, std::less<>> tags; // names
        std::size_t devices = 0;
        std::size_t counted = 0; // number of the device that was counted last, from 1
        std::int64_t last_seen = 0;
    };
    std::map<Key, Row> rows_;
    std::size_t devices_ = 0;
    bool truncated_ = false;
};

} // namespace caredian::devices
