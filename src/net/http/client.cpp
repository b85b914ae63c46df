#include "net/http/client.h"

#include "base/log.h"
#include "net/http/head.h"
#include "net/http/inbound.h"
#include "net/http/upstream.h"

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/query.hpp>

namespace caredian::net::http {

namespace asio = boost::asio;

namespace {

bool is_origin_form(std::string_view target) {
    return target.starts_with('/') && std::all_of(target.begin(), target.end(), [](char c) {
               return c > 0x20 && c < 0x7F && c != '#';
           });
}

bool may_repeat(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" ||
           method == "OPTIONS";
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

// Empty: something in it may not go out.
std::string compose_request(const OutboundRequest& request, std::string_view host) {
    std::string out;
    if (!is_token(request.method) || !is_origin_form(request.target) || !is_host(host)) return out;
    out.reserve(512);
    out += request.method;
    out += ' ';
    out += request.target;
    out += " HTTP/1.1\r\n";
    append_field(out, "Host", host);
    for (const auto& field : request.headers) {
        if (!is_token(field.name) || !is_field_value(field.value)) return {};
        append_field(out, field.name, field.value);
    }
    if (request.body) {
        if (auto length = request.body->content_length())
            append_field(out, "Content-Length", std::to_string(*length));
        else
            append_field(out, "Transfer-Encoding", "chunked");
    }
    out += "\r\n";
    return out;
}

} // namespace

// Also shared with responses under way: they bring their connection back.
struct Client::Impl final : UpstreamPool {
    Impl(Poller& p, Origin o, ClientOptions c) : poller(p), origin(std::move(o)), options(c) {}

    Poller& poller;
    Origin origin;
    ClientOptions options;
    std::string host = host_header(origin);
    TlsContext tls;
    std::vector<UpstreamPtr> kept; // the last used one is at the end
    bool closing = false;

    UpstreamPtr take() {
        if (kept.empty()) return nullptr;
        auto last = std::move(kept.back());
        kept.pop_back();
        last->take_back();
        return last;
    }
    void give_back(UpstreamPtr up) override {
        if (closing || kept.size() >= options.kept_connections) return;
        auto gone = [this, raw = up.get()] {
            auto at = std::find_if(kept.begin(), kept.end(),
                                   [&](const UpstreamPtr& k) { return k.get() == raw; });
            if (at == kept.end()) return;
            poller.release(std::move(*at));
            kept.erase(at);
            raw->close();
        };
        if (up->keep(options.idle_timeout, std::move(gone))) kept.push_back(std::move(up));
    }
};

namespace {

struct Sending {
    bool read_any = false;   // something of the body was taken: it cannot be sent again
    bool body_broke = false; // the error is the reader's, not the connection's
    bool answered = false;   // the upstream began to answer before the body was whole
};

awaitable<error_code> send_body(Upstream& up, BodyReader& body, Sending& state,
                                std::chrono::milliseconds timeout) {
    bool chunked = !body.content_length();
    for (;;) {
        auto piece = co_await body.read_some();
        state.body_broke = !piece;
        if (!piece) co_return piece.error();
        state.read_any = state.read_any || !piece->empty();
        if (piece->empty() && !chunked) co_return error_code{};
        char size_line[20];
        std::array<std::string_view, 3> pieces{std::string_view{}, *piece, std::string_view{}};
        if (chunked) {
            pieces[0] = {size_line, write_chunk_size(piece->size(), size_line)};
            pieces[2] = "\r\n";
        }
        error_code error;
        if (!up.write_now(pieces, error)) error = co_await up.write(pieces, timeout);
        bool last = piece->empty();
        error_code early;
        if (!last && up.fill_now(early) && !early) state.answered = true;
        if (error || state.answered || last) co_return error;
    }
}

} // namespace

Client::Client(asio::any_io_executor executor, Origin origin, ClientOptions options) {
    auto& context = asio::query(executor, asio::execution::context);
    auto& poller = Poller::of(context);
    for (auto t : {options.connect_timeout, options.first_byte_timeout, options.idle_timeout})
        poller.serve_timeout(t);
    impl_ = std::make_shared<Impl>(poller, std::move(origin), std::move(options));
    if (!impl_->origin.tls) return;
    impl_->tls = impl_->options.tls;
    if (impl_->tls) return;
    auto made = make_client_tls({.ca_file = impl_->options.ca_file, .alpn = {"http/1.1"}});
    if (made)
        impl_->tls = *made;
    else
        log::error("http", "no outbound TLS",
                   {{"host", impl_->origin.host}, {"reason", made.error().message()}});
}

Client::~Client() {
    impl_->closing = true;
    impl_->kept.clear();
}

awaitable<result<std::unique_ptr<InboundResponse>>> Client::send(const OutboundRequest& request) {
    auto impl = impl_;
    if (impl->origin.tls && !impl->tls) co_return Errc::connect_failed;
    auto bytes = compose_request(request, request.host.empty() ? impl->host : request.host);
    if (bytes.empty()) co_return Errc::bad_message;
    Sending state;
    for (bool again = true;; again = false) {
        auto up = again ? impl->take() : nullptr;
        bool kept = up != nullptr;
        error_code error;
        if (!kept) {
            up = std::make_shared<Upstream>(impl->poller);
            error = co_await up->connect(impl->origin, impl->tls, impl->options.connect_timeout,
                                         impl->options.may_reach);
            if (error && !up->tls_error().empty())
                log::warning("http", "TLS to the origin failed",
                             {{"host", impl->origin.host}, {"reason", up->tls_error()}});
            if (error) co_return error;
        }
        auto timeout = impl->options.first_byte_timeout;
        auto inbound = std::make_unique<Inbound>(up, request.head || request.method == "HEAD");
        std::array<std::string_view, 1> head{bytes};
        if (!up->write_now(head, error)) error = co_await up->write(head, timeout);
        bool sent = !error;
        if (sent && request.body) error = co_await send_body(*up, *request.body, state, timeout);
        if (state.answered) inbound->never_reuse();
        // A connection that broke may still hold the answer that says why.
        if (error && (state.body_broke || error != Errc::closed)) co_return error;
        error = {};
        while (!inbound->parse(error, impl->options.header_limit) && !error)
            if (!up->fill_now(error)) error = co_await up->fill(timeout);
        if (!error) {
            inbound->reuse_by(impl);
            co_return std::unique_ptr<InboundResponse>(std::move(inbound));
        }
        bool lost = error == Errc::end_of_stream || error == Errc::closed;
        bool unseen = up->buffered().empty();
        if (!lost || !kept || !unseen || state.read_any || (sent && !may_repeat(request.method)))
            co_return error == Errc::end_of_stream ? make_error_code(Errc::closed) : error;
    }
}

} // namespace caredian::net::http
