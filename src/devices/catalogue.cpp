#include "devices/catalogue.h"

#include "base/json.h"

#include <algorithm>
#include <utility>

namespace caredian::devices {

namespace {

std::string joined(const auto& names, std::string_view between) {
    std::string out;
    for (const auto& name : names) {
        if (!out.empty()) out += between;
        out += name;
    }
    return out;
}

void append_cell(std::string& out, std::string_view text) {
    const bool formula =
        !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != text.npos;
    if (!formula && text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += formula ? "\"'" : "\"";
    for (char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

// As code, which Markdown reads nothing in; a table's cell would end at a bar, the code at a `.
void append_code(std::string& out, std::string_view text) {
    if (text.empty()) return;
    out += '`';
    for (char c : text) {
        if (c == '|') out += '\\';
        const bool breaks = c == '\n' || c == '\r';
        out += c == '`' ? '\'' : breaks ? ' ' : c;
    }
    out += '`';
}

std::string to_second(std::int64_t time) {
    return format_rfc3339(from_ns(time)).substr(0, 19) + 'Z';
}

struct Words {
    std::string_view title, made, devices, tags, head, truncated, none;
};
constexpr Words english{
    "# Sensor catalogue",
    "Made by CareDian from what devices really sent: ",
    "devices",
    "Tags: ",
    "| Field | Type | Unit | Class | Devices | Last seen |",
    "There is more than this page holds.",
    "Nothing was heard yet.",
};
constexpr Words korean_words{
    "# 센서 목록",
    "기기가 실제로 보낸 것으로 CareDian이 만들었습니다: ",
    "기기",
    "태그: ",
    "| 필드 | 형식 | 단위 | 분류 | 기기 수 | 마지막 수신 |",
    "이 문서에 다 담지 못했습니다.",
    "아직 받은 것이 없습니다.",
};

} // namespace

void Catalogue::add(const DeviceView& device) {
    if (device.fields.empty()) return;
    ++devices_;
    for (const auto& shown : device.fields) {
        const auto& series = device.series[shown.series];
        Key key{series.measurement, shown.field.name, readings::type_of(shown.field.value),
                shown.unit, shown.device_class};
        auto found = rows_.find(key);
        if (found == rows_.end()) {
            if (rows_.size() >= most_rows) {
                truncated_ = true;
                continue;
            }
            found = rows_.emplace(std::move(key), Row()).first;
        }
        auto& row = found->second;
        for (const auto& [name, value] : series.tags)
            if (!value.empty()) row.tags.insert(name);
        if (row.counted != devices_) {
            row.counted = devices_;
            ++row.devices;
        }
        row.last_seen = std::max(row.last_seen, shown.field.time);
    }
}

void Catalogue::append_json(std::string& out, WallTime made) const {
    JsonWriter json(out);
    auto text_or_null = [&json](std::string_view name, std::string_view text) {
        json.key(name);
        if (text.empty())
            json.value(nullptr);
        else
            json.value(text);
    };
    json.begin_object()
        .member("made", std::string_view(to_second(to_ns(made))))
        .member("devices", devices_);
    json.member("truncated", truncated_).key("fields").begin_array();
    for (const auto& [key, row] : rows_) {
        const auto& [measurement, field, type, unit, device_class] = key;
        json.begin_object().member("measurement", std::string_view(measurement));
        json.key("tags").begin_array();
        for (const auto& tag : row.tags) json.value(std::string_view(tag));
        json.end_array().member("field", std::string_view(field));
        json.member("type", readings::to_string(type));
        text_or_null("unit", unit);
        text_or_null("device_class", device_class);
        json.member("devices", row.devices)
            .member("last_seen", std::string_view(to_second(row.last_seen)));
        json.end_object();
    }
    json.end_array().end_object();
}

void Catalogue::append_csv(std::string& out) const {
    out += "measurement,tags,field,type,unit,device_class,devices,last_seen\r\n";
    for (const auto& [key, row] : rows_) {
        const auto& [measurement, field, type, unit, device_class] = key;
        const auto tags = joined(row.tags, ";");
        for (std::string_view cell :
             {std::string_view(measurement), std::string_view(tags), std::string_view(field),
              readings::to_string(type), std::string_view(unit), std::string_view(device_class)}) {
            append_cell(out, cell);
            out += ',';
        }
        append_number(out, row.devices);
        out += ',' + to_second(row.last_seen) + "\r\n";
    }
}

void Catalogue::append_markdown(std::string& out, WallTime made, bool korean) const {
    const Words& words = korean ? korean_words : english;
    (out += words.title) += "\n\n";
    (out += words.made) += to_second(to_ns(made)) + ", ";
    if (korean) (out += words.devices) += ' ';
    append_number(out, devices_);
    if (!korean) (out += ' ') += words.devices;
    out += korean ? "대.\n" : ".\n";
    if (truncated_) (out += '\n') += std::string(words.truncated) + '\n';
    if (rows_.empty()) (out += '\n') += std::string(words.none) + '\n';
    std::string_view section;
    for (auto at = rows_.begin(); at != rows_.end(); ++at) {
        const auto& [measurement, field, type, unit, device_class] = at->first;
        const auto& row = at->second;
        if (at == rows_.begin() || section != measurement) {
            section = measurement;
            out += "\n## ";
            append_code(out, measurement);
            std::set<std::string, std::less<>> tags;
            for (auto of = at; of != rows_.end() && std::get<0>(of->first) == measurement; ++of)
                tags.insert(of->second.tags.begin(), of->second.tags.end());
            (out += "\n\n") += words.tags;
            bool first = true;
            for (const auto& tag : tags) {
                if (!std::exchange(first, false)) out += ", ";
                append_code(out, tag);
            }
            (out += "\n\n") += words.head;
            out += "\n|---|---|---|---|--:|---|\n";
        }
        for (std::string_view cell : {std::string_view(field), readings::to_string(type),
                                      std::string_view(unit), std::string_view(device_class)}) {
            out += "| ";
            append_code(out, cell);
            out += ' ';
        }
        out += "| ";
        append_number(out, row.devices);
        out += " | " + to_second(row.last_seen) + " |\n";
    }
}

} // namespace caredian::devices
