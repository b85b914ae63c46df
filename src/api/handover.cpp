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
constexpr std::chrono::minutes state_lifetime{10}; // for somebody who signs in slowly
constexpr std::size_t max_parameter = 2000;

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
    std::string login = people.sites.public_url + "/auth/login";
    std::string back = origin_of(request);
    if (people.sites.shares_cookie(request.host)) {
        add_parameter(login, "return_to", back.append(target));
        return no_store(Response::redirect(303, std::move(login)));
    }
    const auto state = people.handover->fresh_state();
    back += callback_path;
    add_parameter(back, "state", state);
    add_parameter(back, "return_to", target);
    add_parameter(login, "return_to", back);
    auto response = Response::redirect(303, std::move(login));
    set_cookie(response, request, people, {state_cookie, state, state_lifetime, callback_path});
    return no_store(std::move(response));
}

std::string hand_over(const People& people, const identity::Principal& who,
                      std::string_view target) {
    std::string out(target);
    auto url = split_url(target);
    if (url.origin.empty() || !is_handover_target(url.target) || !people.handover || who.bounds)
        return out;
    add_parameter(out, "code",
                  people.handover->make_code(who.session, url.host, state_of(url.target)));
    return out;
}

std::string after_sign_in(std::string_view target) {
    if (target.starts_with('/')) return std::string(target);
    std::string login = "/auth/login";
    add_parameter(login, "return_to", target);
    return login;
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
    set_cookie(response, request, people, {state_cookie, {}, {}, callback_path});
    co_return no_store(std::move(response));
}

} // namespace caredian::api
