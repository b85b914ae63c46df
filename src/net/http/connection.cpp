#include "net/http/connection.h"

#include "base/log.h"
#include "net/http/slow.h"

namespace caredian::net::http {

namespace {

constexpr std::uint32_t linger_bytes = 256 * 1024;
constexpr std::chrono::milliseconds linger_time{2'000};

} // namespace

Connection::Connection(Worker& worker, int fd, const Address& peer)
    : worker_(worker), transport_(fd), peer_(peer) {}

Connection::~Connection() = default;

void Connection::adopt(Worker& worker, int fd, const Address& peer) {
    std::shared_ptr<Connection> made(new Connection(worker, fd, peer));
    made->trust_again();
    made->counted_ = !made->peer_trusted_ && !peer.is_loopback();
    if (!worker.shared.door.enter(peer, made->counted_)) {
        worker.counters->turned_away.add();
        return; // closes the socket
    }
    made->self_ = made;
    worker.connections.insert(made.get());
    worker.counters->accepted.add();
    if (worker.tls) {
        made->phase_ = Phase::handshake;
        if (!made->transport_.start_tls(worker.tls, true)) return made->close();
    }
    if (!worker.poller.add(fd, *made)) return made->close();
    auto& options = worker.shared.options;
    worker.poller.set_deadline(*made, worker.tls ? options.header_timeout : options.idle_timeout);
}

void Connection::trust_again() {
    peer_trusted_ = worker_.trusted.contains(peer_);
}

void Connection::on_ready(Readiness ready) {
    readable_ = readable_ || ready.readable;
    hangup_ = hangup_ || ready.hangup;
    switch (phase_) {
    case Phase::handshake:
        return shake_hands();
    case Phase::reading:
        if (readable_) advance();
        return;
    case Phase::flushing:
        if (!ready.writable || !flush()) return;
        if (close_after_) return finish_or_linger();
        phase_ = Phase::reading;
        return advance();
    case Phase::serving:
        if (ready.hangup && cancellable_) return cancel();
        if (ready.readable) readable_signal_.notify();
        if (ready.writable) writable_signal_.notify();
        return;
    case Phase::lingering:
        return linger();
    case Phase::closed:
        return;
    }
}

void Connection::shake_hands() {
    auto r = transport_.handshake();
    if (r.state == Io::again) return;
    if (r.state != Io::done) {
        log::debug("http", "TLS handshake failed",
                   {{"peer", peer_.to_string()}, {"reason", transport_.tls_error()}});
        return close();
    }
    phase_ = Phase::reading;
    readable_ = true; // the first request may have come with the handshake
    advance();
}

void Connection::advance() {
    if (drive()) start_serving();
}

bool Connection::drive() {
    if (!in_.empty() && consider_input() == Outcome::slow) return true;
    auto& scratch = worker_.scratch;
    while (phase_ == Phase::reading && readable_) {
        auto r = transport_.read(scratch.data(), scratch.size());
        if (r.state == Io::again) {
            readable_ = false;
            break;
        }
        if (r.state != Io::done) {
            close();
            return false;
        }
        // A short read used the edge up; the next one tells of more, unless the peer has ended.
        if (r.drained && !hangup_) readable_ = false;
        std::string_view bytes(scratch.data(), r.size);
        Outcome outcome;
        if (in_.empty()) {
            outcome = consider(bytes);
        } else {
            in_ += bytes;
            outcome = consider_input();
        }
        if (outcome == Outcome::slow) return true;
    }
    if (phase_ == Phase::reading) wait_for_input();
    return false;
}

void Connection::wait_for_input() {
    auto& options = worker_.shared.options;
    if (in_.empty()) {
        if (worker_.draining) return close();
        head_timed_ = false;
        worker_.poller.set_deadline(*this, options.idle_timeout);
    } else if (!head_timed_) { // from the first byte, however many follow
        head_timed_ = true;
        worker_.poller.set_deadline(*this, options.header_timeout);
    }
}

Connection::Outcome Connection::consider(std::string_view bytes) {
    std::size_t used = 0;
    auto outcome = serve(bytes, used);
    in_.assign(bytes.substr(used));
    looked_ = 0;
    outcome = settle(outcome);
    // A large answer stopped the round although the socket then took it.
    bool go_on = outcome == Outcome::stop && phase_ == Phase::reading;
    return go_on ? consider_input() : outcome;
}

Connection::Outcome Connection::consider_input() {
    auto limit = worker_.shared.options.header_limit;
    auto outcome = Outcome::more;
    do {
        auto scan = scan_head(in_, looked_);
        looked_ = scan.looked;
        if (!scan.complete && !scan.bare_lf && in_.size() <= limit) return settle(Outcome::more);
        std::size_t used = 0;
        outcome = serve(in_, used);
        in_.erase(0, used);
        looked_ = 0;
        outcome = settle(outcome);
    } while (outcome == Outcome::stop && phase_ == Phase::reading);
    return outcome;
}

Connection::Outcome Connection::serve(std::string_view bytes, std::size_t& used) {
    auto limit = worker_.shared.options.header_limit;
    while (used < bytes.size()) {
        auto rest = bytes.substr(used);
        auto parsed = parse_request_head(rest, worker_.head);
        if (parsed.state == HeadResult::bad) {
            refuse(parsed.status, parsed.why);
            return Outcome::stop;
        }
        bool whole = parsed.state == HeadResult::done;
        if ((whole ? parsed.size : rest.size()) > limit) {
            refuse(431, "the header is too large");
            return Outcome::stop;
        }
        if (!whole) return Outcome::more;
        used += parsed.size;
        head_timed_ = false;
        if (auto outcome = answer(rest.substr(0, parsed.size)); outcome != Outcome::more)
            return outcome;
    }
    return Outcome::more;
}

// Sends what was answered, and decides how to go on.
Connection::Outcome Connection::settle(Outcome outcome) {
    bool sent = flush();
    if (phase_ == Phase::closed) return Outcome::stop;
    if (outcome == Outcome::slow) return outcome;
    if (!sent) {
        phase_ = Phase::flushing;
        worker_.poller.set_deadline(*this, worker_.shared.options.write_timeout);
        return Outcome::stop;
    }
    if (!close_after_) return outcome;
    finish_or_linger();
    return Outcome::stop;
}

bool Connection::flush() {
    auto& fresh = worker_.out;
    if (!out_.empty()) {
        out_ += fresh;
        fresh.clear();
        while (out_at_ < out_.size()) {
            auto r = transport_.write(std::string_view(out_).substr(out_at_));
            if (r.state == Io::failed) close();
            if (r.state != Io::done) return false;
            out_at_ += r.size;
            worker_.poller.set_deadline(*this, worker_.shared.options.write_timeout);
        }
        out_.clear();
        out_at_ = 0;
        return true;
    }
    std::string_view rest = fresh;
    while (!rest.empty()) {
        auto r = transport_.write(rest);
        if (r.state == Io::failed) close();
        if (r.state != Io::done) break;
        rest.remove_prefix(r.size);
    }
    out_.assign(rest);
    fresh.clear();
    return out_.empty();
}

void Connection::finish_or_linger() {
    if (!input_unread_ && !readable_ && in_.empty()) return close();
    // Closing now would send a reset that may overtake the answer: read on for a moment.
    phase_ = Phase::lingering;
    in_.clear();
    transport_.shut_down_write();
    worker_.poller.set_deadline(*this, linger_time);
    linger();
}

void Connection::linger() {
    for (;;) {
        auto r = transport_.read(worker_.scratch.data(), worker_.scratch.size());
        if (r.state == Io::again) return;
        lingered_ += static_cast<std::uint32_t>(r.size);
        if (r.state != Io::done || lingered_ > linger_bytes) return close();
    }
}

void Connection::on_deadline() {
    if (phase_ == Phase::serving) {
        timed_out_ = true;
        readable_signal_.notify();
        writable_signal_.notify();
        return;
    }
    if (phase_ != Phase::lingering) worker_.counters->timed_out.add();
    if (phase_ != Phase::reading || in_.empty()) return close();
    refuse(408, "the header took too long");
    settle(Outcome::stop);
}

void Connection::drain() {
    if (phase_ == Phase::reading && in_.empty()) return close();
    if (phase_ == Phase::serving && endless_) cancel();
}

void Connection::cancel() {
    cancel_.emit(boost::asio::cancellation_type::terminal);
}

void Connection::close() {
    if (phase_ == Phase::closed) return;
    phase_ = Phase::closed;
    worker_.out.clear();
    worker_.poller.remove(*this);
    transport_.close();
    worker_.shared.door.leave(peer_, counted_);
    worker_.connections.erase(this);
    worker_.counters->closed.add();
    readable_signal_.notify();
    writable_signal_.notify();
    worker_.poller.release(std::move(self_));
}

} // namespace caredian::net::http
