#include "readings/reading.h"

#include <algorithm>

namespace caredian::readings {

namespace {

void append_escaped(std::string& out, std::string_view text, std::string_view special) {
    for (char c : text) {
        if (c == '\n' || c == '\r' || c == '\t') c = ' '; // cannot be expressed
        if (special.find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    if (!text.empty() && text.back() == '\\') out += ' '; // else it would escape the delimiter
}

} // namespace

std::string_view to_string(FieldType t) {
    switch (t) {
    case FieldType::number:
        return "float";
    case FieldType::integer:
        return "integer";
    case FieldType::boolean:
        return "boolean";
    case FieldType::text:
        return "string";
    }
    return "unknown";
}

std::string_view SeriesKey::tag(std::string_view name) const {
    auto at =
        std::find_if(tags.begin(), tags.end(), [&](const auto& t) { return t.first == name; });
    return at == tags.end() ? std::string_view() : std::string_view(at->second);
}

std::string SeriesKey::to_string() const {
    std::string out;
    append_escaped(out, measurement, ", ");
    for (const auto& [name, value] : tags) {
        if (value.empty()) continue; // InfluxDB refuses an empty tag
        out += ',';
        append_escaped(out, name, ",= ");
        out += '=';
        append_escaped(out, value, ",= ");
    }
    return out;
}

} // namespace caredian::readings
