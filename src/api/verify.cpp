#include "api/verify.h"

#include "api/auth.h"
#include "api/gate_rules.h"
#include "api/return_to.h"
#include "api/sites.h"
#include "api/verify_asked.h"
#include "base/encoding.h"

#include <optional>

namespace caredian::api {

namespace http = net::http;
using access::PathRules;
using http::Context;
using http::Request;
using http::Response;
using http::Route;

namespace {

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
        std::optional<std::string_view> target, said;
        if (request.peer_trusted) {
            target = request.header(original_uri);
            if (!target) target = request.header(forwarded_uri);
            said = request.header(forwarded_host);
        }
        std::string_view path = target.value_or(request.path);
        std::string_view host = said.value_or(request.host);
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
    const auto answer = look_asked(request, people.admin_paths);
    if (answer == PathRules::Answer::unclear)
        return denied(request, who, people,
                      "there are rules for paths here, and which path this is cannot be told");
    if (admin || (answer == PathRules::Answer::open && !by_grants)) return who_it_is(who, policy);
    if (!policy) return denied(request, who, people, "only administrators may open this");
    const auto decision = decide_asked(request, who, people, *policy);
    if (decision.allowed) return who_it_is(who, policy);
    return denied(request, who, people,
                  by_grants ? access::explain(decision.reason)
                            : std::string_view("only administrators may open this"));
}

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
