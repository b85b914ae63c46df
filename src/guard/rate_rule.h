// A rate limit as an operator writes it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace caredian::guard {

enum class RatePer : std::uint8_t {
    principal, // each person and each key by itself; who is nobody, by address
    address,   // each true client; IPv6: its /64
    route,     // all who call the route, together
};

struct RateRule {
    std::string name; // in headers, answers and Redis
    // Paths of docs/openapi.json, "/api/v1/devices/{id}"; with "*" at the end all that begin so;
    // before it a method and a blank, "POST /auth/login", or every method.
    std::vector<std::string> routes;
    RatePer per = RatePer::address;
    std::uint32_t requests = 0;     // in `every`, at least 1
    std::chrono::seconds every{60}; //
    std::uint32_t burst = 0;        // at once; 0 = `requests`
    bool operator==(const RateRule&) const = default;
};

// What holds when nothing is set: generous, and strict where passwords and keys are tried.
inline std::vector<RateRule> default_rate_rules() {
    using std::chrono::seconds;
    return {
        {"sign-in",
         {"POST /auth/login*", "POST /auth/password", "POST /auth/reset", "POST /auth/invitation",
          "POST /first-run"},
         RatePer::address,
         60,
         seconds(60),
         30},
        {"tokens",
         {"POST /auth/token", "POST /auth/exchange", "POST /auth/refresh", "POST /auth/cc/token",
          "POST /auth/revoke"},
         RatePer::address,
         120,
         seconds(60),
         60},
        {"api", {"/api/v1/*"}, RatePer::principal, 1200, seconds(60), 600},
        {"home-assistant", {"/ha/api/*"}, RatePer::principal, 3000, seconds(60), 1500},
    };
}

} // namespace caredian::guard
