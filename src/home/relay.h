// The relay to Home Assistant's REST API: /ha/api/… here is /api/… there, under our own token.
#pragma once

#include "base/clock.h"
#include "base/health.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/secret.h"
#include "home/permit.h"
#include "net/http/client.h"
#include "net/http/router.h"
#include "net/http/server.h"

#include <chrono>
#include <memory>

namespace caredian::home {

struct RelayOptions {
    net::http::Origin origin; // of Home Assistant
    Secret token;             // a long-lived access token of an administrator there
    // X-Forwarded-For, -Proto and -Host: one clean set of each. Off: Home Assistant answers 400 to
    // every request that carries them unless this gateway is in its http.trusted_proxies.
    bool forwarded_headers = false;
    net::http::ClientOptions client;
    std::chrono::milliseconds probe_interval{30'000}; // while it is up
    std::chrono::milliseconds probe_retry{1'000};     // while it is not: doubled up to the interval
};

// Administrators may call everything; others what grants allow (home/call.h says what a call
// touches, home/permit.h what of the answer goes back).
//
// What passes:
// - every method; bodies both ways in pieces, none is held whole; a client that leaves ends the
//   request at Home Assistant;
// - end-to-end headers, without Cookie, Authorization, Origin, Referer, forwarding and identity
//   headers of the caller. Home Assistant's own security headers are replaced by the server's, as
//   the pages appear under our origin.
// - Set-Cookie of Home Assistant is dropped: under our host name it could set or shadow our session
//   cookie. Its REST API needs none (only Supervisor's ingress does, which is not relayed).
// Answers of our own are problem documents: 400 for a path that could leave /api/, 501 for an
// Upgrade, 502 when Home Assistant is away or refuses our token (its 401 would tell the caller that
// *his* session has ended), 504 when it takes too long to begin an answer.
class Relay {
public:
    // Declares "home_assistant" in `health`.
    Relay(RelayOptions options, HealthRegister& health, Metrics& metrics, Random& random);
    ~Relay(); // after the server has stopped
    Relay(const Relay&) = delete;

    // Starts the probe on worker 0 of `server`: after the server was built, before or after its
    // start.
    void start(net::http::Server& server);
    // Whom to let in besides administrators. Before the server starts.
    void set_access(const RelayAccess& access);
    // Another origin or token, from the next request on. Any thread.
    void configure(RelayOptions options);
    // The handler of /ha/api/*.
    net::http::awaitable<net::http::Response> handle(net::http::Context& context);

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

// /ha/api/*, access "granted". The relay must outlive the router's use.
void add_relay_routes(net::http::Router& router, Relay& relay);

} // namespace caredian::home
