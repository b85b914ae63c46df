#include "identity/oidc/metadata.h"

#include "base/json.h"
#include "net/http/fetch.h"

#include <algorithm>

namespace caredian::identity::oidc {

namespace {

constexpr std::size_t max_document = 256 * 1024;

// False: there, and unusable.
bool read_url(const json::object& document, std::string_view name, bool may_be_http,
              std::string& out) {
    auto* value = document.if_contains(name);
    if (!value || value->is_null()) return true;
    if (!value->is_string()) return false;
    std::string_view text = value->get_string();
    auto url = net::http::parse_url(text);
    if (!url || (!url->origin.tls && !may_be_http)) return false;
    out = text;
    return true;
}

bool lists(const json::object& document, std::string_view name, std::string_view word) {
    auto* value = document.if_contains(name);
    if (!value || !value->is_array()) return false;
    return std::ranges::any_of(value->get_array(), [&](const auto& one) {
        return one.is_string() && std::string_view(one.get_string()) == word;
    });
}

} // namespace

result<Metadata> parse_metadata(std::string_view document, std::string_view issuer) {
    if (document.size() > max_document) return Errc::metadata;
    auto value = parse_json(document, {16});
    if (!value || !value->is_object()) return Errc::metadata;
    const auto& d = value->get_object();
    auto* named = d.if_contains("issuer");
    if (!named || !named->is_string() || std::string_view(named->get_string()) != issuer)
        return Errc::metadata;
    Metadata out;
    out.issuer = issuer;
    const bool http = issuer.starts_with("http://");
    bool good = read_url(d, "authorization_endpoint", http, out.authorization_endpoint) &&
                read_url(d, "token_endpoint", http, out.token_endpoint) &&
                read_url(d, "jwks_uri", http, out.jwks_uri) &&
                read_url(d, "userinfo_endpoint", http, out.userinfo_endpoint) &&
                read_url(d, "end_session_endpoint", http, out.end_session_endpoint);
    if (!good || out.authorization_endpoint.empty() || out.token_endpoint.empty())
        return Errc::metadata;
    constexpr std::string_view methods = "token_endpoint_auth_methods_supported";
    // Without the list it is client_secret_basic (Discovery §3).
    out.secret_in_body =
        !lists(d, methods, "client_secret_basic") && lists(d, methods, "client_secret_post");
    auto* names = d.if_contains("authorization_response_iss_parameter_supported");
    out.names_issuer = names && names->is_bool() && names->get_bool();
    return out;
}

std::string discovery_url(std::string_view issuer) {
    std::string out(issuer);
    if (out.ends_with('/')) out.pop_back();
    return out + "/.well-known/openid-configuration";
}

} // namespace caredian::identity::oidc
