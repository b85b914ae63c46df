#include "api/verify.h"

#include "access/path_rule.h"
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

// The stricter one.
PathRules::Answer worse(PathRules::Answer a, PathRules::Answer b) {
    return std::max(a, b);
}

// Which path of which host the proxy asks about is whatever it may have said: a proxy sets one of
// these headers and hands the others on as the client wrote them. So each that is there must pass,
// and a client who adds one can only make it harder.
PathRules::Answer look(const Request& request, const PathRules& rules) {
    using enum PathRules::Answer;
    PathRules::Answer answer = open;
    bool asked = false;
    auto target_on = [&](std::string_view host, std::string_view target) {
        asked = true;
        answer = worse(answer, rules.look(host, target));
    };
    auto targets_on = [&](std::string_view host) {
        if (request.path.size() > verify_path.size())
            target_on(host, request.path.substr(verify_path.size()));
        if (!request.peer_trusted) return;
        for (const auto& field : request.headers)
            if (iequals_ascii(field.name, original_uri) || iequals_ascii(field.name, forwarded_uri))
                target_on(host, field.value);
    };
    bool ruled = rules.apply_to(request.host);
    targets_on(request.host);
    for (const auto& field : request.headers) {
        if (!request.peer_trusted || !iequals_ascii(field.name, forwarded_host)) continue;
        ruled = ruled || rules.apply_to(field.value);
        targets_on(field.value);
    }
    return ruled && !asked ? unclear : answer;
}

// Every header each time, empty ones too: a proxy that copies them then overwrites what the client
// claims. Values are ASCII or UTF-8 as it is; a full name has no control characters.
Response who_it_is(const identity::Principal& who) {
    Response response;
    response.headers.reserve(4);
    response.headers.emplace_back("X-Remote-User", who.username);
    response.headers.emplace_back("X-Remote-Groups", to_string(who.role));
    response.headers.emplace_back("X-Remote-Name", who.full_name);
    response.headers.emplace_back("X-Remote-Email", std::string());
    return response;
}

Response verified(Context& context, const PathRules& rules) {
    const auto& who = *identity::principal_of(context.principal);
    if (rules.empty()) return who_it_is(who);
    switch (look(context.request, rules)) {
    case PathRules::Answer::unclear:
        return Response::problem(403, "there are rules for paths here, and which path this is "
                                      "cannot be told");
    case PathRules::Answer::admins:
        if (who.role == identity::Role::admin) break;
        return Response::problem(403, "only administrators may open this");
    case PathRules::Answer::open:
        break;
    }
    return who_it_is(who);
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
        verify.quick = [rules = people.admin_paths](Context& context) {
            return verified(context, rules);
        };
        router.add(std::move(verify));
    }
}

} // namespace caredian::api
