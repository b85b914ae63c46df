// The two forms of an export. Only for this folder.
#pragma once

#include "history/exchange/point_writer.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace caredian::history {

inline constexpr std::string_view kCsvColumns = "time,measurement,device,field,type,value";

class CsvExport final : public PointWriter {
public:
    explicit CsvExport(std::vector<std::string> tag_names) : tag_names_(std::move(tag_names)) {}
    void head(std::string& out) override;
    void points(std::string& out, const Batch& batch, std::size_t begin, std::size_t end) override;
    void tail(std::string&) override {}

private:
    std::vector<std::string> tag_names_;
};

class LineExport final : public PointWriter {
public:
    void head(std::string&) override {}
    void points(std::string& out, const Batch& batch, std::size_t begin, std::size_t end) override;
    void tail(std::string&) override;

private:
    using Names = std::vector<std::array<std::optional<std::string>, 4>>; // by field and type
    const std::string& name_of(Names& names, const Batch& batch, const Point& point);
    bool is_free(const std::string& field, readings::FieldType type);
    void begin_series(std::string& out, const readings::SeriesKey& key);
    const readings::SeriesKey* series_ = nullptr;
    std::string head_; // of a line: measurement and tags; empty: the series cannot be written
    std::map<std::pair<std::string, std::string>, readings::FieldType>
        types_; // (measurement, field)
    std::uint64_t left_out_ = 0;
};

} // namespace caredian::history
