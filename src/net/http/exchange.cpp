// One request that has to wait: gate, body, handler, answer, stream.
#include "base/encoding.h"
#include "base/log.h"
#include "net/http/slow.h"

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>

namespace caredian::net::http {

namespace asio = boost::asio;

namespace {

constexpr std::size_t at_once_limit =
    64 * 1024; // larger texts are not copied when a socket is full

bool is_endless(const Response& response) {
    for (const auto& [name, value] : response.headers)
        if (iequals_ascii(name, "content-type"))
            return value.starts_with("text/event-stream") ||
                   value.starts_with("multipart/x-mixed-replace");
    return false;
}

Response closing_problem(unsigned status, std::string_view why) {
    auto response = Response::problem(status, why);
    response.close = true;
    return response;
}

} // namespace

void Connection::start_serving() {
    auto done = [self = shared_from_this()](std::exception_ptr error) {
        if (error) self->close(); // cancelled between two requests
    };
    asio::co_spawn(worker_.context, serve_slowly(shared_from_this()),
                   asio::bind_cancellation_slot(cancel_.slot(), std::move(done)));
}

// One coroutine for as many slow requests as there are at hand: a pipeline does not recurse.
awaitable<void> Connection::serve_slowly(std::shared_ptr<Connection> self) {
    do {
        phase_ = Phase::serving;
        worker_.poller.clear_deadline(*this);
        co_await serve_one();
        cancellable_ = endless_ = false;
        slow_.reset();
        if (phase_ == Phase::closed) co_return;
        phase_ = Phase::reading;
        if (settle(Outcome::more) == Outcome::stop) co_return;
    } while (self->drive());
}

awaitable<bool> Connection::wait_for(Signal& signal, std::chrono::milliseconds limit) {
    timed_out_ = false;
    worker_.poller.set_deadline(*this, limit);
    bool notified = co_await signal.wait();
    if (phase_ != Phase::closed) worker_.poller.clear_deadline(*this);
    co_return notified && !timed_out_ && phase_ != Phase::closed;
}

awaitable<void> Connection::serve_one() {
    Response response;
    bool gone = false;
    try {
        if (!out_.empty()) gone = !co_await send_earlier();
        if (!gone && slow_->must_prepare()) slow_->ready = co_await prepare();
        if (slow_->ready)
            response = std::move(*slow_->ready);
        else if (!gone)
            response = co_await respond();
        add_headers(response, slow_->of_gate);
    } catch (const boost::system::system_error& e) {
        gone = e.code() == asio::error::operation_aborted;
        if (!gone)
            log::error("http", "a handler failed",
                       {{"path", slow_->request.path}, {"what", e.what()}});
        response = closing_problem(500, "something went wrong here");
    } catch (const std::exception& e) {
        log::error("http", "a handler failed", {{"path", slow_->request.path}, {"what", e.what()}});
        response = closing_problem(500, "something went wrong here");
    }
    cancellable_ = false;
    if (gone || phase_ == Phase::closed)
        close();
    else if (!send_at_once(response))
        co_await send_slowly(std::move(response));
}

awaitable<bool> Connection::send_earlier() {
    std::string earlier = out_.substr(out_at_);
    out_.clear();
    out_at_ = 0;
    std::array<std::string_view, 1> pieces{earlier};
    co_return co_await send_all(pieces);
}

// What stands before the handler. Nothing when it may begin; else the answer.
awaitable<std::optional<Response>> Connection::prepare() {
    auto& slow = *slow_;
    const auto& route = *slow.match.route;
    if (slow.ask_gate) {
        Response refusal;
        refusal.headers = std::move(slow.of_gate);
        auto verdict =
            co_await worker_.shared.gate.check_slowly(slow.request, route, slow.principal, refusal);
        if (verdict == Gate::Verdict::answer) co_return refusal;
        if (verdict == Gate::Verdict::wait) co_return Response::problem(503, "try again");
        slow.of_gate = std::move(refusal.headers);
    }
    if (slow.must_gather()) co_return co_await gather_body();
    co_return std::nullopt;
}

namespace {

awaitable<Response> at_once(Response response) {
    co_return response;
}

} // namespace

awaitable<Response> Connection::respond() {
    auto& slow = *slow_;
    const auto& route = *slow.match.route;
    slow.context.emplace(Context{slow.request, std::move(slow.match.parameters), &slow.principal});
    if (route.quick) return at_once(route.quick(*slow.context));
    cancellable_ = route.cancel_when_client_leaves;
    if (cancellable_ && hangup_) throw boost::system::system_error(asio::error::operation_aborted);
    return route.handler(*slow.context);
}

namespace {

// A body has as long as a pause may take, and a second more for every kB it has brought.
class Pace {
public:
    Pace(const Clock& clock, std::chrono::milliseconds start)
        : clock_(clock), end_(clock.mono() + start) {}
    bool too_slow(std::size_t bytes) {
        end_ += std::chrono::milliseconds(bytes);
        return clock_.mono() > end_;
    }

private:
    const Clock& clock_;
    MonoTime end_;
};

// Reads `body` into the memory of the request, which hands it out again.
class WholeBody final : public BodyReader {
public:
    explicit WholeBody(const std::string& text) : text_(text) {}
    awaitable<result<std::string_view>> read_some() override {
        if (std::exchange(read_, true)) co_return std::string_view{};
        co_return std::string_view(text_);
    }
    std::optional<std::uint64_t> content_length() const override { return text_.size(); }

private:
    const std::string& text_;
    bool read_ = false;
};

} // namespace

// Nothing when the body is whole; else the answer.
awaitable<std::optional<Response>> Connection::gather_body() {
    auto& slow = *slow_;
    Pace pace(worker_.shared.clock, worker_.shared.options.body_timeout);
    for (;;) {
        auto piece = co_await slow.read_some();
        if (piece && piece->empty()) break;
        if (piece && pace.too_slow(piece->size())) piece = Errc::timeout;
        if (piece) {
            slow.body_text += *piece;
            continue;
        }
        if (piece.error() == Errc::timeout) {
            worker_.counters->timed_out.add();
            co_return closing_problem(408, "the body took too long");
        }
        if (piece.error() == Errc::body_too_large)
            co_return closing_problem(413, "the body is too large for this path");
        if (piece.error() == Errc::bad_message) {
            worker_.counters->malformed.add();
            co_return closing_problem(400, "the body's chunks are malformed");
        }
        throw boost::system::system_error(asio::error::operation_aborted); // the client is gone
    }
    slow.request.body_text = slow.body_text;
    slow.whole = std::make_unique<WholeBody>(slow.body_text);
    slow.request.body = slow.whole.get();
    co_return std::nullopt;
}

// As a quick answer goes: an answer that is there already, or a short stream that is at hand whole.
bool Connection::send_at_once(Response& response) {
    auto& slow = *slow_;
    if (!slow.body_is_read()) response.close = input_unread_ = true;
    if (auto* text = std::get_if<std::string>(&response.body)) {
        if (text->size() > at_once_limit) return false;
    } else if (auto* source = std::get_if<std::unique_ptr<BodySource>>(&response.body)) {
        slow.first_piece = (*source)->at_hand();
        if (slow.first_piece.empty() || slow.first_piece.size() != response.content_length)
            return false;
    }
    send_now(slow.head, slow.request, response, slow.start, slow.first_piece);
    flush();
    return true;
}

awaitable<void> Connection::send_slowly(Response response) {
    auto& slow = *slow_;
    std::string head;
    head.reserve(1024);
    auto framed = worker_.composer.compose(head, response, wants(slow.head, slow.request));
    if (!framed.keep_alive) close_after_ = true;
    std::uint64_t sent = head.size() + framed.body.size();
    bool whole = true;
    try {
        if (framed.stream) {
            slow.stream_head = std::move(head);
            whole = co_await send_stream(response, framed.chunked, sent);
        } else {
            std::array<std::string_view, 2> pieces{head, framed.body};
            whole = co_await send_all(pieces);
        }
    } catch (const boost::system::system_error& e) {
        whole = false; // cancelled: the client left, or the stream was ended
        if (e.code() != asio::error::operation_aborted)
            log::warning("http", "a stream broke",
                         {{"path", slow.request.path}, {"what", e.what()}});
    } catch (const std::exception& e) {
        whole = false;
        log::warning("http", "a stream broke", {{"path", slow.request.path}, {"what", e.what()}});
    }
    count(slow.request, response.status, sent, slow.start);
    response.body = std::monostate{}; // a source is released before the next request
    if (!whole) close();
}

// The entry of a stream in the worker's register, for as long as it lives.
struct Connection::LiveEntry {
    LiveEntry(Connection& c, const std::string& key) : connection(c) {
        if (!key.empty()) at = c.worker_.live.emplace(key, &c);
    }
    ~LiveEntry() {
        if (at) connection.worker_.live.erase(*at);
    }
    LiveEntry(const LiveEntry&) = delete;
    Connection& connection;
    std::optional<decltype(Worker::live)::iterator> at;
};

awaitable<bool> Connection::send_stream(Response& response, bool chunked, std::uint64_t& sent) {
    auto& source = *std::get<std::unique_ptr<BodySource>>(response.body);
    if (response.live_key.empty())
        response.live_key = worker_.shared.gate.live_key(slow_->principal);
    LiveEntry entry(*this, response.live_key);
    cancellable_ = true;
    endless_ = is_endless(response);
    if (hangup_ || (endless_ && worker_.draining)) co_return false;
    std::string_view head = slow_->stream_head;
    auto left = response.content_length;
    std::string_view piece = slow_->first_piece;
    for (bool first = true;; first = false) {
        if (!first) {
            auto next = co_await source.next();
            if (!next) co_return false;
            piece = *next;
        }
        bool last = !first && piece.empty();
        if (left) {
            if (last || piece.size() > *left) co_return last && *left == 0;
            *left -= piece.size();
        }
        char size_line[20];
        std::array<std::string_view, 4> pieces{head, {}, piece, {}};
        head = {};
        if (chunked && (last || !piece.empty())) {
            pieces[1] = {size_line, write_chunk_size(piece.size(), size_line)};
            pieces[3] = "\r\n";
        }
        for (auto p : pieces) sent += p.size();
        if (!send_some(pieces) && !co_await send_all(pieces)) co_return false;
        if (phase_ == Phase::closed) co_return false;
        if (last || (left && *left == 0)) co_return true;
    }
}

bool Connection::send_some(std::span<std::string_view> pieces) {
    for (;;) {
        while (!pieces.empty() && pieces.front().empty()) pieces = pieces.subspan(1);
        if (pieces.empty()) return true;
        auto r = transport_.write(pieces);
        if (r.state == Io::failed) close();
        if (r.state == Io::failed) return true;
        if (r.state != Io::done) return false;
        for (auto& piece : pieces) {
            auto part = std::min(piece.size(), r.size);
            piece.remove_prefix(part);
            r.size -= part;
        }
    }
}

awaitable<bool> Connection::send_all(std::span<std::string_view> pieces) {
    while (!send_some(pieces)) {
        auto limit = worker_.shared.options.write_timeout;
        if (!co_await wait_for(writable_signal_, limit)) {
            if (timed_out_) worker_.counters->timed_out.add();
            co_return false;
        }
    }
    co_return phase_ != Phase::closed;
}

} // namespace caredian::net::http
