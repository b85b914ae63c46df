// One connection to a Redis: name, TCP, TLS, commands in a pipeline, replies in order.
// Belongs to the io_context's thread. Only for client.cpp.
#pragma once

#include "net/redis/options.h"
#include "net/redis/reply.h"
#include "net/tls.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace caredian::net::redis {

using SteadyTime = std::chrono::steady_clock::time_point;

class Connection : public std::enable_shared_from_this<Connection> {
public:
    static constexpr std::size_t max_waiting = 20'000;
    static constexpr std::size_t max_unsent = 16u * 1024u * 1024u;
    using Handler = std::function<void(result<Reply>)>; // called once

    explicit Connection(boost::asio::io_context& context);

    // Connects and shakes hands. Says why not; empty: open. close() interrupts it.
    boost::asio::awaitable<std::string> open(const Server& server, TlsContext tls);
    // One command and its answer, without a limit of its own. Errors: away, refused (the reply's
    // text is in `why`).
    boost::asio::awaitable<result<Reply>> ask(std::vector<std::string> words, std::string& why);
    // Errors given to the handler: away, timeout, full, protocol. A reply that is an error is a
    // reply. The handler may be empty.
    void send(Words words, SteadyTime deadline, Handler handler);
    // From now on what comes is no answer (a subscribed connection).
    void take_pushes(std::function<void(Reply&&)> on_push) { on_push_ = std::move(on_push); }
    void expire(SteadyTime now); // tells those whose time is over

    bool is_open() const { return open_; }
    void close(const std::string& reason); // all who wait are told
    const std::string& reason() const { return reason_; }

private:
    using tcp = boost::asio::ip::tcp;
    struct Waiting {
        SteadyTime deadline;
        Handler handler; // empty: nobody waits any more
    };
    void read();
    void on_read(error_code ec, std::size_t n);
    bool deliver();
    void flush();
    void write();

    boost::asio::io_context& context_;
    tcp::socket socket_;
    tcp::resolver resolver_;
    TlsContext context_of_tls_;
    std::optional<boost::asio::ssl::stream<tcp::socket&>> tls_;
    ReplyReader replies_;
    std::deque<Waiting> waiting_;
    std::function<void(Reply&&)> on_push_;
    std::string unsent_, sending_, reason_;
    std::vector<char> buffer_;
    bool open_ = false, closed_ = false, writes_ = false, flushing_ = false;
};

} // namespace caredian::net::redis
