#include "api/tokens.h"

#include "api/oauth_client.h"
#include "api/people_helpers.h"
#include "api/route.h"
#include "base/json.h"
#include "net/offload.h"

namespace caredian::api {

namespace http = net::http;
using http::Context;
using http::Method;
using http::Response;
using http::Route;
using identity::Errc;
using identity::PrincipalPtr;
using identity::TokenGrants;

namespace {

constexpr std::size_t body_limit = 16 * 1024;

// RFC 6749 §5.2.
Response oauth_error(unsigned status, std::string_view error, std::string_view why) {
    std::string body;
    JsonWriter(body)
        .begin_object()
        .member("error", error)
        .member("error_description", why)
        .end_object();
    return no_store(Response::json(status, std::move(body)));
}

Response oauth_error(const ClientRefusal& refusal) {
    switch (refusal.why) {
    case ClientRefusal::malformed:
        return oauth_error(400, "invalid_request", "send the client's credentials once");
    case ClientRefusal::slow_down:
        return too_many(refusal.wait, "too many API keys that are not good");
    case ClientRefusal::away:
        return oauth_error(503, "temporarily_unavailable", "try again");
    case ClientRefusal::missing:
    case ClientRefusal::wrong:
        break;
    }
    auto answer = oauth_error(401, "invalid_client",
                              "the client is the id of an API key, with its "
                              "secret");
    answer.set("WWW-Authenticate", "Basic realm=\"CareDian\"");
    return answer;
}

Response oauth_error(error_code error) {
    if (error == Errc::bad_scope)
        return oauth_error(400, "invalid_scope", "not a scope of this client");
    if (error == Errc::refused)
        return oauth_error(400, "unauthorized_client", "the token is of another client");
    if (status_of(error) == 503) return oauth_error(503, "temporarily_unavailable", "try again");
    return oauth_error(400, "invalid_grant", "the token is not good");
}

Response issued(const TokenGrants::Issued& made) {
    std::string body;
    JsonWriter w(body);
    w.begin_object().member("access_token", made.access.reveal());
    w.member("token_type", "Bearer").member("expires_in", made.access_seconds);
    if (!made.refresh.empty()) w.member("refresh_token", made.refresh.reveal());
    w.member("scope", to_string(made.scopes)).end_object();
    return no_store(Response::json(200, std::move(body)));
}

// A form, whose fields are there once each.
std::variant<Fields, Response> form_of(const http::Request& request) {
    auto body = Fields::read(request);
    if (auto* fields = std::get_if<Fields>(&body); fields && fields->is_form())
        return std::move(*fields);
    return oauth_error(400, "invalid_request", "send a form");
}

// --- /auth/token
// ----------------------------------------------------------------------------------

http::awaitable<Response> token(Context& context, const People& people) {
    auto body = form_of(context.request);
    if (auto* wrong = std::get_if<Response>(&body)) co_return std::move(*wrong);
    const Fields& fields = std::get<Fields>(body);
    auto type = fields.text("grant_type").value_or("");
    auto scopes = identity::parse_scopes(fields.text("scope").value_or(""));
    auto token = fields.text("refresh_token");
    if (type.empty()) co_return oauth_error(400, "invalid_request", "grant_type is missing");
    if (type != "client_credentials" && type != "refresh_token")
        co_return oauth_error(400, "unsupported_grant_type", "client_credentials or refresh_token");
    if (type == "refresh_token" && !token)
        co_return oauth_error(400, "invalid_request", "refresh_token is missing");
    if (type == "client_credentials") token.reset();
    auto client = co_await authenticate_client(context.request, people, fields);
    if (auto* refusal = std::get_if<ClientRefusal>(&client)) co_return oauth_error(*refusal);
    if (!scopes) co_return oauth_error(make_error_code(Errc::bad_scope));
    auto work = [&grants = people.identity.tokens, who = std::get<PrincipalPtr>(client),
                 scopes = *scopes, token, from = context.request.client.to_string()] {
        if (token) return grants.refresh(*token, scopes, who->bounds->key, from);
        return grants.issue(*who, scopes, false);
    };
    auto made = co_await net::offload(people.sql, std::move(work));
    if (!made) co_return oauth_error(503, "temporarily_unavailable", "try again");
    if (!*made) co_return oauth_error(made->error());
    co_return issued(**made);
}

// --- introspection and revocation
// -----------------------------------------------------------------

Response told(const TokenGrants::Told& told, const identity::TokenKeyOptions& options) {
    std::string body;
    JsonWriter w(body);
    w.begin_object().member("active", true).member("scope", to_string(told.claims.scopes));
    w.member("client_id", told.claims.client).member("username", told.username);
    w.member("token_type", told.is_refresh ? "refresh_token" : "Bearer");
    w.member("exp", told.claims.expires);
    if (!told.is_refresh) w.member("iat", told.claims.issued).member("nbf", told.claims.issued);
    w.member("sub", told.claims.account).member("aud", options.audience);
    w.member("iss", options.issuer).member("jti", told.claims.grant).end_object();
    return no_store(Response::json(200, std::move(body)));
}

http::awaitable<Response> introspect(Context& context, const People& people) {
    auto body = form_of(context.request);
    if (auto* wrong = std::get_if<Response>(&body)) co_return std::move(*wrong);
    const Fields& fields = std::get<Fields>(body);
    auto token = fields.text("token");
    if (!token) co_return oauth_error(400, "invalid_request", "token is missing");
    auto client = co_await authenticate_client(context.request, people, fields);
    if (auto* refusal = std::get_if<ClientRefusal>(&client)) co_return oauth_error(*refusal);
    if (!std::get<PrincipalPtr>(client)->bounds->scopes.has(identity::Scope::introspect))
        co_return oauth_error(403, "insufficient_scope", "the key needs the scope introspect");
    auto work = [&grants = people.identity.tokens, token = *token] {
        return grants.introspect(token);
    };
    auto found = co_await net::offload(people.sql, std::move(work));
    if (!found) co_return oauth_error(503, "temporarily_unavailable", "try again");
    if (*found) co_return told(**found, people.identity.tokens.options());
    if (status_of(found->error()) == 503) co_return oauth_error(found->error());
    co_return no_store(Response::json(200, R"({"active":false})")); // and never why
}

http::awaitable<Response> revoke(Context& context, const People& people) {
    auto body = form_of(context.request);
    if (auto* wrong = std::get_if<Response>(&body)) co_return std::move(*wrong);
    const Fields& fields = std::get<Fields>(body);
    auto token = fields.text("token");
    if (!token) co_return oauth_error(400, "invalid_request", "token is missing");
    auto client = co_await authenticate_client(context.request, people, fields);
    if (auto* refusal = std::get_if<ClientRefusal>(&client)) co_return oauth_error(*refusal);
    const auto& who = std::get<PrincipalPtr>(client);
    guard::Actor by{who->username, context.request.client.to_string()};
    auto work = [&grants = people.identity.tokens, token = *token, key = who->bounds->key, by] {
        return grants.revoke(token, key, by);
    };
    auto done = co_await net::offload(people.sql, std::move(work));
    if (!done) co_return oauth_error(503, "temporarily_unavailable", "try again");
    if (!*done) co_return oauth_error(done->error());
    co_return no_store(Response::empty(200));
}

} // namespace

void add_token_routes(http::Router& router, const People& people) {
    router.add(make_route("/auth/token", Method::post, "public",
                          "An access token for an API key, or the next for a refresh token",
                          body_limit,
                          [people](Context& context) { return token(context, people); }));
    router.add(make_route("/auth/introspect", Method::post, "public",
                          "What does this token say, if it is good?", body_limit,
                          [people](Context& context) { return introspect(context, people); }));
    router.add(make_route("/auth/revoke", Method::post, "public",
                          "End a token and all that was issued with it", body_limit,
                          [people](Context& context) { return revoke(context, people); }));
    Route keys;
    keys.path = "/.well-known/jwks.json";
    keys.methods = {Method::get};
    keys.access = "public";
    keys.summary = "The public keys that verify access tokens";
    keys.body_limit = 0;
    keys.quick = [people](Context&) { return Response::json(200, people.identity.tokens.jwks()); };
    router.add(std::move(keys));
}

} // namespace caredian::api
