// Who am I, out, and the sessions I have. Signing in: sign_in.cpp; forward authentication:
// verify.cpp.
#include "api/auth.h"

#include "api/pages.h"
#include "api/people_helpers.h"
#include "api/provider_login.h"
#include "api/route.h"
#include "api/verify.h"
#include "base/encoding.h"
#include "base/json.h"
#include "identity/oidc/sign_in.h"
#include "net/offload.h"

namespace caredian::api {

namespace http = net::http;
using http::Context;
using http::Method;
using http::Response;
using http::Route;

namespace {

Response me(Context& context, const People& people) {
    const auto& who = *identity::principal_of(context.principal);
    std::string body;
    JsonWriter w(body);
    w.begin_object().member("username", who.username).member("full_name", who.full_name);
    w.member("role", to_string(who.role)).member("language", who.language);
    w.key("roles").begin_array();
    if (people.policies)
        for (auto role : people.policies->of(context.request.worker)->roles_of(who)) w.value(role);
    w.end_array();
    if (who.bounds) {
        w.key("key").begin_object().member("id", who.bounds->key).member("name", who.bounds->name);
        w.member("scope", to_string(who.bounds->scopes)).member("expires", who.expires);
    } else {
        WallTime idle = people.clock.wall() + people.identity.sessions.limits().idle;
        w.key("session").begin_object().member("expires", who.expires);
        w.member("idle_expires", std::min(idle, who.expires));
    }
    w.end_object().end_object();
    return no_store(Response::json(200, std::move(body)));
}

bool is_form(const http::Request& request) {
    std::string_view type = request.header("content-type").value_or("");
    return iequals_ascii(trim(type.substr(0, type.find(';'))), "application/x-www-form-urlencoded");
}

// Where to go after the session ended here: to the provider it came from, when there is one. A form
// cannot be redirected to another site (form-action), so a page of ours goes on from there.
Response out_of(const http::Request& request, const std::string& there) {
    if (is_form(request)) {
        if (there.empty()) return Response::redirect(303, "/auth/login");
        return signed_out_page(page_language(request), there);
    }
    if (there.empty()) return Response::empty(204);
    std::string body;
    JsonWriter(body).begin_object().member("end_session", there).end_object();
    return Response::json(200, std::move(body));
}

http::awaitable<Response> log_out(Context& context, const People& people) {
    const auto& request = context.request;
    std::string there;
    if (auto* who = identity::principal_of(context.principal)) {
        auto work = [&people, id = who->session, by = actor_of(context)] {
            auto ended = people.identity.sessions.end(id);
            if (ended && *ended)
                people.identity.accounts.audit().write(guard::AuditEvent::logout, by, by.name);
            return ended ? result<void>() : result<void>(ended.error());
        };
        auto done = co_await net::offload(people.sql, std::move(work));
        if (!done) co_return too_busy();
        if (!*done) co_return problem_of(done->error());
        if (people.providers) {
            std::string session = who->session;
            std::string back = main_origin(request, people.sites) + "/auth/login";
            there = co_await people.providers->end(std::move(session), std::move(back));
        }
    }
    auto response = out_of(request, there);
    end_session_cookie(response, request, people);
    co_return no_store(std::move(response));
}

// --- sessions ---------------------------------------------------------------------------------

Response list_of(const std::vector<identity::Session>& sessions, std::string_view current) {
    std::string body;
    JsonWriter w(body);
    w.begin_object().key("sessions").begin_array();
    for (const auto& s : sessions) {
        w.begin_object().member("id", s.id).member("created", s.created);
        w.member("last_used", s.last_used).member("expires", s.expires);
        w.member("client", s.client).member("agent", s.agent);
        w.member("current", s.id == current).end_object();
    }
    w.end_array().end_object();
    return no_store(Response::json(200, std::move(body)));
}

// The caller's own; of ?user=NAME for administrators.
http::awaitable<Response> list_sessions(Context& context, const People& people) {
    const auto& who = *identity::principal_of(context.principal);
    auto user = context.request.query_value("user").value_or(who.username);
    if (user != who.username && who.role != identity::Role::admin)
        co_return Response::problem(403, "only administrators see other people's sessions");
    auto work = [&people, user]() -> result<std::vector<identity::Session>> {
        auto account = people.identity.accounts.find(user);
        if (!account) return account.error();
        if (!*account) return identity::Errc::not_found;
        return people.identity.sessions.list((*account)->id);
    };
    auto found = co_await net::offload(people.sql, std::move(work));
    if (!found) co_return too_busy();
    if (!*found) co_return problem_of(found->error());
    co_return list_of(**found, who.session);
}

// A session of somebody else looks as one that is not there.
http::awaitable<Response> end_session(Context& context, const People& people) {
    const auto& who = *identity::principal_of(context.principal);
    bool any = who.role == identity::Role::admin;
    auto work = [&people, any, own = who.account, id = context.parameters.at(0),
                 by = actor_of(context)]() -> result<void> {
        auto& identity = people.identity;
        auto session = identity.sessions.read(id);
        if (!session) return session.error();
        if (!*session || (!any && (*session)->account != own)) return identity::Errc::not_found;
        auto owner = identity.accounts.find_id((*session)->account);
        if (!owner) return owner.error();
        auto ended = identity.sessions.end(id);
        if (!ended) return ended.error();
        identity.accounts.audit().write(guard::AuditEvent::session_ended, by,
                                        *owner ? (*owner)->username : std::string());
        return {};
    };
    auto done = co_await net::offload(people.sql, std::move(work));
    if (!done) co_return too_busy();
    if (!*done) co_return problem_of(done->error());
    co_return Response::empty(204);
}

// Everywhere but here.
http::awaitable<Response> end_other_sessions(Context& context, const People& people) {
    const auto& who = *identity::principal_of(context.principal);
    auto work = [&people, account = who.account, here = who.session,
                 by = actor_of(context)]() -> result<void> {
        if (auto ended = people.identity.sessions.end_others(account, here); !ended) return ended;
        people.identity.accounts.audit().write(guard::AuditEvent::session_ended, by, by.name,
                                               "all others");
        return {};
    };
    auto done = co_await net::offload(people.sql, std::move(work));
    if (!done) co_return too_busy();
    if (!*done) co_return problem_of(done->error());
    co_return Response::empty(204);
}

} // namespace

void add_auth_routes(http::Router& router, const People& people) {
    add_sign_in_routes(router, people);
    add_second_step_routes(router, people);
    add_passkey_routes(router, people);
    add_own_account_routes(router, people);
    add_reset_routes(router, people);
    add_invitation_routes(router, people);
    add_provider_routes(router, people);

    add_verify_routes(router, people);

    Route who = make_route("/auth/me", Method::get, "signed-in", "Who am I?");
    who.quick = [people](Context& context) { return me(context, people); };
    router.add(std::move(who));

    Route out = make_route("/auth/logout", Method::post, "optional", "Sign out: ends this session");
    out.body_limit = 1024;
    out.handler = [people](Context& context) { return log_out(context, people); };
    router.add(std::move(out));

    Route list = make_route("/auth/sessions", Method::get, "signed-in", "Where am I signed in?");
    list.handler = [people](Context& context) { return list_sessions(context, people); };
    router.add(std::move(list));

    router.add(make_route(
        "/auth/sessions", Method::delete_, "signed-in", "End all of one's other sessions", 1024,
        [people](Context& context) { return end_other_sessions(context, people); }));

    Route end = make_route("/auth/sessions/{id}", Method::delete_, "signed-in", "End a session");
    end.body_limit = 1024;
    end.handler = [people](Context& context) { return end_session(context, people); };
    router.add(std::move(end));
}

} // namespace caredian::api
