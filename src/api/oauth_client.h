// Who asks the token routes: a client is an API key, its id and its secret.
#pragma once

#include "api/auth.h"
#include "api/fields.h"
#include "identity/principal.h"

#include <optional>
#include <string>
#include <variant>

namespace caredian::api {

// Why a client was turned away. The routes say it in their own words.
struct ClientRefusal {
    enum Why : std::uint8_t {
        missing,   // no credentials
        malformed, // Basic and body at once, or Basic that cannot be read
        wrong,
        slow_down, // after wrong ones: `wait`
        away,      // the database cannot be asked
    } why = missing;
    nanoseconds wait{0};
};

// `Authorization: Basic` (RFC 6749 §2.3.1) or client_id and client_secret among `fields`; the
// secret may also be the whole key. A wrong one counts for the client's lockout, and a key is good
// only from its networks.
net::http::awaitable<std::variant<identity::PrincipalPtr, ClientRefusal>>
authenticate_client(const net::http::Request& request, const People& people, const Fields& fields);
// The same for a whole key.
net::http::awaitable<std::variant<identity::PrincipalPtr, ClientRefusal>>
authenticate_key(const net::http::Request& request, const People& people, std::string key);

} // namespace caredian::api
