// The step after a password: a code, a passkey, or an app that has to be set up first.
//
// What the browser knows of it is a cookie and, in the page or the answer, a token; both are
// needed.
#include "api/credential_pages.h"
#include "api/own_account.h"
#include "api/pages.h"
#include "api/passkey_fields.h"
#include "api/people_helpers.h"
#include "api/route.h"
#include "api/signed_in.h"
#include "identity/totp.h"
#include "net/offload.h"

namespace caredian::api {

namespace http = net::http;
using http::Context;
using http::Method;
using http::Request;
using http::Response;
using identity::Errc;
using identity::Login;

namespace {

constexpr std::size_t body_limit = 32 * 1024;
constexpr std::string_view over = "/auth/login?over=1";

result<Login::Pending> pending_of(const Request& request, const People& people,
                                  std::string_view token) {
    return people.credentials.login.open(step_value(request, second_cookie), token);
}

// The page of this step, with a sentence when something went wrong.
http::awaitable<Response> step_page(const Request& request, const People& people,
                                    const Login::Pending& pending, std::string token,
                                    std::string return_to, std::optional<Failure> failure) {
    const Language language = page_language(request);
    Response page;
    if (pending.enrol) {
        auto work = [&people, pending] { return people.credentials.login.enrolment(pending); };
        auto secret = co_await net::offload(people.sql, std::move(work));
        if (!secret || !*secret) co_return Response::redirect(303, std::string(over));
        EnrolPage with{language,
                       {},
                       std::move(token),
                       std::move(return_to),
                       identity::totp_uri(**secret, app_issuer(people), pending.username),
                       Secret(identity::base32_encode((*secret)->reveal()))};
        if (failure) with.error = failure->text;
        page = enrol_page(200, with);
    } else {
        SecondPage with{language, {}, std::move(token), std::move(return_to), pending.passkey};
        if (failure) with.error = failure->text;
        page = second_page(200, with);
    }
    if (failure) co_return as_page(std::move(*failure), std::move(page));
    keep_language(request, page);
    co_return page;
}

http::awaitable<Response> show(Context& context, const People& people) {
    const Request& request = context.request;
    std::string token = request.query_value("t").value_or("");
    auto pending = pending_of(request, people, token);
    if (!pending) co_return Response::redirect(303, std::string(over));
    std::string target = people.sites.safe_target(request.query_value("return_to").value_or("/"));
    std::optional<Failure> none;
    auto page = co_await step_page(request, people, *pending, std::move(token), std::move(target),
                                   std::move(none));
    co_return page;
}

using Outcome = std::variant<Login::Done, Failure>;

http::awaitable<Outcome> try_second(Context& context, const People& people, const Fields& fields,
                                    const Login::Pending& pending) {
    auto code = fields.text("code");
    auto answer = code ? std::nullopt : passkey_answer(fields);
    if (!code && !answer)
        co_return Failure::bad_input("code is a text, or there is a passkey's answer");
    auto& login = people.credentials.login;
    auto attempt = attempt_of(context.request, pending.username);
    auto work = [&login, attempt, pending, code, answer, from = from_of(context),
                 ceremony = step_value(context.request, passkey_cookie)] {
        return code ? login.second(attempt, pending, *code, from)
                    : login.second_passkey(attempt, pending, ceremony, *answer, from);
    };
    auto outcome = co_await attempted(people.identity.lockout, people.sql, std::move(attempt),
                                      std::move(work));
    co_return outcome;
}

http::awaitable<Response> second(Context& context, const People& people) {
    const Request& request = context.request;
    auto body = Fields::read(request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    const Fields& fields = std::get<Fields>(body);
    std::string token = fields.text("mfa_token").value_or("");
    std::string target = people.sites.safe_target(fields.text("return_to").value_or("/"));
    auto pending = pending_of(request, people, token);
    if (!pending) {
        if (fields.is_form()) co_return Response::redirect(303, std::string(over));
        co_return problem_of(pending.error());
    }
    auto outcome = co_await try_second(context, people, fields, *pending);
    if (auto* done = std::get_if<Login::Done>(&outcome))
        co_return signed_in(request, people, fields.is_form(), *done, std::move(target));
    auto& failure = std::get<Failure>(outcome);
    if (!fields.is_form()) co_return std::move(failure.problem);
    if (failure.text == Text::start_again) co_return Response::redirect(303, std::string(over));
    std::optional<Failure> why(std::move(failure));
    auto page = co_await step_page(request, people, *pending, std::move(token), std::move(target),
                                   std::move(why));
    co_return page;
}

// For programs: what the page shows.
std::variant<Login::Pending, Response> pending_for_program(const Request& request,
                                                           const People& people) {
    auto body = Fields::read(request);
    if (auto* problem = std::get_if<Response>(&body)) return std::move(*problem);
    auto pending =
        pending_of(request, people, std::get<Fields>(body).text("mfa_token").value_or(""));
    if (!pending) return problem_of(pending.error());
    return std::move(*pending);
}

http::awaitable<Response> begin_app(Context& context, const People& people) {
    auto pending = pending_for_program(context.request, people);
    if (auto* problem = std::get_if<Response>(&pending)) co_return std::move(*problem);
    const auto& who = std::get<Login::Pending>(pending);
    auto work = [&people, who] { return people.credentials.login.enrolment(who); };
    auto secret = co_await net::offload(people.sql, std::move(work));
    if (!secret) co_return too_busy();
    if (!*secret) co_return problem_of(secret->error());
    co_return app_to_set_up(people, **secret, who.username);
}

http::awaitable<Response> begin_passkey(Context& context, const People& people) {
    auto pending = pending_for_program(context.request, people);
    if (auto* problem = std::get_if<Response>(&pending)) co_return std::move(*problem);
    auto work = [&people, who = std::get<Login::Pending>(pending)] {
        return people.credentials.login.begin_second_passkey(who);
    };
    auto begun = co_await net::offload(people.sql, std::move(work));
    if (!begun) co_return too_busy();
    if (!*begun) co_return problem_of(begun->error());
    co_return passkey_begun(context.request, people, **begun);
}

} // namespace

void add_second_step_routes(http::Router& router, const People& people) {
    const std::string path = "/auth/login/second";
    router.add(make_route(path, Method::get, "optional", "The page of the step after a password", 0,
                          with(people, show)));
    router.add(make_route(path, Method::post, "optional",
                          "The step after a password: a code, or a passkey", body_limit,
                          with(people, second)));
    router.add(make_route(path + "/app", Method::post, "optional",
                          "The authenticator app that has to be set up first", body_limit,
                          with(people, begin_app)));
    router.add(make_route(path + "/passkey", Method::post, "optional",
                          "Begin to use a passkey after a password", body_limit,
                          with(people, begin_passkey)));
}

} // namespace caredian::api
