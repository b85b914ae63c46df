// /api/v1/invitations, and the page of who is invited.
#include "api/invitations.h"

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
using identity::Invitation;

namespace {

constexpr std::size_t body_limit = 16 * 1024;

void append_members(JsonWriter& w, const Invitation& i, WallTime now) {
    const bool used = i.used != WallTime();
    w.member("id", i.id).member("role", to_string(i.role)).member("full_name", i.full_name);
    w.member("invited_by", i.invited_by).member("created", i.created);
    w.member("expires", i.expires);
    w.member("state", used ? "used" : now >= i.expires ? "expired" : "open");
    if (used) w.member("used", i.used).member("user", i.account);
}

// --- by administrators --------------------------------------------------------------------------

// A member that is misspelt is not passed over: the role could be another one than was meant.
std::variant<identity::NewInvitation, Response> read(const Request& request) {
    auto body = parse_json(request.body_text, {4});
    if (!body || !body->is_object()) return Response::problem(400, "the body is no JSON object");
    identity::NewInvitation out;
    for (const auto& [name, value] : body->get_object()) {
        auto* text = value.if_string();
        if (name == "role" && text) {
            auto role = identity::parse_role(*text);
            if (!role) return problem_of(role.error());
            out.role = *role;
        } else if (name == "full_name" && text) {
            out.full_name = std::string_view(*text);
        } else if (name == "days" && value.is_int64()) {
            out.days = value.get_int64();
        } else {
            return Response::problem(
                400, "an invitation has role, full_name and days, and nothing else");
        }
    }
    return out;
}

http::awaitable<Response> invite(Context& context, const People& people) {
    auto body = read(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    auto work = [&people, fresh = std::get<identity::NewInvitation>(body),
                 account = identity::principal_of(context.principal)->account,
                 by = actor_of(context)] {
        return people.credentials.invitations.make(fresh, account, by);
    };
    auto made = co_await net::offload(people.sql, std::move(work));
    if (!made) co_return too_busy();
    if (!*made) co_return problem_of(made->error());
    const auto link = link_of(context.request, people, invitation_path, (*made)->token);
    auto response = Response::json(201, made_invitation_json(**made, link, people.clock.wall()));
    response.set("Location", "/api/v1/invitations/" + (*made)->invitation.id);
    co_return no_store(std::move(response));
}

http::awaitable<Response> list(Context&, const People& people) {
    auto work = [&people] { return people.credentials.invitations.list(); };
    auto found = co_await net::offload(people.sql, std::move(work));
    if (!found) co_return too_busy();
    if (!*found) co_return problem_of(found->error());
    co_return no_store(Response::json(
        200, "{\"invitations\":" + invitations_json(**found, people.clock.wall()) + "}"));
}

http::awaitable<Response> revoke(Context& context, const People& people) {
    auto work = [&people, id = context.parameters.at(0), by = actor_of(context)] {
        return people.credentials.invitations.revoke(id, by);
    };
    auto done = co_await net::offload(people.sql, std::move(work));
    if (!done) co_return too_busy();
    if (!*done) co_return problem_of(done->error());
    co_return Response::empty(204);
}

// --- by who is invited --------------------------------------------------------------------------

http::awaitable<Response> show(Context& context, const People& people) {
    const Request& request = context.request;
    InvitationPage page;
    page.language = page_language(request);
    page.token = link_token(request);
    auto work = [&people, token = page.token] {
        return people.credentials.invitations.look(token);
    };
    auto found = co_await net::offload(people.sql, std::move(work));
    if (!found) co_return too_busy();
    if (!*found) {
        if (found->error() != Errc::bad_link) co_return problem_of(found->error());
        co_return link_over_page(page.language);
    }
    page.full_name = (*found)->full_name;
    auto response = invitation_page(200, page);
    keep_language(request, response);
    co_return response;
}

http::awaitable<Response> accept(Context& context, const People& people) {
    const Request& request = context.request;
    auto body = Fields::read(request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    const auto& fields = std::get<Fields>(body);
    auto token = fields.text("token");
    auto username = fields.text("username");
    auto password = fields.text("password");
    if (!token || !username || !password)
        co_return Response::problem(400, "token, username and password are texts");
    InvitationPage page{form_language(request, fields),
                        {},
                        *token,
                        username->substr(0, 64),
                        fields.text("full_name").value_or("").substr(0, 200)};
    identity::NewAccount fresh;
    fresh.username = *username;
    fresh.password = Secret(*password);
    fresh.full_name = fields.text("full_name").value_or("");
    fresh.language = std::string(to_string(page.language));
    auto work = [&people, fresh, t = *token, client = request.client.to_string()] {
        return people.credentials.invitations.accept(t, fresh, client);
    };
    auto made = co_await net::offload(people.passwords, std::move(work));
    if (made && *made) {
        if (fields.is_form()) co_return Response::redirect(303, "/auth/login?done=account");
        std::string json;
        JsonWriter(json)
            .begin_object()
            .member("username", (*made)->username)
            .member("role", to_string((*made)->role))
            .end_object();
        co_return no_store(Response::json(201, std::move(json)));
    }
    auto failure = made ? Failure::of(made->error()) : Failure::busy();
    if (!fields.is_form()) co_return std::move(failure.problem);
    if (made && made->error() == Errc::bad_link) co_return link_over_page(page.language);
    page.error = failure.text;
    auto again = invitation_page(failure.problem.status, page);
    co_return as_page(std::move(failure), std::move(again));
}

} // namespace

std::string invitations_json(std::span<const Invitation> all, WallTime now) {
    std::string out;
    JsonWriter w(out);
    w.begin_array();
    for (const auto& one : all) {
        w.begin_object();
        append_members(w, one, now);
        w.end_object();
    }
    w.end_array();
    return out;
}

std::string made_invitation_json(const identity::Invitations::Made& made, const Secret& link,
                                 WallTime now) {
    std::string out;
    JsonWriter w(out);
    w.begin_object();
    append_members(w, made.invitation, now);
    w.member("link", link.reveal()).end_object();
    return out;
}

void add_invitation_routes(http::Router& router, const People& people) {
    const std::string path = "/api/v1/invitations";
    router.add(make_route(path, Method::get, "admin", "Invitations, the newest first", 0,
                          with(people, list)));
    router.add(make_route(path, Method::post, "admin",
                          "Invite somebody: the link is shown this once", body_limit,
                          with(people, invite)));
    router.add(make_route(path + "/{id}", Method::delete_, "admin", "Take an invitation back", 1024,
                          with(people, revoke)));
    const std::string page(invitation_path);
    router.add(make_route(page, Method::get, "public", "The page of who is invited", 0,
                          with(people, show)));
    router.add(make_route(page, Method::post, "public", "Make an account with an invitation",
                          body_limit, with(people, accept)));
}

} // namespace caredian::api
