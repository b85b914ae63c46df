#include "api/verify.h"

#include "access/path_rule.h"
#include "access/question.h"
#include "api/auth.h"
#include "api/gate_rules.h"
#include "api/return_to.h"
#include "api/sites.h"
#include "base/encoding.h"

#include <algorithm>

namespace caredian::api {

namespace http = net::http;
using access::PathRules;
using http::Context;
using http::Request;
using http::Response;
using http::Route;

namespace {

constexpr std::string_view verify_path = "/auth/verify";
constexpr std::string_view original_uri = "x-original-uri";
constexpr std::string_view forwarded_uri = "x-forwarded-uri";
constexpr std::string_view forwarded_host = "x-forwarded-host";

// --- whether -----------------------------------------------------------------------------------

struct AskedPath {
    std::string_view host;
    std::string_view target;
};

// Which path of which host the proxy asks about is whatever it may have said: a proxy sets one of
// these headers and hands the others on as the client wrote them. So each that is there must pass,
// and a client who adds one can only make it harder.
template <class Use>
void each_target(const Request& request, std::string_view host, Use& use) {
    if (request.path.size() > verify_path.size())
        use(AskedPath{host, request.path.substr(verify_path.size())});
    if (!request.peer_trusted) return;
    for (const auto& field : request.headers)
        if (iequals_ascii(field.name, original_uri) || iequals_ascii(field.name, forwarded_uri))
            use(AskedPath{host, field.value});
}

// Calls host(name) and use(path) for each.
template <class Host, class Use>
void each_asked(const Request& request, bool own_host_too, Host host, Use use) {
    if (own_host_too) {
        host(request.host);
        each_target(request, request.host, use);
    }
    for (const auto& field : request.headers) {
        if (!request.peer_trusted || !iequals_ascii(field.name, forwarded_host)) continue;
        host(field.value);
        each_target(request, field.value, use);
    }
}

// Is anything asked that is for administrators, or that cannot be told?
PathRules::Answer look(const Request& request, const PathRules& rules) {
    using enum PathRules::Answer;
    PathRules::Answer answer = open;
    bool asked = false, ruled = false;
    each_asked(
        request, true, [&](std::string_view host) { ruled = ruled || rules.apply_to(host); },
        [&](AskedPath path) {
            asked = true;
            answer = std::max(answer, rules.look(path.host, path.target));
        });
    return ruled && !asked ? unclear : answer;
}

// A name of this gateway that says nothing of whose page is asked for: an address, a name without
// a point, or the one that people sign in at.
bool is_name_of_ours(std::string_view host, std::string_view public_url) {
    auto name = access::host_name(host);
    return name.starts_with('[') || net::parse_address(name) ||
           name.find('.') == std::string_view::npos ||
           iequals_ascii(name, access::host_name(split_url(public_url).host));
}

// Traefik asks at the gateway's own name and says the page's beside it. nginx asks at the page's.
bool says_host_beside(const Request& request, std::string_view public_url) {
    return request.peer_trusted && request.header(forwarded_host) &&
           request.header(forwarded_uri) && !request.header(original_uri) &&
           is_name_of_ours(request.host, public_url);
}

// Whether grants allow all that is asked. By what is granted, not by what is forbidden: so what
// cannot be told is denied, whatever host it is on.
access::Decision decide(const Request& request, const identity::Principal& who,
                        const People& people, const access::Policy& policy) {
    access::Decision out{false, access::Reason::not_granted};
    bool asked = false, all = true;
    auto one = [&](AskedPath path) {
        auto canonical = access::canonical_path(path.target);
        if (!canonical) {
            all = false;
            return;
        }
        access::What what;
        what.path = std::move(*canonical);
        what.host = lower_ascii(access::host_name(path.host));
        access::apply(people.admin_paths, what);
        auto decision = access::decide(policy, who, what.resource(), access::Action::read,
                                       people.clock.wall(), request.client);
        if (!decision.allowed || !asked) out = decision;
        asked = true;
        all = all && decision.allowed;
    };
    each_asked(
        request, !says_host_beside(request, people.sites.public_url), [](std::string_view) {}, one);
    out.allowed = asked && all;
    return out;
}

// --- who ---------------------------------------------------------------------------------------

// Every header each time, empty ones too: a proxy that copies them then overwrites what the client
// claims. Values are ASCII or UTF-8 as it is; a full name has no control characters.
Response who_it_is(const identity::Principal& who, const access::Policy* policy) {
    Response response;
    response.headers.reserve(4);
    response.headers.emplace_back("X-Remote-User", who.username);
    if (policy && policy->any_own_roles())
        response.headers.emplace_back("X-Remote-Groups", policy->groups_of(who));
    else
        response.headers.emplace_back("X-Remote-Groups", to_string(who.role));
    response.headers.emplace_back("X-Remote-Name", who.full_name);
    response.headers.emplace_back("X-Remote-Email", who.email);
    return response;
}

Response denied(const Request& request, const identity::Principal& who, const People& people,
                std::string_view why) {
    if (people.denials) {
        auto target = request.header(original_uri);
        if (!target) target = request.header(forwarded_uri);
        std::string_view path = target.value_or(request.path);
        std::string_view host = request.header(forwarded_host).value_or(request.host);
        people.denials->denied({{who.username, request.client.to_string()},
                                std::string(host).append(path.substr(0, path.find('?'))),
                                std::string(why)});
    }
    return Response::problem(403, why);
}

Response verified(Context& context, const People& people) {
    const auto& request = context.request;
    const auto& who = *identity::principal_of(context.principal);
    const access::Policy* policy =
        people.policies ? people.policies->of(request.worker).get() : nullptr;
    const bool admin = who.role == identity::Role::admin;
    const bool by_grants = policy && !admin && !policy->reads_all(who);
    if (people.admin_paths.empty() && !by_grants) return who_it_is(who, policy);
    const auto answer = look(request, people.admin_paths);
    if (answer == PathRules::Answer::unclear)
        return denied(request, who, people,
                      "there are rules for paths here, and which path this is cannot be told");
    if (admin || (answer == PathRules::Answer::open && !by_grants)) return who_it_is(who, policy);
    if (!policy) return denied(request, who, people, "only administrators may open this");
    const auto decision = decide(request, who, people, *policy);
    if (decision.allowed) return who_it_is(who, policy);
    return denied(request, who, people,
                  by_grants ? access::explain(decision.reason)
                            : std::string_view("only administrators may open this"));
}

// --- where to sign in --------------------------------------------------------------------------

// A browser opens a page, as opposed to a script that fetches something.
bool is_navigation(const Request& request) {
    auto method = request.header("x-forwarded-method").value_or(request.method_text);
    auto mode = request.header("sec-fetch-mode").value_or("navigate");
    auto accept = request.header("accept").value_or("");
    return (method == "GET" || method == "HEAD") && mode == "navigate" &&
           accept.find("text/html") != std::string_view::npos;
}

std::string sign_in_url(const Request& request, std::string_view target,
                        std::string_view public_url, const HostKnown& host_known) {
    std::string host(request.host);
    if (auto forwarded = request.header(forwarded_host)) host = *forwarded;
    bool known = request.count(forwarded_host) <= 1 && host_known(host);
    if (!known) host = request.host; // which the server knows
    std::string origin = (request.secure ? "https://" : "http://") + host;
    if (public_url.empty()) return origin + login_location(target);
    std::string url(public_url);
    if (iequals_ascii(split_url(public_url).host, host)) return url + login_location(target);
    // Another host of ours: the whole address is what the browser is to come back to.
    std::string path = safe_return_to(target);
    if (!known) return url + "/auth/login";
    return url + "/auth/login?return_to=" + percent_encode(origin + path);
}

} // namespace

Response verify_challenge(const Request& request, std::string_view public_url,
                          const HostKnown& host_known) {
    if (request.peer_trusted) {
        auto original = request.header(original_uri);
        auto forwarded = request.header(forwarded_uri);
        if (original) {
            auto answer = unauthorized("sign in first");
            answer.set("X-Auth-Redirect", sign_in_url(request, *original, public_url, host_known));
            return answer;
        }
        if (forwarded && is_navigation(request))
            return Response::redirect(302,
                                      sign_in_url(request, *forwarded, public_url, host_known));
    }
    return unauthorized("sign in first");
}

void add_verify_routes(http::Router& router, const People& people) {
    for (std::string path : {"/auth/verify", "/auth/verify/*"}) {
        Route verify;
        verify.path = std::move(path);
        verify.access = "signed-in";
        verify.summary = "May this request pass? For forward authentication";
        verify.body_limit = 0;
        verify.quick = [people](Context& context) { return verified(context, people); };
        router.add(std::move(verify));
    }
}

} // namespace caredian::api
