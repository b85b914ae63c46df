// Outbound HTTP/1.1 on a worker's io_context, with keep-alive: for relays and small calls.
#pragma once

#include "net/http/message.h"
#include "net/http/origin.h"
#include "net/tls.h"

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace caredian::net::http {

struct ClientOptions {
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds first_byte_timeout{30'000};
    std::chrono::milliseconds idle_timeout{30'000}; // of kept connections
    std::size_t kept_connections = 64;
    std::size_t header_limit = 64 * 1024;
    std::string ca_file; // empty = the system's
    TlsContext tls;      // made already, instead of from ca_file; may be shared
    // Asked for each address that the origin's name resolves to; empty = all may be reached.
    std::function<bool(const Address&)> may_reach;
};

struct OutboundRequest {
    std::string_view method;         // a token, RFC 9110
    std::string_view target;         // origin-form
    std::vector<HeaderView> headers; // without Host, framing and hop-by-hop: these are ours
    std::string_view host;           // Host header; empty = the origin's
    BodyReader* body = nullptr; // streamed: chunked unless content_length() is known. May be null
    bool head = false;
};

// A response under way. Its header is complete. Destroying it before the body's end closes the
// upstream connection, which tells the upstream that nobody listens any more.
class InboundResponse {
public:
    virtual ~InboundResponse() = default;
    virtual unsigned status() const = 0;
    virtual std::span<const HeaderView> headers() const = 0; // end-to-end ones only, as received
    virtual std::optional<std::uint64_t> content_length() const = 0;
    // The next piece as soon as it is there; empty at the end. Lives until the next call. No
    // timeout.
    virtual awaitable<result<std::string_view>> read_some() = 0;
    // What of the body came with the header, without waiting; may be nothing. Ask once, before
    // read_some(), which goes on behind it. Lives until the next call.
    virtual std::string_view at_hand() = 0;
};

// One per worker; not shared between threads.
class Client {
public:
    Client(boost::asio::any_io_executor executor, Origin origin, ClientOptions options);
    ~Client();
    Client(const Client&) = delete;
    // A request on a kept connection that turns out to be closed is tried once more on a new one
    // when nothing of the answer was seen, nothing of a body was read, and the method may be
    // repeated (RFC 9110 §9.2.2) or not even the request could be sent. Errors: connect_failed,
    // timeout, closed, bad_message (also a method, target or header of ours that may not go out),
    // header_too_large; operation_aborted when the coroutine was cancelled.
    awaitable<result<std::unique_ptr<InboundResponse>>> send(const OutboundRequest& request);

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace caredian::net::http
