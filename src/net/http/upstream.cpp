#include "net/http/upstream.h"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace caredian::net::http {

namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

// The socket, or -1 (errno).
int start_connect(const Address& address, std::uint16_t port) {
    bool v4 = address.is_v4();
    int fd = ::socket(v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    int code = 0;
    if (v4) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        std::memcpy(&to.sin_addr, address.bytes.data() + 12, 4);
        code = ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to));
    } else {
        sockaddr_in6 to{};
        to.sin6_family = AF_INET6;
        to.sin6_port = htons(port);
        std::memcpy(&to.sin6_addr, address.bytes.data(), 16);
        code = ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to));
    }
    if (code == 0 || errno == EINPROGRESS) return fd;
    ::close(fd);
    return -1;
}

} // namespace

awaitable<std::vector<Address>> resolve(std::string host, milliseconds timeout) {
    if (auto address = parse_address(host)) co_return std::vector<Address>{*address};
    // getaddrinfo cannot be interrupted: whoever comes too late finds the state abandoned.
    struct State {
        Signal signal;
        std::vector<Address> found;
        bool done = false;
    };
    auto state = std::make_shared<State>();
    auto executor = co_await asio::this_coro::executor;
    asio::ip::tcp::resolver resolver(executor);
    resolver.async_resolve(host, "", [state](error_code error, const auto& results) {
        if (!error)
            for (const auto& entry : results)
                if (auto a = parse_address(entry.endpoint().address().to_string()))
                    state->found.push_back(*a);
        state->done = true;
        state->signal.notify();
    });
    asio::steady_timer timer(executor, timeout);
    timer.async_wait([state](error_code error) {
        if (!error) state->signal.notify();
    });
    if (!state->done) co_await state->signal.wait();
    co_return state->done ? std::move(state->found) : std::vector<Address>{};
}

void Upstream::on_ready(Readiness ready) {
    auto self = shared_from_this(); // whoever is notified may let go of us
    may_read_ = may_read_ || ready.readable;
    hangup_ = hangup_ || ready.hangup;
    if (on_gone_) {
        if (ready.readable) std::exchange(on_gone_, nullptr)();
        return;
    }
    if (ready.readable) readable_.notify();
    if (ready.writable) writable_.notify();
}

void Upstream::on_deadline() {
    auto self = shared_from_this();
    if (on_gone_) return std::exchange(on_gone_, nullptr)();
    timed_out_ = true;
    readable_.notify();
    writable_.notify();
}

void Upstream::begin_wait(milliseconds timeout) {
    timed_out_ = false;
    if (timeout.count() > 0) poller_.set_deadline(*this, timeout);
}

error_code Upstream::end_wait(bool notified) {
    poller_.clear_deadline(*this);
    if (!notified) return asio::error::operation_aborted;
    return timed_out_ ? make_error_code(Errc::timeout) : error_code{};
}

awaitable<error_code> Upstream::connect(const Origin& origin, TlsContext tls, milliseconds timeout,
                                        const MayReach& may_reach) {
    auto addresses = co_await resolve(origin.host, timeout);
    error_code error = Errc::connect_failed;
    for (const auto& address : addresses) {
        if (may_reach && !may_reach(address)) continue;
        error = co_await connect_to(address, origin.port, timeout);
        if (!error || error == asio::error::operation_aborted) break;
    }
    if (error || !tls) co_return error;
    if (!transport_.start_tls(std::move(tls), false, origin.host)) co_return Errc::connect_failed;
    for (;;) {
        auto r = transport_.handshake();
        if (r.state == Io::done) break;
        if (r.state != Io::again) co_return Errc::connect_failed;
        begin_wait(timeout);
        error = end_wait(co_await readable_.wait());
        if (error) co_return error;
    }
    may_read_ = true;
    co_return error_code{};
}

awaitable<error_code> Upstream::connect_to(const Address& address, std::uint16_t port,
                                           milliseconds timeout) {
    close();
    int fd = start_connect(address, port);
    if (fd < 0) co_return Errc::connect_failed;
    transport_.open(fd);
    hangup_ = false;
    if (!poller_.add(fd, *this)) co_return Errc::connect_failed;
    begin_wait(timeout);
    auto error = end_wait(co_await writable_.wait());
    if (error) co_return error;
    int outcome = 0;
    socklen_t size = sizeof(outcome);
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &outcome, &size);
    if (outcome != 0) co_return Errc::connect_failed;
    buffer_.reset(new char[buffer_size]); // not make_unique: it would write all of it
    begin_ = end_ = 0;
    may_read_ = false;
    co_return error_code{};
}

bool Upstream::write_now(std::span<std::string_view> pieces, error_code& error) {
    for (;;) {
        while (!pieces.empty() && pieces.front().empty()) pieces = pieces.subspan(1);
        if (pieces.empty()) return true;
        auto r = transport_.write(pieces);
        if (r.state == Io::again) return false;
        if (r.state != Io::done) {
            error = Errc::closed;
            return true;
        }
        for (auto& piece : pieces) {
            auto part = std::min(piece.size(), r.size);
            piece.remove_prefix(part);
            r.size -= part;
        }
    }
}

awaitable<error_code> Upstream::write(std::span<std::string_view> pieces, milliseconds timeout) {
    error_code error;
    while (!write_now(pieces, error)) {
        begin_wait(timeout);
        error = end_wait(co_await writable_.wait());
        if (error) break;
    }
    co_return error;
}

bool Upstream::fill_now(error_code& error) {
    if (!may_read_) return false;
    if (begin_ > 0) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == buffer_size) {
        error = Errc::header_too_large;
        return true;
    }
    auto r = transport_.read(buffer_.get() + end_, buffer_size - end_);
    if (r.state == Io::again) may_read_ = false;
    if (r.state == Io::again) return false;
    if (r.state == Io::done) {
        if (r.drained && !hangup_) may_read_ = false;
        end_ += r.size;
        return true;
    }
    error = r.state == Io::closed ? Errc::end_of_stream : Errc::closed;
    return true;
}

awaitable<error_code> Upstream::fill(milliseconds timeout) {
    error_code error;
    while (!fill_now(error)) {
        begin_wait(timeout);
        error = end_wait(co_await readable_.wait());
        if (error) break;
    }
    co_return error;
}

void Upstream::consume(std::size_t size) {
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
}

bool Upstream::keep(milliseconds idle_timeout, std::function<void()> on_gone) {
    if (hangup_) return false;
    on_gone_ = std::move(on_gone);
    poller_.set_deadline(*this, idle_timeout);
    return true;
}

void Upstream::take_back() {
    on_gone_ = nullptr;
    poller_.clear_deadline(*this);
}

void Upstream::close() {
    Poller::remove(*this);
    transport_.close();
}

} // namespace caredian::net::http
