#include "api/gate_rules.h"

#include "api/gate.h"
#include "api/origin_rule.h"
#include "base/encoding.h"
#include "identity/api_keys.h"

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
constexpr std::string_view key_header = "x-api-key";
constexpr std::string_view authorization_header = "authorization";
constexpr std::string_view bearer = "bearer ";

// The token of "Bearer TOKEN"; empty: another scheme.
std::string_view bearer_token(std::string_view value) {
    if (!iequals_ascii(value.substr(0, bearer.size()), bearer)) return {};
    return trim(value.substr(bearer.size()));
}

// Adds what one header brought to what was found.
void take(Credential::Kind kind, std::string_view text, Credential& found) {
    bool another = found.kind != Credential::none && found.text != text;
    found = {another ? Credential::two_keys : kind, text};
}

void take_key(std::string_view text, Credential& found) {
    if (text.starts_with(identity::api_key_prefix)) take(Credential::key, text, found);
}

constexpr std::array<std::string_view, 7> paths_that_begin{"/auth/login",
                                                           "/auth/login/second",
                                                           "/auth/login/second/app",
                                                           "/auth/login/second/passkey",
                                                           "/auth/login/passkey",
                                                           "/auth/login/passkey/begin",
                                                           "/first-run"};

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

bool is_this_machine(const Request& request) {
    if (!request.client.is_loopback()) return false;
    return request.peer_trusted || !(request.header("x-forwarded-for") ||
                                     request.header("forwarded") || request.header("x-real-ip"));
}

bool wants_page(const Request& request) {
    if (request.method != Method::get && request.method != Method::head) return false;
    if (request.path.starts_with("/api/") || request.path.starts_with("/ha/")) return false;
    return request.header("accept").value_or("").find("text/html") != std::string_view::npos;
}

Credential credential_of(const Request& request, const identity::TokenKeys& keys) {
    Credential out;
    for (const auto& field : request.headers) {
        if (field.name.size() == key_header.size() && iequals_ascii(field.name, key_header))
            take_key(field.value, out);
        else if (field.name.size() == authorization_header.size() &&
                 iequals_ascii(field.name, authorization_header)) {
            auto token = bearer_token(field.value);
            take_key(token, out);
            if (keys.is_ours(token)) take(Credential::token, token, out);
        }
        if (out.kind == Credential::two_keys) return out;
    }
    if (out.kind != Credential::none) return out;
    bool ambiguous = false;
    auto token = request.cookie(session_cookie, ambiguous);
    if (ambiguous) return {Credential::two_cookies, {}};
    if (token) return {Credential::session, *token};
    token = request.cookie(original_cookie, ambiguous);
    if (ambiguous) return {Credential::two_cookies, {}};
    if (token && keys.is_ours(*token)) return {Credential::cookie_token, *token};
    return out;
}

bool writes_readings(const Route& route) {
    return route.path == "/api/v1/devices/{id}/readings" || route.path == "/influx/write/point";
}

bool people_only(const Request& request, const Route& route) {
    if (is_verify(route) || !changes_state(request)) return false;
    return route.path.starts_with("/auth/") || route.path == "/api/v1/api-keys";
}

identity::Scope scope_of(const Request& request, const Route& route) {
    using identity::Scope;
    if (is_verify(route)) return Scope::verify;
    if (writes_readings(route)) return Scope::readings_write;
    if (route.path == "/influx/query") return Scope::influx_query;
    if (!changes_state(request)) return Scope::read;
    // Home Assistant's own calls switch things; they administrate nothing of ours.
    bool administers = route.access == "admin" && !route.path.starts_with("/ha/");
    return administers ? Scope::admin : Scope::control;
}

Response unauthorized(std::string_view why) {
    auto response = Response::problem(401, why);
    response.set("WWW-Authenticate", "Cookie realm=\"CareDian\"");
    return response;
}

Response refused_key(std::string_view why) {
    auto response = Response::problem(401, why);
    response.set("WWW-Authenticate", "Bearer realm=\"CareDian\", error=\"invalid_token\"");
    return response;
}

} // namespace caredian::api
