// Which rate limits hold for which route, and what a response says of them.
//
// Headers as in draft-ietf-httpapi-ratelimit-headers-10 (27 September 2025), both lists of RFC
// 9651:
//   RateLimit-Policy: "api";q=1200;w=60     q requests in w seconds
//   RateLimit: "api";r=599;t=1              r would be let through at once; in t seconds it is full
// and with a 429 Retry-After, in seconds (RFC 9110 §10.2.3), which says when the next is let
// through.
#pragma once

#include "guard/rate_buckets.h"
#include "guard/rate_rule.h"
#include "identity/principal.h"
#include "net/http/router.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::api {

// What is wrong with an entry of RateRule::routes, for the operator; empty: nothing.
std::string route_pattern_problem(std::string_view pattern);

// A "*" does not reach what is asked for by the hundred or must always be served: forward
// authentication, live streams, probes and files of pages. They have to be named.
bool only_by_name(const net::http::Route& route);

// Does `pattern` (a good one) mean `route` for `method`?
bool route_matches(std::string_view pattern, const net::http::Route& route,
                   net::http::Method method);

// Made from the rules for the routes of one router, then read by all workers.
class LimitPlan {
public:
    LimitPlan() = default; // no limits
    // `buckets` must outlive it. Rules and patterns are good ones.
    LimitPlan(const std::vector<guard::RateRule>& rules,
              const std::vector<net::http::Route>& routes, const guard::RateKeys& keys,
              guard::RateBuckets& buckets);

    struct Use {
        std::uint8_t rule = 0;
        std::uint8_t methods = 0; // one bit for each
        guard::RateKey whole;     // the bucket of RatePer::route
    };
    struct Of {
        std::vector<Use> any; // before anybody is known: by address and route
        std::vector<Use> who; // by principal
    };
    // What holds for a route; a route of no router has nothing.
    const Of& of(const net::http::Route& route) const {
        return route.number < routes_.size() ? routes_[route.number] : nothing_;
    }

    // Counts the request. False: it may go on, and `answer` has the headers for its response.
    // True: `answer` is the refusal, and it is counted by none of `uses`. This machine itself is
    // never counted; a trusted proxy that did not say for whom it speaks has no address that
    // counts.
    bool refuses(const std::vector<Use>& uses, const net::http::Request& request,
                 const identity::Principal* who, MonoTime now, net::http::Response& answer) const;

    // Of a request that was counted by `uses`, and refused by others.
    void give_back(std::span<const Use> uses, const net::http::Request& request,
                   const identity::Principal* who) const;

    // Names of rules that mean no route here: a slip of the pen, or a part that is not set up.
    const std::vector<std::string>& idle() const { return idle_; }

private:
    struct Rule {
        std::string name;
        guard::Rate rate;
        guard::RatePer per;
        std::uint64_t id;
        std::string policy; // its item of RateLimit-Policy
    };
    // False: the request does not count here.
    bool key_of(const Use& use, const net::http::Request& request, const identity::Principal* who,
                guard::RateKey& out) const;

    const guard::RateKeys keys_{{}};
    guard::RateBuckets* buckets_ = nullptr;
    std::vector<Rule> rules_;
    std::vector<Of> routes_; // by Route::number
    std::vector<std::string> idle_;
    const Of nothing_{};
};

} // namespace caredian::api
