#include "net/http/head_lines.h"

namespace caredian::net::http {

namespace {

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

// #token of RFC 9110 §5.6.1: a recipient takes empty elements.
bool is_token_list(std::string_view list) {
    while (!list.empty()) {
        auto element = trim(next_token(list, ','));
        if (!element.empty() && !is_token(element)) return false;
    }
    return true;
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
        if (!is_token_list(field.value)) return bad(400, "Connection is not a list of names");
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
    case 16:
        if (is("proxy-connection") && !is_token_list(field.value))
            return bad(400, "Proxy-Connection is not a list of names");
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

HeadScan scan_head(std::string_view bytes, std::size_t from) {
    HeadScan scan;
    for (std::size_t at = from;;) {
        at = bytes.find('\n', at);
        if (at == std::string_view::npos) break;
        if (at == 0 || bytes[at - 1] != '\r') scan.bare_lf = true;
        // An empty line that is not the one allowed in front.
        if (at >= 3 && bytes[at - 2] == '\n') scan.complete = true;
        ++at;
        if (scan.complete) scan.end = at;
        if (scan.bare_lf || scan.complete) break;
    }
    scan.looked = bytes.size();
    return scan;
}

} // namespace caredian::net::http
