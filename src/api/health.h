// /healthz, /readyz, /metrics: for watchdogs, load balancers and Prometheus.
#pragma once

#include "base/health.h"
#include "base/metrics.h"
#include "net/http/router.h"

#include <functional>

namespace caredian::api {

// May this caller see reasons, addresses and figures? (Loopback, metrics.allow, administrators.)
using DetailsAllowed = std::function<bool(const net::http::Request&)>;

// A gateway of several; empty functions: it is alone.
struct OneOfSeveral {
    std::function<bool()> works_for_home;                       // it holds the home's lease
    std::function<void(std::string& out, bool details)> append; // how it stands, as JSON
};

// GET /healthz: 200 {"status":"ok"} as soon as requests are answered at all.
// GET /readyz: 200, or 503 when something without which requests cannot be served is down. Everyone
//   sees states and weakened features, `details` also reasons. ?home: 503 as well when another of
//   several gateways works for the home (for balancers).
// GET /metrics: Prometheus' text format; 403 without `details`.
// `health` and `metrics` must outlive the router.
void add_health_routes(net::http::Router& router, const HealthRegister& health,
                       const Metrics& metrics, const DetailsAllowed& details,
                       const OneOfSeveral& several = {});

// Appends the register as a JSON array (also used by /api/v1/system).
void append_dependencies(std::string& out, const HealthRegister& health, bool details);

} // namespace caredian::api
