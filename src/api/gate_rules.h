// What the gate reads from a route and a request alone, without knowing who calls.
#pragma once

#include "access/decision.h"
#include "net/http/router.h"

#include <optional>
#include <string_view>

namespace caredian::api {

// Is it served before there is an administrator?
bool open_at_first(const net::http::Route& route);

// Does it begin a session? Then the secret in the body carries the request, not the cookie.
bool begins_session(const net::http::Route& route);

// Forward authentication asks with any method and changes nothing.
bool is_verify(const net::http::Route& route);

// The route's word for who may call it. A word that nobody knows is for administrators.
access::Need need_of(const net::http::Route& route);

// A person who opens a page, as opposed to a program or a script of ours.
bool wants_page(const net::http::Request& request);

struct SessionCookie {
    std::optional<std::string_view> token; // as long as the request
    bool ambiguous = false;                // there is more than one
};
SessionCookie session_cookie_of(const net::http::Request& request);

// 401 with the challenge that RFC 9110 §15.5.2 wants.
net::http::Response unauthorized(std::string_view why);

} // namespace caredian::api
