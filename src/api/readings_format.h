// Points as text: JSON as the API gives it, CSV by RFC 4180.
#pragma once

#include "history/exchange/point_writer.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace caredian::api {

// {"readings":[{"time","time_ns","measurement","device","field","value","tags":{}}]}
// A chart's windows carry "min" and "max" after "value"; its `every` comes before the readings, in
// seconds as "every_s".
class JsonReadings final : public history::PointWriter {
public:
    explicit JsonReadings(std::optional<nanoseconds> every = {}) : every_(every) {}
    void head(std::string& out) override;
    void points(std::string& out, const history::Batch& batch, std::size_t begin,
                std::size_t end) override;
    void tail(std::string& out) override;

private:
    std::optional<nanoseconds> every_; // of a chart
    bool first_ = true;
};

// time,measurement,device,field,value and one column per other tag of the matching series. Lines
// end with CR LF. A value that is not a finite number is an empty cell. A chart has the columns min
// and max after value; they are empty for points.
class CsvReadings final : public history::PointWriter {
public:
    explicit CsvReadings(std::vector<std::string> tag_names, bool chart = false)
        : tag_names_(std::move(tag_names)), chart_(chart) {}
    void head(std::string& out) override;
    void points(std::string& out, const history::Batch& batch, std::size_t begin,
                std::size_t end) override;
    void tail(std::string&) override {}

private:
    std::vector<std::string> tag_names_;
    bool chart_;
};

} // namespace caredian::api
