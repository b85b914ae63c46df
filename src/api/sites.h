// The host names that one gateway is reached by. People sign in at one of them, `public_url`; the
// others send the browser there and take the session over (see api/handover.h).
#pragma once

#include "net/http/message.h"

#include <functional>
#include <string>
#include <string_view>

namespace caredian::api {

struct Sites {
    std::string public_url;    // origin of the main one; empty: there is only one
    std::string cookie_domain; // cookies are for all below it; empty: for one host each
    // Is this a name (with or without port) that the operator gave, besides public_url's?
    std::function<bool(std::string_view host)> is_further = [](std::string_view) { return false; };

    // May cookies of this request's answer be for https alone?
    bool is_https(const net::http::Request& request) const;
    // Was the request sent to a further host, whose people sign in at the main one?
    bool at_further(const net::http::Request& request) const;
    bool shares_cookie(std::string_view host) const; // cookie_domain covers it
    // Where a person may be sent after signing in: a path of this site (safe_return_to), or a page
    // of a further host or the main one, by the scheme of public_url. Else "/".
    std::string safe_target(std::string_view text) const;
};

// "https://app.example.org/x" → "https://app.example.org", "app.example.org", "/x". Views of `url`;
// empty for a path.
struct SiteUrl {
    std::string_view origin, host, target;
};
SiteUrl split_url(std::string_view url);

// Of a request, as the browser reaches us: by the main name where there is one; as it came in.
std::string main_origin(const net::http::Request& request, const Sites& sites);
std::string origin_of(const net::http::Request& request);

} // namespace caredian::api
