// Live sessions in Redis for the benchmarks, as a gateway writes them, but without the work of a
// password for each.
#include "identity/jwt.h"
#include "identity/redis_session_store.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace caredian;
using namespace caredian::identity;

struct Options {
    std::string redis;
    std::string secret_file;
    std::size_t count = 0;
    std::string account; // id; empty: made up
    std::string username = "person";
    std::size_t each = 20; // sessions of one made-up account
    double seconds = 1;
};

// Where ends go that cannot be told to Redis: nowhere, that ends a measurement.
class NoDatabase final : public store::Database {
public:
    result<store::Rows> query(std::string_view, store::Parameters) override { return none(); }
    result<std::uint64_t> execute(std::string_view, store::Parameters) override { return none(); }
    result<void> transaction(const Work&) override { return none(); }
    result<void> exclusive(const Work&) override { return none(); }
    store::Dialect dialect() const override { return store::Dialect::sqlite; }

private:
    static error_code none() { return store::DatabaseErrc::away; }
};

class Load {
public:
    explicit Load(const Options& options)
        : options_(options), key_(secret_of(options.secret_file)), ends_(database_),
          store_(redis_of(options.redis), ends_, clock_, random_) {
        if (!store_.wait_until_up(std::chrono::seconds(5)))
            throw std::runtime_error("Redis does not answer");
    }

    void start() {
        for (std::size_t i = 0; i < options_.count; ++i) begin_one();
    }

    // Ends the sessions that stdin names and begins as many, evenly over the time.
    void churn() {
        std::vector<std::string> ids;
        for (std::string id; std::getline(std::cin, id);) ids.push_back(std::move(id));
        const auto begun = clock_.mono();
        const std::chrono::duration<double> all(options_.seconds);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const auto at = all * (static_cast<double>(i) / static_cast<double>(ids.size()));
            std::this_thread::sleep_until(begun + std::chrono::duration_cast<nanoseconds>(at));
            auto ended = store_.end(ids[i]);
            if (!ended) throw std::runtime_error("end: " + ended.error().message());
            begin_one();
        }
    }

private:
    static Secret secret_of(const std::string& path) {
        std::ifstream file(path);
        std::string text;
        if (!std::getline(file, text)) throw std::runtime_error(path + " cannot be read");
        return Secret(std::move(text));
    }
    static net::redis::Options redis_of(const std::string& url) {
        net::redis::Options out;
        if (auto wrong = net::redis::parse_url(url, out); !wrong.empty())
            throw std::runtime_error("--redis: " + wrong);
        return out;
    }

    void begin_one() {
        if (options_.account.empty() && begun_ % options_.each == 0) account_ = random_.hex(8);
        ++begun_;
        Session s;
        s.id = random_.token(16);
        s.account = options_.account.empty() ? account_ : options_.account;
        s.created = s.last_used = clock_.wall();
        s.expires = s.created + std::chrono::hours(24 * 14);
        s.client = "127.0.0.1";
        s.agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        s.owner = SessionOwner{options_.username, "Person of the Home", {}, "ko", Role::member};
        if (auto made = store_.create(s); !made)
            throw std::runtime_error("create: " + made.error().message());
        auto seconds = [](WallTime t) {
            return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
        };
        const auto token = key_.sign({s.id, s.account, seconds(s.created), seconds(s.expires)});
        std::printf("%s %s\n", s.id.c_str(), token.c_str());
    }

    const Options& options_;
    SystemClock clock_;
    SystemRandom random_;
    TokenKey key_;
    NoDatabase database_;
    SessionEnds ends_;
    RedisSessionStore store_;
    std::string account_;
    std::size_t begun_ = 0;
};

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Begins and ends sessions in Redis as the gateway's store does. Writes a line "
                 "\"ID COOKIE\" for each session that it begins.",
                 "session-load");
    Options o;
    app.add_option("--redis", o.redis, "redis://host:port")->required();
    app.add_option("--secret-file", o.secret_file, "the gateway's secret")->required();
    app.add_option("--account", o.account, "id of the account they are of; else made-up ones");
    app.add_option("--username", o.username, "its name")->capture_default_str();
    app.require_subcommand(1);
    auto* start = app.add_subcommand("start", "Begins sessions.");
    start->add_option("--count", o.count)->required();
    auto* churn = app.add_subcommand(
        "churn", "Ends the sessions whose ids stdin names, one a line, and begins as many.");
    churn->add_option("--seconds", o.seconds, "evenly over that time")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        Load load(o);
        if (start->parsed())
            load.start();
        else
            load.churn();
        return 0;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "session-load: %s\n", e.what());
        return 1;
    }
}
