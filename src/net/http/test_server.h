// For tests: a server on a free loopback port, and a plain client that sends bytes as they are.
#pragma once

#include "net/http/server.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <poll.h>

namespace caredian::net::http {

struct OpenGate final : Gate {
    Verdict check(const Request&, const Route&, std::any&, Response&) override {
        return Verdict::pass;
    }
    awaitable<Verdict> check_slowly(const Request&, const Route&, std::any&, Response&) override {
        co_return Verdict::pass;
    }
};

// A blocking client. Every read has an end: 5 s.
class PlainClient {
public:
    explicit PlainClient(std::uint16_t port) : socket_(context_) {
        socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    }
    PlainClient& send(std::string_view bytes) {
        boost::system::error_code ignored; // a server that refuses may have closed
        boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
        return *this;
    }
    // One response head and its body by Content-Length (or none).
    std::string response(bool head_only = false) {
        while (buffer_.find("\r\n\r\n") == std::string::npos)
            if (!more()) return take(buffer_.size());
        auto end = buffer_.find("\r\n\r\n") + 4;
        std::size_t length = 0;
        if (auto at = buffer_.find("Content-Length: "); at < end && !head_only)
            length = std::stoul(buffer_.substr(at + 16));
        while (buffer_.size() < end + length)
            if (!more()) break;
        return take(end + length);
    }
    std::string until_close() {
        while (more()) {
        }
        return take(buffer_.size());
    }
    // Reads until `text` has come.
    std::string until(std::string_view text) {
        while (buffer_.find(text) == std::string::npos)
            if (!more()) return take(buffer_.size());
        return take(buffer_.find(text) + text.size());
    }
    bool closed_by_server() {
        while (more()) {
        }
        return ended_;
    }
    void shut_down_write() { socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send); }
    void close() { socket_.close(); }
    boost::asio::ip::tcp::socket& socket() { return socket_; }
    bool more() {
        pollfd waiting{socket_.native_handle(), POLLIN, 0};
        if (::poll(&waiting, 1, 5'000) <= 0) return false;
        char piece[16 * 1024];
        boost::system::error_code error;
        auto n = socket_.read_some(boost::asio::buffer(piece), error);
        ended_ = static_cast<bool>(error);
        buffer_.append(piece, n);
        return !error;
    }

private:
    std::string take(std::size_t size) {
        auto taken = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return taken;
    }
    boost::asio::io_context context_;
    boost::asio::ip::tcp::socket socket_;
    std::string buffer_;
    bool ended_ = false;
};

// Fill `router` and `options`, then start().
struct ServerTest : testing::Test {
    SystemClock clock;
    SystemRandom random;
    Metrics metrics;
    Router router;
    OpenGate open_gate;
    Gate* gate = &open_gate;
    ServerOptions options = quiet();
    std::function<bool(std::string_view)> host_allowed = [](std::string_view) { return true; };
    std::unique_ptr<Server> server;

    static ServerOptions quiet() {
        ServerOptions o;
        o.listen = {"127.0.0.1:0"};
        o.workers = 1;
        o.access_log = false;
        return o;
    }
    void start() {
        server =
            std::make_unique<Server>(options, router, *gate, host_allowed, metrics, clock, random);
        server->start();
    }
    std::uint16_t port() const { return server->ports().at(0); }
    PlainClient client() const { return PlainClient(port()); }
    // Sends one request, reads one response.
    std::string ask(std::string_view bytes) const { return client().send(bytes).response(); }

    void quick(std::string path, QuickHandler handler,
               std::vector<Method> methods = {Method::get}) {
        Route route;
        route.path = std::move(path);
        route.methods = std::move(methods);
        route.quick = std::move(handler);
        router.add(std::move(route));
    }
    Route slow(std::string path, Handler handler, std::vector<Method> methods = {Method::get}) {
        Route route;
        route.path = std::move(path);
        route.methods = std::move(methods);
        route.handler = std::move(handler);
        return route;
    }
};

inline unsigned status_of(std::string_view response) {
    return response.size() < 12
               ? 0
               : static_cast<unsigned>(std::stoul(std::string(response.substr(9, 3))));
}

inline std::string body_of(const std::string& response) {
    auto at = response.find("\r\n\r\n");
    return at == std::string::npos ? "" : response.substr(at + 4);
}

} // namespace caredian::net::http
