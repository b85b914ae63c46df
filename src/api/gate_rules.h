// What the gate reads from a route and a request alone, without knowing who calls.
#pragma once

#include "access/decision.h"
#include "identity/token_keys.h"
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

// This machine itself: loopback that speaks for itself. A proxy on it that is not trusted carries
// strangers.
bool is_this_machine(const net::http::Request& request);

// A person who opens a page, as opposed to a program or a script of ours.
bool wants_page(const net::http::Request& request);

// What a request brings to say who calls: `X-API-Key` or `Authorization: Bearer` with a key of
// ours, or an access token of ours; else a cookie. Only what begins as ours do counts as one; what
// another program means by these headers is nothing to us.
struct Credential {
    enum Kind : std::uint8_t {
        none,
        session,
        key,
        token,        // an access token as Bearer
        cookie_token, // … as the cookie cd_session, so that the Origin rule holds
        two_cookies,
        two_keys, // that differ, or a header given twice
    } kind = none;
    std::string_view text;                                       // as long as the request
    bool is_key() const { return kind == key || kind == token; } // no browser adds it by itself
    bool names_somebody() const { return kind != none && kind < two_cookies; }
};
Credential credential_of(const net::http::Request& request, const identity::TokenKeys& keys);

// Does it take readings? A scope of its own; what a key may write is looked at once more there.
bool writes_readings(const net::http::Route& route);

// What only a person who signed in may do, whatever a key's scopes: make keys, and change how one
// signs in. Else a key could outlive its end.
bool people_only(const net::http::Request& request, const net::http::Route& route);

// What a key must be good for, to be let through here.
identity::Scope scope_of(const net::http::Request& request, const net::http::Route& route);

// 401 with the challenge that RFC 9110 §15.5.2 wants.
net::http::Response unauthorized(std::string_view why);
// The same for a key (RFC 6750 §3.1).
net::http::Response refused_key(std::string_view why);

} // namespace caredian::api
