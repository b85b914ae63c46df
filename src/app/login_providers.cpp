#include "app/login_providers.h"

#include "access/grant_text.h"
#include "net/http/fetch.h"

#include <algorithm>

namespace caredian::app {

using identity::oidc::ClaimPaths;
using identity::oidc::Preset;
using identity::oidc::ProviderOptions;

namespace {

struct ClaimName {
    std::string_view name;
    std::string ClaimPaths::* member;
};
constexpr ClaimName claim_names[] = {
    {"subject", &ClaimPaths::subject}, {"username", &ClaimPaths::username},
    {"name", &ClaimPaths::name},       {"email", &ClaimPaths::email},
    {"groups", &ClaimPaths::groups},   {"email_verified", &ClaimPaths::email_verified},
};

void set(std::string& to, const std::string& value) {
    if (!value.empty()) to = value;
}

std::optional<std::string> url_problem(const char* name, const std::string& text) {
    if (text.empty()) return std::string(name) + " is missing";
    if (net::http::parse_url(text)) return std::nullopt;
    return std::string(name) + " is not an http:// or https:// URL";
}

// What the preset cannot know.
std::optional<std::string> address_problem(const ProviderOptions& o) {
    if (auto p = url_problem("issuer", o.issuer)) return p;
    if (o.openid) return std::nullopt;
    if (auto p = url_problem("authorization_url", o.authorization_url)) return p;
    if (auto p = url_problem("token_url", o.token_url)) return p;
    return url_problem("profile_url", o.profile_url);
}

bool is_role_name(const std::string& name) {
    access::RoleText role;
    role.name = name;
    return !access::problem_of(role);
}

std::optional<std::string> word_problem(const LoginProvider& p) {
    for (const auto& name : p.algorithms)
        if (!identity::oidc::parse_algorithm(name))
            return "algorithms: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 and "
                   "HS256 are known";
    for (const auto& [group, role] : p.roles)
        if (!identity::parse_role(role) && !is_role_name(role))
            return "roles: a role is admin, member or the name of one in `roles`";
    for (const auto& [name, path] : p.claims)
        if (std::ranges::find(claim_names, name, &ClaimName::name) == std::end(claim_names))
            return "claims: subject, username, name, email, email_verified and groups are known";
    return std::nullopt;
}

bool good_id(const std::string& id) {
    auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return !id.empty() && id.size() <= 32 && std::ranges::all_of(id, good);
}

} // namespace

ProviderOptions provider_options(const LoginProvider& p) {
    auto o = preset_options(identity::oidc::parse_preset(p.preset).value_or(Preset::oidc));
    o.id = p.id;
    set(o.issuer, p.issuer);
    o.client_id = p.client_id;
    o.client_secret = p.client_secret;
    if (!p.scopes.empty()) o.scopes = p.scopes;
    if (!p.algorithms.empty()) o.algorithms.clear();
    for (const auto& name : p.algorithms)
        if (auto a = identity::oidc::parse_algorithm(name)) o.algorithms.push_back(*a);
    set(o.claims.groups, p.groups_claim);
    for (const auto& [name, path] : p.claims)
        for (const auto& claim : claim_names)
            if (claim.name == name) o.claims.*claim.member = path;
    for (const auto& [group, role] : p.roles)
        o.roles[group] = role == "admin" ? identity::Role::admin : identity::Role::member;
    set(o.label_ko, p.label_ko.empty() ? p.label_en : p.label_ko);
    set(o.label_en, p.label_en.empty() ? p.label_ko : p.label_en);
    o.ca_file = p.ca;
    set(o.authorization_url, p.authorization_url);
    set(o.token_url, p.token_url);
    set(o.profile_url, p.profile_url);
    if (!p.create_accounts.empty()) o.creates_accounts = p.create_accounts == "true";
    o.allowed_emails = p.allowed_emails;
    o.trusts_emails = p.trust_emails == "true";
    o.allowed_groups = p.allowed_groups;
    return o;
}

std::optional<std::string> provider_problem(const LoginProvider& p) {
    if (!good_id(p.id)) return "id: 1 to 32 of a-z, 0-9 and -";
    if (p.id == "second" || p.id == "passkey")
        return "id: second and passkey are pages of this gateway below /auth/login/";
    if (!identity::oidc::parse_preset(p.preset))
        return "preset: authentik, google, naver, kakao, keycloak, oidc or oauth2";
    if (p.client_id.empty()) return "client_id is missing";
    if (auto problem = word_problem(p)) return problem;
    auto o = provider_options(p);
    if (auto problem = address_problem(o)) return problem;
    using identity::oidc::Algorithm;
    if (std::ranges::find(o.algorithms, Algorithm::hs256) == o.algorithms.end())
        return std::nullopt;
    // With both, a public key could be taken for the secret.
    if (o.algorithms.size() > 1) return "algorithms: HS256 stands alone";
    if (o.client_secret.size() < 32) return "HS256 needs a client_secret of 32 bytes or more";
    return std::nullopt;
}

} // namespace caredian::app
