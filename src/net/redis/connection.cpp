#include "net/redis/connection.h"

#include "net/signal.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/err.h>
#include <utility>

namespace caredian::net::redis {

namespace asio = boost::asio;

namespace {

constexpr std::size_t read_size = std::size_t{64} * 1024;

} // namespace

Connection::Connection(asio::io_context& context)
    : context_(context), socket_(context), resolver_(context), buffer_(read_size) {}

asio::awaitable<std::string> Connection::open(const Server& server, TlsContext tls) {
    auto self = shared_from_this();
    error_code ec;
    auto token = [&ec] { return asio::redirect_error(asio::use_awaitable, ec); };
    const std::string at = server.host + ":" + std::to_string(server.port);
    auto found =
        co_await resolver_.async_resolve(server.host, std::to_string(server.port), token());
    if (ec) co_return "name " + server.host + ": " + ec.message();
    co_await asio::async_connect(socket_, found, token());
    if (closed_) co_return reason_;
    if (ec) co_return "connect to " + at + ": " + ec.message();
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    if (tls) {
        context_of_tls_ = std::move(tls);
        tls_.emplace(socket_, *context_of_tls_);
        if (auto r = expect_host(tls_->native_handle(), server.host); !r)
            co_return "TLS: " + r.error().message();
        co_await tls_->async_handshake(asio::ssl::stream_base::client, token());
        if (closed_) co_return reason_;
        if (ec) co_return "TLS with " + at + ": " + ec.message();
    }
    open_ = true;
    read();
    co_return std::string();
}

asio::awaitable<result<Reply>> Connection::ask(std::vector<std::string> words, std::string& why) {
    std::vector<std::string_view> views(words.begin(), words.end());
    struct State {
        Signal signal;
        std::optional<result<Reply>> answer;
    };
    auto state = std::make_shared<State>();
    send(views, SteadyTime::max(), [state](result<Reply> answer) {
        state->answer = std::move(answer);
        state->signal.notify();
    });
    if (!state->answer) (void)co_await state->signal.wait();
    if (!state->answer || !*state->answer) {
        why = reason_;
        co_return Errc::away;
    }
    if ((*state->answer)->is_error()) {
        why = (*state->answer)->text.substr(0, 200);
        co_return Errc::refused;
    }
    co_return std::move(*state->answer);
}

void Connection::send(Words words, SteadyTime deadline, Handler handler) {
    Errc wrong = Errc::ok;
    if (!open_)
        wrong = Errc::away;
    else if (waiting_.size() >= max_waiting || unsent_.size() >= max_unsent)
        wrong = Errc::full;
    if (wrong != Errc::ok) {
        if (handler) handler(make_error_code(wrong));
        return;
    }
    append_command(unsent_, words);
    if (!on_push_) waiting_.push_back({deadline, std::move(handler)});
    // Everything that is asked for in this round of the loop goes in one write.
    if (std::exchange(flushing_, true)) return;
    asio::post(context_, [self = shared_from_this()] {
        self->flushing_ = false;
        self->flush();
    });
}

void Connection::flush() {
    if (!writes_ && open_ && !unsent_.empty()) write();
}

void Connection::write() {
    writes_ = true;
    sending_.clear();
    std::swap(sending_, unsent_);
    auto done = [self = shared_from_this()](error_code ec, std::size_t) {
        self->writes_ = false;
        if (ec) return self->close("the connection broke: " + ec.message());
        self->flush();
    };
    if (tls_)
        asio::async_write(*tls_, asio::buffer(sending_), done);
    else
        asio::async_write(socket_, asio::buffer(sending_), done);
}

void Connection::read() {
    auto done = [self = shared_from_this()](error_code ec, std::size_t n) { self->on_read(ec, n); };
    if (tls_)
        tls_->async_read_some(asio::buffer(buffer_), done);
    else
        socket_.async_read_some(asio::buffer(buffer_), done);
}

void Connection::on_read(error_code ec, std::size_t n) {
    if (!open_) return;
    if (ec)
        return close(ec == asio::error::eof ? "Redis closed the connection"
                                            : "the connection broke: " + ec.message());
    if (!replies_.feed({buffer_.data(), n}) || !deliver())
        return close("what came is not RESP2, or too much of it");
    if (open_) read();
}

bool Connection::deliver() {
    for (;;) {
        Reply reply;
        auto more = replies_.next(reply);
        if (!more) return false;
        if (!*more || !open_) return true;
        if (on_push_) {
            on_push_(std::move(reply));
            continue;
        }
        if (waiting_.empty()) return false; // an answer to nothing
        auto handler = std::move(waiting_.front().handler);
        waiting_.pop_front();
        if (handler) handler(std::move(reply));
    }
}

void Connection::expire(SteadyTime now) {
    auto self = shared_from_this();
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
        if (!waiting_[i].handler || waiting_[i].deadline > now) continue;
        auto handler = std::exchange(waiting_[i].handler, nullptr);
        handler(make_error_code(Errc::timeout)); // may send: at the end only
    }
}

void Connection::close(const std::string& reason) {
    if (std::exchange(closed_, true)) return;
    auto self = shared_from_this();
    open_ = false;
    reason_ = reason;
    resolver_.cancel();
    error_code ignored;
    socket_.close(ignored);
    on_push_ = nullptr;
    for (auto& one : std::exchange(waiting_, {}))
        if (one.handler) one.handler(make_error_code(Errc::away));
}

} // namespace caredian::net::redis
