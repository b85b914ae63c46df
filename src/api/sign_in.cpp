// POST /auth/login and POST /first-run: from a password or the one-time code to a session.
#include "api/auth.h"
#include "api/handover.h"
#include "api/page_texts.h"
#include "api/pages.h"
#include "api/people_helpers.h"
#include "base/json.h"
#include "net/offload.h"

namespace caredian::api {

namespace http = net::http;
using http::Context;
using http::Method;
using http::Request;
using http::Response;
using http::Route;
using identity::Errc;

namespace {

constexpr std::size_t body_limit = 16 * 1024;
constexpr nanoseconds busy_wait = std::chrono::seconds(2);

// What a person is told instead of the problem's sentence.
Text text_of(error_code error) {
    if (error == Errc::refused) return Text::refused;
    if (error == Errc::wrong_code) return Text::wrong_code;
    if (error == Errc::bad_name) return Text::bad_name;
    if (error == Errc::bad_password) return Text::bad_password;
    if (error == Errc::exists) return Text::exists;
    return status_of(error) == 503 ? Text::unavailable : Text::bad_input;
}

// One failure in the two shapes: a problem document, or the page again with a sentence.
struct Failure {
    Response problem;
    Text text;

    static Failure of(error_code error) { return {problem_of(error), text_of(error)}; }
    static Failure wait(nanoseconds how_long) {
        return {too_many(how_long, "too many failed attempts: wait and try again"),
                Text::try_later};
    }
    static Failure busy() {
        return {too_many(busy_wait, "too many sign-ins at once: try again"), Text::busy};
    }
    static Failure bad_input() {
        return {Response::problem(400, "username and password must be texts"), Text::bad_input};
    }
};

// The page's status and Retry-After are the problem's.
Response as_page(Failure failure, Response page) {
    page.status = failure.problem.status;
    for (auto& header : failure.problem.headers)
        if (header.first == "Retry-After") page.headers.push_back(std::move(header));
    return page;
}

Response signed_in(const Request& request, const People& people, const Fields& fields,
                   const identity::Identity::SignedIn& made, std::string target) {
    Response response;
    if (fields.is_form()) {
        response = target.starts_with('/')
                       ? Response::redirect(303, std::move(target))
                       : signed_in_page(page_language(request), after_sign_in(target));
    } else {
        std::string body;
        JsonWriter(body)
            .begin_object()
            .member("username", made.account.username)
            .member("role", to_string(made.account.role))
            .end_object();
        response = Response::json(200, std::move(body));
    }
    set_session_cookie(response, request, people, made.session.token);
    return no_store(std::move(response));
}

std::string own_session(const Context& context) {
    auto* who = identity::principal_of(context.principal);
    return who ? who->session : std::string();
}

// --- login ------------------------------------------------------------------------------------

struct Login {
    std::string username;
    Secret password;
    std::string client;
    std::string agent;
    std::string replaces;
    guard::Attempt attempt;
};

using SignedIn = identity::Identity::SignedIn;

http::awaitable<std::variant<SignedIn, Failure>> try_login(const People& people, Login login) {
    auto& identity = people.identity;
    nanoseconds wait = identity.lockout.begin(login.attempt);
    if (wait > nanoseconds(0)) co_return Failure::wait(wait);
    auto work = [&identity, login] {
        return identity.sign_in(login.attempt, login.username, login.password, login.client,
                                login.agent, login.replaces);
    };
    auto outcome = co_await net::offload(people.passwords, std::move(work));
    if (!outcome) {
        identity.lockout.withdrawn(login.attempt);
        co_return Failure::busy();
    }
    if (!*outcome) co_return Failure::of(outcome->error());
    co_return std::move(**outcome);
}

http::awaitable<Response> log_in(Context& context, const People& people) {
    const Request& request = context.request;
    auto body = Fields::read(request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    const Fields& fields = std::get<Fields>(body);
    std::string target = people.sites.safe_target(fields.text("return_to").value_or("/"));
    auto username = fields.text("username");
    auto password = fields.text("password");
    std::variant<SignedIn, Failure> outcome = Failure::bad_input();
    if (username && password) {
        Login login{*username,
                    Secret(std::move(*password)),
                    request.client.to_string(),
                    std::string(request.header("user-agent").value_or("")),
                    own_session(context),
                    attempt_of(request, *username)};
        outcome = co_await try_login(people, std::move(login));
    }
    if (auto* made = std::get_if<SignedIn>(&outcome))
        co_return signed_in(request, people, fields, *made, std::move(target));
    auto& failure = std::get<Failure>(outcome);
    if (!fields.is_form()) co_return std::move(failure.problem);
    LoginPage page;
    page.language = page_language(request);
    page.error = failure.text;
    page.username = username.value_or("").substr(0, 64);
    page.return_to = std::move(target);
    page.providers = provider_choices(people, page.language);
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

http::awaitable<std::variant<SignedIn, Failure>> try_first_run(const People& people,
                                                               FirstRunForm form) {
    auto& identity = people.identity;
    if (!identity.first_run.needed()) co_return Failure::of(make_error_code(Errc::not_needed));
    nanoseconds wait{0};
    if (form.attempt) wait = identity.lockout.begin(*form.attempt);
    if (wait > nanoseconds(0)) co_return Failure::wait(wait);
    auto work = [&identity, form] { return finish_first_run(identity, form); };
    auto outcome = co_await net::offload(people.passwords, std::move(work));
    if (!outcome) {
        if (form.attempt) identity.lockout.withdrawn(*form.attempt);
        co_return Failure::busy();
    }
    if (!*outcome) co_return Failure::of(outcome->error());
    co_return std::move(**outcome);
}

std::string language_of(const Request& request, const Fields& fields) {
    auto asked = fields.text("lang").value_or("");
    if (asked == "ko" || asked == "en") return asked;
    return std::string(to_string(page_language(request)));
}

http::awaitable<Response> run_first(Context& context, const People& people) {
    const Request& request = context.request;
    auto body = Fields::read(request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    const Fields& fields = std::get<Fields>(body);
    auto code = fields.text("code");
    auto username = fields.text("username");
    auto password = fields.text("password");
    const std::string language = language_of(request, fields);
    std::variant<SignedIn, Failure> outcome = Failure::bad_input();
    if (code && username && password) {
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
        outcome = co_await try_first_run(people, std::move(form));
    }
    if (auto* made = std::get_if<SignedIn>(&outcome))
        co_return signed_in(request, people, fields, *made, "/");
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
    Route login;
    login.path = "/auth/login";
    login.methods = {Method::post};
    login.access = "optional";
    login.summary = "Sign in with name and password";
    login.body_limit = body_limit;
    login.handler = [people](Context& context) { return log_in(context, people); };
    router.add(std::move(login));

    Route first;
    first.path = "/first-run";
    first.methods = {Method::post};
    first.access = "public";
    first.summary = "Make the first administrator with the one-time code";
    first.body_limit = body_limit;
    first.handler = [people](Context& context) { return run_first(context, people); };
    router.add(std::move(first));
}

} // namespace caredian::api
