// Does a request come from our own pages? (Cross-site request forgery; Fetch Metadata and Origin,
// https://www.w3.org/TR/fetch-metadata/, RFC 6454 §7.)
#pragma once

#include "net/http/message.h"

#include <string_view>

namespace caredian::api {

enum class Source {
    same,    // Origin is this request's own scheme and host, or Sec-Fetch-Site: same-origin
    other,   // another site, "null", doubled or contradictory headers
    unknown, // neither header: not a browser's form or script, or a very old browser
};

// The request's host is known to be ours (the server answers 421 else). `public_url` is the origin
// that browsers use where a proxy in front does not say so.
Source source_of(const net::http::Request& request, std::string_view public_url);

// Could it change something? Everything but GET, HEAD and OPTIONS, and a change to WebSocket.
bool changes_state(const net::http::Request& request);

} // namespace caredian::api
