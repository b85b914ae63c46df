#include "store/backup.h"

#include "base/encoding.h"
#include "base/json.h"
#include "base/log.h"
#include "store/sealed_stream.h"

#include <algorithm>
#include <map>

namespace caredian::store {

namespace {

constexpr std::int64_t rows_at_once = 500;

struct Column {
    std::string name;
    bool blob = false;
};
using Tables = std::map<std::string, std::vector<Column>>;

// Names come from the schema that our own migrations made; still nothing else goes into SQL.
bool is_name(std::string_view name) {
    auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), good);
}

result<Tables> tables_of(Connection& c, Dialect dialect) {
    const char* sql = dialect == Dialect::sqlite
                          ? "SELECT m.name, p.name, p.type FROM sqlite_master m "
                            "JOIN pragma_table_info(m.name) p WHERE m.type='table' "
                            "AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY m.name, p.cid"
                          : "SELECT table_name, column_name, data_type "
                            "FROM information_schema.columns WHERE table_schema=DATABASE() "
                            "ORDER BY table_name, ordinal_position";
    auto rows = c.query(sql);
    if (!rows) return rows.error();
    Tables out;
    for (const auto& row : *rows) {
        if (!is_name(row.text(0)) || !is_name(row.text(1))) return Errc::other;
        auto type = lower_ascii(row.text(2));
        out[row.text(0)].push_back({row.text(1), type.find("blob") != type.npos});
    }
    return out;
}

std::string joined(const std::vector<Column>& columns) {
    std::string out;
    for (const auto& column : columns) out += (out.empty() ? "" : ",") + column.name;
    return out;
}

void append_value(JsonWriter& w, const Row& row, std::size_t i, bool blob) {
    switch (row.kind(i)) {
    case Row::Kind::null:
        w.value(nullptr);
        return;
    case Row::Kind::integer:
        w.value(row.integer(i));
        return;
    case Row::Kind::real: // apart from an integer of the same value
        w.begin_object().member("d", row.real(i)).end_object();
        return;
    case Row::Kind::text:
        if (blob || !is_utf8(row.text(i)))
            w.begin_object().member("b", base64url_encode(row.text(i))).end_object();
        else
            w.value(row.text(i));
    }
}

result<std::size_t> write_table(Connection& c, SealedWriter& out, const std::string& table,
                                const std::vector<Column>& columns) {
    std::string head;
    JsonWriter w(head);
    w.begin_object().member("table", table).key("columns").begin_array();
    for (const auto& column : columns) w.value(column.name);
    w.end_array().end_object();
    if (auto r = out.write(head + "\n"); !r) return r.error();
    // Every table of ours has its key first.
    const std::string sql = "SELECT " + joined(columns) + " FROM " + table + " ORDER BY " +
                            columns[0].name + " LIMIT ? OFFSET ?";
    std::size_t count = 0;
    for (;;) {
        auto rows = c.query(sql, {rows_at_once, static_cast<std::int64_t>(count)});
        if (!rows) return rows.error();
        for (const auto& row : *rows) {
            std::string line;
            JsonWriter values(line);
            values.begin_array();
            for (std::size_t i = 0; i < columns.size(); ++i)
                append_value(values, row, i, columns[i].blob);
            values.end_array();
            if (auto r = out.write(line + "\n"); !r) return r.error();
        }
        count += rows->size();
        if (rows->size() < static_cast<std::size_t>(rows_at_once)) return count;
    }
}

// One line's values, bound as the target's columns want them.
class Restorer {
public:
    Restorer(Connection& c, Tables tables) : connection_(c), tables_(std::move(tables)) {}

    result<void> take(const std::string& line) {
        auto parsed = parse_json(line);
        if (!parsed) return Errc::corrupt;
        if (parsed->is_array()) return row(parsed->get_array());
        if (!parsed->is_object()) return Errc::corrupt;
        return begin_table(parsed->get_object());
    }
    BackupCounts counts;

private:
    result<void> begin_table(const json::object& head) {
        const auto* table = head.if_contains("table");
        const auto* columns = head.if_contains("columns");
        if (!table || !table->is_string() || !columns || !columns->is_array()) return Errc::corrupt;
        std::string name(table->get_string());
        auto known = tables_.find(name);
        if (known == tables_.end()) return unknown(name);
        columns_.clear();
        std::string places;
        for (const auto& column : columns->get_array()) {
            auto same = [&](const Column& c) {
                return column.is_string() && column.get_string() == c.name;
            };
            auto found = std::find_if(known->second.begin(), known->second.end(), same);
            if (found == known->second.end()) return unknown(name);
            columns_.push_back(*found);
            places += places.empty() ? "?" : ",?";
        }
        ++counts.tables;
        insert_ = "INSERT INTO " + name + "(" + joined(columns_) + ") VALUES(" + places + ")";
        auto emptied = connection_.execute("DELETE FROM " + name);
        return emptied ? result<void>() : result<void>(emptied.error());
    }

    static result<void> unknown(const std::string& table) {
        log::error("store", "the backup was made with another version", {{"table", table}});
        return Errc::other;
    }

    result<void> row(const json::array& values) {
        if (insert_.empty() || values.size() != columns_.size()) return Errc::corrupt;
        std::vector<Parameter> bound;
        std::vector<std::string> texts(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            auto one = parameter(values[i], columns_[i].blob, texts[i]);
            if (!one) return one.error();
            bound.push_back(*one);
        }
        auto r = connection_.execute(insert_, Parameters(bound));
        if (!r) return r.error();
        ++counts.rows;
        return {};
    }

    static result<Parameter> parameter(const json::value& v, bool blob, std::string& text) {
        if (v.is_null()) return Parameter(nullptr);
        if (v.is_int64()) return Parameter(v.get_int64());
        if (v.is_string()) {
            text = v.get_string();
        } else {
            if (!v.is_object() || v.get_object().size() != 1) return Errc::corrupt;
            const auto& [kind, inner] = *v.get_object().begin();
            if (kind == "d" && inner.is_number()) return Parameter(inner.to_number<double>());
            if (kind != "b" || !inner.is_string()) return Errc::corrupt;
            auto bytes = base64url_decode(inner.get_string());
            if (!bytes) return Errc::corrupt;
            text = std::move(*bytes);
        }
        return blob ? Parameter(Blob(text)) : Parameter(std::string_view(text));
    }

    Connection& connection_;
    Tables tables_;
    std::vector<Column> columns_;
    std::string insert_;
};

result<std::string> versions_of(Connection& c) {
    auto rows = c.query("SELECT room,version FROM schema_versions ORDER BY room");
    if (!rows) return rows.error();
    std::string out;
    for (const auto& row : *rows) out += row.text(0) + " " + std::to_string(row.integer(1)) + ";";
    return out;
}

} // namespace

result<BackupCounts> write_backup(Database& database, std::ostream& to, const Secret& passphrase,
                                  Random& random, const BackupCost& cost) {
    SealedWriter out(to);
    if (auto r = out.begin(passphrase, random, cost); !r) return r.error();
    BackupCounts counts;
    auto done = database.transaction([&](Connection& c) -> result<void> {
        auto versions = versions_of(c);
        if (!versions) return versions.error();
        std::string head;
        JsonWriter(head).begin_object().member("versions", *versions).end_object();
        if (auto r = out.write(head + "\n"); !r) return r;
        auto tables = tables_of(c, database.dialect());
        if (!tables) return tables.error();
        for (const auto& [table, columns] : *tables) {
            auto rows = write_table(c, out, table, columns);
            if (!rows) return rows.error();
            ++counts.tables;
            counts.rows += *rows;
        }
        return {};
    });
    if (!done) return done.error();
    if (auto r = out.finish(); !r) return r.error();
    return counts;
}

result<BackupCounts> read_backup(Database& database, std::istream& from, const Secret& passphrase) {
    SealedReader in(from);
    if (auto r = in.begin(passphrase); !r) return r.error();
    BackupCounts counts;
    auto done = database.transaction([&](Connection& c) -> result<void> {
        std::string line;
        auto more = in.line(line);
        if (!more) return more.error();
        auto head = parse_json(line);
        const auto* made =
            head && head->is_object() ? head->get_object().if_contains("versions") : nullptr;
        if (!*more || !made || !made->is_string()) return Errc::corrupt;
        auto versions = versions_of(c);
        if (!versions) return versions.error();
        if (std::string(made->get_string()) != *versions) {
            log::error("store", "the backup was made with another version",
                       {{"backup", std::string(made->get_string())}, {"database", *versions}});
            return Errc::other;
        }
        auto tables = tables_of(c, database.dialect());
        if (!tables) return tables.error();
        Restorer restorer(c, std::move(*tables));
        for (more = in.line(line); more && *more; more = in.line(line))
            if (auto r = restorer.take(line); !r) return r;
        counts = restorer.counts;
        return more ? result<void>() : result<void>(more.error());
    });
    if (!done) return done.error();
    return counts;
}

} // namespace caredian::store
