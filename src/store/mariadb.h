// MariaDB, thinly: one connection with prepared statements, over MariaDB Connector/C.
// Only for database*.cpp and backup: everybody else speaks to store::Database.
#pragma once

#include "base/secret.h"
#include "store/database.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>

struct st_mysql;
struct st_mysql_stmt;

namespace caredian::store {

struct MariadbOptions {
    std::string host;
    std::uint16_t port = 3306;
    std::string user;
    Secret password;
    std::string database;
    bool tls = false; // the server's certificate is checked: chain and host
    std::string ca{}; // PEM file; empty = the system's
};

// "mysql://user:password@host:port/database", percent-encoded. Returns what is wrong, without the
// URL's text; empty: it is good.
std::string parse_mariadb_url(std::string_view url, MariadbOptions& out);

// One thread at a time. Every call blocks, at most for the timeouts (connect 3 s, answer 15 s).
class MariadbConnection final : public Connection {
public:
    // Errors: away, other (user, password or database refused). The reason is for people who may
    // see addresses; it holds no secret.
    static result<std::unique_ptr<MariadbConnection>> open(const MariadbOptions& options,
                                                           std::string& reason);
    ~MariadbConnection() override;
    MariadbConnection(const MariadbConnection&) = delete;

    result<Rows> query(std::string_view sql, Parameters parameters = {}) override;
    result<std::uint64_t> execute(std::string_view sql, Parameters parameters = {}) override;
    result<void> command(std::string_view sql); // without parameters or result, not prepared

    // Has the connection broken, or did the server close it while it was idle? Costs a poll.
    bool is_usable() const;
    const std::string& reason() const { return reason_; } // of the last error

private:
    struct FreeStatement {
        void operator()(st_mysql_stmt* s) const;
    };
    using StatementPtr = std::unique_ptr<st_mysql_stmt, FreeStatement>;

    explicit MariadbConnection(st_mysql* mysql) : mysql_(mysql) {}
    result<st_mysql_stmt*> run(std::string_view sql, Parameters parameters);
    result<st_mysql_stmt*> prepared(std::string_view sql);
    error_code failed(unsigned code, const char* message);

    st_mysql* mysql_;
    std::map<std::string, StatementPtr, std::less<>> statements_;
    StatementPtr once_; // DDL: not kept
    std::string reason_;
    bool broken_ = false;
};

} // namespace caredian::store
