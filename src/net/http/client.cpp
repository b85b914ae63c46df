#include "net/http/client.h"

#include "base/encoding.h"
#include "base/log.h"
#include "net/http/chunk.h"
#include "net/http/head.h"
#include "net/http/upstream.h"

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/query.hpp>
#include <charconv>

namespace caredian::net::http {

namespace asio = boost::asio;

result<Origin> parse_origin(std::string_view url) {
    auto invalid = make_error_code(boost::system::errc::invalid_argument);
    Origin origin;
    auto scheme = url.substr(0, std::min(url.find("://"), url.size()));
    if (iequals_ascii(scheme, "https"))
        origin.tls = true;
    else if (!iequals_ascii(scheme, "http"))
        return invalid;
    if (url.size() < scheme.size() + 3) return invalid;
    auto authority = url.substr(scheme.size() + 3);
    if (authority.ends_with('/')) authority.remove_suffix(1);
    if (!is_host(authority)) return invalid;
    origin.port = origin.tls ? 443 : 80;
    auto bracket = authority.find(']');
    auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
        auto port = authority.substr(colon + 1);
        auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), origin.port);
        if (error != std::errc() || end != port.data() + port.size() || origin.port == 0)
            return invalid;
        authority = authority.substr(0, colon);
    }
    if (authority.starts_with('[')) {
        authority = authority.substr(1, authority.size() - 2);
        if (!parse_address(authority)) return invalid;
    }
    origin.host = authority;
    return origin;
}

namespace {

// "host", "host:port", "[::1]:port" as the Host header wants it.
std::string host_header(const Origin& origin) {
    std::string out = origin.host;
    if (out.find(':') != std::string::npos) out = "[" + out + "]";
    if (origin.port != (origin.tls ? 443 : 80)) out += ":" + std::to_string(origin.port);
    return out;
}

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

using UpstreamPtr = std::shared_ptr<Upstream>;

// Also shared with responses under way: they bring their connection back.
struct Client::Impl {
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
    void give_back(UpstreamPtr up) {
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

class Inbound final : public InboundResponse {
public:
    Inbound(UpstreamPtr up, bool head) : up_(std::move(up)), head_request_(head) {}
    ~Inbound() override {
        up_->consume(taken_);
        if (done_ && reusable_ && up_->buffered().empty() && give_back_) give_back_(std::move(up_));
    }

    unsigned status() const override { return head_.status; }
    std::span<const HeaderView> headers() const override { return fields_; }
    std::optional<std::uint64_t> content_length() const override {
        if (!head_.framing.has_length) return {};
        return head_.framing.length;
    }
    std::string_view at_hand() override {
        auto piece = take();
        return piece ? *piece : std::string_view{};
    }
    awaitable<result<std::string_view>> read_some() override {
        for (;;) {
            if (failed_) co_return failed_;
            auto piece = take();
            if (!piece) failed_ = piece.error();
            if (!piece || !piece->empty() || done_) co_return piece;
            error_code error;
            if (!up_->fill_now(error)) error = co_await up_->fill(std::chrono::milliseconds(0));
            if (error == Errc::end_of_stream && until_close_) {
                done_ = true;
                co_return std::string_view{};
            }
            if (error) failed_ = error == Errc::end_of_stream ? Errc::closed : error;
        }
    }

    // True: the head was there; else `error` is set or more is needed.
    bool parse(error_code& error, std::size_t limit) {
        for (int interim = 0; interim < 10; ++interim) {
            auto bytes = up_->buffered();
            auto scan = scan_head(bytes, looked_);
            looked_ = scan.looked;
            if (scan.bare_lf) error = Errc::bad_message;
            if (!scan.complete && bytes.size() >= limit) error = Errc::header_too_large;
            if (error || !scan.complete) return false;
            auto end = bytes.find("\r\n\r\n") + 4;
            bytes_.assign(bytes.substr(0, end));
            auto parsed = parse_response_head(bytes_, head_);
            if (parsed.state != HeadResult::done || parsed.size != end || (head_.status == 101)) {
                error = Errc::bad_message;
                return false;
            }
            up_->consume(end);
            looked_ = 0;
            if (head_.status >= 200) {
                settle();
                return true;
            }
        }
        error = Errc::bad_message;
        return false;
    }
    void on_reuse(std::function<void(UpstreamPtr)> give_back) { give_back_ = std::move(give_back); }
    void never_reuse() { reusable_ = false; }

private:
    void settle() {
        for (const auto& field : head_.fields.all())
            if (!is_hop_by_hop(field.name) && !iequals_ascii(field.name, "content-length") &&
                !has_token(head_.connection, field.name))
                fields_.push_back(field);
        bool none = head_request_ || head_.status == 204 || head_.status == 304;
        until_close_ = !none && !head_.framing.chunked && !head_.framing.has_length;
        left_ = head_.framing.length;
        done_ = none || (head_.framing.has_length && left_ == 0);
        reusable_ = reusable_ && head_.keep_alive && !until_close_;
    }

    // The next piece of what is buffered. A piece stays in the buffer until the next call.
    result<std::string_view> take() {
        up_->consume(std::exchange(taken_, 0));
        if (done_) return std::string_view{};
        auto bytes = up_->buffered();
        if (!head_.framing.chunked) {
            if (!until_close_)
                bytes = bytes.substr(
                    0, static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_)));
            left_ -= until_close_ ? 0 : bytes.size();
            done_ = !until_close_ && left_ == 0;
            taken_ = bytes.size();
            return bytes;
        }
        auto step = decoder_.step(bytes);
        taken_ = step.consumed;
        if (step.state == ChunkDecoder::State::bad) return Errc::bad_message;
        if (step.state == ChunkDecoder::State::data) return step.data;
        done_ = step.state == ChunkDecoder::State::end;
        up_->consume(std::exchange(taken_, 0));
        return std::string_view{};
    }

    UpstreamPtr up_;
    bool head_request_;
    bool done_ = false;
    bool reusable_ = true;
    bool until_close_ = false;
    std::size_t looked_ = 0;
    std::size_t taken_ = 0; // of the buffer, shown to the caller
    std::uint64_t left_ = 0;
    std::string bytes_; // of the head
    ResponseHead head_;
    std::vector<HeaderView> fields_;
    ChunkDecoder decoder_;
    error_code failed_;
    std::function<void(UpstreamPtr)> give_back_;
};

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
            error = co_await up->connect(impl->origin, impl->tls, impl->options.connect_timeout);
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
            inbound->on_reuse([impl](UpstreamPtr done) { impl->give_back(std::move(done)); });
            co_return std::unique_ptr<InboundResponse>(std::move(inbound));
        }
        bool lost = error == Errc::end_of_stream || error == Errc::closed;
        bool unseen = up->buffered().empty();
        if (!lost || !kept || !unseen || state.read_any || (sent && !may_repeat(request.method)))
            co_return error == Errc::end_of_stream ? make_error_code(Errc::closed) : error;
    }
}

} // namespace caredian::net::http
