#include "api/gate_impl.h"
#include "api/pages.h"
#include "base/log.h"
#include "net/offload.h"

#include <utility>

namespace caredian::api {

namespace http = net::http;
using access::Need;
using http::Request;
using http::Response;
using http::Route;
using Verdict = http::Gate::Verdict;

http::awaitable<Verdict> Gate::check_slowly(const Request& request, const Route& route,
                                            std::any& principal, Response& answer) {
    Impl& impl = *impl_;
    Impl::Worker& worker = *impl.workers[request.worker];
    if (impl.identity.first_run.needed() && !open_at_first(route)) {
        Verdict verdict = co_await impl.first_run(request, answer, worker);
        if (verdict == Verdict::answer) co_return verdict;
    }
    const Need need = need_of(route);
    const Credential credential = credential_of(request, worker.token_keys);
    if (need == Need::nothing || !credential.names_somebody()) {
        // Only after a first run that has just ended: decided without waiting.
        Verdict verdict = check(request, route, principal, answer);
        if (verdict != Verdict::wait) co_return verdict;
        co_return answer_with(answer, Response::problem(503, "not ready: try again"));
    }
    if (credential.kind == Credential::session)
        co_return co_await impl.look_up(request, route, need, credential.text, principal, answer,
                                        worker);
    co_return co_await impl.look_up_key(request, route, need, credential, principal, answer,
                                        worker);
}

http::awaitable<Verdict> Gate::Impl::first_run(const Request& request, Response& answer,
                                               Worker& worker) {
    const std::int64_t now_ns = now();
    if (now_ns - worker.looked_ns >= std::chrono::nanoseconds(std::chrono::seconds(1)).count()) {
        worker.looked_ns = now_ns;
        auto work = [this] { return identity.first_run.refresh(); };
        (void)co_await net::offload(pool, std::move(work));
    }
    if (!identity.first_run.needed()) co_return Verdict::pass;
    answer = not_set_up(request);
    co_return Verdict::answer;
}

Response Gate::Impl::not_set_up(const Request& request) const {
    if (wants_page(request)) return not_set_up_page(page_language(request));
    return Response::problem(503, "there is no administrator yet: open /first-run");
}

http::awaitable<Verdict> Gate::Impl::look_up(const Request& request, const Route& route, Need need,
                                             std::string_view token, std::any& principal,
                                             Response& answer, Worker& worker) {
    auto claims = worker.key.verify(token, clock.wall());
    if (!claims) co_return without_session(request, need, answer, worker, sign_in_first);
    worker.lookups.add();
    Find find = [this, wanted = *claims] { return identity.sessions.find(wanted); };
    auto asked = co_await ask(token, claims->session, std::move(find), worker);
    if (!asked->found)
        co_return answer_with(answer, Response::problem(503, "too much to do: try again"));
    const auto& found = *asked->found;
    if (found)
        co_return admit(request, route, need, found->principal, Credential::session, principal,
                        answer, worker);
    auto why = found.error();
    if (why != identity::Errc::expired && why != identity::Errc::not_found) {
        log::error("gate", "sessions cannot be read", {{"reason", why.message()}});
        co_return answer_with(answer, Response::problem(503, "sessions cannot be read now"));
    }
    worker.cache.end(claims->session);
    co_return without_session(request, need, answer, worker, sign_in_first);
}

http::awaitable<std::shared_ptr<const SessionLookUp>>
Gate::Impl::ask(std::string_view token, std::string name, Find find, Worker& worker) {
    auto& place = worker.asking[name];
    // What was asked before a session ended may not know of that end.
    if (place && place->ends == worker.ends) {
        auto same = place;
        auto answered = same->waiting.emplace_back(std::make_shared<net::Signal>());
        (void)co_await answered->wait();
        co_return same;
    }
    auto mine = place = std::make_shared<SessionLookUp>();
    mine->ends = worker.ends;
    std::exception_ptr failed;
    try {
        mine->found = co_await net::offload(pool, std::move(find));
        // What ended meanwhile must not be remembered as live.
        if (mine->found && *mine->found && worker.ends == mine->ends)
            keep(token, **mine->found, worker);
    } catch (...) {
        failed = std::current_exception();
    }
    if (auto at = worker.asking.find(name); at->second == mine) worker.asking.erase(at);
    for (auto& signal : std::exchange(mine->waiting, {})) signal->notify();
    if (failed) std::rethrow_exception(failed);
    co_return mine;
}

void Gate::Impl::keep(std::string_view token, const identity::Sessions::Live& live,
                      Worker& worker) {
    const std::int64_t now_ns = now();
    identity::SessionCache::Entry entry;
    entry.principal = live.principal;
    entry.expires_ns = to_ns(live.principal->expires);
    entry.last_used_ns = now_ns;
    entry.confirm_ns = now_ns + options.confirm_after.count();
    entry.touched_ns = to_ns(live.last_used);
    touch(entry, now_ns);
    worker.cache.put(token, std::move(entry));
}

} // namespace caredian::api
