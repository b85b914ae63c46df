// The strict step: reads one request or response head, or says why it is none. No I/O; the views
// point into the bytes given.
//
// Stricter than RFC 9112 where leniency is how requests are smuggled: lines end in CRLF and nothing
// else; no folded lines; no control characters; no blank before a colon; framing is said once and
// in one way. It splits the lines itself, as two readers of the same bytes could disagree; the
// fuzz target fuzz/http_head.cpp holds it against Beast's parser.
#pragma once

#include "net/http/message.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace caredian::net::http {

constexpr std::size_t max_fields = 100;

// Fields in the order in which they came.
class FieldList {
public:
    bool add(HeaderView field) {
        if (fields_.size() == max_fields) return false;
        if (fields_.capacity() == 0) fields_.reserve(16);
        fields_.push_back(field);
        return true;
    }
    void clear() { fields_.clear(); } // keeps its memory
    template <class Predicate>
    void drop_if(Predicate predicate) {
        std::erase_if(fields_, predicate);
    }
    std::span<const HeaderView> all() const { return fields_; }
    std::span<HeaderView> all() { return fields_; }

private:
    std::vector<HeaderView> fields_;
};

// What the framing fields say (RFC 9112 §6).
struct Framing {
    bool chunked = false;
    bool has_length = false;
    std::uint64_t length = 0;
};

struct RequestHead {
    Method method = Method::other;
    bool http_1_0 = false;
    bool keep_alive = false;       // what the client wants
    bool expect_continue = false;  // any other expectation is refused
    bool identity_claimed = false; // fields were dropped that only we may write (X-Remote-*)
    Framing framing;
    std::string_view method_text;
    std::string_view target; // origin-form or "*"
    std::string_view path;
    std::string_view query;
    std::string_view host;
    std::string_view forwarded_for; // the last X-Forwarded-For (empty: none)
    std::string_view forwarded_proto;
    std::string_view request_id;
    FieldList fields; // all but X-Remote-* and X_Remote_*

    bool has_body() const { return framing.chunked || framing.length > 0; }
};

struct ResponseHead {
    unsigned status = 0;
    bool http_1_0 = false;
    bool keep_alive = false;
    Framing framing;
    std::string_view connection; // its tokens name further hop-by-hop fields
    FieldList fields;
};

struct HeadResult {
    enum State : std::uint8_t { more, done, bad } state = more;
    std::size_t size = 0;      // done: bytes of the head, its empty line included
    unsigned status = 0;       // bad: what a server answers (400, 417, 431, 501, 505)
    std::string_view why = {}; // bad: for people; static storage
};

// `bytes` may hold more than the head, or less (more). A CRLF in front of a request is passed over.
HeadResult parse_request_head(std::string_view bytes, RequestHead& out);
HeadResult parse_response_head(std::string_view bytes, ResponseHead& out);

// Where a head that came in pieces stands: `from` is how far earlier calls looked. Keeps a client
// that sends byte by byte from costing the square of its header.
struct HeadScan {
    bool complete = false;
    bool bare_lf = false; // refuse it now instead of waiting for an end that never comes
    std::size_t looked = 0;
    std::size_t end = 0; // complete: where the body begins
};
HeadScan scan_head(std::string_view bytes, std::size_t from);

// One field name or value as we would send it: a token; text without control characters.
bool is_token(std::string_view text);
bool is_field_value(std::string_view text);
// host or host:port, as RFC 3986 has it, without user part or percent-encoding.
bool is_host(std::string_view text);
// Connection, Keep-Alive, TE, Trailer, Transfer-Encoding, Upgrade, Proxy-*: end at each hop.
bool is_hop_by_hop(std::string_view name);
// "x-remote-user", "X_REMOTE_ROLE": written by us alone.
bool claims_identity(std::string_view name);
// `token` stands in the comma list `list` (compared without case).
bool has_token(std::string_view list, std::string_view token);

} // namespace caredian::net::http
