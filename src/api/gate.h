// The gate before every handler: who is it (session cookie), may they (access), and does the
// request come from our own pages (Origin rule).
#pragma once

#include "api/limit_plan.h"
#include "api/verify.h"
#include "base/metrics.h"
#include "base/pool.h"
#include "guard/denials.h"
#include "identity/identity.h"
#include "identity/live_sessions.h"
#include "net/http/router.h"

#include <functional>
#include <memory>
#include <string>

namespace caredian::api {

inline constexpr std::string_view session_cookie = "caredian_session";
inline constexpr std::string_view original_cookie = "cd_session"; // an access token; /auth/exchange

struct GateOptions {
    std::string public_url;        // as browsers see us; may be empty
    net::NetworkSet metrics_allow; // may read details without signing in
    HostKnown host_known = [](std::string_view) { return false; }; // besides public_url
    std::size_t cached_sessions = 120'000; // per worker; 0.8 kB for each in use
    // A cached session is asked for again at the store after this: bounds how long one that was
    // ended by another process is honoured here.
    nanoseconds confirm_after = std::chrono::seconds(30);
    // How long a session that was known stays known while the store cannot be asked.
    nanoseconds grace = std::chrono::minutes(5);
    // How worker `index` asks for sessions (on its thread, once the server is made). None: on the
    // pool, and confirmed as above; with one, entries last until the store tells of a change.
    using MakeSessions = std::function<std::unique_ptr<identity::LiveSessions>(
        std::size_t index, identity::LiveHooks hooks)>;
    MakeSessions live_sessions;
    guard::Denials* denials = nullptr; // none: refusals are not audited
};

// For one server. Make it, add the routes, make the server, then start() before the server starts.
class Gate final : public net::http::Gate {
public:
    // `pool` runs SQL. All must outlive the gate.
    Gate(GateOptions options, identity::Identity& identity, Pool& pool, const Clock& clock,
         Random& random, Metrics& metrics);
    ~Gate() override;

    // Runs a function on worker `index`'s thread.
    using Post = std::function<void(std::size_t index, std::function<void()> work)>;
    void start(std::size_t workers, Post post);
    // Lets go of what lives on the workers' io_contexts. After the server has stopped, before it
    // is destroyed.
    void release();

    // Worker threads. A cached session costs no lock, no wait and no allocation.
    Verdict check(const net::http::Request& request, const net::http::Route& route,
                  std::any& principal, net::http::Response& answer) override;
    net::http::awaitable<Verdict> check_slowly(const net::http::Request& request,
                                               const net::http::Route& route, std::any& principal,
                                               net::http::Response& answer) override;

    // The session: when it ends, every stream that was opened with it ends.
    std::string live_key(const std::any& principal) const override;

    // May this caller see reasons, addresses and figures (/readyz, /metrics)? Loopback that speaks
    // for itself, metrics.allow, administrators. The route's access word must be "optional".
    // The request's worker only.
    bool details_allowed(const net::http::Request& request);

    // New settings; any thread.
    void set_public_url(std::string url);
    void set_metrics_allow(net::NetworkSet networks);
    void set_limits(std::shared_ptr<const LimitPlan> plan); // also before start(); none at first

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace caredian::api
