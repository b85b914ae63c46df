// Signing in at a provider, and being signed out by one.
//
//   GET  /auth/login/{provider}      to the provider                       "optional"
//   GET  /auth/callback              back from it                          "optional"
//   POST /auth/backchannel-logout    from the provider's server            "public"
#pragma once

#include "api/auth.h"

namespace caredian::api {

// Without providers they answer 404.
void add_provider_routes(net::http::Router& router, const People& people);

} // namespace caredian::api
