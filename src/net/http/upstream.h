// One outbound connection: connect, TLS, write, and read through a buffer.
#pragma once

#include "net/http/message.h"
#include "net/http/origin.h"
#include "net/poller.h"
#include "net/signal.h"
#include "net/transport.h"

#include <functional>
#include <memory>
#include <string>

namespace caredian::net::http {

// Belongs to one thread. Whoever waits here holds a shared_ptr meanwhile.
class Upstream final : public Watcher, public std::enable_shared_from_this<Upstream> {
public:
    static constexpr std::size_t buffer_size = 64 * 1024;

    explicit Upstream(Poller& poller) : poller_(poller) {}
    ~Upstream() { close(); }

    // Passes over addresses that `may_reach` refuses (empty: none). Errors: connect_failed,
    // timeout, operation_aborted.
    using MayReach = std::function<bool(const Address&)>;
    awaitable<error_code> connect(const Origin& origin, TlsContext tls,
                                  std::chrono::milliseconds timeout,
                                  const MayReach& may_reach = {});
    // Sends all of `pieces` (and consumes them). Errors: closed, timeout, operation_aborted.
    awaitable<error_code> write(std::span<std::string_view> pieces,
                                std::chrono::milliseconds timeout);
    bool write_now(std::span<std::string_view> pieces, error_code& error); // true: all, or an error
    // Puts more bytes behind buffered(). Errors: end_of_stream, closed, timeout, operation_aborted.
    // No timeout when it is zero.
    awaitable<error_code> fill(std::chrono::milliseconds timeout);
    bool fill_now(error_code& error); // true: bytes, or an error; false: wait

    std::string_view buffered() const { return {buffer_.get() + begin_, end_ - begin_}; }
    void consume(std::size_t size);
    bool buffer_is_full() const { return end_ == buffer_size && begin_ == 0; }

    // Kept for later: the first sign of life or death, or the deadline, calls `on_gone`. False: the
    // peer has ended already.
    bool keep(std::chrono::milliseconds idle_timeout, std::function<void()> on_gone);
    void take_back();
    bool is_open() const { return transport_.is_open(); }
    void close();
    std::string_view tls_error() const { return transport_.tls_error(); }

private:
    void on_ready(Readiness ready) override;
    void on_deadline() override;
    awaitable<error_code> connect_to(const Address& address, std::uint16_t port,
                                     std::chrono::milliseconds timeout);
    // Around co_await of a signal: as a coroutine of their own they would cost a frame each time.
    void begin_wait(std::chrono::milliseconds timeout);
    error_code end_wait(bool notified);

    Poller& poller_;
    Transport transport_;
    Signal readable_, writable_;
    bool may_read_ = false;
    bool hangup_ = false;
    bool timed_out_ = false;
    std::unique_ptr<char[]> buffer_;
    std::size_t begin_ = 0, end_ = 0;
    std::function<void()> on_gone_;
};

// The addresses of `host`, which may be one. Empty: unknown, or not in time.
awaitable<std::vector<Address>> resolve(std::string host, std::chrono::milliseconds timeout);

} // namespace caredian::net::http
