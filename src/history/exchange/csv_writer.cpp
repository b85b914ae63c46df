#include "base/json.h"
#include "history/exchange/writers.h"

#include <cmath>

namespace caredian::history {
namespace {

using readings::FieldType;

void append_value(std::string& out, const Batch& batch, const Value& value) {
    switch (value.type) {
    case FieldType::number:
        if (std::isfinite(value.number))
            append_number(out, value.number);
        else
            out += std::isnan(value.number) ? "NaN" : value.number > 0 ? "+Inf" : "-Inf";
        return;
    case FieldType::integer:
        append_number(out, value.integer);
        return;
    case FieldType::boolean:
        out += value.boolean ? "true" : "false";
        return;
    case FieldType::text:
        append_csv(out, batch.text(value));
        return;
    }
}

} // namespace

void append_csv(std::string& out, std::string_view text) {
    bool blank = !text.empty() && (text.front() == ' ' || text.back() == ' ');
    if (!blank && text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

void CsvExport::head(std::string& out) {
    out += kCsvColumns;
    for (const auto& name : tag_names_) {
        out += ',';
        append_csv(out, name);
    }
    out += "\r\n";
}

// What is the same for all points of a series, or of a field, is made once.
void CsvExport::points(std::string& out, const Batch& batch, std::size_t begin, std::size_t end) {
    std::string series = ",";
    append_csv(series, batch.series->measurement);
    series += ',';
    append_csv(series, batch.series->tag("device"));
    series += ',';
    std::vector<std::string> fields;
    for (const auto& name : batch.fields) append_csv(fields.emplace_back(series), name);
    std::string tags;
    for (const auto& name : tag_names_) {
        tags += ',';
        append_csv(tags, batch.series->tag(name));
    }
    tags += "\r\n";
    for (std::size_t i = begin; i < end; ++i) {
        const Point& point = batch.points[i];
        append_rfc3339(out, from_ns(point.time));
        out += fields[point.field];
        out += ',';
        out += readings::to_string(point.value.type);
        out += ',';
        append_value(out, batch, point.value);
        out += tags;
    }
}

} // namespace caredian::history
