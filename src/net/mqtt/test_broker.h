// For tests: a real broker as a child process on a free loopback port, and a client that notes its
// calls while an io_context runs.
#pragma once

#include "base/test_process.h"
#include "net/mqtt/client.h"

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace caredian::net::mqtt::testing {

using caredian::testing::Child;
using caredian::testing::find_program;
using caredian::testing::free_port;
using caredian::testing::loopback;
using caredian::testing::reachable;
using caredian::testing::TemporaryFolder;
using caredian::testing::wait_until_reachable;

// `settings` are lines of mosquitto.conf after the listener.
class Mosquitto {
public:
    static std::string program() { return find_program("mosquitto"); }
    explicit Mosquitto(const std::string& settings = "allow_anonymous true\n") {
        settings_ = settings;
        start();
    }
    void start() {
        auto text = "listener " + std::to_string(port) + " 127.0.0.1\n" + settings_;
        if (geteuid() == 0) text += "user root\n"; // it would change to a user of its own
        auto file = folder.write("mosquitto.conf", text);
        child_.emplace(std::vector<std::string>{program(), "-c", file}, folder / "log");
        wait_until_reachable(*child_, port);
    }
    void end(int signal) { child_->end(signal); }

    TemporaryFolder folder;
    std::uint16_t port = free_port();

private:
    std::string settings_;
    std::optional<Child> child_;
};

// Writes down what it is told; acknowledges at each batch's end unless told not to.
struct User : ClientHandler {
    struct Message {
        std::string topic, payload;
        std::uint8_t qos;
        bool retain, dup;
    };
    Client* client = nullptr;
    bool acknowledging = true;
    std::vector<Connected> connections;
    std::vector<Message> messages;
    std::vector<std::string> ends;
    std::map<std::string, int> granted, removed;
    int batches = 0, pongs = 0, releases = 0;
    std::vector<std::pair<std::uint16_t, std::uint8_t>> open;

    void on_connected(const Connected& c) override { connections.push_back(c); }
    void on_publish(const Publish& p) override {
        messages.push_back({std::string(p.topic), std::string(p.payload), p.qos, p.retain, p.dup});
        if (p.qos > 0) open.emplace_back(p.packet_id, p.qos);
    }
    void on_release(std::uint16_t id) override {
        ++releases;
        client->complete(id);
    }
    void on_batch_end() override {
        ++batches;
        if (acknowledging) acknowledge_all();
    }
    void acknowledge_all() {
        for (auto [id, qos] : open) client->acknowledge(id, qos);
        open.clear();
        client->flush();
    }
    void on_ping_response() override { ++pongs; }
    void on_disconnected(const std::string& reason) override {
        open.clear();
        ends.push_back(reason);
    }
    void on_subscribed(std::string_view f, std::uint8_t code) override {
        granted[std::string(f)] = code;
    }
    void on_unsubscribed(std::string_view f, std::uint8_t code) override {
        removed[std::string(f)] = code;
    }
};

// A client with its user.
struct Party : User {
    Party(boost::asio::io_context& io, const ClientOptions& options)
        : client_(io, options, *this, clock_, random_) {
        client = &client_;
    }
    bool connected() const { return client_.connected(); }
    // All filters answered.
    bool ready(std::size_t filters) const { return connected() && granted.size() >= filters; }

private:
    SystemClock clock_;
    SeededRandom random_{1};
    Client client_;
};

// Runs until `done`; false after `limit`.
inline bool run_until(boost::asio::io_context& io, const std::function<bool()>& done,
                      std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    auto end = std::chrono::steady_clock::now() + limit;
    io.restart();
    while (!done() && std::chrono::steady_clock::now() < end)
        io.run_one_for(std::chrono::milliseconds(20));
    return done();
}

inline ClientOptions options_for(std::uint16_t port, std::string id, Version version) {
    ClientOptions o;
    o.port = port;
    o.client_id = std::move(id);
    o.version = version;
    o.version_fallback = false;
    o.backoff_min = std::chrono::milliseconds(50);
    return o;
}

} // namespace caredian::net::mqtt::testing
