#include "net/http/message.h"

#include "base/encoding.h"
#include "base/json.h"

namespace caredian::net::http {

const char* room_name(Errc) {
    return "http";
}

std::string_view describe(Errc e) {
    switch (e) {
    case Errc::ok:
        return "no error";
    case Errc::end_of_stream:
        return "the peer closed the connection";
    case Errc::closed:
        return "the peer closed the connection inside a message";
    case Errc::timeout:
        return "the peer took too long";
    case Errc::bad_message:
        return "the peer sent no valid HTTP/1.1 message";
    case Errc::header_too_large:
        return "the header is too large";
    case Errc::body_too_large:
        return "the body is too large";
    case Errc::connect_failed:
        return "the connection could not be made";
    case Errc::stopped:
        return "the server is stopping";
    }
    return "unknown";
}

std::string_view to_string(Method m) {
    switch (m) {
    case Method::get:
        return "GET";
    case Method::head:
        return "HEAD";
    case Method::post:
        return "POST";
    case Method::put:
        return "PUT";
    case Method::patch:
        return "PATCH";
    case Method::delete_:
        return "DELETE";
    case Method::options:
        return "OPTIONS";
    case Method::other:
        break;
    }
    return "OTHER";
}

awaitable<result<std::string>> read_all(BodyReader& body, std::size_t limit) {
    std::string whole;
    if (auto length = body.content_length()) {
        if (*length > limit) co_return Errc::body_too_large;
        whole.reserve(static_cast<std::size_t>(*length));
    }
    for (;;) {
        auto piece = co_await body.read_some();
        if (!piece) co_return piece.error();
        if (piece->empty()) co_return whole;
        if (piece->size() > limit - whole.size()) co_return Errc::body_too_large;
        whole += *piece;
    }
}

std::optional<std::string_view> Request::header(std::string_view name) const {
    for (const auto& field : headers)
        if (iequals_ascii(field.name, name)) return field.value;
    return {};
}

std::size_t Request::count(std::string_view name) const {
    std::size_t n = 0;
    for (const auto& field : headers) n += iequals_ascii(field.name, name);
    return n;
}

std::optional<std::string_view> Request::cookie(std::string_view name, bool& ambiguous) const {
    std::optional<std::string_view> found;
    ambiguous = false;
    for (const auto& field : headers) {
        if (field.name.size() != 6 || !iequals_ascii(field.name, "cookie")) continue;
        auto rest = field.value;
        while (!rest.empty()) {
            auto pair = trim(next_token(rest, ';'));
            if (!pair.starts_with(name) || pair.size() <= name.size() || pair[name.size()] != '=')
                continue;
            if (found) ambiguous = true;
            found = pair.substr(name.size() + 1);
        }
    }
    return found;
}

std::optional<std::string> Request::query_value(std::string_view name) const {
    auto rest = query;
    while (!rest.empty()) {
        auto pair = next_token(rest, '&');
        auto key = next_token(pair, '=');
        auto decode = [](std::string_view text) {
            std::string blanks(text);
            for (char& c : blanks)
                if (c == '+') c = ' ';
            auto decoded = percent_decode(blanks);
            return decoded ? *decoded : std::string(text);
        };
        if (key == name || decode(key) == name) return decode(pair);
    }
    return {};
}

namespace {

Response with_text(unsigned status, std::string body, std::string type) {
    Response made;
    made.status = status;
    made.set("Content-Type", std::move(type));
    made.body = std::move(body);
    return made;
}

} // namespace

Response Response::empty(unsigned status) {
    Response made;
    made.status = status;
    return made;
}

Response Response::json(unsigned status, std::string body) {
    return with_text(status, std::move(body), "application/json");
}

Response Response::html(unsigned status, std::string body) {
    return with_text(status, std::move(body), "text/html; charset=utf-8");
}

Response Response::text(unsigned status, std::string body, std::string content_type) {
    return with_text(status, std::move(body), std::move(content_type));
}

Response Response::redirect(unsigned status, std::string location) {
    auto made = empty(status);
    made.set("Location", std::move(location));
    return made;
}

Response Response::problem(unsigned status, std::string_view detail) {
    std::string body;
    JsonWriter out(body);
    out.begin_object().member("type", "about:blank").member("title", reason_phrase(status));
    out.member("status", status).member("detail", detail).end_object();
    auto made = with_text(status, std::move(body), "application/problem+json");
    made.set("Cache-Control", "no-store");
    return made;
}

std::string_view reason_phrase(unsigned status) {
    switch (status) {
    case 100:
        return "Continue";
    case 101:
        return "Switching Protocols";
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 206:
        return "Partial Content";
    case 301:
        return "Moved Permanently";
    case 302:
        return "Found";
    case 303:
        return "See Other";
    case 304:
        return "Not Modified";
    case 307:
        return "Temporary Redirect";
    case 308:
        return "Permanent Redirect";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 406:
        return "Not Acceptable";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 410:
        return "Gone";
    case 411:
        return "Length Required";
    case 412:
        return "Precondition Failed";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 415:
        return "Unsupported Media Type";
    case 416:
        return "Range Not Satisfiable";
    case 417:
        return "Expectation Failed";
    case 421:
        return "Misdirected Request";
    case 422:
        return "Unprocessable Content";
    case 425:
        return "Too Early";
    case 426:
        return "Upgrade Required";
    case 428:
        return "Precondition Required";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    case 505:
        return "HTTP Version Not Supported";
    case 507:
        return "Insufficient Storage";
    default:
        return "Unknown";
    }
}

} // namespace caredian::net::http
