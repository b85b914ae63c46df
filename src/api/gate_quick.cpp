#include "api/gate_impl.h"
#include "api/origin_rule.h"
#include "api/return_to.h"
#include "base/log.h"

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
    if (impl.identity.first_run.needed() && !open_at_first(route))
        return Verdict::wait; // look again whether there is an administrator now
    const Need need = need_of(route);
    if (need == Need::nothing)
        return impl.admit(request, route, need, nullptr, principal, answer, worker);
    const SessionCookie cookie = session_cookie_of(request);
    if (cookie.ambiguous)
        return impl.without_session(request, need, answer, worker, "there are two session cookies");
    if (!cookie.token)
        return need == Need::optional
                   ? impl.admit(request, route, need, nullptr, principal, answer, worker)
                   : impl.without_session(request, need, answer, worker, sign_in_first);
    const std::int64_t now = impl.now();
    const auto idle = impl.identity.sessions.limits().idle.count();
    auto* entry = worker.cache.find(*cookie.token, now, idle);
    if (!entry) return Verdict::wait;
    worker.hits.add();
    impl.touch(*entry, now);
    return impl.admit(request, route, need, entry->principal, principal, answer, worker);
}

void Gate::Impl::touch(identity::SessionCache::Entry& entry, std::int64_t now_ns) {
    if (now_ns - entry.touched_ns < identity.sessions.touch_interval().count()) return;
    entry.touched_ns = now_ns; // also when the pool is full: no request is to try at once again
    (void)pool.submit([this, id = entry.principal->session, now_ns] {
        if (auto r = identity.sessions.touch(id, from_ns(now_ns)); !r)
            log::warning("gate", "a session's last use could not be kept",
                         {{"reason", r.error().message()}});
    });
}

Verdict Gate::Impl::without_session(const Request& request, Need need, Response& answer,
                                    Worker& worker, std::string_view why) {
    // As if there were no cookie: signing in is the way out of a bad one.
    if (need == Need::optional &&
        (!changes_state(request) || source_of(request, worker.rules->public_url) != Source::other))
        return Verdict::pass;
    worker.refused.add();
    if (why == sign_in_first && wants_page(request) && !request.path.starts_with("/auth/"))
        return answer_with(answer, Response::redirect(303, login_location(request.target)));
    return answer_with(answer, unauthorized(why));
}

Verdict Gate::Impl::admit(const Request& request, const Route& route, Need need,
                          const identity::PrincipalPtr& who, std::any& principal, Response& answer,
                          Worker& worker) {
    if (changes_state(request) && !is_verify(route)) {
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
        return answer_with(answer, who ? Response::problem(403, why) : unauthorized(why));
    }
    if (who) principal = who;
    return Verdict::pass;
}

} // namespace caredian::api
