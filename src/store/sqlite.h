// SQLite, thinly: connections, statements, transactions. https://sqlite.org/c3ref/intro.html
#pragma once

#include "base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace caredian::store {

enum class Errc {
    ok,
    full,       // the disk (or the file's limit) is full
    read_only,  // the file or its folder cannot be written
    busy,       // another process holds the lock longer than the busy timeout
    corrupt,    // not a database, or damaged
    io,         // the disk answered with an error
    constraint, // a UNIQUE or NOT NULL was broken
    open,       // the file cannot be opened
    other,
};
const char* room_name(Errc);
std::string_view describe(Errc e);
inline error_code make_error_code(Errc e) {
    return make_code(e);
}

struct SqliteOptions {
    enum class Sync { normal, full } sync = Sync::full; // full: COMMIT returns after fsync
    int busy_timeout_ms = 5000;
    int cache_kib = 1024;
    int wal_autocheckpoint_pages = 1000;
    bool read_only = false;
};

class Sqlite;

// A prepared statement. bind() from 1; step() until it says false; columns from 0.
// Text and blob views live until the next step() or reset().
class Statement {
public:
    Statement() = default;
    Statement(Statement&&) noexcept;
    Statement& operator=(Statement&&) noexcept;
    ~Statement();

    void bind(int index, std::int64_t value);
    void bind(int index, double value);
    void bind(int index, std::string_view text);
    void bind_blob(int index, std::string_view bytes); // not copied: must live until the step
    void bind_null(int index);
    result<bool> step(); // true: a row is there
    result<void> run();  // step to the end, then reset
    void reset();
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string_view text(int column) const;
    std::string_view blob(int column) const;
    bool is_null(int column) const;
    sqlite3_stmt* handle() { return stmt_; }

private:
    friend class Sqlite;
    Statement(sqlite3* db, sqlite3_stmt* stmt) : db_(db), stmt_(stmt) {}
    sqlite3* db_ = nullptr;
    sqlite3_stmt* stmt_ = nullptr;
};

// One connection. One thread at a time.
class Sqlite {
public:
    // Opens (makes) the file, mode 0600, in WAL mode.
    static result<Sqlite> open(const std::string& path, const SqliteOptions& options = {});
    Sqlite(Sqlite&&) noexcept;
    Sqlite& operator=(Sqlite&&) noexcept;
    ~Sqlite();

    result<void> execute(std::string_view sql); // one or more statements without results
    result<Statement> prepare(std::string_view sql);
    // BEGIN IMMEDIATE, `work`, COMMIT; ROLLBACK when `work` or COMMIT fails.
    template <class Work>
    result<void> transaction(Work&& work) {
        if (auto r = execute("BEGIN IMMEDIATE"); !r) return r;
        result<void> r = work();
        if (r) r = execute("COMMIT");
        if (!r) (void)execute("ROLLBACK");
        return r;
    }
    std::int64_t changes() const;
    std::string last_message() const; // for logs
    sqlite3* handle() { return db_; }

private:
    explicit Sqlite(sqlite3* db) : db_(db) {}
    sqlite3* db_ = nullptr;
};

} // namespace caredian::store

template <>
struct boost::system::is_error_code_enum<caredian::store::Errc> : std::true_type {};
