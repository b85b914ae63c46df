#include "history/influx/select.h"

#include "base/encoding.h"

#include <algorithm>
#include <limits>

namespace caredian::history::influx {

namespace {

using readings::FieldType;

constexpr int rows_of_a_chunk = 1000;

std::string_view word(Aggregate fn) {
    switch (fn) {
    case Aggregate::mean:
        return "mean";
    case Aggregate::min:
        return "min";
    case Aggregate::max:
        return "max";
    case Aggregate::first:
        return "first";
    case Aggregate::last:
        return "last";
    case Aggregate::sum:
        return "sum";
    case Aggregate::count:
        return "count";
    case Aggregate::none:
        break;
    }
    return "";
}

std::string quote_text(std::string_view text) {
    std::string out = "'";
    for (char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string from(const Options& options, std::string_view measurement) {
    std::string out = " FROM ";
    if (!options.retention_policy.empty()) out += quote_name(options.retention_policy) + ".";
    return out + quote_name(measurement);
}

std::string where(const Query& query) {
    std::vector<std::string> all;
    if (!query.device.empty()) all.push_back("\"device\" = " + quote_text(query.device));
    if (query.from != std::numeric_limits<std::int64_t>::min())
        all.push_back("time >= " + std::to_string(query.from));
    if (query.to != std::numeric_limits<std::int64_t>::max())
        all.push_back("time < " + std::to_string(query.to));
    std::string out;
    for (const auto& one : all) out += (out.empty() ? " WHERE " : " AND ") + one;
    return out;
}

// Not `*`: the room is a tag of the sink's own (Options::areas), and no part of a series.
std::string group_by(const Selection& selection, const std::string& window) {
    std::string out = window;
    for (const auto& tag : selection.tags) out += (out.empty() ? "" : ", ") + quote_name(tag);
    return out.empty() ? out : " GROUP BY " + out;
}

std::string call(std::string_view fn, const std::string& field) {
    return std::string(fn) + "(" + quote_name(field) + ")";
}

} // namespace

std::string show_measurements(const Query& query) {
    std::string out = "SHOW MEASUREMENTS";
    if (!query.device.empty()) out += " WHERE \"device\" = " + quote_text(query.device);
    return out;
}

std::string show_fields(const Options& options, std::string_view measurement) {
    return "SHOW FIELD KEYS" + from(options, measurement);
}

std::string show_tags(const Options& options, std::string_view measurement) {
    return "SHOW TAG KEYS" + from(options, measurement);
}

bool server_makes_windows(const Query& query, const std::vector<FieldColumn>& fields) {
    if (query.fn == Aggregate::none) return false;
    bool open = query.from == std::numeric_limits<std::int64_t>::min();
    if (query.every.count() == 0 && open) return false;
    bool any_type = (query.fn == Aggregate::first || query.fn == Aggregate::last ||
                     query.fn == Aggregate::count) &&
                    !query.ranges;
    return any_type || std::ranges::none_of(fields, [](const FieldColumn& f) {
               return f.type == FieldType::boolean || f.type == FieldType::text;
           });
}

std::vector<FieldColumn> fields_for(const Query& query, std::vector<FieldColumn> fields) {
    bool texts = query.fn == Aggregate::none || query.fn == Aggregate::first ||
                 query.fn == Aggregate::last || query.fn == Aggregate::count;
    std::erase_if(fields, [&](const FieldColumn& f) {
        return (!query.field.empty() && f.name != query.field) ||
               (!texts && f.type == FieldType::text);
    });
    std::ranges::sort(fields, {}, &FieldColumn::name);
    return fields;
}

std::string select(const Options& options, const Query& query, const Selection& selection) {
    std::string out = "SELECT ";
    std::string_view between;
    for (const auto& field : selection.fields) {
        out += between;
        between = ", ";
        if (!selection.windows) {
            out += quote_name(field.name);
            continue;
        }
        out += call(word(query.fn), field.name);
        if (query.ranges) out += ", " + call("min", field.name) + ", " + call("max", field.name);
    }
    out += from(options, selection.measurement) + where(query);
    if (selection.windows && query.every.count() > 0)
        return out + group_by(selection, "time(" + std::to_string(query.every.count()) + "ns)") +
               " fill(none)";
    return out + group_by(selection, {});
}

std::string select_counts(const Options& options, const Query& query, const Selection& selection) {
    std::string out = "SELECT ";
    std::string_view between;
    for (const auto& field : selection.fields) {
        out += between;
        between = ", ";
        out += call("count", field.name);
    }
    return out + from(options, selection.measurement) + where(query) + group_by(selection, {});
}

std::string select_edge(const Options& options, const Query& query, const Selection& selection,
                        bool last) {
    std::string out = "SELECT ";
    std::string_view between;
    for (const auto& field : selection.fields) {
        out += between;
        between = ", ";
        out += quote_name(field.name);
    }
    return out + from(options, selection.measurement) + where(query) +
           (last ? " ORDER BY time DESC LIMIT 1" : " LIMIT 1");
}

Setup ask(const Options& options, std::string_view statement) {
    std::string body = "chunked=true&chunk_size=" + std::to_string(rows_of_a_chunk) +
                       "&epoch=ns&db=" + percent_encode(options.database) +
                       "&q=" + percent_encode(statement);
    return {"POST", "/query", "application/x-www-form-urlencoded", std::move(body)};
}

} // namespace caredian::history::influx
