#include "history/influx/answer.h"

#include "base/json.h"
#include "net/http/message.h"

#include <algorithm>
#include <cmath>

namespace caredian::history::influx {

namespace {

using readings::FieldType;

std::string_view text_of(const json::value& value) {
    return {value.get_string().data(), value.get_string().size()};
}

bool read_cell(const json::value& value, Cell& out) {
    if (value.is_null()) return true;
    if (value.is_string()) {
        out.kind = Cell::Kind::text;
        out.text = text_of(value);
    } else if (value.is_bool()) {
        out.kind = Cell::Kind::boolean;
        out.boolean = value.get_bool();
    } else if (value.is_int64()) {
        out.kind = Cell::Kind::integer;
        out.integer = value.get_int64();
        out.number = static_cast<double>(out.integer);
    } else if (value.is_uint64()) {
        out.kind = Cell::Kind::number;
        out.number = static_cast<double>(value.get_uint64());
    } else if (value.is_double()) {
        out.kind = Cell::Kind::number;
        out.number = value.get_double();
    } else {
        return false;
    }
    return true;
}

bool read_tags(const json::value& value, readings::SeriesKey& key) {
    if (!value.is_object()) return false;
    for (const auto& [name, tag] : value.get_object()) {
        if (!tag.is_string()) return false;
        if (!tag.get_string().empty()) key.tags.emplace_back(name, text_of(tag));
    }
    std::ranges::sort(key.tags);
    return true;
}

bool read_rows(const json::value& values, Table& out) {
    if (!values.is_array()) return false;
    out.rows.reserve(values.get_array().size());
    for (const auto& row : values.get_array()) {
        if (!row.is_array() || row.get_array().size() != out.columns.size()) return false;
        std::vector<Cell> cells(out.columns.size());
        for (std::size_t i = 0; i < cells.size(); ++i)
            if (!read_cell(row.get_array()[i], cells[i])) return false;
        out.rows.push_back(std::move(cells));
    }
    return true;
}

bool read_table(const json::value& value, Table& out) {
    if (!value.is_object()) return false;
    const auto& object = value.get_object();
    if (const auto* name = object.if_contains("name"); name && name->is_string())
        out.key.measurement = text_of(*name);
    if (const auto* tags = object.if_contains("tags"))
        if (!read_tags(*tags, out.key)) return false;
    const auto* columns = object.if_contains("columns");
    if (!columns || !columns->is_array()) return false;
    for (const auto& column : columns->get_array()) {
        if (!column.is_string()) return false;
        out.columns.emplace_back(text_of(column));
    }
    const auto* values = object.if_contains("values");
    return !values || read_rows(*values, out);
}

bool read_result(const json::value& value, Chunk& out) {
    if (!value.is_object()) return false;
    if (const auto* error = value.get_object().if_contains("error"); error && error->is_string())
        out.error = text_of(*error);
    const auto* series = value.get_object().if_contains("series");
    if (!series) return true;
    if (!series->is_array()) return false;
    for (const auto& one : series->get_array())
        if (!read_table(one, out.tables.emplace_back())) return false;
    return true;
}

// What a column of the answer is, which JSON does not say: 21 may be a float.
FieldType type_of_answer(Aggregate fn, FieldType field) {
    if (fn == Aggregate::count) return FieldType::integer;
    return fn == Aggregate::mean ? FieldType::number : field;
}

bool to_value(const Cell& cell, FieldType type, std::string& texts, Value& out) {
    out.type = type;
    switch (type) {
    case FieldType::number:
        out.number = cell.number;
        return cell.kind == Cell::Kind::number || cell.kind == Cell::Kind::integer;
    case FieldType::integer:
        out.integer = cell.integer;
        return cell.kind == Cell::Kind::integer;
    case FieldType::boolean:
        out.boolean = cell.boolean;
        return cell.kind == Cell::Kind::boolean;
    case FieldType::text:
        if (cell.kind != Cell::Kind::text) return false;
        out.text_offset = texts.size();
        out.text_length = static_cast<std::uint32_t>(cell.text.size());
        texts += cell.text;
        return true;
    }
    return false;
}

} // namespace

result<Chunk> parse_chunk(std::string_view line) {
    auto bad = net::http::make_error_code(net::http::Errc::bad_message);
    auto parsed = parse_json(line);
    if (!parsed || !parsed->is_object()) return bad;
    Chunk out;
    if (const auto* error = parsed->get_object().if_contains("error"); error && error->is_string())
        out.error = text_of(*error);
    const auto* results = parsed->get_object().if_contains("results");
    if (!results) return out.error.empty() ? result<Chunk>(bad) : result<Chunk>(std::move(out));
    if (!results->is_array()) return bad;
    for (const auto& one : results->get_array())
        if (!read_result(one, out)) return bad;
    return out;
}

void to_points(const Table& table, const Query& query, const Selection& selection,
               std::optional<std::int64_t> at, Batch& out) {
    std::size_t each = selection.windows && query.ranges ? 3 : 1; // columns of a field
    if (table.columns.size() != 1 + each * selection.fields.size()) return;
    for (const auto& row : table.rows) {
        if (row[0].kind != Cell::Kind::integer) continue;
        Point point;
        point.time = at.value_or(row[0].integer);
        for (std::size_t i = 0; i < selection.fields.size(); ++i) {
            auto own = selection.fields[i].type;
            auto type = selection.windows ? type_of_answer(query.fn, own) : own;
            const Cell* cells = &row[1 + i * each];
            point.field = static_cast<std::uint32_t>(i);
            if (!to_value(cells[0], type, out.texts, point.value)) continue;
            ValueRange range;
            if (each == 3 && !(to_value(cells[1], own, out.texts, range.min) &&
                               to_value(cells[2], own, out.texts, range.max)))
                continue;
            out.points.push_back(point);
            if (each == 3) out.ranges.push_back(range);
        }
    }
}

} // namespace caredian::history::influx
