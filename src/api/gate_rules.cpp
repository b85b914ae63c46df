#include "api/gate_rules.h"

#include "api/gate.h"

#include <algorithm>
#include <array>

namespace caredian::api {

using access::Need;
using net::http::Method;
using net::http::Request;
using net::http::Response;
using net::http::Route;

namespace {

constexpr std::array<std::string_view, 6> paths_at_first{
    "/first-run", "/healthz", "/readyz", "/metrics", "/static/pages.css", "/favicon.svg"};
constexpr std::array<std::string_view, 2> paths_that_begin{"/auth/login", "/first-run"};

} // namespace

bool open_at_first(const Route& route) {
    return std::ranges::find(paths_at_first, route.path) != paths_at_first.end();
}

bool begins_session(const Route& route) {
    return std::ranges::find(paths_that_begin, route.path) != paths_that_begin.end();
}

bool is_verify(const Route& route) {
    return route.path.starts_with("/auth/verify");
}

Need need_of(const Route& route) {
    return access::parse_need(route.access).value_or(Need::admin);
}

bool wants_page(const Request& request) {
    if (request.method != Method::get && request.method != Method::head) return false;
    if (request.path.starts_with("/api/") || request.path.starts_with("/ha/")) return false;
    return request.header("accept").value_or("").find("text/html") != std::string_view::npos;
}

SessionCookie session_cookie_of(const Request& request) {
    SessionCookie out;
    out.token = request.cookie(session_cookie, out.ambiguous);
    return out;
}

Response unauthorized(std::string_view why) {
    auto response = Response::problem(401, why);
    response.set("WWW-Authenticate", "Cookie realm=\"CareDian\"");
    return response;
}

} // namespace caredian::api
