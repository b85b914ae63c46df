// One small outbound request and its whole answer: for calls that are not relayed.
//
// Where it may go is decided here, for every address that a name resolves to, at the moment of
// connecting (a name that changes its mind in between gains nothing). Redirects are not followed.
#pragma once

#include "net/http/message.h"
#include "net/http/origin.h"
#include "net/tls.h"

#include <chrono>
#include <string>
#include <vector>

namespace caredian::net::http {

struct Url {
    Origin origin;
    std::string target; // origin-form, at least "/"
};
// "https://host[:port]/path?query": no user part, no fragment. Error: invalid_argument.
result<Url> parse_url(std::string_view text);

// The rule against server-side request forgery.
enum class Reach {
    named,       // the operator wrote this origin down: the home's own networks too
    public_only, // only a document from outside names it: nothing that is not on the Internet
};
// Link-local addresses (cloud metadata lives there), multicast and 0.0.0.0 are never reached.
bool may_reach(Reach reach, const Address& address);

struct FetchRequest {
    std::string_view method = "GET";
    Url url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body; // with Content-Type among `headers`
};
struct FetchOptions {
    Reach reach = Reach::public_only;
    std::chrono::milliseconds timeout{10'000}; // of the whole
    std::size_t body_limit = 256 * 1024;
    TlsContext tls; // for https; never null there
};
struct Fetched {
    unsigned status = 0;
    std::string content_type;
    std::string body;
};
// On the executor of the coroutine, which must be a worker's. Any status is an answer. Errors:
// connect_failed (also: may not be reached), timeout, closed, bad_message, header_too_large,
// body_too_large.
awaitable<result<Fetched>> fetch(FetchRequest request, FetchOptions options);

} // namespace caredian::net::http
