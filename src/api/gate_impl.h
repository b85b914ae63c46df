// The gate's inside, shared by gate.cpp (life, settings, figures), gate_quick.cpp (what needs no
// wait) and gate_slow.cpp (what asks the store).
#pragma once

#include "api/gate.h"
#include "api/gate_rules.h"
#include "api/route.h"
#include "identity/coherence.h"
#include "identity/session_cache.h"
#include "net/signal.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace caredian::api {

inline constexpr std::string_view sign_in_first = "sign in first";

struct GateRules {
    std::string public_url;
    net::NetworkSet metrics_allow;
    std::shared_ptr<const LimitPlan> limits; // never null
};

// `answer` becomes `with`; the headers that it has already stay.
inline Gate::Verdict answer_with(net::http::Response& answer, net::http::Response with) {
    replace_answer(answer, std::move(with));
    return Gate::Verdict::answer;
}

// One question to the store, and who waits for its answer.
struct SessionLookUp {
    // The session changed or ended after the question went out: the answer may not know it.
    bool overtaken = false;
    std::uint64_t ends = 0; // Worker::ends when it was asked
    bool answered = false;
    std::optional<result<identity::Sessions::Live>> found; // none: the pool was full, or it failed
    std::vector<std::shared_ptr<net::Signal>> waiting;
};

struct Gate::Impl {
    // What belongs to one worker.
    struct alignas(64) Worker {
        Worker(std::size_t capacity, const identity::Identity& identity, Random& random,
               std::shared_ptr<const GateRules> with, std::int64_t grace_ns)
            : cache(capacity, random), key(identity.sessions.secret()),
              token_keys(identity.tokens.options()), rules(std::move(with)), coherence(grace_ns) {}
        identity::SessionCache cache;
        identity::TokenKey key;
        identity::TokenKeys token_keys;
        std::shared_ptr<const GateRules> rules;
        // By session, or by the whole of an API key.
        std::unordered_map<std::string, std::shared_ptr<SessionLookUp>> asking;
        identity::Coherence coherence; // of sessions
        std::unique_ptr<identity::LiveSessions> live;
        std::uint64_t ends = 0;     // sessions and keys that ended, as far as this worker was told
        std::int64_t looked_ns = 0; // for an administrator, at the first run
        Counter hits;
        Counter lookups;
        Counter refused;
        Counter honoured; // though the store did not answer
        Counter limited;  // by a rate limit
    };

    Impl(GateOptions o, identity::Identity& i, Pool& p, const Clock& c, Random& r, Metrics& m)
        : options(std::move(o)), identity(i), pool(p), clock(c), random(r), metrics(m),
          rules(std::make_shared<const GateRules>(
              GateRules{options.public_url, options.metrics_allow, no_limits()})) {}

    static std::shared_ptr<const LimitPlan> no_limits();

    std::int64_t now() const { return to_ns(clock.wall()); }
    std::int64_t mono() const { return clock.mono().time_since_epoch().count(); }
    void post_all(const std::function<void(Worker&)>& work);
    void forget(const std::string& session);
    void forget_account(const std::string& account);
    identity::LiveHooks hooks_of(Worker& worker);
    static void changed(std::string_view session, Worker& worker);
    // An entry that should be confirmed, if it may be used while the store doesn't answer.
    identity::SessionCache::Entry* honoured(std::string_view token, Worker& worker);
    // Who is known, or that it needs nobody, or that it must wait. All but the limits of `any`.
    Verdict decide(const net::http::Request& request, const net::http::Route& route,
                   std::any& principal, net::http::Response& answer, Worker& worker);
    Verdict without_session(const net::http::Request& request, const net::http::Route& route,
                            net::http::Response& answer, Worker& worker, std::string_view why);
    Verdict without_key(const net::http::Request& request, const net::http::Route& route,
                        net::http::Response& answer, Worker& worker, std::string_view why);
    Verdict admit(const net::http::Request& request, const net::http::Route& route,
                  access::Need need, const identity::PrincipalPtr& who, Credential::Kind by,
                  std::any& principal, net::http::Response& answer, Worker& worker);
    void note_denial(const net::http::Request& request, const identity::Principal& who,
                     std::string_view why) const;
    // A rate limit refuses it: `answer` says so. Else `answer` may have headers for the response.
    bool limited(const std::vector<LimitPlan::Use>& uses, const net::http::Request& request,
                 const identity::Principal* who, net::http::Response& answer, Worker& worker) const;
    bool limited_by_who(const net::http::Request& request, const net::http::Route& route,
                        const identity::Principal* who, net::http::Response& answer,
                        Worker& worker) const;
    void change_rules(const std::function<void(GateRules&)>& change);
    void touch(identity::SessionCache::Entry& entry, std::int64_t now_ns, Worker& worker);
    net::http::awaitable<Verdict> first_run(const net::http::Request& request,
                                            net::http::Response& answer, Worker& worker);
    net::http::awaitable<Verdict> look_up(const net::http::Request& request,
                                          const net::http::Route& route, access::Need need,
                                          std::string_view token, std::any& principal,
                                          net::http::Response& answer, Worker& worker);
    net::http::awaitable<Verdict> look_up_key(const net::http::Request& request,
                                              const net::http::Route& route, access::Need need,
                                              Credential credential, std::any& principal,
                                              net::http::Response& answer, Worker& worker);
    // Asks the store; requests of the same `name` that come meanwhile wait for the same answer.
    // With a limit (0: none) it may come back unanswered.
    using Found = std::optional<result<identity::Sessions::Live>>;
    using Find = std::function<result<identity::Sessions::Live>()>;
    struct Question {
        std::string token; // what the answer is remembered by
        std::string name;
        std::function<net::http::awaitable<Found>()> find;
        bool session = false; // told of its end by name; else by Worker::ends
    };
    net::http::awaitable<std::shared_ptr<const SessionLookUp>>
    ask(Question question, std::chrono::milliseconds limit, Worker& worker);
    net::http::awaitable<void> answer_to(Question question, std::shared_ptr<SessionLookUp> mine,
                                         Worker& worker);
    result<Find> find_of(const Credential& credential, const net::http::Request& request,
                         Worker& worker);
    std::int64_t idle_limit(const Credential& credential) const;
    // What stands for it in the cache.
    static std::string cached_as(const Credential& credential);
    void keep(std::string_view token, const identity::Sessions::Live& live, bool session,
              Worker& worker);
    net::http::Response not_set_up(const net::http::Request& request) const;
    void add_metrics();

    GateOptions options;
    identity::Identity& identity;
    Pool& pool;
    const Clock& clock;
    Random& random;
    Metrics& metrics;
    // Apart from us: a job may end after the gate.
    std::shared_ptr<std::atomic<bool>> key_touch_fails = std::make_shared<std::atomic<bool>>(false);
    std::mutex changing; // of rules
    std::shared_ptr<const GateRules> rules;
    std::vector<std::unique_ptr<Worker>> workers;
    Post post;
};

} // namespace caredian::api
