#include "history/influx/line.h"

#include "base/json.h"

#include <array>
#include <cmath>

namespace caredian::history::influx {

namespace {

using readings::FieldType;

using Marks = std::array<bool, 256>;
constexpr Marks marks(std::string_view characters) {
    Marks out{};
    for (char c : characters) out[static_cast<unsigned char>(c)] = true;
    return out;
}
constexpr Marks of_measurement = marks(", \n\r");
constexpr Marks of_name = marks(",= \n\r");
constexpr Marks of_text = marks("\"\\");

bool is(const Marks& set, char c) {
    return set[static_cast<unsigned char>(c)];
}

void append_escaped(std::string& out, std::string_view name, const Marks& special) {
    std::size_t plain = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (!is(special, name[i])) continue;
        out += name.substr(plain, i - plain);
        out += '\\';
        out += name[i] == '\n' || name[i] == '\r' ? ' ' : name[i];
        plain = i + 1;
    }
    out += name.substr(plain);
    if (!name.empty() && name.back() == '\\') out += '_';
}

// The name that begins at `at`, up to the first of `ends` that no backslash stands before.
std::string read_name(std::string_view line, std::size_t& at, std::string_view ends) {
    std::string out;
    for (; at < line.size() && ends.find(line[at]) == ends.npos; ++at) {
        bool escapes = line[at] == '\\' && at + 1 < line.size() && is(of_name, line[at + 1]);
        if (escapes) ++at;
        out += line[at];
    }
    return out;
}

// Behind the value that begins at `at`; npos: it has no end.
std::size_t end_of_value(std::string_view line, std::size_t at, FieldType& type) {
    if (at >= line.size()) return line.npos;
    if (line[at] == '"') {
        type = FieldType::text;
        for (++at; at < line.size() && line[at] != '"'; ++at)
            if (line[at] == '\\') ++at;
        return at < line.size() ? at + 1 : line.npos;
    }
    auto end = std::min(line.find_first_of(", ", at), line.size());
    if (end == at) return line.npos;
    if (line[at] == 't' || line[at] == 'f')
        type = FieldType::boolean;
    else
        type = line[end - 1] == 'i' ? FieldType::integer : FieldType::number;
    return end;
}

} // namespace

void append_measurement(std::string& out, std::string_view name) {
    if (name.starts_with('#')) out += '\\';
    append_escaped(out, name, of_measurement);
}

void append_name(std::string& out, std::string_view name) {
    append_escaped(out, name, of_name);
}

void append_text(std::string& out, std::string_view text) {
    out += '"';
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is(of_text, text[i])) continue;
        out += text.substr(plain, i - plain);
        out += '\\';
        plain = i;
    }
    out += text.substr(plain);
    out += '"';
}

bool append_value(std::string& out, const readings::FieldValue& value) {
    if (const auto* number = std::get_if<double>(&value)) {
        if (!std::isfinite(*number)) return false;
        append_number(out, *number);
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        append_number(out, *integer);
        out += 'i';
    } else if (const auto* flag = std::get_if<bool>(&value)) {
        out += *flag ? "true" : "false";
    } else {
        append_text(out, std::get<std::string>(value));
    }
    return true;
}

void append_series(std::string& out, const readings::SeriesKey& key, std::string_view tag,
                   std::string_view value) {
    auto append = [&out](std::string_view name, std::string_view of) {
        if (name.empty() || of.empty()) return;
        out += ',';
        append_name(out, name);
        out += '=';
        append_name(out, of);
    };
    append_measurement(out, key.measurement);
    bool waits = !tag.empty() && key.tag(tag).empty();
    for (const auto& [name, of] : key.tags) {
        if (waits && tag < name) {
            append(tag, value);
            waits = false;
        }
        append(name, of);
    }
    if (waits) append(tag, value);
}

std::optional<LineParts> take_apart(std::string_view line) {
    LineParts out;
    std::size_t at = line.starts_with("\\#") ? 1 : 0;
    out.measurement = read_name(line, at, ", ");
    while (at < line.size() && line[at] == ',') { // tags
        (void)read_name(line, ++at, "=");
        (void)read_name(line, ++at, ", ");
    }
    if (out.measurement.empty() || at >= line.size()) return std::nullopt;
    do {
        LineField field;
        field.begin = ++at;
        field.name = read_name(line, at, "= ");
        if (at >= line.size() || line[at] != '=' || field.name.empty()) return std::nullopt;
        field.equals = at;
        at = end_of_value(line, at + 1, field.type);
        if (at == line.npos) return std::nullopt;
        field.end = at;
        out.fields.push_back(std::move(field));
    } while (at < line.size() && line[at] == ',');
    return out;
}

} // namespace caredian::history::influx
