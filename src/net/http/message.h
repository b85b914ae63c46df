// What a handler sees of a request and gives back as a response.
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "net/address.h"

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace caredian::net::http {

template <class T>
using awaitable = boost::asio::awaitable<T>;

enum class Errc {
    ok,
    end_of_stream, // the peer closed between two messages
    closed,        // the peer closed inside a message
    timeout,
    bad_message, // not HTTP/1.1 as our strict step reads it
    header_too_large,
    body_too_large,
    connect_failed, // outbound: name, route or refused
    stopped,        // this server is stopping
};
const char* room_name(Errc);
std::string_view describe(Errc e);
inline error_code make_error_code(Errc e) {
    return make_code(e);
}

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options, other };
std::string_view to_string(Method m);

struct HeaderView {
    std::string_view name; // as received; compare without case
    std::string_view value;
};

// A request body, read in pieces. Belongs to the connection; valid until the handler returns.
class BodyReader {
public:
    virtual ~BodyReader() = default;
    // The next piece, at most as long as the connection's buffer; empty at the end. The view lives
    // until the next call. Errors: closed, timeout, bad_message, body_too_large.
    // The first call answers "Expect: 100-continue".
    virtual awaitable<result<std::string_view>> read_some() = 0;
    virtual std::optional<std::uint64_t> content_length() const = 0; // 0 when there is no body
};

// Reads a whole body of at most `limit` bytes. body_too_large otherwise.
awaitable<result<std::string>> read_all(BodyReader& body, std::size_t limit);

// One request. All views point into the connection's buffer and live until the handler returns.
struct Request {
    Method method = Method::other;
    std::string_view method_text;
    std::string_view target; // origin-form, as received; absolute-form is reduced to it
    std::string_view path;   // of target, raw (not percent-decoded)
    std::string_view query;  // of target, raw, without '?'
    std::string_view host;   // Host, or the authority of an absolute-form target; with port
    std::span<const HeaderView>
        headers;                // as received, without X-Remote-* and X_Remote_* (stripped)
    BodyReader* body = nullptr; // never null in a handler
    std::string_view body_text; // the whole body, unless the route streams it
    Address peer;               // the other end of the socket
    Address client;             // the true client (behind trusted proxies)
    bool secure = false;        // TLS here, or X-Forwarded-Proto: https from a trusted proxy
    bool peer_trusted = false;  // peer is in trusted_proxies
    std::string_view id;        // request id, also sent back as X-Request-Id
    std::size_t worker = 0;     // index of the worker that serves it

    std::optional<std::string_view> header(std::string_view name) const; // the first one
    std::size_t count(std::string_view name) const;
    // The value of the cookie `name`. nullopt: none. More than one of that name: `ambiguous` is
    // set.
    std::optional<std::string_view> cookie(std::string_view name, bool& ambiguous) const;
    // First query parameter of that name, percent-decoded ('+' = blank); nullopt when absent.
    std::optional<std::string> query_value(std::string_view name) const;
};

// A response body made while it is sent.
class BodySource {
public:
    virtual ~BodySource() = default; // also when the client leaves: release what you hold
    // The next piece (the view lives until the next call); empty at the end. An error cuts the
    // connection, so that the client sees that the body is not whole.
    virtual awaitable<result<std::string_view>> next() = 0;
    // A first piece that is there without waiting: goes out in one write with the head. Asked
    // once, before next().
    virtual std::string_view at_hand() { return {}; }
};

// A body that is kept ready (console files): identity and gzip form, with its ETag.
struct Asset {
    std::string content_type;
    std::string_view identity; // static storage
    std::string_view gzip;     // may be empty
    std::string etag;          // with quotes
    bool immutable = false;    // name carries a hash: cache for a year
};

struct Response {
    unsigned status = 200;
    // Content-Length, Transfer-Encoding, Connection, Date, X-Request-Id and the security headers
    // are the server's business. Names and values must be free of CR and LF (checked: 500).
    std::vector<std::pair<std::string, std::string>> headers;
    // Empty; a text (gzip'ed by the server when it is JSON, HTML or text, large and accepted);
    // a stream (length unknown: chunked); an asset.
    std::variant<std::monostate, std::string, std::unique_ptr<BodySource>, const Asset*> body;
    // Set with a stream whose length is known.
    std::optional<std::uint64_t> content_length;
    bool no_security_headers = false; // relayed pages carry their own
    bool close = false;               // end the connection after this response
    // With a stream: Server::close_live(live_key) ends it (a session that was revoked).
    std::string live_key;

    Response& set(std::string name, std::string value) {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    static Response empty(unsigned status);
    static Response json(unsigned status, std::string body);
    static Response html(unsigned status, std::string body);
    static Response text(unsigned status, std::string body, std::string content_type);
    static Response redirect(unsigned status, std::string location);
    // RFC 9457. `title` is the status' standard phrase; `detail` is for people.
    static Response problem(unsigned status, std::string_view detail);
};

std::string_view reason_phrase(unsigned status);

} // namespace caredian::net::http

template <>
struct boost::system::is_error_code_enum<caredian::net::http::Errc> : std::true_type {};
