#include "api/gate_impl.h"
#include "api/pages.h"
#include "api/route.h"
#include "base/log.h"
#include "net/offload.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <limits>
#include <utility>

namespace caredian::api {

namespace http = net::http;
using access::Need;
using http::Request;
using http::Response;
using http::Route;
using Verdict = http::Gate::Verdict;

namespace {

// For a session that is known, before it is honoured without an answer.
constexpr std::chrono::milliseconds patience{250};

// The store has said that the session is no more, as opposed to: nothing.
bool is_over(error_code e) {
    return e == identity::Errc::expired || e == identity::Errc::not_found;
}

} // namespace

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
        Verdict verdict = impl.decide(request, route, principal, answer, worker);
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
    co_return answer_with(answer, not_set_up(request));
}

Response Gate::Impl::not_set_up(const Request& request) const {
    if (!identity.ready())
        return Response::problem(503, "the database cannot be reached: try again later");
    if (wants_page(request)) return not_set_up_page(page_language(request));
    return Response::problem(503, "there is no administrator yet: open /first-run");
}

http::awaitable<Verdict> Gate::Impl::look_up(const Request& request, const Route& route, Need need,
                                             std::string_view token, std::any& principal,
                                             Response& answer, Worker& worker) {
    auto claims = worker.key.verify(token, clock.wall());
    if (!claims) co_return without_session(request, route, answer, worker, sign_in_first);
    const bool known = honoured(token, worker) != nullptr;
    // On the pool who knows nothing waits his turn; only Redis is given up for a second.
    const bool must_ask = !known && !options.live_sessions;
    if (must_ask || worker.coherence.may_ask(mono())) {
        worker.lookups.add();
        Question question{std::string(token), claims->session,
                          [&worker, wanted = *claims] { return worker.live->find(wanted); }, true};
        auto asked = co_await ask(std::move(question),
                                  known ? patience : std::chrono::milliseconds(0), worker);
        if (asked->answered && asked->found) {
            const auto& found = *asked->found;
            if (found)
                co_return admit(request, route, need, found->principal, Credential::session,
                                principal, answer, worker);
            if (is_over(found.error())) {
                worker.cache.end(claims->session);
                co_return without_session(request, route, answer, worker, sign_in_first);
            }
        } else if (asked->answered && !known) {
            co_return answer_with(answer, too_busy());
        }
    }
    if (auto* entry = honoured(token, worker)) {
        worker.honoured.add();
        auto who = entry->principal;
        co_return admit(request, route, need, who, Credential::session, principal, answer, worker);
    }
    co_return answer_with(answer, Response::problem(503, "sessions cannot be read now"));
}

identity::SessionCache::Entry* Gate::Impl::honoured(std::string_view token, Worker& worker) {
    const std::int64_t now_ns = now();
    auto* entry =
        worker.cache.find_unconfirmed(token, now_ns, identity.sessions.limits().idle.count());
    if (!entry || !worker.coherence.honoured(entry->stamp, mono())) return nullptr;
    // A store that tells nothing: counted from when it was to be confirmed.
    const bool told = static_cast<bool>(options.live_sessions);
    if (!told && now_ns - entry->confirm_ns >= options.grace.count()) return nullptr;
    return entry;
}

http::awaitable<std::shared_ptr<const SessionLookUp>>
Gate::Impl::ask(Question question, std::chrono::milliseconds limit, Worker& worker) {
    auto executor = co_await boost::asio::this_coro::executor;
    auto& place = worker.asking[question.name];
    auto mine = place;
    // What was asked before an end may not know of that end.
    if (!mine || mine->overtaken || (!question.session && mine->ends != worker.ends)) {
        mine = place = std::make_shared<SessionLookUp>();
        mine->ends = worker.ends;
        boost::asio::co_spawn(executor, answer_to(std::move(question), mine, worker),
                              boost::asio::detached);
    }
    if (mine->answered) co_return mine;
    auto answered = mine->waiting.emplace_back(std::make_shared<net::Signal>());
    if (limit.count() == 0) {
        (void)co_await answered->wait();
        co_return mine;
    }
    boost::asio::steady_timer timer(executor, limit);
    timer.async_wait([answered](error_code ec) {
        if (!ec) answered->notify();
    });
    (void)co_await answered->wait();
    if (!mine->answered) worker.coherence.silent();
    co_return mine;
}

http::awaitable<void> Gate::Impl::answer_to(Question question, std::shared_ptr<SessionLookUp> mine,
                                            Worker& worker) {
    const std::uint64_t epoch = worker.coherence.epoch();
    try {
        mine->found = co_await question.find();
    } catch (const std::exception& e) {
        log::error("gate", "a session could not be looked up", {{"reason", e.what()}});
    }
    mine->answered = true;
    const bool good = mine->found && *mine->found;
    if (question.session && mine->found) {
        if (good || is_over(mine->found->error()))
            worker.coherence.answered();
        else if (!worker.coherence.away()) {
            log::error("gate", "sessions cannot be read",
                       {{"reason", mine->found->error().message()}});
            worker.coherence.silent();
        }
    }
    // What changed meanwhile must not be remembered, nor a session that no epoch watches over.
    const bool watched = question.session
                             ? worker.coherence.lasting() && epoch == worker.coherence.epoch()
                             : mine->ends == worker.ends;
    if (good && !mine->overtaken && watched)
        keep(question.token, **mine->found, question.session, worker);
    if (auto at = worker.asking.find(question.name);
        at != worker.asking.end() && at->second == mine)
        worker.asking.erase(at);
    for (auto& signal : std::exchange(mine->waiting, {})) signal->notify();
}

void Gate::Impl::keep(std::string_view token, const identity::Sessions::Live& live, bool session,
                      Worker& worker) {
    const std::int64_t now_ns = now();
    identity::SessionCache::Entry entry;
    entry.principal = live.principal;
    entry.expires_ns = to_ns(live.principal->expires);
    entry.last_used_ns = now_ns;
    const bool told = session && options.live_sessions;
    entry.confirm_ns =
        told ? std::numeric_limits<std::int64_t>::max() : now_ns + options.confirm_after.count();
    if (session) entry.stamp = worker.coherence.epoch();
    entry.touched_ns = to_ns(live.last_used);
    touch(entry, now_ns, worker);
    worker.cache.put(token, std::move(entry));
}

} // namespace caredian::api
