// What other systems call.
//
//   POST /hooks/authentik    Authentik's notification webhook: its people     "public", by its
//   secret
#pragma once

#include "net/http/router.h"

namespace caredian::identity::authentik {
class Users;
}

namespace caredian::api {

// `users` outlives the router; nullptr: not set up, the route answers 404.
void add_hook_routes(net::http::Router& router, identity::authentik::Users* users);

} // namespace caredian::api
