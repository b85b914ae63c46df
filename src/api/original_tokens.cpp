// The token routes of the original gateway, with its JSON names, for its clients. What it let
// through (any key for any name, a refresh token as a session, any scope) is refused here.
#include "api/gate.h"
#include "api/oauth_client.h"
#include "api/people_helpers.h"
#include "api/route.h"
#include "api/tokens.h"
#include "base/encoding.h"
#include "base/json.h"
#include "net/offload.h"

#include <algorithm>

namespace caredian::api {

namespace http = net::http;
using http::Context;
using http::Method;
using http::Request;
using http::Response;
using identity::Errc;
using identity::PrincipalPtr;
using identity::TokenGrants;

namespace {

constexpr std::size_t body_limit = 16 * 1024;
constexpr std::string_view original_scope = "events:fall:ingest";

Response basic_wanted(std::string_view why) {
    auto answer = Response::problem(401, why);
    answer.set("WWW-Authenticate", "Basic");
    return answer;
}

Response refused_client(const ClientRefusal& refusal, std::string_view missing,
                        std::string_view wrong) {
    switch (refusal.why) {
    case ClientRefusal::missing:
        return basic_wanted(missing);
    case ClientRefusal::malformed:
    case ClientRefusal::wrong:
        return basic_wanted(wrong);
    case ClientRefusal::slow_down:
        return too_many(refusal.wait, "too many API keys that are not good");
    case ClientRefusal::away:
        break;
    }
    return too_busy();
}

// The pair, and the access token as the cookie that the original's clients carry.
Response pair_of(const Request& request, const People& people, const TokenGrants::Issued& made) {
    std::string body;
    JsonWriter w(body);
    w.begin_object().member("access_token", made.access.reveal());
    w.member("refresh_token", made.refresh.reveal()).member("token_type", "bearer");
    w.member("expires_in", made.access_seconds).end_object();
    auto answer = no_store(Response::json(200, std::move(body)));
    set_cookie(answer, request, people,
               {original_cookie, made.access.reveal(), std::chrono::seconds(made.access_seconds)});
    return answer;
}

http::awaitable<Response> exchange(Context& context, const People& people) {
    auto body = Fields::read(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    const Fields& fields = std::get<Fields>(body);
    auto key = fields.text("api_key");
    auto sub = fields.text("sub");
    if (!key || !sub) co_return Response::problem(422, "api_key and sub must be texts");
    auto client = co_await authenticate_key(context.request, people, *key);
    constexpr std::string_view invalid = "Invalid API key";
    if (auto* refusal = std::get_if<ClientRefusal>(&client))
        co_return refused_client(*refusal, invalid, invalid);
    const auto& who = std::get<PrincipalPtr>(client);
    // A key speaks for its owner and for nobody else.
    if (!iequals_ascii(*sub, who->username)) co_return basic_wanted(invalid);
    auto work = [&grants = people.identity.tokens, who] { return grants.issue(*who, {}, true); };
    auto made = co_await net::offload(people.sql, std::move(work));
    if (!made) co_return too_busy();
    if (!*made) co_return problem_of(made->error());
    co_return pair_of(context.request, people, **made);
}

http::awaitable<Response> refresh(Context& context, const People& people) {
    auto body = Fields::read(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    auto token = std::get<Fields>(body).text("refresh_token");
    if (!token) co_return Response::problem(422, "refresh_token must be a text");
    auto work = [&grants = people.identity.tokens, token = *token,
                 from = context.request.client.to_string()] {
        return grants.refresh(token, {}, {}, from);
    };
    auto made = co_await net::offload(people.sql, std::move(work));
    if (!made) co_return too_busy();
    if (*made) co_return pair_of(context.request, people, **made);
    if (status_of(made->error()) == 503) co_return problem_of(made->error());
    bool is_jwt = std::count(token->begin(), token->end(), '.') == 2 && token->starts_with("ey");
    co_return Response::problem(401,
                                is_jwt ? "Not a refresh token" : "Refresh token invalid or used");
}

http::awaitable<Response> client_token(Context& context, const People& people) {
    Fields fields; // none: Basic alone
    if (!context.request.body_text.empty()) {
        auto body = Fields::read(context.request);
        if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
        fields = std::get<Fields>(std::move(body));
    }
    auto client = co_await authenticate_client(context.request, people, fields);
    if (auto* refusal = std::get_if<ClientRefusal>(&client))
        co_return refused_client(*refusal, "Not authenticated", "bad client credentials");
    auto wanted = context.request.query_value("scope");
    if (!wanted) wanted = fields.text("scope");
    auto scopes = identity::parse_scopes(wanted.value_or(std::string(original_scope)));
    if (!scopes || scopes->empty()) co_return problem_of(make_error_code(Errc::bad_scope));
    auto work = [&grants = people.identity.tokens, who = std::get<PrincipalPtr>(client),
                 scopes = *scopes] { return grants.issue(*who, scopes, false); };
    auto made = co_await net::offload(people.sql, std::move(work));
    if (!made) co_return too_busy();
    if (!*made && made->error() == Errc::bad_scope)
        co_return Response::problem(403, "insufficient scope");
    if (!*made) co_return problem_of(made->error());
    std::string body;
    JsonWriter w(body);
    w.begin_object().member("access_token", (*made)->access.reveal());
    w.member("token_type", "Bearer").member("expires_in", (*made)->access_seconds);
    w.member("scope", to_string((*made)->scopes)).end_object();
    co_return no_store(Response::json(200, std::move(body)));
}

} // namespace

void add_original_token_routes(http::Router& router, const People& people) {
    router.add(make_route("/auth/exchange", Method::post, "public",
                          "The original's: a pair of tokens for an API key", body_limit,
                          [people](Context& context) { return exchange(context, people); }));
    router.add(make_route("/auth/refresh", Method::post, "public",
                          "The original's: the next pair for a refresh token", body_limit,
                          [people](Context& context) { return refresh(context, people); }));
    router.add(make_route("/auth/cc/token", Method::post, "public",
                          "The original's: an access token for a client", body_limit,
                          [people](Context& context) { return client_token(context, people); }));
}

} // namespace caredian::api
