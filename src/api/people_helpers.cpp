#include "api/people_helpers.h"

#include "api/gate.h"
#include "base/log.h"

#include <algorithm>

namespace caredian::api {

namespace http = net::http;
using identity::Errc;

namespace {

void set_session(http::Response& response, const http::Request& request, const People& people,
                 std::string_view value, std::chrono::seconds lifetime) {
    Cookie cookie{session_cookie, value, lifetime};
    if (people.sites.shares_cookie(request.host)) {
        set_cookie(response, request, people, {session_cookie, {}});
        cookie.domain = people.sites.cookie_domain;
    }
    set_cookie(response, request, people, cookie);
}

} // namespace

http::Handler with(const People& people,
                   http::awaitable<http::Response> (*work)(http::Context&, const People&)) {
    return [people, work](http::Context& context) { return work(context, people); };
}

void set_cookie(http::Response& response, const http::Request& request, const People& people,
                const Cookie& cookie) {
    std::string out(cookie.name);
    out.append("=").append(cookie.value).append("; Path=").append(cookie.path);
    out += "; Max-Age=" + std::to_string(cookie.lifetime.count()) + "; HttpOnly; SameSite=";
    out.append(cookie.same_site);
    if (!cookie.domain.empty()) out.append("; Domain=").append(cookie.domain);
    if (people.sites.is_https(request)) out += "; Secure";
    response.set("Set-Cookie", std::move(out));
}

void set_session_cookie(http::Response& response, const http::Request& request,
                        const People& people, std::string_view token) {
    auto absolute = people.identity.sessions.limits().absolute;
    set_session(response, request, people, token,
                std::chrono::duration_cast<std::chrono::seconds>(absolute));
}

void end_session_cookie(http::Response& response, const http::Request& request,
                        const People& people) {
    set_session(response, request, people, {}, {});
}

void set_step_cookie(http::Response& response, const http::Request& request, const People& people,
                     std::string_view name, std::string_view value, std::chrono::seconds lifetime) {
    set_cookie(response, request, people, {name, value, lifetime, "/auth", "Strict"});
}

std::string step_value(const http::Request& request, std::string_view name) {
    bool ambiguous = false;
    auto value = request.cookie(name, ambiguous);
    return value && !ambiguous ? std::string(*value) : std::string();
}

bool client_counts(const http::Request& request) {
    const bool proxy_itself = request.peer_trusted && request.client == request.peer;
    return !request.client.is_loopback() && !proxy_itself;
}

guard::Attempt attempt_of(const http::Request& request, std::string account) {
    guard::Attempt attempt{std::move(account), request.client};
    if (!client_counts(request)) attempt.client.reset();
    return attempt;
}

guard::Actor actor_of(const http::Context& context) {
    auto* who = identity::principal_of(context.principal);
    return {who ? who->username : std::string(), context.request.client.to_string()};
}

unsigned status_of(error_code error) {
    if (error.category() != make_error_code(Errc::ok).category()) return 503;
    switch (static_cast<Errc>(error.value())) {
    case Errc::not_found:
    case Errc::bad_link:
        return 404;
    case Errc::exists:
    case Errc::last_admin:
    case Errc::not_needed:
    case Errc::too_many_keys:
    case Errc::disabled:
    case Errc::too_many_invites:
    case Errc::factor_on:
    case Errc::factor_off:
    case Errc::factor_needed:
    case Errc::passkeys_off:
    case Errc::too_many_passkeys:
    case Errc::passkey_exists:
        return 409;
    case Errc::refused:
    case Errc::bad_token:
    case Errc::expired:
    case Errc::bad_key:
    case Errc::wrong_second:
    case Errc::start_again:
    case Errc::bad_passkey:
    case Errc::unknown_passkey:
        return 401;
    case Errc::wrong_code:
    case Errc::role_too_high:
    case Errc::confirm_first:
    case Errc::wrong_password:
        return 403;
    default:
        return 400;
    }
}

http::Response problem_of(error_code error) {
    unsigned status = status_of(error);
    if (status != 503) return http::Response::problem(status, error.message());
    log::error("people", "the database cannot be used", {{"reason", error.message()}});
    return http::Response::problem(503, "this cannot be done right now: try again");
}

std::string retry_after(nanoseconds wait) {
    auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    return std::to_string(std::max<std::int64_t>(1, seconds));
}

http::Response too_many(nanoseconds wait, std::string_view why) {
    auto response = http::Response::problem(429, why);
    response.set("Retry-After", retry_after(wait));
    return response;
}

http::Response no_store(http::Response response) {
    response.set("Cache-Control", "no-store");
    return response;
}

} // namespace caredian::api
