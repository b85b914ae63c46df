// What a reverse proxy asks about, and whether it may be opened.
//
// Which path of which host is whatever the proxy may have said: the path behind /auth/verify,
// X-Original-URI (nginx), X-Forwarded-Uri (Traefik, Caddy), with X-Forwarded-Host or our own host;
// the headers count from trusted proxies only. All that is said must pass.
#pragma once

#include "access/path_rule.h"
#include "access/policy.h"
#include "identity/principal.h"
#include "net/http/message.h"

#include <string_view>

namespace caredian::api {

struct People;

inline constexpr std::string_view original_uri = "x-original-uri";
inline constexpr std::string_view forwarded_uri = "x-forwarded-uri";
inline constexpr std::string_view forwarded_host = "x-forwarded-host";

// Is anything asked that is for administrators, or that cannot be told?
access::PathRules::Answer look_asked(const net::http::Request& request,
                                     const access::PathRules& rules);

// Whether grants allow all that is asked. By what is granted, not by what is forbidden: so what
// cannot be told is denied, whatever host it is on. Any worker.
access::Decision decide_asked(const net::http::Request& request, const identity::Principal& who,
                              const People& people, const access::Policy& policy);

} // namespace caredian::api
