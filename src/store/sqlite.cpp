#include "store/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <string>
#include <unistd.h>
#include <utility>

namespace caredian::store {

const char* room_name(Errc) {
    return "store";
}

std::string_view describe(Errc e) {
    switch (e) {
    case Errc::ok:
        return "ok";
    case Errc::full:
        return "the disk is full";
    case Errc::read_only:
        return "the file or its folder is read-only";
    case Errc::busy:
        return "another process holds the lock";
    case Errc::corrupt:
        return "the file is not a database or is damaged";
    case Errc::io:
        return "the disk answered with an error";
    case Errc::constraint:
        return "the value is there already or is missing";
    case Errc::open:
        return "the file cannot be opened";
    case Errc::other:
        return "the database refused the statement";
    }
    return "unknown";
}

namespace {

Errc from_sqlite(int code) {
    switch (code & 0xff) {
    case SQLITE_FULL:
        return Errc::full;
    case SQLITE_READONLY:
        return Errc::read_only;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return Errc::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return Errc::corrupt;
    case SQLITE_IOERR:
        return Errc::io;
    case SQLITE_CONSTRAINT:
        return Errc::constraint;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return Errc::open;
    default:
        return Errc::other;
    }
}

std::string pragmas(const SqliteOptions& o) {
    std::string sql = o.read_only ? "" : "PRAGMA journal_mode=WAL;";
    sql += o.sync == SqliteOptions::Sync::full ? "PRAGMA synchronous=FULL;"
                                               : "PRAGMA synchronous=NORMAL;";
    sql += "PRAGMA cache_size=-" + std::to_string(o.cache_kib) + ";";
    sql += "PRAGMA wal_autocheckpoint=" + std::to_string(o.wal_autocheckpoint_pages) + ";";
    sql += "PRAGMA foreign_keys=ON;PRAGMA temp_store=MEMORY;PRAGMA trusted_schema=OFF;";
    return sql;
}

} // namespace

Statement::Statement(Statement&& other) noexcept
    : db_(std::exchange(other.db_, nullptr)), stmt_(std::exchange(other.stmt_, nullptr)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
    std::swap(db_, other.db_);
    std::swap(stmt_, other.stmt_);
    return *this;
}

Statement::~Statement() {
    sqlite3_finalize(stmt_);
}

void Statement::bind(int index, std::int64_t value) {
    sqlite3_bind_int64(stmt_, index, value);
}
void Statement::bind(int index, double value) {
    sqlite3_bind_double(stmt_, index, value);
}

void Statement::bind(int index, std::string_view text) {
    // A view without data would be NULL to SQLite; an empty text is what was meant.
    const char* data = text.data() ? text.data() : "";
    sqlite3_bind_text64(stmt_, index, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bind_blob(int index, std::string_view bytes) {
    const char* data = bytes.data() ? bytes.data() : "";
    sqlite3_bind_blob64(stmt_, index, data, bytes.size(), SQLITE_STATIC);
}

void Statement::bind_null(int index) {
    sqlite3_bind_null(stmt_, index);
}

result<bool> Statement::step() {
    int code = sqlite3_step(stmt_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return from_sqlite(code);
}

result<void> Statement::run() {
    for (;;) {
        auto row = step();
        if (!row) {
            reset();
            return row.error();
        }
        if (!*row) break;
    }
    reset();
    return {};
}

void Statement::reset() {
    sqlite3_reset(stmt_);
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(stmt_, column);
}
double Statement::real(int column) const {
    return sqlite3_column_double(stmt_, column);
}

std::string_view Statement::text(int column) const {
    auto* data = reinterpret_cast<const char*>(sqlite3_column_text(stmt_, column));
    return data ? std::string_view(data,
                                   static_cast<std::size_t>(sqlite3_column_bytes(stmt_, column)))
                : std::string_view();
}

std::string_view Statement::blob(int column) const {
    auto* data = static_cast<const char*>(sqlite3_column_blob(stmt_, column));
    return data ? std::string_view(data,
                                   static_cast<std::size_t>(sqlite3_column_bytes(stmt_, column)))
                : std::string_view();
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(stmt_, column) == SQLITE_NULL;
}

result<Sqlite> Sqlite::open(const std::string& path, const SqliteOptions& options) {
    int flags =
        options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    // The file holds what a home does: its owner alone reads it. SQLite gives -wal and -shm the
    // same.
    if (!options.read_only)
        if (int fd = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600); fd >= 0) ::close(fd);
    sqlite3* raw = nullptr;
    int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    Sqlite db(raw);
    result<void> ready = code == SQLITE_OK ? result<void>() : result<void>(from_sqlite(code));
    if (ready) {
        sqlite3_extended_result_codes(raw, 1);
        sqlite3_busy_timeout(raw, options.busy_timeout_ms);
        ready = db.execute(pragmas(options));
    }
    if (!ready) return ready.error();
    return db;
}

Sqlite::Sqlite(Sqlite&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}

Sqlite& Sqlite::operator=(Sqlite&& other) noexcept {
    std::swap(db_, other.db_);
    return *this;
}

Sqlite::~Sqlite() {
    sqlite3_close_v2(db_);
}

result<void> Sqlite::execute(std::string_view sql) {
    std::string text(sql);
    int code = sqlite3_exec(db_, text.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return from_sqlite(code);
    return {};
}

result<Statement> Sqlite::prepare(std::string_view sql) {
    sqlite3_stmt* stmt = nullptr;
    int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                  SQLITE_PREPARE_PERSISTENT, &stmt, nullptr);
    if (code != SQLITE_OK) return from_sqlite(code);
    return Statement(db_, stmt);
}

std::int64_t Sqlite::changes() const {
    return sqlite3_changes64(db_);
}
std::string Sqlite::last_message() const {
    return db_ ? sqlite3_errmsg(db_) : "not open";
}

} // namespace caredian::store
