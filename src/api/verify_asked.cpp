#include "api/verify_asked.h"

#include "access/question.h"
#include "api/auth.h"
#include "api/sites.h"
#include "base/encoding.h"
#include "net/address.h"

#include <algorithm>

namespace caredian::api {

using access::PathRules;
using net::http::Request;

namespace {

constexpr std::string_view verify_path = "/auth/verify";

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
    return request.peer_trusted && request.path == verify_path && request.header(forwarded_host) &&
           request.header(forwarded_uri) && !request.header(original_uri) &&
           is_name_of_ours(request.host, public_url);
}

} // namespace

PathRules::Answer look_asked(const Request& request, const PathRules& rules) {
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

access::Decision decide_asked(const Request& request, const identity::Principal& who,
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

} // namespace caredian::api
