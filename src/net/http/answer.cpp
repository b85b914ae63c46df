// One request, as far as it can be answered without waiting.
#include "base/encoding.h"
#include "base/log.h"
#include "net/http/slow.h"

namespace caredian::net::http {

namespace {

// Bodies up to this size share a buffer and a write with their head and with other answers.
constexpr std::size_t small_body = 4 * 1024;
constexpr std::size_t flush_from = 64 * 1024;

class NoBody final : public BodyReader {
public:
    awaitable<result<std::string_view>> read_some() override { co_return std::string_view{}; }
    std::optional<std::uint64_t> content_length() const override { return 0; }
};
NoBody no_body; // holds nothing

bool is_request_id(std::string_view text) {
    if (text.empty() || text.size() > 64) return false;
    for (char c : text)
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              c == '-' || c == '_' || c == '.'))
            return false;
    return true;
}

} // namespace

Request Connection::make_request(const RequestHead& head) const {
    Request request;
    request.method = head.method;
    request.method_text = head.method_text;
    request.target = head.target;
    request.path = head.path;
    request.query = head.query;
    request.host = head.host;
    request.headers = head.fields.all();
    request.body = &no_body;
    request.peer = request.client = peer_;
    request.secure = transport_.is_tls();
    request.peer_trusted = peer_trusted_;
    request.worker = worker_.index;
    if (peer_trusted_) {
        request.client = true_client(peer_, head.forwarded_for, worker_.trusted);
        if (head.forwarded_proto == "https") request.secure = true;
        if (is_request_id(head.request_id)) request.id = head.request_id;
    }
    if (request.id.empty()) request.id = worker_.next_request_id();
    return request;
}

// True: `response` is the answer. Else match.route shall make it, after asking the gate again when
// `wait` is set.
bool Connection::decide(const RequestHead& head, const Request& request, Router::Match& match,
                        std::any& principal, Response& response, bool& wait) {
    auto& shared = worker_.shared;
    auto answer_with = [&](unsigned status, std::string_view why) {
        response = Response::problem(status, why);
        return true;
    };
    if (!shared.host_allowed(request.host))
        return answer_with(421, "this server does not answer to that Host");
    match = shared.router.match(request.method, request.path);
    if (!match.route) {
        if (match.allow.empty()) return answer_with(404, "there is nothing at this path");
        answer_with(405, "this path does not take that method");
        response.set("Allow", match.allow);
        return true;
    }
    if (head.framing.length > match.route->body_limit ||
        (head.framing.chunked && match.route->body_limit == 0))
        return answer_with(413, "the body is too large for this path");
    auto verdict = shared.gate.check(request, *match.route, principal, response);
    wait = verdict == Gate::Verdict::wait;
    return verdict == Gate::Verdict::answer;
}

Connection::Outcome Connection::answer(std::string_view head_bytes) {
    const auto& head = worker_.head;
    auto start = worker_.shared.options.access_log ? worker_.shared.clock.mono() : MonoTime{};
    auto request = make_request(head);
    Router::Match match;
    std::any principal;
    Response response;
    bool wait = false, ready = true;
    try {
        ready = decide(head, request, match, principal, response, wait);
        if (!ready && !wait && match.route->quick && !head.has_body()) {
            Context context{request, std::move(match.parameters), &principal};
            auto of_gate = std::move(response.headers);
            response = match.route->quick(context);
            add_headers(response, of_gate);
            ready = true;
        }
    } catch (const std::exception& e) {
        log::error("http", "a handler failed", {{"path", request.path}, {"what", e.what()}});
        response = Response::problem(500, "something went wrong here");
        ready = true;
    }
    bool stream = std::holds_alternative<std::unique_ptr<BodySource>>(response.body);
    if (ready && !stream) {
        // A body nobody asked for is not read to find the next request behind it.
        if (head.has_body()) response.close = input_unread_ = true;
        send_now(head, request, response, start);
        return close_after_ || !out_.empty() || phase_ != Phase::reading ? Outcome::stop
                                                                         : Outcome::more;
    }
    slow_ = std::make_unique<Slow>(*this, head_bytes, head, request);
    slow_->match = std::move(match);
    slow_->principal = std::move(principal);
    slow_->ask_gate = wait;
    if (!ready) slow_->of_gate = std::move(response.headers);
    slow_->start = start;
    if (ready) slow_->ready = std::move(response);
    return Outcome::slow;
}

Wants Connection::wants(const RequestHead& head, const Request& request) const {
    Wants w;
    w.head = head.method == Method::head;
    w.http_1_0 = head.http_1_0;
    w.keep_alive = head.keep_alive && !worker_.draining;
    w.id = request.id;
    for (const auto& field : request.headers) {
        if (field.name.size() == 15 && iequals_ascii(field.name, "accept-encoding"))
            w.accept_encoding = field.value;
        if (field.name.size() == 13 && iequals_ascii(field.name, "if-none-match"))
            w.if_none_match = field.value;
    }
    return w;
}

void Connection::send_now(const RequestHead& head, const Request& request, Response& response,
                          MonoTime start, std::string_view piece) {
    auto& out = worker_.out;
    auto before = out.size();
    auto framed = worker_.composer.compose(out, response, wants(head, request));
    if (!framed.keep_alive) close_after_ = true;
    auto rest = framed.stream ? piece : framed.body;
    count(request, response.status, out.size() - before + rest.size(), start);
    if (rest.size() <= small_body) {
        out += rest;
        if (out.size() >= flush_from) flush();
        return;
    }
    if (flush()) {
        auto r = transport_.write(rest);
        if (r.state == Io::failed) return close();
        rest.remove_prefix(r.size);
    }
    if (phase_ != Phase::closed) out_ += rest;
}

void Connection::refuse(unsigned status, std::string_view why) {
    if (status == 408)
        log::debug("http", "a slow header", {{"peer", peer_.to_string()}});
    else
        worker_.counters->malformed.add();
    log::debug("http", "request refused",
               {{"peer", peer_.to_string()}, {"status", status}, {"why", why}});
    auto response = Response::problem(status, why);
    response.close = close_after_ = input_unread_ = true;
    Wants w;
    w.id = worker_.next_request_id();
    auto framed = worker_.composer.compose(worker_.out, response, w);
    worker_.out += framed.body;
    worker_.counters->answered[status / 100].add();
}

void Connection::count(const Request& request, unsigned status, std::uint64_t bytes,
                       MonoTime start) {
    worker_.counters->answered[status / 100 % 6].add();
    worker_.counters->bytes_sent.add(bytes);
    if (!worker_.shared.options.access_log) return;
    auto took = std::chrono::duration<double, std::milli>(worker_.shared.clock.mono() - start);
    // No query: it may hold codes and tokens. No cookie, no authorization.
    log::info("access", "request",
              {{"method", request.method_text},
               {"path", request.path},
               {"status", status},
               {"bytes", bytes},
               {"ms", took.count()},
               {"client", request.client.to_string()},
               {"host", request.host},
               {"id", request.id}});
}

} // namespace caredian::net::http
