// OAuth 2.0 for programs: tokens out of API keys.
#pragma once

#include "api/auth.h"

namespace caredian::api {

// POST /auth/token (RFC 6749 §4.4, §6), POST /auth/introspect (RFC 7662), POST /auth/revoke
// (RFC 7009), GET /.well-known/jwks.json (RFC 7517).
void add_token_routes(net::http::Router& router, const People& people);
// The original gateway's: POST /auth/exchange, POST /auth/refresh, POST /auth/cc/token.
void add_original_token_routes(net::http::Router& router, const People& people);

} // namespace caredian::api
