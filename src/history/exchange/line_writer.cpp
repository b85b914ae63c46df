// Line protocol: https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/
#include "base/json.h"
#include "history/exchange/writers.h"

#include <algorithm>
#include <cmath>

namespace caredian::history {
namespace {

using readings::FieldType;

constexpr std::string_view kMeasurementSpecials = ", ";
constexpr std::string_view kNameSpecials = ",= ";

// False: line protocol cannot say it.
bool append_name(std::string& out, std::string_view name, std::string_view specials) {
    if (name.empty() || name.back() == '\\' || name.find('\n') != std::string_view::npos)
        return false;
    for (char c : name) {
        if (specials.find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return true;
}

void append_text(std::string& out, std::string_view text) {
    out += '"';
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

bool append_value(std::string& out, const Batch& batch, const Value& value) {
    switch (value.type) {
    case FieldType::number:
        if (!std::isfinite(value.number)) return false;
        append_number(out, value.number);
        return true;
    case FieldType::integer:
        append_number(out, value.integer);
        out += 'i';
        return true;
    case FieldType::boolean:
        out += value.boolean ? "true" : "false";
        return true;
    case FieldType::text:
        append_text(out, batch.text(value));
        return true;
    }
    return false;
}

bool append_key(std::string& out, const readings::SeriesKey& key) {
    if (key.measurement.starts_with('#')) return false; // a comment
    if (!append_name(out, key.measurement, kMeasurementSpecials)) return false;
    for (const auto& [name, value] : key.tags) {
        out += ',';
        if (!append_name(out, name, kNameSpecials)) return false;
        out += '=';
        if (!append_name(out, value, kNameSpecials)) return false;
    }
    return true;
}

} // namespace

void LineExport::begin_series(std::string& out, const readings::SeriesKey& key) {
    series_ = &key;
    head_.clear();
    if (append_key(head_, key)) {
        head_ += ' ';
        return;
    }
    head_.clear();
    out += "# left out, line protocol cannot name it: " + key.to_string() + "\n";
}

// As it is written, with its '='; empty: it cannot be. A field has one type in a measurement of
// InfluxDB: values of another type than the first ones of this export go to `<field>_<type>`, as
// they do within a device.
const std::string& LineExport::name_of(Names& names, const Batch& batch, const Point& point) {
    auto& known = names[point.field][static_cast<std::size_t>(point.value.type)];
    if (known) return *known;
    known.emplace();
    const std::string& field = batch.fields[point.field];
    std::string name = field;
    if (!is_free(name, point.value.type)) {
        name += '_';
        name += to_string(point.value.type);
        bool taken =
            std::find(batch.fields.begin(), batch.fields.end(), name) != batch.fields.end();
        if (taken || !is_free(name, point.value.type)) return *known;
    }
    if (append_name(*known, name, kNameSpecials))
        *known += '=';
    else
        known->clear();
    return *known;
}

// Free for values of this type, in the measurement of the series at hand.
bool LineExport::is_free(const std::string& field, readings::FieldType type) {
    return types_.try_emplace({series_->measurement, field}, type).first->second == type;
}

void LineExport::points(std::string& out, const Batch& batch, std::size_t begin, std::size_t end) {
    if (batch.series != series_) begin_series(out, *batch.series);
    if (head_.empty()) return;
    Names names(batch.fields.size());
    std::string value;
    for (std::size_t i = begin; i < end;) { // points of one time: one line
        std::int64_t time = batch.points[i].time;
        std::size_t fields = 0;
        for (; i < end && batch.points[i].time == time; ++i) {
            const std::string& name = name_of(names, batch, batch.points[i]);
            value.clear();
            if (name.empty() || !append_value(value, batch, batch.points[i].value)) {
                ++left_out_;
                continue;
            }
            out += fields++ == 0 ? head_ : std::string(1, ',');
            out += name;
            out += value;
        }
        if (fields == 0) continue;
        out += ' ';
        append_number(out, time);
        out += '\n';
    }
}

void LineExport::tail(std::string& out) {
    if (left_out_ > 0)
        out +=
            "# left out, line protocol cannot say them: " + std::to_string(left_out_) + " values\n";
}

std::optional<ExchangeFormat> parse_exchange_format(std::string_view name) {
    if (name == "csv") return ExchangeFormat::csv;
    if (name == "lp") return ExchangeFormat::line_protocol;
    return std::nullopt;
}

std::unique_ptr<PointWriter> export_writer(ExchangeFormat format,
                                           std::vector<std::string> tag_names) {
    if (format == ExchangeFormat::csv) return std::make_unique<CsvExport>(std::move(tag_names));
    return std::make_unique<LineExport>();
}

} // namespace caredian::history
