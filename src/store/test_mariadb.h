// For tests: a private MariaDB on a free loopback port, with an empty database and a user of it.
#pragma once

#include "base/test_process.h"
#include "store/database.h"

#include <optional>
#include <string>
#include <sys/file.h>
#include <vector>

namespace caredian::store {

class TestMariadb {
public:
    static bool available(); // mariadb-server is installed
    // `options`: further lines for the server ("--ssl-cert=…").
    explicit TestMariadb(std::vector<std::string> options = {});
    void start();
    void kill() { server_->end(SIGKILL); }
    void freeze() { server_->send(SIGSTOP); }
    void thaw() { server_->send(SIGCONT); }
    std::string url(const std::string& database = "caredian") const;
    // As root, by the client program. Throws when the server refuses.
    void sql(const std::string& statements) const;
    std::uint16_t port() const { return port_; }

private:
    static std::string prepared_data(); // made once on a machine: takes four seconds
    testing::TemporaryFolder folder_;
    std::uint16_t port_ = testing::free_port();
    std::vector<std::string> options_;
    std::optional<testing::Child> server_;
};

namespace mariadb_test {

inline const std::vector<std::string> small{"--innodb-log-file-size=4M",
                                            "--innodb-data-file-path=ibdata1:4M:autoextend"};

inline void run(const std::vector<std::string>& command, const std::string& log) {
    testing::Child child(command, log);
    for (int i = 0; i < 6000 && !child.ended(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (!child.ended() || child.exit_code() != 0) {
        std::ifstream in(log);
        std::ostringstream text;
        text << in.rdbuf();
        throw std::runtime_error(command[0] + " failed: " + text.str());
    }
}

} // namespace mariadb_test

inline bool TestMariadb::available() {
    return !testing::find_program("mariadbd").empty() &&
           !testing::find_program("mariadb-install-db").empty();
}

inline std::string TestMariadb::prepared_data() {
    auto user = std::to_string(geteuid());
    auto place = std::filesystem::temp_directory_path() / ("caredian-test-mariadb-" + user);
    std::filesystem::create_directories(place);
    int lock = ::open((place / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0 || ::flock(lock, LOCK_EX) != 0) throw std::runtime_error("no template folder");
    auto data = place / "data";
    if (!std::filesystem::exists(data)) {
        auto unfinished = place / "unfinished";
        std::filesystem::remove_all(unfinished);
        std::vector<std::string> command{
            testing::find_program("mariadb-install-db"), "--no-defaults", "--skip-test-db",
            "--auth-root-authentication-method=normal", "--datadir=" + unfinished.string()};
        if (geteuid() == 0) command.emplace_back("--user=root");
        command.insert(command.end(), mariadb_test::small.begin(), mariadb_test::small.end());
        mariadb_test::run(command, place / "install.log");
        std::filesystem::rename(unfinished, data);
    }
    ::close(lock);
    return data;
}

inline TestMariadb::TestMariadb(std::vector<std::string> options) : options_(std::move(options)) {
    std::filesystem::copy(prepared_data(), folder_ / "data",
                          std::filesystem::copy_options::recursive);
    start();
    sql("CREATE DATABASE caredian;"
        "CREATE USER caredian@'%' IDENTIFIED BY 'p@ss wörd';"
        "GRANT ALL ON `caredian%`.* TO caredian@'%';");
}

inline void TestMariadb::start() {
    std::vector<std::string> command{testing::find_program("mariadbd"),
                                     "--no-defaults",
                                     "--datadir=" + (folder_ / "data").string(),
                                     "--socket=" + (folder_ / "socket").string(),
                                     "--pid-file=" + (folder_ / "pid").string(),
                                     "--bind-address=127.0.0.1",
                                     "--port=" + std::to_string(port_),
                                     "--skip-name-resolve",
                                     "--innodb-buffer-pool-size=8M",
                                     "--innodb-use-native-aio=0",
                                     "--innodb-flush-log-at-trx-commit=2",
                                     "--innodb-fast-shutdown=2"};
    if (geteuid() == 0) command.emplace_back("--user=root");
    command.insert(command.end(), mariadb_test::small.begin(), mariadb_test::small.end());
    command.insert(command.end(), options_.begin(), options_.end());
    server_.emplace(command, folder_ / "log");
    testing::wait_until_reachable(*server_, port_);
}

inline std::string TestMariadb::url(const std::string& database) const {
    return "mysql://caredian:p%40ss%20w%C3%B6rd@127.0.0.1:" + std::to_string(port_) + "/" +
           database;
}

inline void TestMariadb::sql(const std::string& statements) const {
    mariadb_test::run({testing::find_program("mariadb"), "--no-defaults", "-uroot", "-S",
                       (folder_ / "socket").string(), "--default-character-set=utf8mb4", "-e",
                       statements},
                      folder_ / "client.log");
}

} // namespace caredian::store
