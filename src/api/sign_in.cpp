// POST /auth/login and POST /first-run: from a password or the one-time code to a session.
#include "api/auth.h"
#include "api/link.h"
#include "api/page_texts.h"
#include "api/pages.h"
#include "api/people_helpers.h"
#include "api/signed_in.h"

namespace caredian::api {

namespace http = net::http;
using http::Context;
using http::Method;
using http::Request;
using http::Response;
using identity::Errc;

namespace {

constexpr std::size_t body_limit = 16 * 1024;

// --- login ------------------------------------------------------------------------------------

using SignedIn = identity::Identity::SignedIn;
using Outcome = identity::Login::Outcome;

http::awaitable<Response> log_in(Context& context, const People& people) {
    const Request& request = context.request;
    auto body = Fields::read(request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    const Fields& fields = std::get<Fields>(body);
    std::string target = people.sites.safe_target(fields.text("return_to").value_or("/"));
    auto username = fields.text("username");
    auto password = fields.text("password");
    std::variant<Outcome, Failure> outcome =
        Failure::bad_input("username and password must be texts");
    if (username && password) {
        auto attempt = attempt_of(request, *username);
        auto work = [&people, attempt, name = *username, word = Secret(std::move(*password)),
                     from = from_of(context)] {
            return people.credentials.login.password(attempt, name, word, from);
        };
        outcome = co_await attempted(people.identity.lockout, people.passwords, std::move(attempt),
                                     std::move(work));
    }
    if (auto* step = std::get_if<Outcome>(&outcome)) {
        if (auto* done = std::get_if<identity::Login::Done>(step))
            co_return signed_in(request, people, fields.is_form(), *done, std::move(target));
        co_return one_more_step(request, people, fields.is_form(),
                                std::get<identity::Login::NextStep>(*step), target);
    }
    auto& failure = std::get<Failure>(outcome);
    if (!fields.is_form()) co_return std::move(failure.problem);
    LoginPage page;
    page.language = page_language(request);
    page.error = failure.text;
    page.username = username.value_or("").substr(0, 64);
    page.return_to = std::move(target);
    page.providers = provider_choices(people, page.language);
    page.passkeys = people.credentials.passkeys.available();
    Response again = login_page(failure.problem.status, page);
    co_return as_page(std::move(failure), std::move(again));
}

// --- first run --------------------------------------------------------------------------------

struct FirstRunForm {
    std::string code;
    identity::NewAccount account;
    guard::Actor by;
    std::string agent;
    std::optional<guard::Attempt> attempt; // nothing: no client to hold up; the code is long enough
};

// On the passwords' pool.
result<SignedIn> finish_first_run(identity::Identity& identity, const FirstRunForm& form) {
    auto made = identity.first_run.finish(form.code, form.account, form.by);
    if (!made) {
        // Only a wrong code counts against the client.
        if (form.attempt && made.error() != Errc::wrong_code)
            identity.lockout.withdrawn(*form.attempt);
        return made.error();
    }
    if (form.attempt) identity.lockout.succeeded(*form.attempt);
    auto session = identity.sessions.start(*made, form.by.client, form.agent);
    if (!session) return session.error();
    identity.accounts.audit().write(guard::AuditEvent::login, {made->username, form.by.client},
                                    made->username);
    return SignedIn{std::move(*made), std::move(*session)};
}

http::awaitable<Response> run_first(Context& context, const People& people) {
    const Request& request = context.request;
    auto body = Fields::read(request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    const Fields& fields = std::get<Fields>(body);
    auto code = fields.text("code");
    auto username = fields.text("username");
    auto password = fields.text("password");
    const std::string language(to_string(form_language(request, fields)));
    std::variant<SignedIn, Failure> outcome =
        Failure::bad_input("code, username and password must be texts");
    if (!people.identity.first_run.needed()) {
        outcome = Failure::of(make_error_code(Errc::not_needed));
    } else if (code && username && password) {
        FirstRunForm form;
        form.code = *code;
        form.account.username = *username;
        form.account.password = Secret(std::move(*password));
        form.account.language = language;
        form.by.client = request.client.to_string();
        form.agent = request.header("user-agent").value_or("");
        // Counted per client alone: under a name of no account, so that nobody can hold up the
        // owner.
        auto attempt = attempt_of(request, "\nfirst run " + form.by.client);
        if (attempt.client) form.attempt = std::move(attempt);
        auto counted = form.attempt;
        auto work = [&people, form = std::move(form)] {
            return finish_first_run(people.identity, form);
        };
        outcome = co_await attempted(people.identity.lockout, people.passwords, std::move(counted),
                                     std::move(work));
    }
    if (auto* made = std::get_if<SignedIn>(&outcome))
        co_return signed_in(request, people, fields.is_form(), {std::move(*made), {}}, "/");
    auto& failure = std::get<Failure>(outcome);
    if (!fields.is_form()) co_return std::move(failure.problem);
    if (!people.identity.first_run.needed()) co_return Response::redirect(303, "/auth/login");
    FirstRunPage page;
    page.language = language == "ko" ? Language::ko : Language::en;
    page.error = failure.text;
    page.code = code.value_or("").substr(0, 40);
    page.username = username.value_or("").substr(0, 64);
    Response again = first_run_page(failure.problem.status, page);
    co_return as_page(std::move(failure), std::move(again));
}

} // namespace

void add_sign_in_routes(http::Router& router, const People& people) {
    router.add(make_route("/auth/login", Method::post, "optional", "Sign in with name and password",
                          body_limit, with(people, log_in)));
    router.add(make_route("/first-run", Method::post, "public",
                          "Make the first administrator with the one-time code", body_limit,
                          with(people, run_first)));
}

} // namespace caredian::api
