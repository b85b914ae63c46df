#include "api/handover.h"

#include "api/pages.h"
#include "api/people_helpers.h"
#include "base/encoding.h"
#include "base/log.h"
#include "identity/handover.h"
#include "net/offload.h"

#include <algorithm>

namespace caredian::api {

namespace http = net::http;
using http::Context;
using http::Request;
using http::Response;

namespace {

constexpr std::string_view state_cookie = "caredian_handover";
constexpr int state_seconds = 600; // for somebody who signs in slowly
constexpr std::size_t max_parameter = 2000;

std::string cookie_header(const Request& request, std::string_view value, int seconds) {
    std::string out(state_cookie);
    out.append("=").append(value).append("; Path=").append(callback_path);
    out += "; Max-Age=" + std::to_string(seconds) + "; HttpOnly; SameSite=Lax";
    if (request.secure) out += "; Secure";
    return out;
}

std::string with(std::string url, std::string_view name, std::string_view value) {
    url += url.find('?') == std::string::npos ? '?' : '&';
    return url.append(name).append("=").append(percent_encode(value));
}

// Of a callback's target, as begin_handover writes it.
std::string_view state_of(std::string_view target) {
    auto query = target.substr(std::min(target.size(), target.find('?') + 1));
    while (!query.empty()) {
        auto pair = next_token(query, '&');
        if (next_token(pair, '=') == "state") return pair;
    }
    return {};
}

std::string parameter(const Request& request, std::string_view name) {
    auto value = request.query_value(name).value_or("");
    return value.size() <= max_parameter ? value : std::string();
}

} // namespace

Response begin_handover(const Request& request, const People& people, std::string_view target) {
    const auto here = origin_of(request);
    const auto login = people.sites.public_url + "/auth/login";
    if (people.sites.shares_cookie(request.host))
        return no_store(
            Response::redirect(303, with(login, "return_to", here + std::string(target))));
    const auto state = people.handover->fresh_state();
    auto back = with(with(here + std::string(callback_path), "state", state), "return_to", target);
    auto response = Response::redirect(303, with(login, "return_to", back));
    response.set("Set-Cookie", cookie_header(request, state, state_seconds));
    return no_store(std::move(response));
}

std::string hand_over(const People& people, const identity::Principal& who,
                      std::string_view target) {
    auto url = split_url(target);
    if (url.origin.empty() || !is_handover_target(url.target) || !people.handover || who.bounds)
        return std::string(target);
    return with(std::string(target), "code",
                people.handover->make_code(who.session, url.host, state_of(url.target)));
}

std::string after_sign_in(std::string_view target) {
    if (target.starts_with('/')) return std::string(target);
    return with("/auth/login", "return_to", target);
}

bool is_handover(const Request& request) {
    bool ambiguous = false;
    auto kept = request.cookie(state_cookie, ambiguous);
    auto state = request.query_value("state");
    return kept && !ambiguous && state && !kept->empty() && *kept == *state;
}

http::awaitable<Response> take_over(Context& context, const People& people) {
    const Request& request = context.request;
    auto& handover = *people.handover;
    const auto target = safe_return_to(parameter(request, "return_to"));
    auto work = [&handover, code = parameter(request, "code"), host = std::string(request.host),
                 state = parameter(request, "state")] {
        return handover.take_code(code, host, state);
    };
    auto token = co_await net::offload(people.sql, std::move(work));
    Response response;
    if (token && *token) {
        response = Response::redirect(303, target);
        set_session_cookie(response, request, people, **token);
    } else if (token && token->error() == identity::Errc::bad_token) {
        // An old code, or a page that was opened again: once more from the start.
        log::warning("people", "a code for another host name is refused",
                     {{"client", request.client.to_string()}});
        response = sign_in_again(request, people, 400, Text::start_again, target);
    } else {
        response = sign_in_again(request, people, 503, Text::unavailable, target);
    }
    response.set("Set-Cookie", cookie_header(request, "", 0));
    co_return no_store(std::move(response));
}

} // namespace caredian::api
