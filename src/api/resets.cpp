// For people who forgot their password or lost their second factor: what administrators do, and the
// page behind a reset link.
#include "api/credential_pages.h"
#include "api/link.h"
#include "api/pages.h"
#include "api/people_helpers.h"
#include "api/route.h"
#include "api/signed_in.h"
#include "base/json.h"
#include "net/offload.h"

namespace caredian::api {

namespace http = net::http;
using http::Context;
using http::Method;
using http::Request;
using http::Response;
using identity::Errc;

namespace {

constexpr std::size_t body_limit = 16 * 1024;

// --- by administrators --------------------------------------------------------------------------

http::awaitable<Response> make_link(Context& context, const People& people) {
    auto work = [&people, name = context.parameters.at(0), by = actor_of(context)] {
        return people.credentials.reset_links.make(name, by);
    };
    auto made = co_await net::offload(people.sql, std::move(work));
    if (!made) co_return too_busy();
    if (!*made) co_return problem_of(made->error());
    std::string body;
    JsonWriter(body)
        .begin_object()
        .member("link", link_of(context.request, people, reset_path, (*made)->token).reveal())
        .member("expires", (*made)->expires)
        .end_object();
    co_return no_store(Response::json(201, std::move(body)));
}

http::awaitable<Response> forget_factors(Context& context, const People& people) {
    auto work = [&people, name = context.parameters.at(0),
                 by = actor_of(context)]() -> result<void> {
        auto account = people.identity.accounts.find(name);
        if (!account) return account.error();
        if (!*account) return Errc::not_found;
        return people.credentials.forget_factors(**account, by);
    };
    auto done = co_await net::offload(people.sql, std::move(work));
    if (!done) co_return too_busy();
    if (!*done) co_return problem_of(done->error());
    co_return Response::empty(204);
}

// --- by whom the link is for --------------------------------------------------------------------

http::awaitable<Response> show(Context& context, const People& people) {
    const Request& request = context.request;
    ResetPage page;
    page.language = page_language(request);
    page.token = link_token(request);
    auto work = [&people, token = page.token] {
        return people.credentials.reset_links.look(token);
    };
    auto account = co_await net::offload(people.sql, std::move(work));
    if (!account) co_return too_busy();
    if (!*account) {
        if ((*account).error() != Errc::bad_link) co_return problem_of(account->error());
        co_return link_over_page(page.language);
    }
    page.username = (*account)->username;
    auto response = reset_page(200, page);
    keep_language(request, response);
    co_return response;
}

http::awaitable<Response> use(Context& context, const People& people) {
    const Request& request = context.request;
    auto body = Fields::read(request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    const auto& fields = std::get<Fields>(body);
    auto token = fields.text("token");
    auto password = fields.text("password");
    if (!token || !password) co_return Response::problem(400, "token and password are texts");
    auto work = [&people, t = *token, p = Secret(*password), client = request.client.to_string()] {
        return people.credentials.reset_links.use(t, p, client);
    };
    auto done = co_await net::offload(people.passwords, std::move(work));
    ResetPage page;
    page.language = form_language(request, fields);
    if (done && *done) {
        if (fields.is_form()) co_return Response::redirect(303, "/auth/login?done=password");
        co_return Response::empty(204);
    }
    auto failure = done ? Failure::of(done->error()) : Failure::busy();
    if (!fields.is_form()) co_return std::move(failure.problem);
    if (done && done->error() == Errc::bad_link) co_return link_over_page(page.language);
    page.error = failure.text;
    page.token = *token;
    page.username = fields.text("username").value_or("").substr(0, 64);
    auto again = reset_page(failure.problem.status, page);
    co_return as_page(std::move(failure), std::move(again));
}

} // namespace

void add_reset_routes(http::Router& router, const People& people) {
    router.add(make_route("/api/v1/users/{name}/reset-link", Method::post, "admin",
                          "Make a link with which this person chooses a new password", body_limit,
                          with(people, make_link)));
    router.add(make_route("/api/v1/users/{name}/second-factor", Method::delete_, "admin",
                          "Take away a second factor and passkeys that were lost", 1024,
                          with(people, forget_factors)));
    const std::string path(reset_path);
    router.add(make_route(path, Method::get, "public", "The page behind a reset link", 0,
                          with(people, show)));
    router.add(make_route(path, Method::post, "public", "Choose a new password with a reset link",
                          body_limit, with(people, use)));
}

} // namespace caredian::api
