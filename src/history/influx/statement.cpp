#include "history/influx/statement.h"

#include "base/encoding.h"
#include "base/json.h"
#include "history/influx/answer.h"
#include "history/influx/pull.h"
#include "history/influx/select.h"

#include <chrono>
#include <regex>

namespace caredian::history::influx {

namespace {

constexpr std::size_t longest = 8192;

bool found(const std::string& text, const char* pattern) {
    return std::regex_search(text, std::regex(pattern, std::regex::icase | std::regex::optimize));
}

bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name(char c) {
    return is_letter(c) || (c >= '0' && c <= '9');
}

// A name of three parts, or with an empty one between: "db"."rp"."m", db..m. Looked for in texts,
// too: it rather refuses one too many.
bool names_a_database(std::string_view text) {
    auto at = [&](std::size_t i) { return i < text.size() ? text[i] : '\0'; };
    auto skip = [&](std::size_t i) {
        while (is_blank(at(i))) ++i;
        return i;
    };
    for (auto dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
        auto before = dot;
        while (before > 0 && is_blank(text[before - 1])) --before;
        if (before == 0 || !(is_name(text[before - 1]) || text[before - 1] == '"')) continue;
        auto next = skip(dot + 1);
        while (is_name(at(next))) ++next; // the server reads x"rp" as the name "rp"
        if (at(next) == '"') {
            for (++next; next < text.size() && text[next] != '"'; ++next)
                if (text[next] == '\\') ++next;
            ++next;
        }
        if (at(skip(next)) == '.') return true;
    }
    return false;
}

void append_cell(JsonWriter& w, const Cell& cell) {
    switch (cell.kind) {
    case Cell::Kind::none:
        w.value(nullptr);
        return;
    case Cell::Kind::number:
        w.value(cell.number);
        return;
    case Cell::Kind::integer:
        w.value(cell.integer);
        return;
    case Cell::Kind::boolean:
        w.value(cell.boolean);
        return;
    case Cell::Kind::text:
        w.value(std::string_view(cell.text));
        return;
    }
}

// At most `room` rows of it; how many there were room for.
std::size_t append_table(JsonWriter& w, const Table& table, std::size_t room) {
    w.begin_object().member("name", std::string_view(table.key.measurement));
    if (!table.key.tags.empty()) {
        w.key("tags").begin_object();
        for (const auto& [name, value] : table.key.tags) w.member(name, std::string_view(value));
        w.end_object();
    }
    w.key("columns").begin_array();
    for (const auto& column : table.columns) w.value(std::string_view(column));
    w.end_array().key("values").begin_array();
    std::size_t count = std::min(room, table.rows.size());
    for (std::size_t i = 0; i < count; ++i) {
        w.begin_array();
        for (const auto& cell : table.rows[i]) append_cell(w, cell);
        w.end_array();
    }
    w.end_array().end_object();
    return count;
}

} // namespace

std::string_view wrong_statement(std::string_view statement) {
    auto end = statement.find_last_not_of(" \t\r\n;");
    const std::string text(statement.substr(0, end == std::string_view::npos ? 0 : end + 1));
    if (text.empty()) return "there is no statement";
    if (text.size() > longest) return "the statement is longer than 8192 bytes";
    if (!is_utf8(text) || text.find('\0') != std::string::npos) return "it is not UTF-8";
    if (text.find(';') != std::string::npos)
        return "one statement, and no semicolon inside it, not even in a text";
    if (text.find("--") != std::string::npos || text.find("/*") != std::string::npos)
        return "no comments";
    // No word boundary in front: a number ends where a letter begins, 1.0INTO is two words.
    if (found(text, "(^|[^a-z_])into\\b"))
        return "the word INTO writes, and is not allowed anywhere";
    if (names_a_database(text)) return "names without a database: only the gateway's own is asked";
    if (found(text, "^\\s*select\\s")) return {};
    if (!found(text, "^\\s*show\\s+(measurements|field\\s+keys|tag\\s+keys|tag\\s+values|series)"
                     "(\\s|$)"))
        return "only SELECT, and SHOW MEASUREMENTS, FIELD KEYS, TAG KEYS, TAG VALUES and SERIES";
    if (found(text, "\\son\\b")) return "SHOW without ON: only the gateway's own database is asked";
    return {};
}

result<StatementAnswer> ask_statement(const Options& options, std::string_view statement,
                                      const StatementLimits& limits) {
    Options bounded = options;
    bounded.timeout = std::min(bounded.timeout, limits.time);
    auto pull =
        Pull::make(bounded, options.version == Version::find ? Version::v1 : options.version);
    if (!pull) return pull.error();
    if (options.version == Version::find) {
        auto version = (*pull)->find_version();
        if (!version) return version.error();
        pull = Pull::make(bounded, *version);
        if (!pull) return pull.error();
    }
    auto end = statement.find_last_not_of(" \t\r\n;");
    (*pull)->begin(ask(bounded, statement.substr(0, end + 1)));
    StatementAnswer out;
    JsonWriter w(out.series_json);
    w.begin_array();
    const std::atomic<bool> never{false};
    std::string line;
    const auto until = std::chrono::steady_clock::now() + limits.time;
    for (std::size_t rows = 0; !out.partial;) {
        if (out.series_json.size() > limits.bytes || std::chrono::steady_clock::now() > until) {
            out.partial = true;
            break;
        }
        auto more = (*pull)->next(line, never);
        if (!more) return more.error();
        if (!*more) break;
        if (line.empty()) continue;
        auto chunk = parse_chunk(line);
        if (!chunk) return chunk.error();
        if (!chunk->error.empty()) out.error = chunk->error;
        for (const auto& table : chunk->tables) {
            auto taken = append_table(w, table, limits.rows - rows);
            rows += taken;
            if (taken < table.rows.size() || out.series_json.size() > limits.bytes)
                out.partial = true;
            if (out.partial) break;
        }
    }
    w.end_array();
    if (!out.partial && (*pull)->status() / 100 != 2) out.error = (*pull)->refusal().substr(0, 500);
    return out;
}

} // namespace caredian::history::influx
