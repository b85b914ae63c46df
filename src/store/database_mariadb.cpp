// MariaDB behind the interface: a few connections, taken by whoever calls.
#include "base/log.h"
#include "store/mariadb.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace caredian::store {

std::unique_ptr<Database> make_mariadb_database(std::string_view url,
                                                const DatabaseOptions& options);

namespace {

constexpr auto wait_for_connection = std::chrono::seconds(5);
constexpr std::int64_t write_wait_seconds = 5;
constexpr std::int64_t migration_wait_seconds = 60;

class MariadbDatabase final : public Database {
public:
    MariadbDatabase(MariadbOptions server, const DatabaseOptions& options)
        : server_(std::move(server)), limit_(options.connections), on_change_(options.on_change) {}

    // Reading again does no harm: once more on a new connection when this one broke.
    result<Rows> query(std::string_view sql, Parameters parameters) override {
        auto rows = with_connection([&](Connection& c) { return c.query(sql, parameters); });
        if (rows || rows.error() != DatabaseErrc::away) return rows;
        return with_connection([&](Connection& c) { return c.query(sql, parameters); });
    }
    result<std::uint64_t> execute(std::string_view sql, Parameters parameters) override {
        return with_connection([&](Connection& c) { return c.execute(sql, parameters); });
    }
    result<void> transaction(const Work& work) override {
        return with_connection([&](MariadbConnection& c) {
            return locked(c, write_wait_seconds, [&] { return in_transaction(c, work); });
        });
    }
    // DDL commits by itself: the lock is all there is.
    result<void> exclusive(const Work& work) override {
        return with_connection([&](MariadbConnection& c) {
            return locked(c, migration_wait_seconds, [&] { return work(c); });
        });
    }
    Dialect dialect() const override { return Dialect::mariadb; }

private:
    // The inside of a transaction. After an error that ended or may have ended it, nothing more
    // goes to the server: it would be a transaction, or no transaction, of its own.
    class Inside final : public Connection {
    public:
        explicit Inside(MariadbConnection& c) : connection_(c) {}
        result<Rows> query(std::string_view sql, Parameters parameters) override {
            if (lost) return lost;
            return seen(connection_.query(sql, parameters));
        }
        result<std::uint64_t> execute(std::string_view sql, Parameters parameters) override {
            if (lost) return lost;
            return seen(connection_.execute(sql, parameters));
        }
        error_code lost;

    private:
        template <class T>
        result<T> seen(result<T> r) {
            if (!r && (r.error() == Errc::busy || r.error() == DatabaseErrc::away))
                lost = r.error();
            return r;
        }
        MariadbConnection& connection_;
    };

    // A connection goes back to the pool in every case but one: it is broken, or in a state that
    // is not known.
    struct Lease {
        MariadbDatabase& database;
        std::unique_ptr<MariadbConnection> connection;
        bool good = false;
        ~Lease() { database.give_back(std::move(connection), good); }
    };

    template <class Use>
    auto with_connection(const Use& use) -> decltype(use(std::declval<MariadbConnection&>())) {
        auto taken = take();
        if (!taken) return taken.error();
        Lease lease{*this, std::move(*taken)};
        auto outcome = use(*lease.connection);
        lease.good = outcome || outcome.error() != DatabaseErrc::away;
        noticed(lease.good ? std::string() : lease.connection->reason());
        return outcome;
    }

    // One writer at a time, as in a file: a transaction sees what the one before it left, and two
    // that read and then write don't run into each other. The server lets go of the lock when the
    // connection breaks.
    template <class Inner>
    result<void> locked(MariadbConnection& c, std::int64_t seconds, const Inner& inner) {
        // Named by the database: two of them on one server have nothing to do with each other.
        constexpr std::string_view get = "SELECT GET_LOCK(CONCAT('caredian.',SHA1(DATABASE())),?)";
        constexpr std::string_view release =
            "SELECT RELEASE_LOCK(CONCAT('caredian.',SHA1(DATABASE())))";
        auto got = c.query(get, {seconds});
        if (!got) return got.error();
        if (got->empty() || (*got)[0].integer(0) != 1) return Errc::busy;
        struct Release {
            MariadbConnection& connection;
            ~Release() { (void)connection.query(release); }
            std::string_view release;
        } last{c, release};
        return inner();
    }

    static result<void> in_transaction(MariadbConnection& c, const Work& work) {
        // What was read stays locked until the end, also against single statements.
        for (std::string_view sql : {"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "BEGIN"})
            if (auto begun = c.command(sql); !begun) return begun;
        struct Rollback {
            MariadbConnection& connection;
            bool armed = true;
            ~Rollback() {
                if (armed) (void)connection.command("ROLLBACK"); // also when `work` throws
            }
        } rollback{c};
        Inside inside(c);
        auto done = work(inside);
        if (inside.lost) return inside.lost;
        if (!done) return done;
        rollback.armed = false;
        auto kept = c.command("COMMIT");
        if (!kept && kept.error() != DatabaseErrc::away) (void)c.command("ROLLBACK");
        return kept;
    }

    result<std::unique_ptr<MariadbConnection>> take() {
        {
            std::unique_lock lock(mutex_);
            if (!free_.wait_for(lock, wait_for_connection,
                                [&] { return !idle_.empty() || out_ < limit_; }))
                return Errc::busy;
            ++out_;
            while (!idle_.empty()) {
                auto c = std::move(idle_.back());
                idle_.pop_back();
                if (c->is_usable()) return c;
            }
        }
        std::string reason;
        auto made = MariadbConnection::open(server_, reason);
        if (made) {
            noticed({});
            return made;
        }
        give_back(nullptr, false);
        noticed(reason);
        return made;
    }

    void give_back(std::unique_ptr<MariadbConnection> c, bool good) {
        std::lock_guard lock(mutex_);
        --out_;
        if (good && c) idle_.push_back(std::move(c));
        free_.notify_one();
    }

    void noticed(const std::string& reason) {
        {
            std::lock_guard lock(mutex_);
            if (away_ == !reason.empty()) return;
            away_ = !reason.empty();
        }
        if (on_change_) on_change_(reason);
    }

    const MariadbOptions server_;
    const std::size_t limit_;
    const std::function<void(const std::string&)> on_change_;
    std::mutex mutex_;
    std::condition_variable free_;
    std::vector<std::unique_ptr<MariadbConnection>> idle_;
    std::size_t out_ = 0;
    bool away_ = false;
};

} // namespace

std::unique_ptr<Database> make_mariadb_database(std::string_view url,
                                                const DatabaseOptions& options) {
    MariadbOptions server;
    if (auto wrong = parse_mariadb_url(url, server); !wrong.empty()) return nullptr; // was checked
    if (!options.password.empty()) server.password = options.password;
    server.ca = options.ca;
    server.tls = options.tls || !options.ca.empty();
    return std::make_unique<MariadbDatabase>(std::move(server), options);
}

} // namespace caredian::store
