#include "api/hooks.h"

#include "api/people_helpers.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/log.h"
#include "identity/authentik/users.h"

namespace caredian::api {

namespace http = net::http;
namespace authentik = identity::authentik;
using http::Context;
using http::Response;

namespace {

std::string_view bearer_of(const http::Request& request) {
    auto value = request.header("authorization").value_or("");
    constexpr std::string_view scheme = "bearer ";
    if (request.count("authorization") != 1 || value.size() < scheme.size() ||
        !iequals_ascii(value.substr(0, scheme.size()), scheme))
        return {};
    return trim(value.substr(scheme.size()));
}

std::string_view word_for(authentik::Outcome outcome) {
    switch (outcome) {
    case authentik::Outcome::applied:
        return "applied";
    case authentik::Outcome::kept:
        return "kept";
    default:
        return "nothing";
    }
}

Response again(std::string_view why) {
    auto response = Response::problem(503, why);
    response.set("Retry-After", "10");
    return no_store(std::move(response));
}

http::awaitable<Response> take(Context& context, authentik::Users& users) {
    if (!users.is_authentik(bearer_of(context.request))) {
        auto response = Response::problem(401, "the shared secret is missing or wrong");
        response.set("WWW-Authenticate", "Bearer");
        co_return no_store(std::move(response));
    }
    std::string body(context.request.body_text);
    auto done = co_await users.hook(std::move(body));
    if (!done) {
        log::error("authentik", "a webhook could not be taken",
                   {{"reason", done.error().message()}});
        co_return again("this cannot be done right now: send it again");
    }
    if (*done == authentik::Outcome::away) co_return again("Authentik's API does not answer");
    std::string text;
    JsonWriter(text).begin_object().member("result", word_for(*done)).end_object();
    // 202: looked at later, by a person.
    unsigned status = *done == authentik::Outcome::kept ? 202 : 200;
    co_return no_store(Response::json(status, std::move(text)));
}

} // namespace

void add_hook_routes(http::Router& router, authentik::Users* users) {
    http::Route route;
    route.path = "/hooks/authentik";
    route.methods = {http::Method::post};
    route.access = "public";
    route.summary = "Authentik tells of its people";
    route.body_limit = authentik::max_event;
    if (users)
        route.handler = [users](Context& context) { return take(context, *users); };
    else
        route.handler = [](Context&) -> http::awaitable<Response> {
            co_return Response::problem(404, "no Authentik is set up");
        };
    router.add(std::move(route));
}

} // namespace caredian::api
