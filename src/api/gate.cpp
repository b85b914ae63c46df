#include "api/gate.h"

#include "access/decision.h"
#include "api/origin_rule.h"
#include "api/pages.h"
#include "api/return_to.h"
#include "base/encoding.h"
#include "base/log.h"
#include "identity/session_cache.h"
#include "net/offload.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <stdexcept>

namespace caredian::api {

namespace http = net::http;
using access::Need;
using http::Request;
using http::Response;
using http::Route;
using Verdict = http::Gate::Verdict;

namespace {

// What is served before there is an administrator.
constexpr std::array<std::string_view, 6> open_at_first{
    "/first-run", "/healthz", "/readyz", "/metrics", "/static/pages.css", "/favicon.svg"};
// They begin a session: the secret in the body carries them, not the cookie.
constexpr std::array<std::string_view, 2> begin_session{"/auth/login", "/first-run"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& paths, std::string_view path) {
    return std::find(paths.begin(), paths.end(), path) != paths.end();
}

// Forward authentication asks with any method and changes nothing.
bool is_verify(const Route& route) {
    return route.path.starts_with("/auth/verify");
}

// A person who opens a page, as opposed to a program or a script of ours.
bool wants_page(const Request& request) {
    if (request.method != http::Method::get && request.method != http::Method::head) return false;
    if (request.path.starts_with("/api/") || request.path.starts_with("/ha/")) return false;
    return request.header("accept").value_or("").find("text/html") != std::string_view::npos;
}

Verdict answer_with(Response& answer, Response with) {
    answer = std::move(with);
    return Verdict::answer;
}

Response unauthorized(std::string_view why) {
    auto response = Response::problem(401, why);
    response.set("WWW-Authenticate", "Cookie realm=\"CareDian\""); // RFC 9110 §15.5.2 wants one
    return response;
}

struct Rules {
    std::string public_url;
    net::NetworkSet metrics_allow;
};

} // namespace

struct Gate::Impl {
    // What belongs to one worker.
    struct alignas(64) Worker {
        Worker(std::size_t capacity, const Secret& secret, Random& random,
               std::shared_ptr<const Rules> with)
            : cache(capacity, random), key(secret), rules(std::move(with)) {}
        identity::SessionCache cache;
        identity::TokenKey key;
        std::shared_ptr<const Rules> rules;
        std::uint64_t ends = 0;     // sessions that ended, as far as this worker was told
        std::int64_t looked_ns = 0; // for an administrator, at the first run
        Counter hits;
        Counter lookups;
        Counter refused;
    };

    Impl(GateOptions o, identity::Identity& i, Pool& p, const Clock& c, Random& r, Metrics& m)
        : options(std::move(o)), identity(i), pool(p), clock(c), random(r), metrics(m),
          rules(std::make_shared<const Rules>(Rules{options.public_url, options.metrics_allow})) {}

    std::int64_t now() const { return to_ns(clock.wall()); }
    void post_all(const std::function<void(Worker&)>& work);
    void forget(const std::string& session);
    Verdict without_session(const Request& request, Need need, Response& answer, Worker& worker,
                            std::string_view why);
    Verdict admit(const Request& request, const Route& route, Need need,
                  const identity::PrincipalPtr& who, std::any& principal, Response& answer,
                  Worker& worker);
    void touch(identity::SessionCache::Entry& entry, std::int64_t now_ns);
    http::awaitable<Verdict> first_run(const Request& request, Response& answer, Worker& worker);
    http::awaitable<Verdict> look_up(const Request& request, const Route& route, Need need,
                                     std::string_view token, std::any& principal, Response& answer,
                                     Worker& worker);
    Response not_set_up(const Request& request) const;
    void add_metrics();

    GateOptions options;
    identity::Identity& identity;
    Pool& pool;
    const Clock& clock;
    Random& random;
    Metrics& metrics;
    std::mutex changing; // of rules
    std::shared_ptr<const Rules> rules;
    std::vector<std::unique_ptr<Worker>> workers;
    Post post;
};

namespace {

struct Cookie {
    std::optional<std::string_view> token;
    bool ambiguous = false;
};

Cookie cookie_of(const Request& request) {
    Cookie out;
    out.token = request.cookie(session_cookie, out.ambiguous);
    return out;
}

// A route whose word nobody knows is for administrators.
Need need_of(const Route& route) {
    return access::parse_need(route.access).value_or(Need::admin);
}

constexpr std::string_view sign_in_first = "sign in first";

} // namespace

Gate::Gate(GateOptions options, identity::Identity& identity, Pool& pool, const Clock& clock,
           Random& random, Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), identity, pool, clock, random, metrics)) {
    identity.sessions.on_end([impl = impl_.get()](const std::string& id) { impl->forget(id); });
}

Gate::~Gate() = default;

void Gate::start(std::size_t workers, Post post) {
    for (std::size_t i = 0; i < workers; ++i)
        impl_->workers.push_back(std::make_unique<Impl::Worker>(impl_->options.cached_sessions,
                                                                impl_->identity.sessions.secret(),
                                                                impl_->random, impl_->rules));
    impl_->post = std::move(post);
    impl_->add_metrics();
}

void Gate::Impl::add_metrics() {
    auto add = [this](std::string name, std::string help, MetricLabels labels,
                      Counter Worker::* counter) {
        metrics.add(MetricKind::counter, std::move(name), std::move(help), std::move(labels),
                    [this, counter] {
                        std::uint64_t sum = 0;
                        for (auto& w : workers) sum += (*w.*counter).value();
                        return static_cast<double>(sum);
                    });
    };
    add("session_checks_total", "Requests with a session, by where it was found.",
        {{"found", "cache"}}, &Worker::hits);
    add("session_checks_total", "Requests with a session, by where it was found.",
        {{"found", "store"}}, &Worker::lookups);
    add("requests_refused_total", "Requests that the gate refused.", {}, &Worker::refused);
}

void Gate::Impl::post_all(const std::function<void(Worker&)>& work) {
    for (std::size_t i = 0; i < workers.size(); ++i)
        post(i, [this, i, work] { work(*workers[i]); });
}

void Gate::Impl::forget(const std::string& session) {
    post_all([session](Worker& worker) {
        ++worker.ends;
        worker.cache.end(session);
    });
}

void Gate::set_public_url(std::string url) {
    std::lock_guard lock(impl_->changing);
    impl_->rules =
        std::make_shared<const Rules>(Rules{std::move(url), impl_->rules->metrics_allow});
    impl_->post_all([rules = impl_->rules](Impl::Worker& w) { w.rules = rules; });
}

void Gate::set_metrics_allow(net::NetworkSet networks) {
    std::lock_guard lock(impl_->changing);
    impl_->rules =
        std::make_shared<const Rules>(Rules{impl_->rules->public_url, std::move(networks)});
    impl_->post_all([rules = impl_->rules](Impl::Worker& w) { w.rules = rules; });
}

// --- the quick way ----------------------------------------------------------------------------

Verdict Gate::check(const Request& request, const Route& route, std::any& principal,
                    Response& answer) {
    Impl& impl = *impl_;
    Impl::Worker& worker = *impl.workers[request.worker];
    if (impl.identity.first_run.needed() && !is_one_of(open_at_first, route.path))
        return Verdict::wait; // look again whether there is an administrator now
    const Need need = need_of(route);
    if (need == Need::nothing)
        return impl.admit(request, route, need, nullptr, principal, answer, worker);
    const Cookie cookie = cookie_of(request);
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
        bool carried = who && !is_one_of(begin_session, route.path);
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

// --- the slow way -----------------------------------------------------------------------------

http::awaitable<Verdict> Gate::check_slowly(const Request& request, const Route& route,
                                            std::any& principal, Response& answer) {
    Impl& impl = *impl_;
    Impl::Worker& worker = *impl.workers[request.worker];
    if (impl.identity.first_run.needed() && !is_one_of(open_at_first, route.path)) {
        Verdict verdict = co_await impl.first_run(request, answer, worker);
        if (verdict == Verdict::answer) co_return verdict;
    }
    const Need need = need_of(route);
    const Cookie cookie = cookie_of(request);
    if (need == Need::nothing || cookie.ambiguous || !cookie.token) {
        // Only after a first run that has just ended: decided without waiting.
        Verdict verdict = check(request, route, principal, answer);
        if (verdict != Verdict::wait) co_return verdict;
        co_return answer_with(answer, Response::problem(503, "not ready: try again"));
    }
    co_return co_await impl.look_up(request, route, need, *cookie.token, principal, answer, worker);
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
    // Noted before the store is asked: what ends meanwhile must not be remembered as live.
    const std::uint64_t ends = worker.ends;
    auto work = [this, wanted = *claims] { return identity.sessions.find(wanted); };
    auto found = co_await net::offload(pool, std::move(work));
    if (!found) co_return answer_with(answer, Response::problem(503, "too much to do: try again"));
    if (!*found) {
        auto why = found->error();
        if (why != identity::Errc::expired && why != identity::Errc::not_found) {
            log::error("gate", "sessions cannot be read", {{"reason", why.message()}});
            co_return answer_with(answer, Response::problem(503, "sessions cannot be read now"));
        }
        worker.cache.end(claims->session);
        co_return without_session(request, need, answer, worker, sign_in_first);
    }
    const std::int64_t now_ns = now();
    identity::SessionCache::Entry entry;
    entry.principal = (*found)->principal;
    entry.expires_ns = to_ns(entry.principal->expires);
    entry.last_used_ns = now_ns;
    entry.confirm_ns = now_ns + options.confirm_after.count();
    entry.touched_ns = to_ns((*found)->last_used);
    touch(entry, now_ns);
    auto who = entry.principal;
    if (worker.ends == ends) worker.cache.put(token, std::move(entry));
    co_return admit(request, route, need, who, principal, answer, worker);
}

// --- details ----------------------------------------------------------------------------------

bool Gate::details_allowed(const Request& request) {
    Impl::Worker& worker = *impl_->workers[request.worker];
    // Loopback counts only when it speaks for itself: a proxy on this machine that is not trusted
    // carries strangers.
    bool forwarded = request.header("x-forwarded-for") || request.header("forwarded") ||
                     request.header("x-real-ip");
    if (request.client.is_loopback() && (request.peer_trusted || !forwarded)) return true;
    if (worker.rules->metrics_allow.contains(request.client)) return true;
    const Cookie cookie = cookie_of(request);
    if (!cookie.token || cookie.ambiguous) return false;
    const auto idle = impl_->identity.sessions.limits().idle.count();
    auto* entry = worker.cache.find(*cookie.token, impl_->now(), idle);
    return entry && entry->principal->role == identity::Role::admin;
}

} // namespace caredian::api
