// SQL for what is small and must last: accounts, sessions, audit, registries. One interface, so
// that a home may keep it in a file (SQLite) and a service in MariaDB.
//
// Statements are written once for both: values are bound (`?`), never pasted; `REPLACE INTO` is
// the upsert; DDL uses the words of `expand_ddl`. What a backend must do is held by one suite
// (database_conformance.h).
#pragma once

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

// Bytes, as opposed to text. Does not own them.
struct Blob {
    explicit Blob(std::string_view b) : bytes(b) {}
    std::string_view bytes;
};

// A bound value. Views must live until the call returns.
using Parameter = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, Blob>;
using Parameters = std::initializer_list<Parameter>;

// A result row; columns from 0. A NULL reads as 0 or "". Asking for another kind than the column
// holds converts as SQL does for integer and real, and gives 0 or "" else.
class Row {
public:
    using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;
    explicit Row(std::vector<Value> values) : values_(std::move(values)) {}
    std::size_t size() const { return values_.size(); }
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

// "sqlite:PATH". The file is made with mode 0600 when it is missing.
// Errors: open, read_only, corrupt…; other: a scheme that this build does not know.
result<std::unique_ptr<Database>> open_database(std::string_view url);

// Puts a dialect's words into DDL: {key} text that may be an index (at most 190 characters, bytes
// compared), {text}, {blob}, {integer} (64 bit), {id} a primary key that counts up and is never
// used again, {table} what follows a table's closing bracket.
std::string expand_ddl(std::string_view sql, Dialect dialect);

} // namespace caredian::store
