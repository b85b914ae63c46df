#include "api/health.h"

#include "api/route.h"
#include "base/json.h"

namespace caredian::api {

namespace http = net::http;

namespace {

http::Response readiness(const HealthRegister& health, bool details, bool home,
                         const OneOfSeveral& several) {
    bool ready = health.ready();
    if (home && several.works_for_home && !several.works_for_home()) ready = false;
    std::string body;
    JsonWriter out(body);
    out.begin_object().member("status", ready ? "ready" : "not ready");
    std::string list;
    append_dependencies(list, health, details);
    out.key("dependencies").raw(list);
    if (several.append) {
        std::string standing;
        several.append(standing, details);
        out.key("gateways").raw(standing);
    }
    out.end_object();
    return http::Response::json(ready ? 200 : 503, std::move(body));
}

http::Route get(std::string path, std::string access, std::string summary,
                http::QuickHandler handler) {
    auto route =
        make_route(std::move(path), http::Method::get, std::move(access), std::move(summary));
    route.quick = std::move(handler);
    return route;
}

} // namespace

void append_dependencies(std::string& out, const HealthRegister& health, bool details) {
    JsonWriter w(out);
    w.begin_array();
    for (const auto& entry : health.snapshot()) {
        w.begin_object().member("name", entry.name).member("state", to_string(entry.state));
        w.member("since", entry.since);
        if (details) w.member("reason", entry.reason);
        w.member("feature", entry.feature).member("required", entry.required).end_object();
    }
    w.end_array();
}

void add_health_routes(http::Router& router, const HealthRegister& health, const Metrics& metrics,
                       const DetailsAllowed& details, const OneOfSeveral& several) {
    router.add(get("/healthz", "public", "Is the program alive?",
                   [](http::Context&) { return http::Response::json(200, R"({"status":"ok"})"); }));
    router.add(get("/readyz", "optional",
                   "Which dependencies are up, and what is weaker while one is not?",
                   [&health, details, several](http::Context& context) {
                       const auto& request = context.request;
                       return readiness(health, details(request),
                                        request.query_value("home").has_value(), several);
                   }));
    router.add(get("/metrics", "optional", "Counters in Prometheus' text format.",
                   [&metrics, details](http::Context& context) {
                       if (!details(context.request))
                           return http::Response::problem(
                               403, "metrics are for loopback, metrics.allow and administrators");
                       return http::Response::text(200, metrics.expose(),
                                                   "text/plain; version=0.0.4; charset=utf-8");
                   }));
}

} // namespace caredian::api
