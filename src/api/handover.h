// Signing in at a further host: there by a cookie and a detour over the main host, back with a
// one-time code (identity/handover.h). Three steps of a browser, each a redirect:
//
//   app  GET /auth/login?return_to=/x       begin: sets the state cookie
//   main GET /auth/login?return_to=https://app/auth/callback?state=…&return_to=/x
//                                           once signed in, hand_over: makes the code
//   app  GET /auth/callback?code=…&state=…  take_over: sets the session cookie, goes to /x
#pragma once

#include "api/auth.h"
#include "api/return_to.h"
#include "net/http/router.h"

#include <optional>
#include <string>
#include <string_view>

namespace caredian::api {

// At a further host, for somebody who is not signed in. `target`: a path.
net::http::Response begin_handover(const net::http::Request& request, const People& people,
                                   std::string_view target);

// Where a signed-in person's browser goes for `target` (Sites::safe_target): the target itself, or,
// where it is the callback of a further host, that with a code for it.
std::string hand_over(const People& people, const identity::Principal& who,
                      std::string_view target);

// Where it goes in the answer that sets the session cookie: a target at another host first comes by
// /auth/login again, with that cookie.
std::string after_sign_in(std::string_view target);

// Is this request of /auth/callback the end of a handover? (A provider's answer else.)
bool is_handover(const net::http::Request& request);
net::http::awaitable<net::http::Response> take_over(net::http::Context& context,
                                                    const People& people);

} // namespace caredian::api
