#include "api/gate_impl.h"

namespace caredian::api {

using net::http::Request;

Gate::Gate(GateOptions options, identity::Identity& identity, Pool& pool, const Clock& clock,
           Random& random, Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), identity, pool, clock, random, metrics)) {
    auto forget = [impl = impl_.get()](const std::string& id) { impl->forget(id); };
    identity.sessions.on_end(forget);
    identity.sessions.on_end_account(
        [impl = impl_.get()](const std::string& account) { impl->forget_account(account); });
    identity.api_keys.on_end(forget);
    identity.tokens.on_end(forget);
}

Gate::~Gate() = default;

std::shared_ptr<const LimitPlan> Gate::Impl::no_limits() {
    return std::make_shared<const LimitPlan>();
}

void Gate::start(std::size_t workers, Post post) {
    Impl& impl = *impl_;
    for (std::size_t i = 0; i < workers; ++i)
        impl.workers.push_back(
            std::make_unique<Impl::Worker>(impl.options.cached_sessions, impl.identity, impl.random,
                                           impl.rules, impl.options.grace.count()));
    impl.post = std::move(post);
    for (std::size_t i = 0; i < workers; ++i) {
        Impl::Worker& worker = *impl.workers[i];
        auto hooks = impl.hooks_of(worker);
        worker.live =
            impl.options.live_sessions
                ? impl.options.live_sessions(i, std::move(hooks))
                : identity::make_pool_sessions(impl.identity.sessions, impl.pool, std::move(hooks));
        impl.post(i, [&worker] { worker.live->start(); });
    }
    impl.add_metrics();
}

void Gate::release() {
    for (auto& worker : impl_->workers) {
        if (worker->live) worker->live->stop();
        worker->live.reset();
    }
}

identity::LiveHooks Gate::Impl::hooks_of(Worker& worker) {
    identity::LiveHooks hooks;
    hooks.began = [&worker] {
        worker.coherence.began();
        worker.cache.set_epoch(worker.coherence.epoch());
    };
    hooks.ended = [this, &worker] {
        worker.coherence.ended(mono());
        worker.cache.set_epoch(worker.coherence.epoch());
    };
    hooks.changed = [&worker](std::string_view session) { changed(session, worker); };
    // By another gateway: its streams end here too.
    hooks.over = [this](const std::string& session) { identity.sessions.announce_end(session); };
    return hooks;
}

void Gate::Impl::changed(std::string_view session, Worker& worker) {
    if (auto asked = worker.asking.find(std::string(session)); asked != worker.asking.end())
        asked->second->overtaken = true;
    worker.cache.end(session);
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
    add("sessions_honoured_total",
        "Requests whose session was honoured though the store did not answer.", {},
        &Worker::honoured);
    add("requests_refused_total", "Requests that the gate refused.", {}, &Worker::refused);
    add("requests_limited_total", "Requests that a rate limit refused.", {}, &Worker::limited);
}

void Gate::Impl::post_all(const std::function<void(Worker&)>& work) {
    for (std::size_t i = 0; i < workers.size(); ++i)
        post(i, [this, i, work] { work(*workers[i]); });
}

void Gate::Impl::forget(const std::string& session) {
    post_all([session](Worker& worker) {
        ++worker.ends;
        changed(session, worker);
    });
}

// Its streams end by the announcement, on every worker.
void Gate::Impl::forget_account(const std::string& account) {
    post_all([this, account](Worker& worker) {
        for (const auto& id : worker.cache.end_account(account)) identity.sessions.announce_end(id);
    });
}

void Gate::Impl::change_rules(const std::function<void(GateRules&)>& change) {
    std::lock_guard lock(changing);
    GateRules next = *rules;
    change(next);
    rules = std::make_shared<const GateRules>(std::move(next));
    post_all([with = rules](Worker& worker) { worker.rules = with; });
}

void Gate::set_public_url(std::string url) {
    impl_->change_rules([&](GateRules& rules) { rules.public_url = std::move(url); });
}

void Gate::set_metrics_allow(net::NetworkSet networks) {
    impl_->change_rules([&](GateRules& rules) { rules.metrics_allow = std::move(networks); });
}

void Gate::set_limits(std::shared_ptr<const LimitPlan> plan) {
    impl_->change_rules(
        [&](GateRules& rules) { rules.limits = plan ? std::move(plan) : Impl::no_limits(); });
}

std::string Gate::live_key(const std::any& principal) const {
    const auto* who = identity::principal_of(&principal);
    return who ? who->session : std::string();
}

bool Gate::details_allowed(const Request& request) {
    Impl::Worker& worker = *impl_->workers[request.worker];
    if (is_this_machine(request)) return true;
    if (worker.rules->metrics_allow.contains(request.client)) return true;
    const Credential credential = credential_of(request, worker.token_keys);
    if (!credential.names_somebody()) return false;
    auto* entry =
        worker.cache.find(Impl::cached_as(credential), impl_->now(), impl_->idle_limit(credential));
    return entry && entry->principal->role == identity::Role::admin;
}

} // namespace caredian::api
