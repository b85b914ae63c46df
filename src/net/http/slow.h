// A request that has to wait, and the reader of its body.
#pragma once

#include "net/http/connection.h"

#include <algorithm>
#include <iterator>

namespace caredian::net::http {

using Headers = decltype(Response::headers);

inline void add_headers(Response& response, Headers& more) {
    if (more.empty()) return;
    std::ranges::move(more, std::back_inserter(response.headers));
    more.clear();
}

struct Slow final : BodyReader {
    // Copies the head that the worker has just read, and its bytes.
    Slow(Connection& c, std::string_view bytes, const RequestHead& parsed, const Request& made);

    awaitable<result<std::string_view>> read_some() override;
    std::optional<std::uint64_t> content_length() const override;
    bool body_is_read() const { return done_; }
    bool must_gather() const { return !match.route->stream_body && head.has_body(); }
    bool must_prepare() const { return !ready && (ask_gate || must_gather()); }

    Connection& connection;
    std::string head_bytes; // and the request's id behind them
    RequestHead head;       // its views point into head_bytes
    Request request;
    Router::Match match;
    std::any principal;
    std::optional<Context> context; // of the handler
    std::optional<Response> ready;  // decided already; needs only to be sent
    bool ask_gate = false;
    Headers of_gate;                   // what it left for the handler's response
    std::string body_text;             // the whole body, unless the route streams it
    std::unique_ptr<BodyReader> whole; // … handed out again
    std::string stream_head;
    std::string_view first_piece; // of a stream: what was at hand
    MonoTime start{};

private:
    result<std::string_view> take(); // from window_; empty: more is needed
    void give_back();                // what follows the body is the next request
    awaitable<error_code> fill();    // window_
    bool send_continue();

    bool continue_due_;
    bool done_;
    error_code failed_;
    std::uint64_t left_; // of a body of known length
    std::uint64_t taken_ = 0;
    ChunkDecoder decoder_;
    std::string buffer_;
    std::string_view window_; // of buffer_: read, not yet taken
};

} // namespace caredian::net::http
