// A Redis that is kept connected to, directly or by its sentinels; and word of every change of
// keys under a prefix, so that what was read may be remembered.
// https://redis.io/docs/reference/client-side-caching/ (RESP2: two connections, BCAST)
#pragma once

#include "base/random.h"
#include "net/redis/options.h"
#include "net/redis/reply.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace caredian::net::redis {

// All are called on the io_context's thread; each may be empty.
struct ClientHooks {
    // Keys to be told of; empty: no tracking. While an *epoch* lasts, every change of such a key is
    // told within milliseconds. It ends with either connection, with FLUSHALL, or when the
    // heartbeat (through Redis, from one connection to the other, every 500 ms) was silent for 1 s.
    std::string prefix;
    std::function<void()> began;
    std::function<void()> ended;
    std::function<void(std::string_view key)> invalidated;
    // Awaited after each connecting, before any command is taken: false = not yet, try again.
    std::function<boost::asio::awaitable<bool>()> settle;
    // Up, or not and why (no secrets). Told when it changes.
    std::function<void(bool up, const std::string& reason)> on_state;
};

// Belongs to the io_context's thread.
class Client {
public:
    using Handler = std::function<void(result<Reply>)>;

    Client(boost::asio::io_context& context, Options options, Random& random, ClientHooks hooks);
    ~Client(); // calls no hook
    Client(const Client&) = delete;

    void start();
    void stop(); // who waits is told; no hook is called any more
    bool up() const;

    // The handler is called once: at once with `away` or `full`, else with the reply (an error of
    // Redis is a reply), `timeout` or `away`. Commands of one round of the loop go in one write.
    void send(Words words, std::chrono::milliseconds timeout, Handler handler);
    boost::asio::awaitable<result<Reply>> ask(Words words, std::chrono::milliseconds timeout);

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace caredian::net::redis
