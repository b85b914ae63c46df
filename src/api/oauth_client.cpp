#include "api/oauth_client.h"

#include "api/people_helpers.h"
#include "base/encoding.h"
#include "base/log.h"
#include "net/offload.h"

#include <algorithm>

namespace caredian::api {

namespace http = net::http;
using http::Request;
using identity::PrincipalPtr;
using Outcome = std::variant<PrincipalPtr, ClientRefusal>;

namespace {

constexpr std::string_view basic = "basic ";

struct Credentials {
    std::string id;
    std::string secret;
};

// RFC 4648 §4, as Basic has it, by way of §5.
std::optional<std::string> decode_base64(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    std::string url(text);
    for (char& c : url) {
        if (c == '-' || c == '_') return std::nullopt;
        if (c == '+') c = '-';
        if (c == '/') c = '_';
    }
    auto out = base64url_decode(url);
    return out ? std::optional(std::move(*out)) : std::nullopt;
}

std::optional<Credentials> parse_basic(std::string_view value) {
    auto pair = decode_base64(trim(value.substr(basic.size())));
    if (!pair) return std::nullopt;
    auto colon = pair->find(':');
    if (colon == std::string::npos) return std::nullopt;
    // Both are form-encoded first; ours hold nothing that this would change.
    return Credentials{pair->substr(0, colon), pair->substr(colon + 1)};
}

// The whole key of an id and a secret.
std::string key_of(const Credentials& c) {
    std::string_view id = c.id;
    if (c.secret.starts_with(identity::api_key_prefix)) {
        std::string start = std::string(identity::api_key_prefix) + c.id + "_";
        return c.secret.starts_with(start) ? c.secret : std::string();
    }
    return std::string(identity::api_key_prefix).append(id).append("_").append(c.secret);
}

std::variant<Credentials, ClientRefusal> credentials_of(const Request& request,
                                                        const Fields& fields) {
    auto header = request.header("authorization");
    bool in_header = header && iequals_ascii(header->substr(0, basic.size()), basic);
    auto id = fields.text("client_id");
    auto secret = fields.text("client_secret");
    if (request.count("authorization") > 1 || (in_header && secret))
        return ClientRefusal{ClientRefusal::malformed, {}};
    if (in_header) {
        auto found = parse_basic(*header);
        // RFC 6749 lets the id stand in the body too; then it is the same one.
        if (!found || (id && *id != found->id)) return ClientRefusal{ClientRefusal::malformed, {}};
        return *found;
    }
    if (!id || !secret) return ClientRefusal{ClientRefusal::missing, {}};
    return Credentials{std::move(*id), std::move(*secret)};
}

} // namespace

http::awaitable<Outcome> authenticate_key(const Request& request, const People& people,
                                          std::string key) {
    auto& identity = people.identity;
    const auto client = attempt_of(request, {}).client;
    if (client) {
        auto wait = identity.lockout.key_wait(*client);
        if (wait > nanoseconds(0)) co_return ClientRefusal{ClientRefusal::slow_down, wait};
    }
    auto work = [&identity, key = std::move(key), from = request.client.to_string()] {
        return identity.api_keys.find(key, from);
    };
    auto found = co_await net::offload(people.sql, std::move(work));
    if (!found) co_return ClientRefusal{ClientRefusal::away, {}};
    if (*found) {
        const auto& bounds = *(*found)->principal->bounds;
        if (bounds.from.empty() || bounds.from.contains(request.client))
            co_return (*found)->principal;
        co_return ClientRefusal{ClientRefusal::wrong, {}};
    }
    if (found->error() == identity::Errc::bad_key) {
        if (client) identity.lockout.key_failed(*client);
        co_return ClientRefusal{ClientRefusal::wrong, {}};
    }
    log::error("tokens", "API keys cannot be read", {{"reason", found->error().message()}});
    co_return ClientRefusal{ClientRefusal::away, {}};
}

http::awaitable<Outcome> authenticate_client(const Request& request, const People& people,
                                             const Fields& fields) {
    auto credentials = credentials_of(request, fields);
    if (auto* refusal = std::get_if<ClientRefusal>(&credentials)) co_return *refusal;
    co_return co_await authenticate_key(request, people,
                                        key_of(std::get<Credentials>(credentials)));
}

} // namespace caredian::api
