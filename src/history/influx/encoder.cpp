#include "history/influx/encoder.h"

#include "base/json.h"
#include "history/influx/line.h"

#include <algorithm>

namespace caredian::history::influx {

namespace {

// Our own layout: the series and fields as they are in the local history.
class Plain final : public Encoder {
public:
    Plain(ColumnTypes& types, Areas* areas) : types_(types), areas_(areas) {}

    std::size_t append(const readings::Reading& reading, Lines& out) override {
        out.begin();
        append_key(out.text, reading);
        auto names = types_.of(reading.series.measurement);
        std::size_t fields = 0;
        for (const auto& field : reading.fields) {
            auto name = names.name(field.name, readings::type_of(field.value));
            if (name.empty() || (name != field.name && has(reading, name))) continue;
            auto before = out.text.size();
            out.text += fields == 0 ? ' ' : ',';
            append_name(out.text, name);
            out.text += '=';
            if (append_value(out.text, field.value))
                ++fields;
            else
                out.text.resize(before);
        }
        if (fields == 0) {
            out.take_back();
            return reading.fields.size();
        }
        out.text += ' ';
        append_number(out.text, to_ns(reading.time));
        out.text += '\n';
        return reading.fields.size() - fields;
    }

private:
    void append_key(std::string& out, const readings::Reading& reading) {
        if (!areas_) return append_series(out, reading.series);
        // InfluxDB 3 has a name as a tag or as a field, never as both.
        if (has(reading, area_tag)) types_.reserve(reading.series.measurement, area_tag);
        areas_->append(out, reading.series, to_ns(reading.time));
    }
    static bool has(const readings::Reading& reading, std::string_view name) {
        return std::ranges::any_of(reading.fields, [&](const auto& f) { return f.name == name; });
    }
    ColumnTypes& types_;
    Areas* areas_;
};

} // namespace

std::unique_ptr<Encoder> make_plain_encoder(ColumnTypes& types, Areas* areas) {
    return std::make_unique<Plain>(types, areas);
}

} // namespace caredian::history::influx
