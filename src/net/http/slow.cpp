#include "net/http/slow.h"

#include <algorithm>

namespace caredian::net::http {

namespace {

constexpr std::size_t piece_size = 32 * 1024;

// Views that point into `from` are moved to the same place in `to`; others stay.
struct Shift {
    std::string_view from;
    const char* to;
    void operator()(std::string_view& view) const {
        if (view.data() >= from.data() && view.data() < from.data() + from.size())
            view = {to + (view.data() - from.data()), view.size()};
    }
};

} // namespace

Slow::Slow(Connection& c, std::string_view bytes, const RequestHead& parsed, const Request& made)
    : connection(c), head(parsed), request(made), continue_due_(parsed.expect_continue),
      done_(!parsed.has_body()), left_(parsed.framing.length) {
    head_bytes.reserve(bytes.size() + made.id.size());
    head_bytes.append(bytes).append(made.id);
    Shift shift{bytes, head_bytes.data()};
    for (auto& field : head.fields.all()) {
        shift(field.name);
        shift(field.value);
    }
    for (auto* view :
         {&request.method_text, &request.target, &request.path, &request.query, &request.host})
        shift(*view);
    request.headers = head.fields.all();
    request.id = std::string_view(head_bytes).substr(bytes.size());
    request.body = this;
}

std::optional<std::uint64_t> Slow::content_length() const {
    if (head.framing.chunked) return {};
    return head.framing.length;
}

awaitable<result<std::string_view>> Slow::read_some() {
    for (;;) {
        if (failed_) co_return failed_;
        if (done_) co_return std::string_view{};
        auto piece = take();
        if (!piece) failed_ = piece.error();
        if (!piece || !piece->empty()) co_return piece;
        if (done_) continue;
        failed_ = co_await fill();
    }
}

result<std::string_view> Slow::take() {
    std::string_view piece;
    if (!head.framing.chunked) {
        piece = window_.substr(
            0, static_cast<std::size_t>(std::min<std::uint64_t>(window_.size(), left_)));
        window_.remove_prefix(piece.size());
        left_ -= piece.size();
        done_ = left_ == 0;
        return piece;
    }
    auto step = decoder_.step(window_);
    window_.remove_prefix(step.consumed);
    if (step.state == ChunkDecoder::State::bad) return Errc::bad_message;
    if (step.state == ChunkDecoder::State::end) {
        done_ = true;
        give_back();
        return piece;
    }
    taken_ += step.data.size();
    if (taken_ > match.route->body_limit) return Errc::body_too_large;
    return step.data;
}

void Slow::give_back() {
    auto& in = connection.in_;
    in.insert(0, window_);
    window_ = {};
    connection.looked_ = 0;
}

bool Slow::send_continue() {
    continue_due_ = false;
    // Goes whole into the socket buffer, which is empty: no answer has begun.
    std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
    auto r = connection.transport_.write(line);
    return r.state == Io::done && r.size == line.size();
}

awaitable<error_code> Slow::fill() {
    auto& c = connection;
    // Never more than the body when its length is known: what follows stays where it is.
    auto wanted = head.framing.chunked
                      ? piece_size
                      : static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece_size));
    buffer_.resize(std::max(buffer_.size(), wanted));
    if (!c.in_.empty()) {
        auto size = c.in_.copy(buffer_.data(), wanted);
        c.in_.erase(0, size);
        continue_due_ = false; // it did not wait for us
        window_ = {buffer_.data(), size};
        co_return error_code{};
    }
    if (continue_due_ && !send_continue()) co_return Errc::closed;
    for (;;) {
        if (c.phase_ == Connection::Phase::closed) co_return Errc::closed;
        auto r = c.transport_.read(buffer_.data(), wanted);
        if (r.state == Io::done) {
            if (r.drained && !c.hangup_) c.readable_ = false;
            window_ = {buffer_.data(), r.size};
            co_return error_code{};
        }
        if (r.state != Io::again) co_return Errc::closed;
        c.readable_ = false;
        auto limit = c.worker_.shared.options.body_timeout;
        if (!co_await c.wait_for(c.readable_signal_, limit))
            co_return c.timed_out_ ? Errc::timeout : Errc::closed;
    }
}

} // namespace caredian::net::http
