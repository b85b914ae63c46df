// What the routes of people share.
#pragma once

#include "api/auth.h"
#include "api/fields.h"
#include "api/route.h"
#include "guard/lockout.h"

#include <string>

namespace caredian::api {

// A route's handler out of one that is told of the people, too.
net::http::Handler with(const People& people,
                        net::http::awaitable<net::http::Response> (*work)(net::http::Context&,
                                                                          const People&));

// Set-Cookie of any name: HttpOnly; Secure when the request came by TLS or browsers reach us by
// https. No lifetime: it ends.
struct Cookie {
    std::string_view name, value;
    std::chrono::seconds lifetime{0};
    std::string_view path = "/";
    std::string_view same_site = "Lax";
    std::string_view domain{}; // empty: this host alone
};
void set_cookie(net::http::Response& response, const net::http::Request& request,
                const People& people, const Cookie& cookie);

// Set-Cookie of a session, and of its end. Host-only, if nothing else is set. Of a whole domain
// where sessions.cookie_domain says so: then one of this host alone, from before it said so, ends
// with it (two of a name are refused).
void set_session_cookie(net::http::Response& response, const net::http::Request& request,
                        const People& people, std::string_view token);
void end_session_cookie(net::http::Response& response, const net::http::Request& request,
                        const People& people);

// A cookie that carries what comes between two steps; seen below /auth only, and by requests of our
// own pages alone. step_value: "" when there is none, or two.
inline constexpr std::string_view second_cookie = "caredian_second";
inline constexpr std::string_view passkey_cookie = "caredian_passkey";
void set_step_cookie(net::http::Response& response, const net::http::Request& request,
                     const People& people, std::string_view name, std::string_view value = {},
                     std::chrono::seconds lifetime = std::chrono::seconds(0));
std::string step_value(const net::http::Request& request, std::string_view name);

// Is request.client one that may be delayed? Loopback is not, nor a trusted proxy that did not say
// for whom it speaks.
bool client_counts(const net::http::Request& request);
// Who tries to sign in; its client only if it counts.
guard::Attempt attempt_of(const net::http::Request& request, std::string account);

// Who acts, for the audit.
guard::Actor actor_of(const net::http::Context& context);

// The status and sentence for an error of identity or the store; the cause of a 503 is logged.
net::http::Response problem_of(error_code error);
unsigned status_of(error_code error);

// 429 with Retry-After.
net::http::Response too_many(nanoseconds wait, std::string_view why);
std::string retry_after(nanoseconds wait); // whole seconds, at least 1

net::http::Response no_store(net::http::Response response); // Cache-Control

} // namespace caredian::api
