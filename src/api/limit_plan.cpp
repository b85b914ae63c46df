#include "api/limit_plan.h"

#include "api/gate_rules.h"
#include "api/pages.h"
#include "api/people_helpers.h"
#include "api/route.h"
#include "guard/client_key.h"

#include <algorithm>
#include <array>

namespace caredian::api {

namespace http = net::http;
using guard::RateKey;
using guard::RatePer;
using http::Method;

namespace {

constexpr std::array methods{Method::get,   Method::head,    Method::post,    Method::put,
                             Method::patch, Method::delete_, Method::options, Method::other};

constexpr std::array<std::string_view, 8> named_only{
    "/api/v1/stream", "/healthz",     "/readyz",      "/metrics",
    "/openapi.json",  "/favicon.svg", "/auth/verify", "/auth/verify/*"};

std::uint8_t bit_of(Method method) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(method));
}

// "POST /auth/*" in its two parts; the first may be empty.
std::pair<std::string_view, std::string_view> parts_of(std::string_view pattern) {
    auto blank = pattern.find(' ');
    if (blank == std::string_view::npos) return {{}, pattern};
    return {pattern.substr(0, blank), pattern.substr(blank + 1)};
}

bool path_matches(std::string_view path, const http::Route& route) {
    if (path == route.path) return true;
    if (!path.ends_with('*') || only_by_name(route)) return false;
    return route.path.starts_with(path.substr(0, path.size() - 1));
}

guard::Rate rate_of(const guard::RateRule& rule) {
    return {std::chrono::nanoseconds(rule.every) / rule.requests,
            rule.burst > 0 ? rule.burst : rule.requests};
}

std::string policy_of(const guard::RateRule& rule) {
    return '"' + rule.name + "\";q=" + std::to_string(rule.requests) +
           ";w=" + std::to_string(rule.every.count());
}

// A further member of a header that is a list.
void append_member(http::Response& answer, std::string_view name, std::string member) {
    auto found =
        std::ranges::find(answer.headers, name, &std::pair<std::string, std::string>::first);
    if (found == answer.headers.end())
        answer.set(std::string(name), std::move(member));
    else
        found->second.append(", ").append(member);
}

std::int64_t whole_seconds(nanoseconds time) {
    return std::chrono::ceil<std::chrono::seconds>(time).count();
}

// For a person a page, for a program a problem document.
http::Response refusal(const http::Request& request, const std::string& rule, nanoseconds wait) {
    const bool form = request.method == Method::post &&
                      (request.path.starts_with("/auth/") || request.path == "/first-run") &&
                      request.header("accept").value_or("").find("text/html") != std::string::npos;
    if (!form && !wants_page(request))
        return too_many(wait, "too many requests: the limit \"" + rule + "\" is reached");
    auto page = too_many_page(page_language(request));
    page.set("Retry-After", retry_after(wait));
    return page;
}

} // namespace

std::string route_pattern_problem(std::string_view pattern) {
    auto [method, path] = parts_of(pattern);
    if (pattern.find(' ') != std::string_view::npos && std::ranges::none_of(methods, [&](Method m) {
            return m != Method::other && http::to_string(m) == method;
        }))
        return "must begin with / or a method (POST /auth/login)";
    if (!path.starts_with('/')) return "must begin with / or a method (POST /auth/login)";
    if (path.find_first_of(" \t?#\"") != std::string_view::npos) return "is not a path";
    if (auto star = path.find('*'); star != std::string_view::npos && star + 1 != path.size())
        return "may have a * at its end only";
    return {};
}

bool only_by_name(const http::Route& route) {
    return std::ranges::find(named_only, route.path) != named_only.end() ||
           route.path.starts_with("/static/") || route.path.starts_with("/assets/");
}

bool route_matches(std::string_view pattern, const http::Route& route, Method method) {
    auto [name, path] = parts_of(pattern);
    const bool head = method == Method::head;
    if (!name.empty() && http::to_string(method) != name && !(head && name == "GET")) return false;
    auto takes = [&](Method m) {
        return route.methods.empty() || std::ranges::find(route.methods, m) != route.methods.end();
    };
    // HEAD is served by GET's handler, and counts as GET.
    return (takes(method) || (head && takes(Method::get))) && path_matches(path, route);
}

LimitPlan::LimitPlan(const std::vector<guard::RateRule>& rules,
                     const std::vector<http::Route>& routes, const guard::RateKeys& keys,
                     guard::RateBuckets& buckets)
    : keys_(keys), buckets_(&buckets), routes_(routes.size()) {
    for (const auto& rule : rules) {
        const auto index = static_cast<std::uint8_t>(rules_.size());
        const auto id = keys_.of(0, static_cast<char>('0' + static_cast<int>(rule.per)), rule.name);
        rules_.push_back({rule.name, rate_of(rule), rule.per, id.a, policy_of(rule)});
        bool used = false;
        for (const auto& route : routes) {
            std::uint8_t mask = 0;
            for (auto method : methods)
                if (std::ranges::any_of(rule.routes, [&](const std::string& pattern) {
                        return route_matches(pattern, route, method);
                    }))
                    mask |= bit_of(method);
            if (mask == 0) continue;
            used = true;
            auto& of = routes_[route.number];
            auto name = route.path + (route.methods.empty()
                                          ? std::string()
                                          : " " + std::string(to_string(route.methods.front())));
            (rule.per == RatePer::principal ? of.who : of.any)
                .push_back({index, mask, keys_.of(id.a, 'r', name)});
        }
        if (!used) idle_.push_back(rule.name);
    }
}

bool LimitPlan::key_of(const Use& use, const http::Request& request, const identity::Principal* who,
                       RateKey& out) const {
    const Rule& rule = rules_[use.rule];
    if ((use.methods & bit_of(request.method)) == 0) return false;
    if (rule.per == RatePer::route) {
        out = use.whole;
        return true;
    }
    if (rule.per == RatePer::principal && who) {
        // All tokens of a key are one: else each new one had a bucket of its own.
        out = who->bounds ? keys_.of(rule.id, 'k', who->bounds->key)
                          : keys_.of(rule.id, 'p', who->account);
        return true;
    }
    if (request.peer_trusted && request.client == request.peer) return false; // a proxy itself
    out = keys_.of(rule.id, 'a', guard::client_key(request.client));
    return true;
}

bool LimitPlan::refuses(const std::vector<Use>& uses, const http::Request& request,
                        const identity::Principal* who, MonoTime now,
                        http::Response& answer) const {
    if (is_this_machine(request)) return false;
    for (const auto& use : uses) {
        RateKey key;
        if (!key_of(use, request, who, key)) continue;
        const Rule& rule = rules_[use.rule];
        const auto taken = buckets_->take(key, rule.rate, now);
        append_member(answer, "RateLimit-Policy", rule.policy);
        append_member(answer, "RateLimit",
                      '"' + rule.name + "\";r=" + std::to_string(taken.left) +
                          ";t=" + std::to_string(whole_seconds(taken.until_full)));
        if (taken.allowed) continue;
        give_back({uses.data(), &use}, request, who);
        replace_answer(answer, refusal(request, rule.name, taken.retry_after));
        return true;
    }
    return false;
}

void LimitPlan::give_back(std::span<const Use> uses, const http::Request& request,
                          const identity::Principal* who) const {
    if (is_this_machine(request)) return;
    for (const auto& use : uses)
        if (RateKey key; key_of(use, request, who, key))
            buckets_->give_back(key, rules_[use.rule].rate);
}

} // namespace caredian::api
