#include "store/database.h"

#include "base/log.h"
#include "store/mariadb.h"

#include <array>
#include <utility>

namespace caredian::store {

std::unique_ptr<Database> make_sqlite_database(Sqlite writer, Sqlite reader); // database_sqlite.cpp
std::unique_ptr<Database> make_mariadb_database(std::string_view url,
                                                const DatabaseOptions& options); // …_mariadb.cpp

namespace {

constexpr std::string_view file_scheme = "sqlite:";

const Row::Value& at(const std::vector<Row::Value>& values, std::size_t column) {
    static const Row::Value null = nullptr;
    return column < values.size() ? values[column] : null;
}

struct Word {
    std::string_view name;
    std::string_view sqlite;
    std::string_view mariadb;
};
// 190 characters of four bytes stay below InnoDB's shortest index limit of 767 bytes. NOPAD and
// bin: "a" and "a " and "A" are three keys, as in SQLite.
constexpr std::array<Word, 6> words{{
    {"{key}", "TEXT", "VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin"},
    {"{text}", "TEXT", "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin"},
    {"{blob}", "BLOB", "LONGBLOB"},
    {"{integer}", "INTEGER", "BIGINT"},
    {"{id}", "INTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT AUTO_INCREMENT PRIMARY KEY"},
    {"{table}", "", "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin"},
}};

} // namespace

const char* room_name(DatabaseErrc) {
    return "database";
}

std::string_view describe(DatabaseErrc e) {
    return e == DatabaseErrc::away ? "the database cannot be reached" : "ok";
}

Row::Kind Row::kind(std::size_t column) const {
    constexpr Kind kinds[] = {Kind::null, Kind::integer, Kind::real, Kind::text};
    return kinds[at(values_, column).index()];
}

bool Row::is_null(std::size_t column) const {
    return std::holds_alternative<std::nullptr_t>(at(values_, column));
}

std::int64_t Row::integer(std::size_t column) const {
    const Value& v = at(values_, column);
    if (auto* i = std::get_if<std::int64_t>(&v)) return *i;
    auto* d = std::get_if<double>(&v);
    bool fits = d && *d > -9.2e18 && *d < 9.2e18;
    return fits ? static_cast<std::int64_t>(*d) : 0;
}

double Row::real(std::size_t column) const {
    const Value& v = at(values_, column);
    if (auto* d = std::get_if<double>(&v)) return *d;
    auto* i = std::get_if<std::int64_t>(&v);
    return i ? static_cast<double>(*i) : 0;
}

const std::string& Row::text(std::size_t column) const {
    static const std::string empty;
    auto* s = std::get_if<std::string>(&at(values_, column));
    return s ? *s : empty;
}

std::string expand_ddl(std::string_view sql, Dialect dialect) {
    std::string out(sql);
    for (const Word& word : words) {
        std::string_view by = dialect == Dialect::sqlite ? word.sqlite : word.mariadb;
        for (auto p = out.find(word.name); p != std::string::npos; p = out.find(word.name, p))
            out.replace(p, word.name.size(), by);
    }
    return out;
}

std::string check_database_url(std::string_view url) {
    if (is_server_url(url)) {
        MariadbOptions ignored;
        return parse_mariadb_url(url, ignored);
    }
    if (!url.starts_with(file_scheme) || url.size() == file_scheme.size())
        return "must be sqlite:PATH or mysql://user:password@host:port/database";
    if (url.starts_with("sqlite://")) return "is a path, not a network address (write sqlite:PATH)";
    if (url.find_first_of("\r\n") != url.npos || url.size() > 4096) return "is not a path";
    return {};
}

result<std::unique_ptr<Database>> open_database(std::string_view url,
                                                const DatabaseOptions& options) {
    if (auto wrong = check_database_url(url); !wrong.empty()) {
        log::error("store", "the database's url is not good", {{"reason", wrong}});
        return Errc::other;
    }
    if (is_server_url(url)) return make_mariadb_database(url, options);
    std::string path(url.substr(file_scheme.size()));
    auto writer = Sqlite::open(path);
    if (!writer) return writer.error();
    SqliteOptions read_only;
    read_only.read_only = true;
    auto reader = Sqlite::open(path, read_only);
    if (!reader) return reader.error();
    return make_sqlite_database(std::move(*writer), std::move(*reader));
}

} // namespace caredian::store
