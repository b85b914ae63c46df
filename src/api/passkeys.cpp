// Passkeys: signing in with one, and one's own.
#include "api/own_account.h"
#include "api/passkey_fields.h"
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

constexpr std::size_t body_limit = 32 * 1024;

// --- signing in ---------------------------------------------------------------------------------

Response begin_sign_in(Context& context, const People& people) {
    auto begun = people.credentials.passkeys.begin_sign_in();
    if (!begun) return problem_of(begun.error());
    return passkey_begun(context.request, people, *begun);
}

// Counted per client alone: whose passkey it is, nobody knows before it is good.
std::optional<guard::Attempt> attempt_by_passkey(const Request& request) {
    auto attempt = attempt_of(request, "\npasskey " + request.client.to_string());
    return attempt.client ? std::optional(std::move(attempt)) : std::nullopt;
}

http::awaitable<Response> sign_in(Context& context, const People& people) {
    auto body = Fields::read(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    auto answer = passkey_answer(std::get<Fields>(body));
    if (!answer) co_return Response::problem(400, "this is no answer of a passkey");
    auto& lockout = people.identity.lockout;
    auto attempt = attempt_by_passkey(context.request);
    nanoseconds wait{0};
    if (attempt) wait = lockout.begin(*attempt);
    if (wait > nanoseconds(0)) co_return Failure::wait(wait).problem;
    auto work = [&people, given = std::move(*answer), from = from_of(context),
                 ceremony = step_value(context.request, passkey_cookie)] {
        return people.credentials.login.passkey(ceremony, given, from);
    };
    auto done = co_await net::offload(people.sql, std::move(work));
    if (!done) {
        if (attempt) lockout.withdrawn(*attempt);
        co_return too_busy();
    }
    if (*done) {
        if (attempt) lockout.succeeded(*attempt);
        co_return signed_in(context.request, people, false, **done, "/");
    }
    auto why = done->error();
    const bool bad = why == Errc::bad_passkey || why == Errc::unknown_passkey;
    if (attempt && !bad) lockout.withdrawn(*attempt);
    // Which of the two it was is for the log.
    co_return problem_of(bad ? make_error_code(Errc::unknown_passkey) : why);
}

// --- one's own ----------------------------------------------------------------------------------

http::awaitable<Response> begin_registration(Context& context, const People& people) {
    auto work = [&people](const identity::Account& own) {
        return people.credentials.passkeys.begin_registration(own);
    };
    auto job = with_own_account(people, context, true, std::move(work));
    auto begun = co_await net::offload(people.sql, std::move(job));
    if (!begun) co_return too_busy();
    if (!*begun) co_return problem_of(begun->error());
    co_return passkey_begun(context.request, people, **begun);
}

http::awaitable<Response> finish_registration(Context& context, const People& people) {
    auto body = Fields::read(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    const auto& fields = std::get<Fields>(body);
    auto answer = passkey_registration(fields);
    if (!answer) co_return Response::problem(400, "this is no answer of a passkey");
    auto work = [&people, given = std::move(*answer), name = fields.text("name").value_or(""),
                 by = actor_of(context),
                 ceremony = step_value(context.request, passkey_cookie)](const auto& own) {
        return people.credentials.passkeys.finish_registration(own, ceremony, given, name, by);
    };
    auto job = with_own_account(people, context, false, std::move(work));
    auto made = co_await net::offload(people.sql, std::move(job));
    if (!made) co_return too_busy();
    if (!*made) co_return own_problem(made->error());
    std::string json;
    JsonWriter w(json);
    append_passkey(w, **made);
    auto response = Response::json(201, std::move(json));
    response.set("Location", "/auth/passkeys/" + (*made)->id);
    set_step_cookie(response, context.request, people, passkey_cookie);
    co_return no_store(std::move(response));
}

http::awaitable<Response> rename(Context& context, const People& people) {
    auto body = Fields::read(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    auto work = [&people, id = context.parameters.at(0),
                 name = std::get<Fields>(body).text("name").value_or("")](const auto& own) {
        return people.credentials.passkeys.rename(id, own.id, name);
    };
    auto job = with_own_account(people, context, false, std::move(work));
    auto done = co_await net::offload(people.sql, std::move(job));
    if (!done) co_return too_busy();
    if (!*done) co_return own_problem(done->error());
    co_return Response::empty(204);
}

http::awaitable<Response> remove(Context& context, const People& people) {
    auto work = [&people, id = context.parameters.at(0), by = actor_of(context)](const auto& own) {
        return people.credentials.remove_passkey(id, own, by);
    };
    auto job = with_own_account(people, context, true, std::move(work));
    auto done = co_await net::offload(people.sql, std::move(job));
    if (!done) co_return too_busy();
    if (!*done) co_return own_problem(done->error());
    co_return Response::empty(204);
}

} // namespace

Response passkey_begun(const Request& request, const People& people,
                       const identity::Passkeys::Begun& begun) {
    auto response = Response::json(200, begun.options);
    set_step_cookie(response, request, people, passkey_cookie, begun.cookie,
                    identity::Passkeys::lifetime);
    return no_store(std::move(response));
}

void append_passkey(JsonWriter& w, const identity::Passkey& key) {
    w.begin_object().member("id", key.id).member("name", key.name);
    w.member("created", key.created).key("last_used");
    if (key.last_used == WallTime())
        w.value(nullptr);
    else
        w.value(key.last_used);
    w.member("backed_up", key.backed_up).end_object();
}

void add_passkey_routes(http::Router& router, const People& people) {
    auto begin = make_route("/auth/login/passkey/begin", Method::post, "optional",
                            "Begin to sign in with a passkey", body_limit);
    begin.quick = [people](Context& context) { return begin_sign_in(context, people); };
    router.add(std::move(begin));
    router.add(make_route("/auth/login/passkey", Method::post, "optional",
                          "Sign in with a passkey, without a name", body_limit,
                          with(people, sign_in)));
    router.add(make_route("/auth/passkeys/begin", Method::post, "signed-in",
                          "Begin to register a passkey", body_limit,
                          with(people, begin_registration)));
    router.add(make_route("/auth/passkeys", Method::post, "signed-in", "Register a passkey",
                          body_limit, with(people, finish_registration)));
    router.add(make_route("/auth/passkeys/{id}", Method::patch, "signed-in",
                          "Rename one's own passkey", body_limit, with(people, rename)));
    router.add(make_route("/auth/passkeys/{id}", Method::delete_, "signed-in",
                          "Remove one's own passkey", 1024, with(people, remove)));
}

} // namespace caredian::api
