#include "api/gate_impl.h"
#include "api/origin_rule.h"
#include "api/return_to.h"
#include "base/log.h"

#include <limits>

namespace caredian::api {

using access::Need;
using net::http::Request;
using net::http::Response;
using net::http::Route;
using Verdict = net::http::Gate::Verdict;

Verdict Gate::check(const Request& request, const Route& route, std::any& principal,
                    Response& answer) {
    Impl& impl = *impl_;
    Impl::Worker& worker = *impl.workers[request.worker];
    // First of all, and nowhere else: what waits and is asked about again has been counted.
    if (const auto& limits = worker.rules->limits->of(route); !limits.any.empty())
        if (impl.limited(limits.any, request, nullptr, answer, worker)) return Verdict::answer;
    if (impl.identity.first_run.needed() && !open_at_first(route))
        return Verdict::wait; // look again whether there is an administrator now
    return impl.decide(request, route, principal, answer, worker);
}

Verdict Gate::Impl::decide(const Request& request, const Route& route, std::any& principal,
                           Response& answer, Worker& worker) {
    const Need need = need_of(route);
    if (need == Need::nothing)
        return admit(request, route, need, nullptr, Credential::none, principal, answer, worker);
    const Credential credential = credential_of(request, worker.token_keys);
    switch (credential.kind) {
    case Credential::two_cookies:
        return without_session(request, route, answer, worker, "there are two session cookies");
    case Credential::two_keys:
        return without_key(request, route, answer, worker, "there are two API keys");
    case Credential::none:
        return need == Need::optional
                   ? admit(request, route, need, nullptr, Credential::none, principal, answer,
                           worker)
                   : without_session(request, route, answer, worker, sign_in_first);
    default:
        break;
    }
    const std::int64_t now_ns = now();
    const auto idle = idle_limit(credential);
    // Sessions and keys are found as they came: no copy on the way that is asked most.
    const bool whole = credential.kind == Credential::session || credential.kind == Credential::key;
    auto* entry = whole ? worker.cache.find(credential.text, now_ns, idle)
                        : worker.cache.find(cached_as(credential), now_ns, idle);
    if (!entry) return Verdict::wait;
    worker.hits.add();
    touch(*entry, now_ns, worker);
    return admit(request, route, need, entry->principal, credential.kind, principal, answer,
                 worker);
}

bool Gate::Impl::limited(const std::vector<LimitPlan::Use>& uses, const Request& request,
                         const identity::Principal* who, Response& answer, Worker& worker) const {
    if (!worker.rules->limits->refuses(uses, request, who, clock.mono(), answer)) return false;
    worker.limited.add();
    return true;
}

bool Gate::Impl::limited_by_who(const Request& request, const Route& route,
                                const identity::Principal* who, Response& answer,
                                Worker& worker) const {
    const auto& limits = worker.rules->limits->of(route);
    if (limits.who.empty() || !limited(limits.who, request, who, answer, worker)) return false;
    worker.rules->limits->give_back(limits.any, request, nullptr);
    return true;
}

std::string Gate::Impl::cached_as(const Credential& credential) {
    bool token =
        credential.kind == Credential::token || credential.kind == Credential::cookie_token;
    return token ? identity::token_digest(credential.text) : std::string(credential.text);
}

std::int64_t Gate::Impl::idle_limit(const Credential& credential) const {
    if (credential.kind == Credential::session) return identity.sessions.limits().idle.count();
    return std::numeric_limits<std::int64_t>::max();
}

void Gate::Impl::touch(identity::SessionCache::Entry& entry, std::int64_t now_ns, Worker& worker) {
    const identity::Bounds* key = entry.principal->bounds.get();
    const nanoseconds interval =
        key ? nanoseconds(std::chrono::minutes(1)) : identity.sessions.touch_interval();
    if (now_ns - entry.touched_ns < interval.count()) return;
    entry.touched_ns = now_ns; // also when it cannot be kept: no request is to try at once again
    if (!key) return worker.live->touch(entry.principal->session, from_ns(now_ns));
    (void)pool.submit([&keys = identity.api_keys, fails = key_touch_fails, id = key->key,
                       used = from_ns(now_ns)] {
        auto kept = keys.touch(id, used);
        const bool failed = fails->exchange(!kept);
        if (!kept && !failed)
            log::warning("gate", "the last use of API keys cannot be kept",
                         {{"reason", kept.error().message()}});
        if (kept && failed) log::info("gate", "the last use of API keys is kept again");
    });
}

Verdict Gate::Impl::without_session(const Request& request, const Route& route, Response& answer,
                                    Worker& worker, std::string_view why) {
    if (limited_by_who(request, route, nullptr, answer, worker)) return Verdict::answer;
    const Need need = need_of(route);
    // As if there were no cookie: signing in is the way out of a bad one.
    if (need == Need::optional &&
        (!changes_state(request) || source_of(request, worker.rules->public_url) != Source::other))
        return Verdict::pass;
    worker.refused.add();
    if (request.path == "/auth/verify" || request.path.starts_with("/auth/verify/"))
        return answer_with(answer,
                           verify_challenge(request, worker.rules->public_url, options.host_known));
    if (why == sign_in_first && wants_page(request) && !request.path.starts_with("/auth/"))
        return answer_with(answer, Response::redirect(303, login_location(request.target)));
    return answer_with(answer, unauthorized(why));
}

Verdict Gate::Impl::without_key(const Request& request, const Route& route, Response& answer,
                                Worker& worker, std::string_view why) {
    if (limited_by_who(request, route, nullptr, answer, worker)) return Verdict::answer;
    worker.refused.add();
    return answer_with(answer, refused_key(why));
}

namespace {

// Why this key may not do this; empty: it may.
std::string_view out_of_bounds(const Request& request, const Route& route,
                               const identity::Principal& who) {
    if (!who.bounds->from.empty() && !who.bounds->from.contains(request.client))
        return "this key may not be used from this address";
    if (people_only(request, route)) return "a key cannot do this: sign in";
    auto decision = access::decide_scope(who, scope_of(request, route));
    return decision.allowed ? std::string_view() : access::explain(decision.reason);
}

} // namespace

void Gate::Impl::note_denial(const Request& request, const identity::Principal& who,
                             std::string_view why) const {
    if (!options.denials) return;
    options.denials->denied(
        {{who.username, request.client.to_string()}, std::string(request.path), std::string(why)});
}

// A key is no cookie: no other site can make a browser send it, so the Origin says nothing.
Verdict Gate::Impl::admit(const Request& request, const Route& route, Need need,
                          const identity::PrincipalPtr& who, Credential::Kind by,
                          std::any& principal, Response& answer, Worker& worker) {
    if (limited_by_who(request, route, who.get(), answer, worker)) return Verdict::answer;
    if (who && who->bounds) {
        if (auto why = out_of_bounds(request, route, *who); !why.empty()) {
            worker.refused.add();
            note_denial(request, *who, why);
            return answer_with(answer, Response::problem(403, why));
        }
    }
    if (changes_state(request) && !is_verify(route) && !Credential{by, {}}.is_key()) {
        Source source = source_of(request, worker.rules->public_url);
        bool carried = who && !begins_session(route);
        if (source == Source::other || (carried && source != Source::same)) {
            worker.refused.add();
            return answer_with(answer,
                               Response::problem(403, "the request does not come from this site"));
        }
    }
    auto decision = access::decide(who.get(), need);
    if (!decision.allowed) {
        worker.refused.add();
        auto why = access::explain(decision.reason);
        if (who) note_denial(request, *who, why);
        return answer_with(answer, who ? Response::problem(403, why) : unauthorized(why));
    }
    if (who) principal = who;
    return Verdict::pass;
}

} // namespace caredian::api
