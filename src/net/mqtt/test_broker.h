// For tests: a real broker as a child process on a free loopback port, and a client that notes its
// calls while an io_context runs.
#pragma once

#include "net/mqtt/client.h"

#include <arpa/inet.h>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <netinet/in.h>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace caredian::net::mqtt::testing {

namespace fs = std::filesystem;

// Where a program is, in PATH and in sbin; empty when nowhere.
inline std::string find_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(std::string(path ? path : "") + ":/usr/sbin:/usr/local/sbin");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (access((folder + "/" + name).c_str(), X_OK) == 0) return folder + "/" + name;
    return {};
}

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (fs::temp_directory_path() / "caredian-mqtt-XXXXXX").string();
        if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
        path_ = pattern;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    fs::path operator/(const std::string& name) const { return path_ / name; }
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name) << text;
        return path_ / name;
    }

private:
    fs::path path_;
};

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_port = htons(port);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

inline std::uint16_t free_port() {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto a = loopback(0);
    socklen_t size = sizeof a;
    auto* generic = reinterpret_cast<sockaddr*>(&a);
    bool good = bind(fd, generic, size) == 0 && getsockname(fd, generic, &size) == 0;
    close(fd);
    if (!good) throw std::runtime_error("no free port");
    return ntohs(a.sin_port);
}

class Child {
public:
    Child(const std::vector<std::string>& command, const std::string& log) {
        std::vector<char*> argv;
        for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
        argv.push_back(nullptr);
        posix_spawn_file_actions_t files;
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                         0600);
        posix_spawn_file_actions_adddup2(&files, 1, 2);
        int failed = posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), environ);
        posix_spawn_file_actions_destroy(&files);
        if (failed) throw std::runtime_error("cannot start " + command[0]);
    }
    ~Child() { end(SIGKILL); }
    Child(const Child&) = delete;
    void end(int signal) {
        if (pid_ <= 0) return;
        kill(pid_, signal);
        waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }
    bool ended() {
        if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = 0;
        return pid_ == 0;
    }

private:
    pid_t pid_ = 0;
};

inline bool reachable(std::uint16_t port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto a = loopback(port);
    bool good = connect(fd, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0;
    close(fd);
    return good;
}

inline void wait_until_reachable(Child& child, std::uint16_t port) {
    for (int i = 0; i < 1000 && !child.ended(); ++i) {
        if (reachable(port)) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("the broker did not start");
}

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
