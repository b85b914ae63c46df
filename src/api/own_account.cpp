// One's own account: what there is, the password, the second factor.
#include "api/own_account.h"

#include "api/people_helpers.h"
#include "api/qr_svg.h"
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
using identity::Account;
using identity::Errc;
using identity::SecondFactors;

namespace {

constexpr std::size_t body_limit = 16 * 1024;

Response codes_of(const SecondFactors::Codes& codes) {
    std::string body;
    JsonWriter w(body);
    w.begin_object().key("recovery_codes").begin_array();
    for (const auto& code : codes) w.value(code.reveal());
    w.end_array().end_object();
    return no_store(Response::json(200, std::move(body)));
}

template <class Job>
http::awaitable<Response> give_codes(const People& people, Job job) {
    auto codes = co_await net::offload(people.sql, std::move(job));
    if (!codes) co_return too_busy();
    if (!*codes) co_return own_problem(codes->error());
    co_return codes_of(**codes);
}

// --- what there is ------------------------------------------------------------------------------

struct Overview {
    Account account;
    bool password = false;
    bool fresh = false;
    SecondFactors::State second;
    std::vector<identity::Passkey> passkeys;
};

result<Overview> look(const People& people, const identity::Principal& who) {
    Overview out;
    auto account = people.identity.accounts.find_id(who.account);
    if (!account) return account.error();
    if (!*account) return Errc::not_found;
    out.account = std::move(**account);
    auto password = people.identity.accounts.password_state(who.account);
    if (!password) return password.error();
    out.password = password->set;
    out.fresh = people.credentials.login.must_be_fresh(who).has_value();
    auto second = people.credentials.second_factors.state(who.account);
    if (!second) return second.error();
    out.second = *second;
    auto passkeys = people.credentials.passkeys.list(who.account);
    if (!passkeys) return passkeys.error();
    out.passkeys = std::move(*passkeys);
    return out;
}

Response answer(const People& people, const Overview& o) {
    const auto& credentials = people.credentials;
    std::string body;
    JsonWriter w(body);
    w.begin_object().member("username", o.account.username);
    w.member("full_name", o.account.full_name).member("email", o.account.email);
    w.member("role", to_string(o.account.role));
    w.member("language", o.account.language).member("created", o.account.created);
    w.member("password", o.password).member("fresh", o.fresh);
    w.key("second_factor").begin_object().member("app", o.second.app);
    w.member("passkeys", o.second.passkeys).member("recovery_codes_left", o.second.codes_left);
    w.member("needed", credentials.second_factors.needed(o.account)).end_object();
    w.key("passkeys").begin_object().member("host", credentials.passkeys.host());
    w.key("keys").begin_array();
    for (const auto& key : o.passkeys) append_passkey(w, key);
    w.end_array().end_object().end_object();
    return no_store(Response::json(200, std::move(body)));
}

http::awaitable<Response> overview(Context& context, const People& people) {
    auto work = [&people, who = std::any_cast<identity::PrincipalPtr>(*context.principal)] {
        return look(people, *who);
    };
    auto found = co_await net::offload(people.sql, std::move(work));
    if (!found) co_return too_busy();
    if (!*found) co_return problem_of(found->error());
    co_return answer(people, **found);
}

// --- password -----------------------------------------------------------------------------------

http::awaitable<Response> change_password(Context& context, const People& people) {
    const Request& request = context.request;
    auto body = Fields::read(request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    const auto& fields = std::get<Fields>(body);
    auto fresh = fields.text("password");
    if (!fresh) co_return Response::problem(400, "password is the new one, current the old one");
    auto who = std::any_cast<identity::PrincipalPtr>(*context.principal);
    auto attempt = attempt_of(request, who->username);
    auto& lockout = people.identity.lockout;
    nanoseconds wait = lockout.begin(attempt);
    if (wait > nanoseconds(0)) co_return Failure::wait(wait).problem;
    auto work = [&people, attempt, who, from = from_of(context), password = Secret(*fresh),
                 current = Secret(fields.text("current").value_or(""))] {
        return people.credentials.login.change_password(attempt, *who, current, password, from);
    };
    auto done = co_await net::offload(people.passwords, std::move(work));
    if (!done) {
        lockout.withdrawn(attempt);
        co_return Failure::busy().problem;
    }
    if (!*done) co_return own_problem(done->error());
    auto response = Response::empty(204);
    set_session_cookie(response, request, people, (*done)->session.token);
    co_return no_store(std::move(response));
}

// --- second factor ------------------------------------------------------------------------------

http::awaitable<Response> begin_app(Context& context, const People& people) {
    auto work = [&people](const Account& own) {
        return people.credentials.second_factors.begin_app(own.id);
    };
    auto job = with_own_account(people, context, true, std::move(work));
    auto secret = co_await net::offload(people.sql, std::move(job));
    if (!secret) co_return too_busy();
    if (!*secret) co_return own_problem(secret->error());
    co_return app_to_set_up(people, **secret, identity::principal_of(context.principal)->username);
}

http::awaitable<Response> finish_app(Context& context, const People& people) {
    auto body = Fields::read(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    auto work = [&people, code = std::get<Fields>(body).text("code").value_or(""),
                 by = actor_of(context)](const Account& own) {
        return people.credentials.second_factors.finish_app(own, code, by);
    };
    auto job = with_own_account(people, context, false, std::move(work));
    auto answer = co_await give_codes(people, std::move(job));
    co_return answer;
}

http::awaitable<Response> remove_app(Context& context, const People& people) {
    auto work = [&people, by = actor_of(context)](const Account& own) {
        return people.credentials.second_factors.remove_app(own, by);
    };
    auto job = with_own_account(people, context, true, std::move(work));
    auto done = co_await net::offload(people.sql, std::move(job));
    if (!done) co_return too_busy();
    if (!*done) co_return own_problem(done->error());
    co_return Response::empty(204);
}

http::awaitable<Response> ask_for_passkeys(Context& context, const People& people) {
    auto body = Fields::read(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    auto ask = std::get<Fields>(body).flag("passkeys");
    if (!ask) co_return Response::problem(400, "passkeys is true or false");
    auto work = [&people, ask = *ask,
                 by = actor_of(context)](const Account& own) -> result<SecondFactors::Codes> {
        auto count = people.credentials.passkeys.count(own.id);
        if (!count) return count.error();
        if (ask && *count == 0) return Errc::factor_off;
        return people.credentials.second_factors.ask_for_passkeys(own, ask, by);
    };
    auto job = with_own_account(people, context, true, std::move(work));
    auto answer = co_await give_codes(people, std::move(job));
    co_return answer;
}

http::awaitable<Response> renew_codes(Context& context, const People& people) {
    auto work = [&people, by = actor_of(context)](const Account& own) {
        return people.credentials.second_factors.renew_codes(own, by);
    };
    auto job = with_own_account(people, context, true, std::move(work));
    auto answer = co_await give_codes(people, std::move(job));
    co_return answer;
}

} // namespace

Response own_problem(error_code error) {
    if (error == Errc::wrong_second || error == Errc::bad_passkey || error == Errc::start_again)
        return Response::problem(400, error.message());
    return problem_of(error);
}

std::string app_issuer(const People& people) {
    const std::string& host = people.credentials.passkeys.host();
    return host.empty() ? "CareDian" : "CareDian " + host;
}

Response app_to_set_up(const People& people, const Secret& secret, const std::string& username) {
    auto uri = identity::totp_uri(secret, app_issuer(people), username);
    std::string body;
    JsonWriter(body)
        .begin_object()
        .member("secret", identity::base32_encode(secret.reveal()))
        .member("uri", uri.reveal())
        .member("qr", qr_svg(uri.reveal(), "QR"))
        .end_object();
    return no_store(Response::json(200, std::move(body)));
}

void add_own_account_routes(http::Router& router, const People& people) {
    using Work = http::awaitable<Response> (*)(Context&, const People&);
    auto add = [&](std::string path, Method method, std::string what, Work work) {
        router.add(make_route(std::move(path), method, "signed-in", std::move(what),
                              method == Method::get ? 0 : body_limit, with(people, work)));
    };
    add("/auth/account", Method::get, "One's own account and how it signs in", overview);
    add("/auth/password", Method::post, "Change one's own password: other sessions end",
        change_password);
    const std::string factor = "/auth/second-factor";
    add(factor, Method::patch, "Ask for a passkey after the password, or no longer",
        ask_for_passkeys);
    add(factor + "/app", Method::post, "Begin to set up an authenticator app", begin_app);
    add(factor + "/app/confirm", Method::post, "Finish it with a first code", finish_app);
    add(factor + "/app", Method::delete_, "Remove the authenticator app", remove_app);
    add(factor + "/recovery-codes", Method::post, "New recovery codes; the old ones end",
        renew_codes);
}

} // namespace caredian::api
