// For tests: a private InfluxDB 1 on a free loopback port, with an empty database "caredian".
#pragma once

#include "base/test_process.h"
#include "history/influx/pull.h"

#include <fstream>
#include <memory>
#include <optional>
#include <string>

namespace caredian::history::influx {

class TestInfluxDb {
public:
    // nullptr: it is not installed.
    static std::unique_ptr<TestInfluxDb> start() {
        if (testing::find_program("influxd").empty()) return nullptr;
        return std::make_unique<TestInfluxDb>();
    }
    TestInfluxDb() {
        auto folder = (folder_ / "").string();
        std::ofstream(folder_ / "conf")
            << "reporting-disabled = true\nbind-address = \"127.0.0.1:" << testing::free_port()
            << "\"\n[meta]\ndir = \"" << folder << "meta\"\n[data]\ndir = \"" << folder
            << "data\"\nwal-dir = \"" << folder << "wal\"\nquery-log-enabled = false\n"
            << "[monitor]\nstore-enabled = false\n[http]\nlog-enabled = false\n"
            << "bind-address = \"127.0.0.1:" << port_ << "\"\n";
        server_.emplace(std::vector<std::string>{testing::find_program("influxd"), "run", "-config",
                                                 folder + "conf"},
                        folder_ / "log");
        testing::wait_until_reachable(*server_, port_);
        options_.url = url();
        (void)call(
            {"POST", "/query", "application/x-www-form-urlencoded", "q=CREATE DATABASE caredian"});
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    bool write(const std::string& lines) {
        return call({"POST", write_target(options_, Version::v1), "text/plain", lines}) == 204;
    }

private:
    unsigned call(const Setup& setup) {
        auto pull = Pull::make(options_, Version::v1);
        if (!pull) return 0;
        const std::atomic<bool> never{false};
        std::string line;
        (*pull)->begin(setup);
        for (auto more = (*pull)->next(line, never); more && *more;)
            more = (*pull)->next(line, never);
        return (*pull)->status();
    }

    testing::TemporaryFolder folder_;
    std::uint16_t port_ = testing::free_port();
    Options options_;
    std::optional<testing::Child> server_;
};

} // namespace caredian::history::influx
