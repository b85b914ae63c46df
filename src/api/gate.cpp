#include "api/gate_impl.h"

namespace caredian::api {

using net::http::Request;

Gate::Gate(GateOptions options, identity::Identity& identity, Pool& pool, const Clock& clock,
           Random& random, Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), identity, pool, clock, random, metrics)) {
    auto forget = [impl = impl_.get()](const std::string& id) { impl->forget(id); };
    identity.sessions.on_end(forget);
    identity.api_keys.on_end(forget);
    identity.tokens.on_end(forget);
}

Gate::~Gate() = default;

void Gate::start(std::size_t workers, Post post) {
    for (std::size_t i = 0; i < workers; ++i)
        impl_->workers.push_back(std::make_unique<Impl::Worker>(
            impl_->options.cached_sessions, impl_->identity, impl_->random, impl_->rules));
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
        std::make_shared<const GateRules>(GateRules{std::move(url), impl_->rules->metrics_allow});
    impl_->post_all([rules = impl_->rules](Impl::Worker& w) { w.rules = rules; });
}

void Gate::set_metrics_allow(net::NetworkSet networks) {
    std::lock_guard lock(impl_->changing);
    impl_->rules =
        std::make_shared<const GateRules>(GateRules{impl_->rules->public_url, std::move(networks)});
    impl_->post_all([rules = impl_->rules](Impl::Worker& w) { w.rules = rules; });
}

std::string Gate::live_key(const std::any& principal) const {
    const auto* who = identity::principal_of(&principal);
    return who ? who->session : std::string();
}

bool Gate::details_allowed(const Request& request) {
    Impl::Worker& worker = *impl_->workers[request.worker];
    // Loopback counts only when it speaks for itself: a proxy on this machine that is not trusted
    // carries strangers.
    bool forwarded = request.header("x-forwarded-for") || request.header("forwarded") ||
                     request.header("x-real-ip");
    if (request.client.is_loopback() && (request.peer_trusted || !forwarded)) return true;
    if (worker.rules->metrics_allow.contains(request.client)) return true;
    const Credential credential = credential_of(request, worker.token_keys);
    if (!credential.names_somebody()) return false;
    auto* entry =
        worker.cache.find(Impl::cached_as(credential), impl_->now(), impl_->idle_limit(credential));
    return entry && entry->principal->role == identity::Role::admin;
}

} // namespace caredian::api
