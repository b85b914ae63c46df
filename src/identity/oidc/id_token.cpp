#include "identity/oidc/id_token.h"

#include <algorithm>
#include <cmath>

namespace caredian::identity::oidc {

namespace {

constexpr std::size_t max_text = 512;
constexpr double latest_date = 9'000'000'000.0; // 2255: still a WallTime
constexpr std::chrono::minutes logout_age{5};
constexpr std::string_view logout_event = "http://schemas.openid.net/event/backchannel-logout";

// A NumericDate. A text is none, whatever it looks like.
std::optional<WallTime> date_in(const json::object& claims, std::string_view name) {
    auto* value = claims.if_contains(name);
    if (!value || !value->is_number()) return std::nullopt;
    const double seconds = value->to_number<double>();
    if (!std::isfinite(seconds) || seconds < 0 || seconds > latest_date) return std::nullopt;
    return WallTime(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

bool is_text(const json::value& value, std::string_view expected) {
    return value.is_string() && std::string_view(value.get_string()) == expected;
}

// This client is in aud, and nobody else is trusted to be there without azp saying it is ours.
bool for_us(const json::object& claims, std::string_view client) {
    auto* audience = claims.if_contains("aud");
    auto* party = claims.if_contains("azp");
    if (!audience || (party && !is_text(*party, client))) return false;
    if (audience->is_string()) return is_text(*audience, client);
    if (!audience->is_array()) return false;
    const auto& all = audience->get_array();
    if (all.size() > 1 && !party) return false;
    return std::ranges::any_of(all, [&](const auto& one) { return is_text(one, client); });
}

result<void> check_origin(const json::object& claims, const Verifier& by) {
    auto* issuer = claims.if_contains("iss");
    if (!issuer || !is_text(*issuer, by.issuer)) return Errc::issuer;
    if (!for_us(claims, by.client_id)) return Errc::audience;
    return {};
}

result<void> check_times(const json::object& claims, const Verifier& by, WallTime now) {
    auto issued = date_in(claims, "iat");
    if (!issued) return Errc::malformed;
    if (*issued > now + by.skew) return Errc::not_yet;
    if (claims.contains("nbf")) {
        auto from = date_in(claims, "nbf");
        if (!from) return Errc::malformed;
        if (*from > now + by.skew) return Errc::not_yet;
    }
    if (claims.contains("exp")) {
        auto until = date_in(claims, "exp");
        if (!until) return Errc::malformed;
        if (*until + by.skew <= now) return Errc::expired;
    }
    return {};
}

bool is_event(const json::object& claims) {
    auto* events = claims.if_contains("events");
    if (!events || !events->is_object()) return false;
    auto* event = events->get_object().if_contains(logout_event);
    return event && event->is_object();
}

} // namespace

result<void> check_signature(const Jws& token, const Verifier& by, const KeySet* keys) {
    if (std::ranges::find(by.algorithms, token.algorithm) == by.algorithms.end())
        return Errc::algorithm;
    if (token.algorithm == Algorithm::hs256) return verify_hmac(token, by.client_secret);
    return keys ? keys->verify(token) : result<void>(Errc::unknown_key);
}

std::string text_claim(const json::object& claims, std::string_view name) {
    auto* value = claims.if_contains(name);
    if (!value || !value->is_string() || value->get_string().size() > max_text) return {};
    return std::string(std::string_view(value->get_string()));
}

result<IdToken> check_id_claims(const Jws& token, const Verifier& by, std::string_view nonce,
                                std::string_view access_token, WallTime now) {
    const auto& claims = token.claims;
    if (token.type == "logout+jwt" || claims.contains("events")) return Errc::malformed;
    if (auto r = check_origin(claims, by); !r) return r.error();
    if (!claims.contains("exp")) return Errc::malformed;
    if (auto r = check_times(claims, by, now); !r) return r.error();
    if (!nonce.empty() && text_claim(claims, "nonce") != nonce) return Errc::nonce;
    if (auto* hash = claims.if_contains("at_hash"); hash && !access_token.empty())
        if (!is_text(*hash, half_hash(token.algorithm, access_token))) return Errc::hash;
    IdToken out{text_claim(claims, "sub"), text_claim(claims, "sid"), claims};
    if (out.subject.empty()) return Errc::malformed;
    return out;
}

result<LogoutToken> check_logout_claims(const Jws& token, const Verifier& by, WallTime now) {
    const auto& claims = token.claims;
    // Some providers still say "JWT", or nothing; the event below tells it from an ID token.
    if (!token.type.empty() && token.type != "logout+jwt" && token.type != "JWT")
        return Errc::malformed;
    if (auto r = check_origin(claims, by); !r) return r.error();
    if (auto r = check_times(claims, by, now); !r) return r.error();
    auto issued = *date_in(claims, "iat");
    if (issued + logout_age + by.skew < now) return Errc::expired;
    LogoutToken out{text_claim(claims, "sub"), text_claim(claims, "sid"), text_claim(claims, "jti"),
                    issued + logout_age + 2 * by.skew};
    bool names_somebody = !out.subject.empty() || !out.session.empty();
    if (!is_event(claims) || claims.contains("nonce") || out.id.empty() || !names_somebody)
        return Errc::malformed;
    return out;
}

} // namespace caredian::identity::oidc
