// SQLite behind the interface: one connection that writes and one that reads, so that a session
// is found while a commit waits for the disk.
#include "base/log.h"
#include "store/database.h"

#include <map>
#include <mutex>
#include <sqlite3.h>
#include <utility>

namespace caredian::store {

std::unique_ptr<Database> make_sqlite_database(Sqlite writer, Sqlite reader);

namespace {

// Statements are prepared once. Their texts are constants of the code, so there are few; the limit
// is for the day when one is not.
constexpr std::size_t max_statements = 100;

void bind(Statement& statement, int index, const Parameter& parameter) {
    struct Visitor {
        Statement& statement;
        int index;
        void operator()(std::nullptr_t) const { statement.bind_null(index); }
        void operator()(std::int64_t v) const { statement.bind(index, v); }
        void operator()(double v) const { statement.bind(index, v); }
        void operator()(std::string_view v) const { statement.bind(index, v); }
        void operator()(Blob v) const { statement.bind_blob(index, v.bytes); }
    };
    std::visit(Visitor{statement, index}, parameter);
}

Row::Value value_of(sqlite3_stmt* s, int column) {
    auto bytes = [&] { return static_cast<std::size_t>(sqlite3_column_bytes(s, column)); };
    switch (sqlite3_column_type(s, column)) {
    case SQLITE_INTEGER:
        return static_cast<std::int64_t>(sqlite3_column_int64(s, column));
    case SQLITE_FLOAT:
        return sqlite3_column_double(s, column);
    case SQLITE_NULL:
        return nullptr;
    default: {
        auto* data = static_cast<const char*>(sqlite3_column_blob(s, column));
        return data ? std::string(data, bytes()) : std::string();
    }
    }
}

// Resets a statement however its use ends, so that no read stays open.
struct Use {
    Statement& statement;
    ~Use() { statement.reset(); }
};

class SqliteConnection final : public Connection {
public:
    explicit SqliteConnection(Sqlite db) : db_(std::move(db)) {}

    result<Rows> query(std::string_view sql, Parameters parameters) override {
        auto statement = prepared(sql, parameters);
        if (!statement) return statement.error();
        Use use{**statement};
        Rows rows;
        for (;;) {
            auto more = (*statement)->step();
            if (!more) return failed(more.error());
            if (!*more) return rows;
            rows.push_back(row_of((*statement)->handle()));
        }
    }

    result<std::uint64_t> execute(std::string_view sql, Parameters parameters) override {
        auto statement = prepared(sql, parameters);
        if (!statement) return statement.error();
        Use use{**statement};
        if (auto r = (*statement)->run(); !r) return failed(r.error());
        return static_cast<std::uint64_t>(db_.changes());
    }

    Sqlite& db() { return db_; }

private:
    static Row row_of(sqlite3_stmt* s) {
        std::vector<Row::Value> values;
        int columns = sqlite3_column_count(s);
        values.reserve(static_cast<std::size_t>(columns));
        for (int i = 0; i < columns; ++i) values.push_back(value_of(s, i));
        return Row(std::move(values));
    }

    result<Statement*> prepared(std::string_view sql, Parameters parameters) {
        auto found = statements_.find(sql);
        if (found == statements_.end()) {
            auto made = db_.prepare(sql);
            if (!made) return failed(made.error());
            if (statements_.size() >= max_statements) statements_.clear();
            found = statements_.emplace(std::string(sql), std::move(*made)).first;
        }
        int index = 0;
        for (const Parameter& parameter : parameters) bind(found->second, ++index, parameter);
        return &found->second;
    }

    error_code failed(error_code e) {
        if (e != Errc::constraint)
            log::error("store", "a statement failed", {{"message", db_.last_message()}});
        return e;
    }

    Sqlite db_;
    std::map<std::string, Statement, std::less<>> statements_;
};

class SqliteDatabase final : public Database {
public:
    SqliteDatabase(Sqlite writer, Sqlite reader)
        : writer_(std::move(writer)), reader_(std::move(reader)) {}

    result<Rows> query(std::string_view sql, Parameters parameters) override {
        std::lock_guard lock(reading_);
        return reader_.query(sql, parameters);
    }

    result<std::uint64_t> execute(std::string_view sql, Parameters parameters) override {
        std::lock_guard lock(writing_);
        return writer_.execute(sql, parameters);
    }

    result<void> transaction(const Work& work) override {
        std::lock_guard lock(writing_);
        if (auto begun = writer_.execute("BEGIN IMMEDIATE", {}); !begun) return begun.error();
        Rollback rollback{writer_};
        if (auto done = work(writer_); !done) return done;
        if (auto kept = writer_.execute("COMMIT", {}); !kept) return kept.error();
        rollback.armed = false;
        return {};
    }

    result<void> exclusive(const Work& work) override { return transaction(work); }
    Dialect dialect() const override { return Dialect::sqlite; }

private:
    // Also when `work` throws.
    struct Rollback {
        SqliteConnection& connection;
        bool armed = true;
        ~Rollback() {
            if (armed) (void)connection.db().execute("ROLLBACK");
        }
    };

    std::mutex writing_;
    std::mutex reading_;
    SqliteConnection writer_;
    SqliteConnection reader_;
};

} // namespace

std::unique_ptr<Database> make_sqlite_database(Sqlite writer, Sqlite reader) {
    return std::make_unique<SqliteDatabase>(std::move(writer), std::move(reader));
}

} // namespace caredian::store
