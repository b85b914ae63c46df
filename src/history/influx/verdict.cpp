#include "history/influx/verdict.h"

#include "base/encoding.h"
#include "base/json.h"

#include <algorithm>
#include <charconv>

namespace caredian::history::influx {

namespace {

constexpr std::size_t longest_reason = 300;
constexpr std::size_t most_lines = 20'000; // of an answer

std::string_view text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (!value || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

// What stands between two texts; nullopt: not both are there.
std::optional<std::string_view> between(std::string_view text, std::string_view before,
                                        std::string_view after) {
    auto begin = text.find(before);
    if (begin == text.npos) return std::nullopt;
    begin += before.size();
    auto end = after.empty() ? text.size() : text.find(after, begin);
    if (end == text.npos) return std::nullopt;
    return text.substr(begin, end - begin);
}

// v1, v2: input field "value" on measurement "climate" is type string, already exists as type
// float dropped=1
std::optional<TypeConflict> conflict_in(std::string_view reason) {
    auto field = between(reason, "input field \"", "\" on measurement \"");
    auto measurement = between(reason, "\" on measurement \"", "\" is type ");
    auto there = between(reason, "already exists as type ", "");
    if (!field || !measurement || !there) return std::nullopt;
    auto type = there->substr(0, there->find_first_not_of("abcdefghijklmnopqrstuvwxyz"));
    return TypeConflict{std::string(*measurement), std::string(*field), parse_column(type)};
}

// v3: invalid column type for column 'temperature', expected iox::column_type::field::float, got
// iox::column_type::field::string
std::optional<TypeConflict> column_conflict_in(std::string_view reason) {
    auto field = between(reason, "invalid column type for column '", "', expected ");
    auto there = between(reason, "', expected iox::column_type::", ", got ");
    if (!field || !there) return std::nullopt;
    auto type = there->starts_with("field::") ? parse_column(there->substr(7)) : Column::foreign;
    return TypeConflict{{}, std::string(*field), type};
}

std::size_t dropped_in(std::string_view reason) {
    auto at = reason.rfind("dropped=");
    std::size_t count = 0;
    if (at != reason.npos)
        (void)std::from_chars(reason.data() + at + 8, reason.data() + reason.size(), count);
    return count;
}

bool concerns_lines(std::string_view reason) {
    constexpr std::string_view known[] = {
        "partial write",      "unable to parse",         "field type conflict",
        "max-values-per-tag", "max-series-per-database", "write buffer validation",
        "invalid column",     "points beyond retention", "limit reached",
        "would exceed limit", "max series per database", "max key length",
    };
    return std::ranges::any_of(known, [&](auto k) { return reason.find(k) != reason.npos; });
}

void read_lines(const json::object& answer, Verdict& out) {
    const auto* data = answer.if_contains("data");
    if (!data || !data->is_array()) return;
    for (const auto& one : data->get_array()) {
        if (!one.is_object() || out.lines.size() >= most_lines) return;
        const auto* number = one.get_object().if_contains("line_number");
        if (!number || !number->is_int64() || number->get_int64() <= 0) continue;
        auto line = static_cast<std::size_t>(number->get_int64());
        RefusedLine refused{line, std::string(text_of(one.get_object(), "error_message")), {}};
        refused.conflict = column_conflict_in(refused.reason);
        out.lines.push_back(std::move(refused));
    }
}

void read_body(Version version, std::string_view body, Verdict& out) {
    auto parsed = parse_json(body);
    if (!parsed || !parsed->is_object()) {
        out.reason = sanitize_utf8(body, longest_reason);
        return;
    }
    const auto& answer = parsed->get_object();
    auto reason = text_of(answer, version == Version::v2 ? "message" : "error");
    if (reason.empty()) reason = text_of(answer, version == Version::v2 ? "error" : "message");
    out.conflict = conflict_in(reason);
    out.dropped = dropped_in(reason);
    out.of_lines = concerns_lines(reason);
    out.reason = sanitize_utf8(reason, longest_reason);
    read_lines(answer, out);
    out.of_lines = out.of_lines || !out.lines.empty();
}

Fate fate_of(unsigned status) {
    if (status >= 200 && status < 300) return Fate::stored;
    switch (status) {
    case 400:
    case 422:
        return Fate::refused;
    case 404:
        return Fate::missing;
    case 413:
        return Fate::too_large;
    case 408:
    case 425:
    case 429:
        return Fate::later;
    default:
        return status >= 500 ? Fate::later : Fate::closed;
    }
}

} // namespace

std::string_view to_string(Fate fate) {
    switch (fate) {
    case Fate::stored:
        return "stored";
    case Fate::later:
        return "later";
    case Fate::closed:
        return "closed";
    case Fate::missing:
        return "missing";
    case Fate::too_large:
        return "too_large";
    case Fate::refused:
        return "refused";
    }
    return "unknown";
}

Verdict judge(Version version, unsigned status, std::string_view retry_after,
              std::string_view body) {
    Verdict out;
    out.fate = fate_of(status);
    if (out.fate == Fate::stored) return out;
    read_body(version, body, out);
    if (out.reason.empty()) out.reason = "status " + std::to_string(status);
    unsigned seconds = 0;
    auto text = trim(retry_after);
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && end == text.data() + text.size() && !text.empty())
        out.retry_after = std::chrono::seconds(seconds);
    return out;
}

} // namespace caredian::history::influx
