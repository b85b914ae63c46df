#include "api/provider_login.h"

#include "api/fields.h"
#include "api/handover.h"
#include "api/pages.h"
#include "api/people_helpers.h"
#include "api/route.h"
#include "base/encoding.h"
#include "base/log.h"
#include "identity/oidc/sign_in.h"

namespace caredian::api {

namespace http = net::http;
namespace oidc = identity::oidc;
using http::Context;
using http::Method;
using http::Request;
using http::Response;

namespace {

constexpr std::string_view login_cookie = "caredian_login";
constexpr std::size_t max_parameter = 4096; // codes of some providers are JWTs

// Lax: the provider's redirect is a navigation from another site. Seen by the callback alone.
void set_login_cookie(Response& response, const Request& request, const People& people,
                      std::string_view value, std::chrono::seconds lifetime) {
    set_cookie(response, request, people, {login_cookie, value, lifetime, callback_path});
}

Text text_of(error_code error) {
    if (error == oidc::Errc::denied) return Text::provider_denied;
    if (error == oidc::Errc::not_admitted || error == identity::Errc::refused)
        return Text::not_admitted;
    if (error == oidc::Errc::no_login || error == oidc::Errc::replayed) return Text::start_again;
    if (error == oidc::Errc::unreachable) return Text::provider_away;
    if (error.category() == oidc::make_error_code(oidc::Errc::ok).category())
        return Text::provider_wrong;
    return Text::unavailable;
}

unsigned status_for(Text text) {
    switch (text) {
    case Text::provider_denied:
    case Text::not_admitted:
        return 403;
    case Text::start_again:
        return 400;
    case Text::provider_wrong:
        return 502;
    default:
        return 503;
    }
}

// The page again, with a sentence. What exactly was wrong is for the log: a browser that carries
// an attacker's answer learns nothing.
Response failed(const Request& request, const People& people, error_code error,
                std::string return_to) {
    log::warning("oidc", "a sign-in at a provider failed",
                 {{"reason", error.message()}, {"client", request.client.to_string()}});
    auto text = text_of(error);
    return sign_in_again(request, people, status_for(text), text, std::move(return_to));
}

http::awaitable<Response> begin(Context& context, const People& people) {
    const Request& request = context.request;
    auto* provider = people.providers->find(context.parameters.at(0));
    if (!provider) co_return Response::problem(404, "there is no such provider");
    auto target = people.sites.safe_target(request.query_value("return_to").value_or("/"));
    // The provider knows one callback; the cookie must be set where it leads.
    const auto origin = main_origin(request, people.sites);
    if (!iequals_ascii(split_url(origin).host, request.host) && !request.query_value("here")) {
        auto there = origin + std::string(request.path);
        add_parameter(there, "return_to", target);
        add_parameter(there, "here", "1"); // a proxy may hide the name: once is enough
        co_return Response::redirect(303, std::move(there));
    }
    // Named, as all that goes into a coroutine: g++ 12 destroys some temporaries twice.
    std::string redirect_uri = origin + std::string(callback_path);
    std::string language(to_string(page_language(request)));
    std::string return_to = target;
    auto begun = co_await people.providers->begin(*provider, std::move(redirect_uri),
                                                  std::move(return_to), std::move(language));
    if (!begun) co_return failed(request, people, begun.error(), std::move(target));
    auto response = Response::redirect(303, std::move(begun->location));
    set_login_cookie(response, request, people, begun->cookie, oidc::login_lifetime);
    co_return no_store(std::move(response));
}

std::string parameter(const Request& request, std::string_view name) {
    auto value = request.query_value(name).value_or("");
    return value.size() <= max_parameter ? value : std::string();
}

http::awaitable<Response> come_back(Context& context, const People& people) {
    const Request& request = context.request;
    bool ambiguous = false;
    auto cookie = request.cookie(login_cookie, ambiguous);
    oidc::SignIn::Answer answer;
    if (cookie && !ambiguous) answer.cookie = *cookie;
    answer.state = parameter(request, "state");
    answer.code = parameter(request, "code");
    answer.error = parameter(request, "error");
    answer.issuer = request.query_value("iss");
    answer.client = request.client.to_string();
    answer.agent = request.header("user-agent").value_or("");
    if (auto* who = identity::principal_of(context.principal)) answer.replaces = who->session;
    auto finished = co_await people.providers->finish(std::move(answer));
    Response response;
    if (finished) {
        auto target = people.sites.safe_target(finished->return_to);
        response = Response::redirect(303, after_sign_in(target));
        set_session_cookie(response, request, people, finished->signed_in.session.token);
    } else {
        response = failed(request, people, finished.error(), "/");
    }
    set_login_cookie(response, request, people, {}, {});
    co_return no_store(std::move(response));
}

http::awaitable<Response> backchannel(Context& context, const People& people) {
    auto body = Fields::read(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    auto token = std::get<Fields>(body).text("logout_token");
    if (!token) co_return no_store(Response::problem(400, "there is no logout_token"));
    auto ended = co_await people.providers->backchannel(std::move(*token));
    if (ended) co_return no_store(Response::empty(200));
    auto why = ended.error();
    bool ours = why.category() != oidc::make_error_code(oidc::Errc::ok).category() ||
                why == oidc::Errc::unreachable;
    log::warning("oidc", "a logout from a provider is refused", {{"reason", why.message()}});
    if (!ours) co_return no_store(Response::problem(400, why.message()));
    auto response = Response::problem(503, "sessions cannot be ended right now: try again");
    response.set("Retry-After", "5");
    co_return no_store(std::move(response));
}

} // namespace

std::vector<ProviderChoice> provider_choices(const People& people, Language language) {
    std::vector<ProviderChoice> out;
    if (!people.providers) return out;
    for (const auto& provider : people.providers->providers()) {
        const auto& o = provider->options();
        out.push_back({o.id, language == Language::ko ? o.label_ko : o.label_en});
    }
    return out;
}

void add_provider_routes(http::Router& router, const People& people) {
    auto with_providers = [&people](auto* work) -> http::Handler {
        if (people.providers) return with(people, work);
        return [](Context&) -> http::awaitable<Response> {
            co_return Response::problem(404, "no sign-in by other providers is set up");
        };
    };
    router.add(make_route("/auth/login/{provider}", Method::get, "optional",
                          "Sign in at a provider", 0, with_providers(begin)));
    router.add(make_route(std::string(callback_path), Method::get, "optional",
                          "Back from a provider, or from our main host name", 0,
                          [people, from_provider = with_providers(come_back)](Context& context) {
                              return people.handover && is_handover(context.request)
                                         ? take_over(context, people)
                                         : from_provider(context);
                          }));
    router.add(make_route("/auth/backchannel-logout", Method::post, "public",
                          "A provider ends sessions (OpenID Connect Back-Channel Logout 1.0)",
                          32 * 1024, with_providers(backchannel)));
}

} // namespace caredian::api
