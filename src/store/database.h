// SQL for what is small and must last: accounts, sessions, audit, registries. One interface, so
// that a home may keep it in a file (SQLite) and a service in MariaDB.
//
// Statements are written once for both: values are bound (`?`), never pasted; `REPLACE INTO` is
// the upsert; DDL uses the words of `expand_ddl`. What a backend must do is held by one suite
// (database_conformance.h).
#pragma once

#include "base/secret.h"
#include "store/sqlite.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace caredian::store {

// What only a server does; everything else is Errc (sqlite.h).
enum class DatabaseErrc {
    ok,
    away, // it cannot be reached, or the connection broke: what was asked may have been done or not
};
const char* room_name(DatabaseErrc);
std::string_view describe(DatabaseErrc e);
inline error_code make_error_code(DatabaseErrc e) {
    return make_code(e);
}

// Bytes, as opposed to text. Does not own them.
struct Blob {
    explicit Blob(std::string_view b) : bytes(b) {}
    std::string_view bytes;
};

// A bound value. Views must live until the call returns.
using Parameter = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, Blob>;
// A list of them, as a view: {a, b} at the call, or something made before it.
class Parameters {
public:
    Parameters() = default;
    Parameters(std::initializer_list<Parameter> list) : all_(list.begin(), list.size()) {}
    explicit Parameters(std::span<const Parameter> all) : all_(all) {}
    auto begin() const { return all_.begin(); }
    auto end() const { return all_.end(); }
    std::size_t size() const { return all_.size(); }

private:
    std::span<const Parameter> all_;
};

// A result row; columns from 0. A NULL reads as 0 or "". Asking for another kind than the column
// holds converts as SQL does for integer and real, and gives 0 or "" else.
class Row {
public:
    using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;
    explicit Row(std::vector<Value> values) : values_(std::move(values)) {}
    std::size_t size() const { return values_.size(); }
    enum class Kind { null, integer, real, text };
    Kind kind(std::size_t column) const;
    bool is_null(std::size_t column) const;
    std::int64_t integer(std::size_t column) const;
    double real(std::size_t column) const;
    const std::string& text(std::size_t column) const; // text or bytes

private:
    std::vector<Value> values_;
};
using Rows = std::vector<Row>;

// Where statements go: a database, or the inside of a transaction.
class Connection {
public:
    virtual ~Connection() = default;
    // All rows at once: callers set a LIMIT where a table can be long.
    virtual result<Rows> query(std::string_view sql, Parameters parameters = {}) = 0;
    // Rows that were matched (an UPDATE that changes nothing of a row counts it). A broken UNIQUE
    // or NOT NULL is Errc::constraint.
    virtual result<std::uint64_t> execute(std::string_view sql, Parameters parameters = {}) = 0;
};

enum class Dialect { sqlite, mariadb };

// Any thread; every call blocks: pool threads and the command line only.
class Database : public Connection {
public:
    // All of `work` or nothing. `work` uses the connection it is given, never the database (it
    // would wait for itself). Its error, or the commit's, is returned. A change made by another
    // process at the same time makes one of the two wait, at most the busy timeout (Errc::busy).
    using Work = std::function<result<void>(Connection&)>;
    virtual result<void> transaction(const Work& work) = 0;
    // At most one process at a time is inside. For migrations: SQLite also undoes all when `work`
    // fails; MariaDB commits each DDL by itself, so steps must be repeatable.
    virtual result<void> exclusive(const Work& work) = 0;
    virtual Dialect dialect() const = 0;
};

// Of a server; nothing of it counts for a file.
struct DatabaseOptions {
    Secret password;             // instead of the URL's
    bool tls = false;            // with the server's certificate checked; also when `ca` is set
    std::string ca;              // PEM file; empty = the system's
    std::size_t connections = 4; // at most
    // Told when the server is lost (a reason without secrets) and when it is back (empty). On the
    // thread that noticed.
    std::function<void(const std::string& reason)> on_change;
};

// "sqlite:PATH": the file is made with mode 0600 when it is missing. Errors: open, read_only,
// corrupt….
// "mysql://user:password@host:port/database" (or mariadb://): nothing is connected yet; calls
// answer `away` while the server cannot be reached. A transaction that loses its connection, or a
// statement that changes something, is never repeated: whether it was kept is unknown.
// Errors: other: the URL is none of these (see check_database_url).
result<std::unique_ptr<Database>> open_database(std::string_view url,
                                                const DatabaseOptions& options = {});

// What is wrong with a URL, without quoting it; empty: nothing.
std::string check_database_url(std::string_view url);
bool is_server_url(std::string_view url); // mysql:// or mariadb://

// Puts a dialect's words into DDL: {key} text that may be an index (at most 190 characters, bytes
// compared), {text}, {blob}, {integer} (64 bit), {id} a primary key that counts up and is never
// used again, {table} what follows a table's closing bracket.
std::string expand_ddl(std::string_view sql, Dialect dialect);

} // namespace caredian::store

template <>
struct boost::system::is_error_code_enum<caredian::store::DatabaseErrc> : std::true_type {};
