#include "api/readings_format.h"

#include "base/json.h"

#include <cmath>

namespace caredian::api {
namespace {

using history::append_csv;
using history::Batch;
using history::Point;
using history::Value;
using readings::FieldType;

void append_json_value(std::string& out, const Batch& batch, const Value& value) {
    switch (value.type) {
    case FieldType::number:
        append_number(out, value.number);
        return;
    case FieldType::integer:
        append_number(out, value.integer);
        return;
    case FieldType::boolean:
        out += value.boolean ? "true" : "false";
        return;
    case FieldType::text:
        append_json_string(out, batch.text(value));
        return;
    }
}

void append_csv_value(std::string& out, const Batch& batch, const Value& value) {
    switch (value.type) {
    case FieldType::number:
        if (std::isfinite(value.number)) append_number(out, value.number);
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

void append_range(std::string& out, const Batch& batch, std::size_t i) {
    bool there = !batch.ranges.empty();
    out += ',';
    if (there) append_csv_value(out, batch, batch.ranges[i].min);
    out += ',';
    if (there) append_csv_value(out, batch, batch.ranges[i].max);
}

} // namespace

void JsonReadings::head(std::string& out) {
    out += '{';
    if (every_) {
        out += "\"every_s\":";
        append_number(out, std::chrono::duration<double>(*every_).count());
        out += ',';
    }
    out += "\"readings\":[";
}

// What is the same for all points of a series, or of a field, is made once.
void JsonReadings::points(std::string& out, const Batch& batch, std::size_t begin,
                          std::size_t end) {
    std::string series = ",\"measurement\":";
    append_json_string(series, batch.series->measurement);
    series += ",\"device\":";
    append_json_string(series, batch.series->tag("device"));
    std::vector<std::string> fields;
    for (const auto& name : batch.fields) {
        std::string& text = fields.emplace_back(series + ",\"field\":");
        append_json_string(text, name);
        text += ",\"value\":";
    }
    std::string tags = ",\"tags\":";
    JsonWriter json(tags);
    json.begin_object();
    for (const auto& [name, value] : batch.series->tags)
        if (name != "device") json.member(name, std::string_view(value));
    json.end_object();
    tags += '}';
    for (std::size_t i = begin; i < end; ++i) {
        const Point& point = batch.points[i];
        out += first_ ? "{\"time\":\"" : ",{\"time\":\"";
        first_ = false;
        append_rfc3339(out, from_ns(point.time));
        out += "\",\"time_ns\":";
        append_number(out, point.time);
        out += fields[point.field];
        append_json_value(out, batch, point.value);
        if (!batch.ranges.empty()) {
            out += ",\"min\":";
            append_json_value(out, batch, batch.ranges[i].min);
            out += ",\"max\":";
            append_json_value(out, batch, batch.ranges[i].max);
        }
        out += tags;
    }
}

void JsonReadings::tail(std::string& out) {
    out += "]}";
}

void CsvReadings::head(std::string& out) {
    out += "time,measurement,device,field,value";
    if (chart_) out += ",min,max";
    for (const auto& name : tag_names_) {
        out += ',';
        append_csv(out, name);
    }
    out += "\r\n";
}

void CsvReadings::points(std::string& out, const Batch& batch, std::size_t begin, std::size_t end) {
    std::string series = ",";
    append_csv(series, batch.series->measurement);
    series += ',';
    append_csv(series, batch.series->tag("device"));
    series += ',';
    std::vector<std::string> fields;
    for (const auto& name : batch.fields) {
        std::string& text = fields.emplace_back(series);
        append_csv(text, name);
        text += ',';
    }
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
        append_csv_value(out, batch, point.value);
        if (chart_) append_range(out, batch, i);
        out += tags;
    }
}

} // namespace caredian::api
