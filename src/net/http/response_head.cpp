#include "net/http/head_lines.h"

namespace caredian::net::http {

namespace {

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

} // namespace caredian::net::http
