#include "store/mariadb.h"

#include "base/log.h"

#include <array>
#include <cstring>
#include <mysql.h>
#include <poll.h>

namespace caredian::store {

namespace {

constexpr unsigned connect_seconds = 3;
constexpr unsigned answer_seconds = 15;
constexpr std::size_t max_statements = 100;
// Each is needed: the server's defaults cut what is too long, and take "0000-00-00". A program that
// stands still, or whose machine lost its power, keeps its locks until the server ends its
// connection: soon inside a transaction, where others wait for the rows, and in minutes elsewhere
// (locks by name; 97 s is no interval of ours, so that seldom one is closed as it is taken).
// MySQL has no idle_transaction_timeout, and reads it as a comment.
constexpr std::string_view session_sql =
    "SET SESSION sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_BACKSLASH_ESCAPES',"
    "innodb_lock_wait_timeout=5,lock_wait_timeout=10,wait_timeout=97,"
    "/*M!100300 idle_transaction_timeout=10,*/"
    "net_write_timeout=60,time_zone='+00:00'";

// https://mariadb.com/kb/en/mariadb-error-codes/
error_code from_mariadb(unsigned code) {
    switch (code) {
    case 1022: // duplicate key in a write
    case 1048: // NOT NULL
    case 1062: // UNIQUE
    case 1364: // NOT NULL without a default
    case 1451: // FOREIGN KEY
    case 1452:
        return Errc::constraint;
    case 1205: // waited too long for a lock
    case 1213: // deadlock: this one was chosen to give way
        return Errc::busy;
    case 1021:
    case 1114:
        return Errc::full;
    case 1290: // --read-only
    case 1792:
    case 1836:
        return Errc::read_only;
    case 1040: // too many connections
    case 1053: // the server shuts down
    case 1129:
    case 1152:
    case 1158: // packets lost
    case 1159:
    case 1160:
    case 1161:
    case 1203:
    case 1226:
    case 1317: // interrupted by the shutdown
    case 1927: // the connection was killed
        return DatabaseErrc::away;
    default:
        if (code >= 2000 && code < 3000) return DatabaseErrc::away; // the client's own
        return Errc::other;
    }
}

bool is_cached(std::string_view sql) {
    for (std::string_view word : {"SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE"})
        if (sql.starts_with(word)) return true;
    return false;
}

// The values of one execution; `bind` points into itself and into the caller's views.
struct Bound {
    explicit Bound(Parameters parameters)
        : values(parameters.begin(), parameters.end()), bind(values.size()),
          lengths(values.size()) {
        for (std::size_t i = 0; i < values.size(); ++i)
            std::visit([&](auto& v) { set(bind[i], lengths[i], v); }, values[i]);
    }
    static void set(MYSQL_BIND& b, unsigned long&, std::nullptr_t) {
        b.buffer_type = MYSQL_TYPE_NULL;
    }
    static void set(MYSQL_BIND& b, unsigned long&, std::int64_t& v) {
        b.buffer_type = MYSQL_TYPE_LONGLONG;
        b.buffer = &v;
    }
    static void set(MYSQL_BIND& b, unsigned long&, double& v) {
        b.buffer_type = MYSQL_TYPE_DOUBLE;
        b.buffer = &v;
    }
    static void set(MYSQL_BIND& b, unsigned long& length, std::string_view v) {
        bytes(b, length, v, MYSQL_TYPE_STRING);
    }
    static void set(MYSQL_BIND& b, unsigned long& length, Blob v) {
        bytes(b, length, v.bytes, MYSQL_TYPE_BLOB);
    }
    static void bytes(MYSQL_BIND& b, unsigned long& length, std::string_view v,
                      enum_field_types type) {
        static char nothing = 0; // an empty text is not NULL
        b.buffer_type = type;
        b.buffer = v.data() ? const_cast<char*>(v.data()) : &nothing; // only read
        length = b.buffer_length = v.size();
        b.length = &length;
    }
    std::vector<Parameter> values;
    std::vector<MYSQL_BIND> bind;
    std::vector<unsigned long> lengths;
};

// One column of a result while rows are fetched.
struct Column {
    enum class Kind { integer, real, bytes } kind = Kind::bytes;
    std::int64_t integer = 0;
    double real = 0;
    std::string bytes;
    unsigned long length = 0;
    my_bool null = 0;

    void bind(MYSQL_BIND& b, const MYSQL_FIELD& field) {
        b.is_null = &null;
        b.length = &length;
        switch (field.type) {
        case MYSQL_TYPE_TINY:
        case MYSQL_TYPE_SHORT:
        case MYSQL_TYPE_INT24:
        case MYSQL_TYPE_LONG:
        case MYSQL_TYPE_LONGLONG:
            return as_integer(b);
        case MYSQL_TYPE_DECIMAL:
        case MYSQL_TYPE_NEWDECIMAL: // SUM() of integers
            return field.decimals == 0 ? as_integer(b) : as_real(b);
        case MYSQL_TYPE_FLOAT:
        case MYSQL_TYPE_DOUBLE:
            return as_real(b);
        default:
            bytes.resize(field.max_length); // of this result: it is stored
            b.buffer_type = MYSQL_TYPE_BLOB;
            b.buffer = bytes.data();
            b.buffer_length = bytes.size();
        }
    }
    void as_integer(MYSQL_BIND& b) {
        kind = Kind::integer;
        b.buffer_type = MYSQL_TYPE_LONGLONG;
        b.buffer = &integer;
    }
    void as_real(MYSQL_BIND& b) {
        kind = Kind::real;
        b.buffer_type = MYSQL_TYPE_DOUBLE;
        b.buffer = &real;
    }
    Row::Value value() const {
        if (null) return nullptr;
        if (kind == Kind::integer) return integer;
        if (kind == Kind::real) return real;
        return bytes.substr(0, length);
    }
};

struct FreeResult {
    void operator()(MYSQL_RES* r) const { mysql_free_result(r); }
};

} // namespace

void MariadbConnection::FreeStatement::operator()(st_mysql_stmt* s) const {
    mysql_stmt_close(s);
}

result<std::unique_ptr<MariadbConnection>> MariadbConnection::open(const MariadbOptions& o,
                                                                   std::string& reason) {
    static const bool ready = mysql_library_init(0, nullptr, nullptr) == 0;
    MYSQL* mysql = ready ? mysql_init(nullptr) : nullptr;
    if (!mysql) return Errc::other;
    std::unique_ptr<MariadbConnection> made(new MariadbConnection(mysql));
    auto set = [mysql](mysql_option option, const auto& value) {
        mysql_optionsv(mysql, option, &value);
    };
    set(MYSQL_OPT_CONNECT_TIMEOUT, connect_seconds);
    set(MYSQL_OPT_READ_TIMEOUT, answer_seconds);
    set(MYSQL_OPT_WRITE_TIMEOUT, answer_seconds);
    const unsigned tcp = MYSQL_PROTOCOL_TCP; // else "localhost" is a socket somewhere
    set(MYSQL_OPT_PROTOCOL, tcp);
    const my_bool yes = 1;
    const my_bool no = 0;
    set(MYSQL_OPT_RECONNECT, no);
    const unsigned none = 0;
    set(MYSQL_OPT_LOCAL_INFILE, none); // a server could else ask for our files
    mysql_optionsv(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (o.tls) {
        set(MYSQL_OPT_SSL_ENFORCE, yes);
        set(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, yes);
        mysql_optionsv(mysql, MARIADB_OPT_TLS_VERSION, "TLSv1.2,TLSv1.3");
        if (!o.ca.empty()) mysql_optionsv(mysql, MYSQL_OPT_SSL_CA, o.ca.c_str());
    }
    bool good =
        mysql_real_connect(mysql, o.host.c_str(), o.user.c_str(), o.password.reveal().c_str(),
                           o.database.c_str(), o.port, nullptr, CLIENT_FOUND_ROWS) != nullptr;
    if (good && o.tls && !mysql_get_ssl_cipher(mysql)) {
        reason = "the server does not speak TLS";
        return DatabaseErrc::away;
    }
    result<void> begun;
    if (good) begun = made->command(session_sql);
    if (good && begun) return made;
    reason = good ? made->reason_ : mysql_error(mysql);
    auto code = from_mariadb(mysql_errno(mysql));
    return good ? begun.error() : code;
}

MariadbConnection::~MariadbConnection() {
    statements_.clear();
    once_.reset();
    mysql_close(mysql_);
}

error_code MariadbConnection::failed(unsigned code, const char* message) {
    error_code e = from_mariadb(code);
    reason_ = message;
    if (e == DatabaseErrc::away) broken_ = true;
    if (e != Errc::constraint && e != DatabaseErrc::away)
        log::error("store", "a statement failed", {{"message", reason_}, {"code", code}});
    return e;
}

bool MariadbConnection::is_usable() const {
    if (broken_) return false;
    pollfd p{static_cast<int>(mysql_get_socket(mysql_)), POLLIN, 0};
    return ::poll(&p, 1, 0) == 0; // nothing is to be read while nothing was asked
}

result<void> MariadbConnection::command(std::string_view sql) {
    if (mysql_real_query(mysql_, sql.data(), sql.size()) != 0)
        return failed(mysql_errno(mysql_), mysql_error(mysql_));
    std::unique_ptr<MYSQL_RES, FreeResult> ignored(mysql_store_result(mysql_));
    return {};
}

result<st_mysql_stmt*> MariadbConnection::prepared(std::string_view sql) {
    if (auto found = statements_.find(sql); found != statements_.end()) return found->second.get();
    StatementPtr made(mysql_stmt_init(mysql_));
    if (!made) return Errc::other;
    const my_bool yes = 1;
    mysql_stmt_attr_set(made.get(), STMT_ATTR_UPDATE_MAX_LENGTH, &yes);
    if (mysql_stmt_prepare(made.get(), sql.data(), sql.size()) != 0)
        return failed(mysql_stmt_errno(made.get()), mysql_stmt_error(made.get()));
    auto* statement = made.get();
    if (!is_cached(sql)) {
        once_ = std::move(made);
        return statement;
    }
    if (statements_.size() >= max_statements) statements_.clear();
    statements_.emplace(std::string(sql), std::move(made));
    return statement;
}

result<st_mysql_stmt*> MariadbConnection::run(std::string_view sql, Parameters parameters) {
    auto statement = prepared(sql);
    if (!statement) return statement;
    if (mysql_stmt_param_count(*statement) != parameters.size()) return Errc::other;
    Bound bound(parameters);
    if (parameters.size() > 0) mysql_stmt_bind_param(*statement, bound.bind.data());
    if (mysql_stmt_execute(*statement) != 0)
        return failed(mysql_stmt_errno(*statement), mysql_stmt_error(*statement));
    return statement;
}

result<std::uint64_t> MariadbConnection::execute(std::string_view sql, Parameters parameters) {
    auto statement = run(sql, parameters);
    if (!statement) return statement.error();
    auto rows = mysql_stmt_affected_rows(*statement);
    mysql_stmt_free_result(*statement);
    return static_cast<std::uint64_t>(rows);
}

result<Rows> MariadbConnection::query(std::string_view sql, Parameters parameters) {
    auto ran = run(sql, parameters);
    if (!ran) return ran.error();
    MYSQL_STMT* statement = *ran;
    auto fail = [&] { return failed(mysql_stmt_errno(statement), mysql_stmt_error(statement)); };
    if (mysql_stmt_store_result(statement) != 0) return fail();
    std::unique_ptr<MYSQL_RES, FreeResult> about(mysql_stmt_result_metadata(statement));
    if (!about) return Rows(); // a statement without a result
    const auto count = mysql_num_fields(about.get());
    std::vector<Column> columns(count);
    std::vector<MYSQL_BIND> bind(count);
    const MYSQL_FIELD* fields = mysql_fetch_fields(about.get());
    for (unsigned i = 0; i < count; ++i) columns[i].bind(bind[i], fields[i]);
    if (mysql_stmt_bind_result(statement, bind.data()) != 0) return fail();
    Rows rows;
    for (;;) {
        int got = mysql_stmt_fetch(statement);
        if (got == MYSQL_NO_DATA) break;
        if (got == 1) return fail();
        std::vector<Row::Value> values;
        values.reserve(count);
        for (const auto& column : columns) values.push_back(column.value());
        rows.emplace_back(std::move(values));
    }
    mysql_stmt_free_result(statement);
    return rows;
}

} // namespace caredian::store
