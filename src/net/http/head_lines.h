// What request and response heads share: lines, fields and the framing fields (head.cpp,
// response_head.cpp).
#pragma once

#include "base/encoding.h"
#include "net/http/head.h"

#include <cstring>

namespace caredian::net::http {

inline HeadResult bad(unsigned status, std::string_view why) {
    return {HeadResult::bad, 0, status, why};
}

inline HeadResult ok() {
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
inline bool parse_length(std::string_view text, std::uint64_t& out) {
    if (text.empty() || text.size() > 18) return false;
    out = 0;
    for (char c : text) {
        if (c < '0' || c > '9') return false;
        out = out * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return true;
}

inline HeadResult take_length(Framing& framing, std::string_view value) {
    if (framing.has_length) return bad(400, "Content-Length is given twice");
    if (!parse_length(value, framing.length))
        return bad(400, "Content-Length is not one whole number");
    framing.has_length = true;
    return ok();
}

inline HeadResult take_transfer_encoding(Framing& framing, std::string_view value) {
    if (framing.chunked) return bad(400, "Transfer-Encoding is given twice");
    if (!iequals_ascii(value, "chunked"))
        return bad(501, "the only Transfer-Encoding served is chunked");
    framing.chunked = true;
    return ok();
}

inline HeadResult check_framing(const Framing& framing, bool http_1_0) {
    if (framing.chunked && framing.has_length)
        return bad(400, "both Content-Length and Transfer-Encoding are given");
    if (framing.chunked && http_1_0)
        return bad(400, "Transfer-Encoding does not exist in HTTP/1.0");
    return ok();
}

// One field line, split and checked.
inline HeadResult split_field(std::string_view line, HeaderView& out) {
    if (line[0] == ' ' || line[0] == '\t') return bad(400, "a header line is folded");
    auto colon = line.find(':');
    if (colon == std::string_view::npos) return bad(400, "a header line has no colon");
    out.name = line.substr(0, colon);
    if (!is_token(out.name)) return bad(400, "a header name is not a token");
    out.value = trim(line.substr(colon + 1));
    if (!is_field_value(out.value)) return bad(400, "a header value holds a control character");
    return ok();
}

} // namespace caredian::net::http
