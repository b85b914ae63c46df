#include "net/http/head.h"

#include "base/encoding.h"

#include <cstring>

namespace caredian::net::http {

namespace {

HeadResult bad(unsigned status, std::string_view why) {
    return {HeadResult::bad, 0, status, why};
}

HeadResult ok() {
    return {HeadResult::done, 0, 0, {}};
}

// Takes lines off the front. A line ends in CRLF; a bare LF ends nothing and is an error.
class Lines {
public:
    explicit Lines(std::string_view bytes) : rest_(bytes) {}
    enum State { line, more, bare_lf };
    State next(std::string_view& out) {
        auto at = static_cast<const char*>(std::memchr(rest_.data(), '\n', rest_.size()));
        if (!at) return more;
        auto size = static_cast<std::size_t>(at - rest_.data());
        if (size == 0 || rest_[size - 1] != '\r') return bare_lf;
        out = rest_.substr(0, size - 1);
        rest_.remove_prefix(size + 1);
        return line;
    }
    std::size_t left() const { return rest_.size(); }

private:
    std::string_view rest_;
};

// Digits only, at most 18: no sign, blank, list or overflow.
bool parse_length(std::string_view text, std::uint64_t& out) {
    if (text.empty() || text.size() > 18) return false;
    out = 0;
    for (char c : text) {
        if (c < '0' || c > '9') return false;
        out = out * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return true;
}

HeadResult take_length(Framing& framing, std::string_view value) {
    if (framing.has_length) return bad(400, "Content-Length is given twice");
    if (!parse_length(value, framing.length))
        return bad(400, "Content-Length is not one whole number");
    framing.has_length = true;
    return ok();
}

HeadResult take_transfer_encoding(Framing& framing, std::string_view value) {
    if (framing.chunked) return bad(400, "Transfer-Encoding is given twice");
    if (!iequals_ascii(value, "chunked"))
        return bad(501, "the only Transfer-Encoding served is chunked");
    framing.chunked = true;
    return ok();
}

HeadResult check_framing(const Framing& framing, bool http_1_0) {
    if (framing.chunked && framing.has_length)
        return bad(400, "both Content-Length and Transfer-Encoding are given");
    if (framing.chunked && http_1_0)
        return bad(400, "Transfer-Encoding does not exist in HTTP/1.0");
    return ok();
}

// One field line, split and checked.
HeadResult split_field(std::string_view line, HeaderView& out) {
    if (line[0] == ' ' || line[0] == '\t') return bad(400, "a header line is folded");
    auto colon = line.find(':');
    if (colon == std::string_view::npos) return bad(400, "a header line has no colon");
    out.name = line.substr(0, colon);
    if (!is_token(out.name)) return bad(400, "a header name is not a token");
    out.value = trim(line.substr(colon + 1));
    if (!is_field_value(out.value)) return bad(400, "a header value holds a control character");
    return ok();
}

Method method_of(std::string_view text) {
    switch (text.size()) {
    case 3:
        return text == "GET" ? Method::get : text == "PUT" ? Method::put : Method::other;
    case 4:
        return text == "POST" ? Method::post : text == "HEAD" ? Method::head : Method::other;
    case 5:
        return text == "PATCH" ? Method::patch : Method::other;
    case 6:
        return text == "DELETE" ? Method::delete_ : Method::other;
    case 7:
        return text == "OPTIONS" ? Method::options : Method::other;
    default:
        return Method::other;
    }
}

bool is_target(std::string_view text) {
    for (char c : text)
        if (c <= 0x20 || c >= 0x7F || c == '#') return false;
    return !text.empty();
}

// "http://authority/path" → authority, and the target reduced to "/path".
HeadResult reduce_absolute_form(std::string_view& target, std::string_view& authority) {
    auto scheme = target.substr(0, target.find("://"));
    if (scheme.size() == target.size() ||
        (!iequals_ascii(scheme, "http") && !iequals_ascii(scheme, "https")))
        return bad(400, "the request target is neither a path nor an http URL");
    auto rest = target.substr(scheme.size() + 3);
    auto end = rest.find_first_of("/?");
    authority = rest.substr(0, end);
    if (!is_host(authority)) return bad(400, "the request target's host is malformed");
    if (end == std::string_view::npos)
        target = "/";
    else if (rest[end] == '?')
        return bad(400, "the request target has no path");
    else
        target = rest.substr(end);
    return ok();
}

HeadResult parse_request_line(std::string_view line, RequestHead& out,
                              std::string_view& authority) {
    auto first = line.find(' '), last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return bad(400, "the request line is not METHOD TARGET VERSION");
    out.method_text = line.substr(0, first);
    out.target = line.substr(first + 1, last - first - 1);
    auto version = line.substr(last + 1);
    if (!is_token(out.method_text) || first > 32) return bad(400, "the method is not a token");
    if (!is_target(out.target))
        return bad(400, "the request target holds a character that is not allowed");
    if (version == "HTTP/1.1")
        out.http_1_0 = false;
    else if (version == "HTTP/1.0")
        out.http_1_0 = true;
    else
        return version.starts_with("HTTP/") ? bad(505, "only HTTP/1.1 and HTTP/1.0 are served")
                                            : bad(400, "the request line has no HTTP version");
    out.method = method_of(out.method_text);
    if (out.target[0] == '*') {
        if (out.target.size() != 1 || out.method != Method::options)
            return bad(400, "the target * is for OPTIONS only");
    } else if (out.target[0] != '/') {
        if (auto r = reduce_absolute_form(out.target, authority); r.state == HeadResult::bad)
            return r;
    }
    auto question = out.target.find('?');
    out.path = out.target.substr(0, question);
    out.query =
        question == std::string_view::npos ? std::string_view{} : out.target.substr(question + 1);
    return ok();
}

// Fields that mean something here. Told apart by length first: most fields are none of them.
HeadResult take_request_field(const HeaderView& field, RequestHead& out) {
    auto is = [&](std::string_view name) { return iequals_ascii(field.name, name); };
    switch (field.name.size()) {
    case 4:
        if (!is("host")) break;
        if (!out.host.empty()) return bad(400, "Host is given twice");
        if (!is_host(field.value)) return bad(400, "Host is malformed");
        out.host = field.value;
        break;
    case 6:
        if (!is("expect")) break;
        if (!iequals_ascii(field.value, "100-continue"))
            return bad(417, "the only expectation served is 100-continue");
        out.expect_continue = true;
        break;
    case 10:
        if (!is("connection")) break;
        if (has_token(field.value, "close")) out.keep_alive = false;
        break;
    case 12:
        if (is("x-request-id")) out.request_id = field.value;
        break;
    case 14:
        if (is("content-length")) return take_length(out.framing, field.value);
        break;
    case 15:
        if (is("x-forwarded-for")) out.forwarded_for = field.value;
        break;
    case 17:
        if (is("transfer-encoding")) return take_transfer_encoding(out.framing, field.value);
        if (is("x-forwarded-proto")) out.forwarded_proto = field.value;
        break;
    default:
        break;
    }
    return ok();
}

HeadResult finish_request(RequestHead& out, std::string_view authority) {
    if (auto r = check_framing(out.framing, out.http_1_0); r.state == HeadResult::bad) return r;
    if (out.host.empty()) return bad(400, "Host is missing");
    if (!authority.empty() && !iequals_ascii(authority, out.host))
        return bad(400, "Host is not the request target's");
    if (out.http_1_0) out.expect_continue = false; // RFC 9110 §10.1.1
    return ok();
}

void reset(RequestHead& out) {
    out.identity_claimed = out.expect_continue = false;
    out.framing = {};
    out.host = out.forwarded_for = out.forwarded_proto = out.request_id = {};
    out.fields.clear();
}

HeadResult parse_status_line(std::string_view line, ResponseHead& out) {
    auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (line.size() < 12 || !line.starts_with("HTTP/1.") || (line[7] != '1' && line[7] != '0') ||
        line[8] != ' ' || !is_digit(line[9]) || !is_digit(line[10]) || !is_digit(line[11]) ||
        (line.size() > 12 && line[12] != ' ') || !is_field_value(line))
        return bad(400, "the status line is malformed");
    out.http_1_0 = line[7] == '0';
    out.status =
        static_cast<unsigned>((line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0'));
    if (out.status < 100 || out.status > 599) return bad(400, "the status is out of range");
    return ok();
}

HeadResult take_response_field(const HeaderView& field, ResponseHead& out) {
    if (field.name.size() == 14 && iequals_ascii(field.name, "content-length"))
        return take_length(out.framing, field.value);
    if (field.name.size() == 17 && iequals_ascii(field.name, "transfer-encoding"))
        return take_transfer_encoding(out.framing, field.value);
    if (field.name.size() == 10 && iequals_ascii(field.name, "connection")) {
        if (!out.connection.empty()) return bad(400, "Connection is given twice");
        out.connection = field.value;
    }
    return ok();
}

} // namespace

HeadResult parse_request_head(std::string_view bytes, RequestHead& out) {
    reset(out);
    auto whole = bytes.size();
    if (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
    Lines lines(bytes);
    std::string_view line, authority;
    auto state = lines.next(line);
    if (state == Lines::bare_lf) return bad(400, "a line ends in a bare LF");
    if (state == Lines::more) return {};
    if (auto r = parse_request_line(line, out, authority); r.state == HeadResult::bad) return r;
    out.keep_alive = !out.http_1_0;
    for (;;) {
        state = lines.next(line);
        if (state == Lines::bare_lf) return bad(400, "a line ends in a bare LF");
        if (state == Lines::more) return {};
        if (line.empty()) break;
        HeaderView field;
        if (auto r = split_field(line, field); r.state == HeadResult::bad) return r;
        if (auto r = take_request_field(field, out); r.state == HeadResult::bad) return r;
        if (claims_identity(field.name))
            out.identity_claimed = true;
        else if (!out.fields.add(field))
            return bad(431, "there are too many header lines");
    }
    auto r = finish_request(out, authority);
    r.size = whole - lines.left();
    return r;
}

HeadResult parse_response_head(std::string_view bytes, ResponseHead& out) {
    out.framing = {};
    out.connection = {};
    out.fields.clear();
    Lines lines(bytes);
    std::string_view line;
    auto state = lines.next(line);
    if (state == Lines::bare_lf) return bad(400, "a line ends in a bare LF");
    if (state == Lines::more) return {};
    if (auto r = parse_status_line(line, out); r.state == HeadResult::bad) return r;
    for (;;) {
        state = lines.next(line);
        if (state == Lines::bare_lf) return bad(400, "a line ends in a bare LF");
        if (state == Lines::more) return {};
        if (line.empty()) break;
        HeaderView field;
        if (auto r = split_field(line, field); r.state == HeadResult::bad) return r;
        if (auto r = take_response_field(field, out); r.state == HeadResult::bad) return r;
        if (!out.fields.add(field)) return bad(431, "there are too many header lines");
    }
    out.keep_alive = !out.http_1_0 && !has_token(out.connection, "close");
    auto r = check_framing(out.framing, out.http_1_0);
    r.size = bytes.size() - lines.left();
    return r;
}

HeadScan scan_head(std::string_view bytes, std::size_t from) {
    HeadScan scan;
    for (std::size_t at = from;;) {
        at = bytes.find('\n', at);
        if (at == std::string_view::npos) break;
        if (at == 0 || bytes[at - 1] != '\r') scan.bare_lf = true;
        // An empty line that is not the one allowed in front.
        if (at >= 3 && bytes[at - 2] == '\n') scan.complete = true;
        if (scan.bare_lf || scan.complete) break;
        ++at;
    }
    scan.looked = bytes.size();
    return scan;
}

} // namespace caredian::net::http
