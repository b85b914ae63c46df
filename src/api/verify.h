// Forward authentication: a reverse proxy asks for each request whether it may pass.
#pragma once

#include "net/http/message.h"

#include <functional>
#include <string_view>

namespace caredian::net::http {
class Router;
}

namespace caredian::api {

struct People;

// Every method of /auth/verify and /auth/verify/*: 200 and who it is, 401, or 403 by
// People::admin_paths.
void add_verify_routes(net::http::Router& router, const People& people);

// May this gateway send a browser to that host ("name", "name:port")?
using HostKnown = std::function<bool(std::string_view host)>;

// The answer to a request that nobody stands behind. From a trusted proxy: with X-Original-URI
// (nginx) 401 and X-Auth-Redirect, the page to sign in; with X-Forwarded-Uri (Traefik, Caddy), when
// a browser opens a page, 302 to it. Else 401.
net::http::Response verify_challenge(const net::http::Request& request, std::string_view public_url,
                                     const HostKnown& host_known);

} // namespace caredian::api
