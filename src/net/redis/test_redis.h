// For tests: a private Redis on a free loopback port, empty.
#pragma once

#include "base/test_process.h"
#include "net/redis/options.h"

#include <optional>
#include <string>

namespace caredian::net::redis {

class TestRedis {
public:
    static bool available() { return !testing::find_program("redis-server").empty(); }
    TestRedis() { start(); }
    void start() {
        std::vector<std::string> command{testing::find_program("redis-server"),
                                         "--port",
                                         std::to_string(port_),
                                         "--bind",
                                         "127.0.0.1",
                                         "--save",
                                         "",
                                         "--appendonly",
                                         "no",
                                         "--dir",
                                         folder_ / ""};
        server_.emplace(command, folder_ / "log");
        testing::wait_until_reachable(*server_, port_);
    }
    void kill() { server_->end(SIGKILL); }
    void freeze() { server_->send(SIGSTOP); }
    void thaw() { server_->send(SIGCONT); }
    Options options() const {
        Options o;
        o.servers = {{"127.0.0.1", port_}};
        o.backoff_min = std::chrono::milliseconds(20);
        return o;
    }

private:
    testing::TemporaryFolder folder_;
    std::uint16_t port_ = testing::free_port();
    std::optional<testing::Child> server_;
};

} // namespace caredian::net::redis
