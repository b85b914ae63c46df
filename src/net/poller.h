// Readiness of many sockets of one io_context, at the price of one epoll registration each.
//
// Asio's own reactor asks the kernel once more per wait (a speculative recv, or an epoll_ctl for
// async_wait); on a request of 6 µs that is the difference to nginx. Here a socket is registered
// once, edge-triggered, and its watcher is told; the poller itself is one descriptor that Asio
// waits for. Timers, posts and coroutines stay Asio's.
#pragma once

#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

namespace caredian::net {

class Poller;

struct Readiness {
    bool readable = false;
    bool writable = false;
    bool hangup = false; // the peer closed its side, or the connection broke
};

// Told about one descriptor. Called on the io_context's thread only.
class Watcher {
public:
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

protected:
    Watcher() = default;
    ~Watcher() = default; // not through this type

private:
    friend class Poller;
    // Edges: what is not used up now is not told again. Both may remove any watcher, itself too;
    // memory must outlive the call, though (Poller::release).
    virtual void on_ready(Readiness ready) = 0;
    virtual void on_deadline() = 0;

    Poller* poller_ = nullptr; // none: not watched, or the io_context is gone
    Watcher* previous_ = nullptr;
    Watcher* next_ = nullptr;
    std::uint32_t deadline_ = 0; // tick; 0 = none
    int fd_ = -1;
};

// One per io_context: a service of it. All members on the io_context's thread (or before it runs).
class Poller final : public boost::asio::execution_context::service {
public:
    using key_type = Poller;
    static boost::asio::execution_context::id id;

    explicit Poller(boost::asio::execution_context& context);
    ~Poller() override;
    static Poller& of(boost::asio::execution_context& context);

    // False: the kernel refused (errno). The descriptor stays the caller's; remove before closing.
    bool add(int fd, Watcher& watcher);
    // Of whatever poller watches it; nothing when none does. A watcher may outlive the io_context.
    static void remove(Watcher& watcher);
    // Freed after the present round of calls.
    void release(std::shared_ptr<void> object);

    // Deadlines are counted in ticks, so that setting one costs nothing. A deadline fires between
    // `after` and two ticks later. set_deadline replaces the last one.
    void set_deadline(Watcher& watcher, std::chrono::milliseconds after);
    void clear_deadline(Watcher& watcher) { watcher.deadline_ = 0; }
    // Makes ticks short enough for timeouts this small (a tenth, 10 ms to 1 s).
    void serve_timeout(std::chrono::milliseconds smallest);
    std::chrono::milliseconds tick() const;

private:
    struct Impl;
    void take_out(Watcher& watcher);
    void shutdown() override;
    std::unique_ptr<Impl> impl_;
    std::uint32_t ticks_ = 1;
};

} // namespace caredian::net
