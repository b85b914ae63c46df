#include "identity/oidc/options.h"

#include <array>
#include <utility>

namespace caredian::identity::oidc {

namespace {

// Accounts there are anybody's: having one is no reason to be let in.
void for_everybody(ProviderOptions& o) {
    o.creates_accounts = false;
    o.claims.username.clear();
    o.claims.groups.clear();
}

void as_google(ProviderOptions& o) {
    o.issuer = "https://accounts.google.com";
    o.scopes = {"openid", "email", "profile"};
    o.label_ko = o.label_en = "Google";
    for_everybody(o);
}

// Its scopes are the ids of the consent items switched on in its console.
void as_kakao(ProviderOptions& o) {
    o.issuer = "https://kauth.kakao.com";
    o.scopes = {"openid", "profile_nickname"};
    o.secret_in_body = true;
    o.label_ko = "카카오";
    o.label_en = "Kakao";
    for_everybody(o);
    o.claims.name = "nickname";
}

// OAuth 2.0; the profile is nested and says nothing of verification.
void as_naver(ProviderOptions& o) {
    o.openid = false;
    o.issuer = "https://nid.naver.com";
    o.authorization_url = "https://nid.naver.com/oauth2.0/authorize";
    o.token_url = "https://nid.naver.com/oauth2.0/token";
    o.profile_url = "https://openapi.naver.com/v1/nid/me";
    o.scopes = {};
    o.secret_in_body = true;
    o.label_ko = "네이버";
    o.label_en = "Naver";
    for_everybody(o);
    o.claims.subject = "response.id";
    o.claims.name = "response.name";
    o.claims.email = "response.email";
    o.claims.email_verified.clear();
}

} // namespace

std::optional<Preset> parse_preset(std::string_view name) {
    constexpr std::array all{std::pair{std::string_view("oidc"), Preset::oidc},
                             std::pair{std::string_view("oauth2"), Preset::oauth2},
                             std::pair{std::string_view("authentik"), Preset::authentik},
                             std::pair{std::string_view("keycloak"), Preset::keycloak},
                             std::pair{std::string_view("google"), Preset::google},
                             std::pair{std::string_view("kakao"), Preset::kakao},
                             std::pair{std::string_view("naver"), Preset::naver}};
    for (const auto& [word, preset] : all)
        if (word == name) return preset;
    return std::nullopt;
}

ProviderOptions preset_options(Preset preset) {
    ProviderOptions o;
    o.scopes = {"openid", "profile", "email"};
    o.algorithms = {Algorithm::rs256};
    switch (preset) {
    case Preset::oidc:
        o.label_ko = o.label_en = "OpenID Connect";
        break;
    case Preset::oauth2:
        o.openid = false;
        o.scopes = {};
        o.claims.email_verified.clear();
        o.label_ko = o.label_en = "OAuth 2.0";
        break;
    case Preset::authentik:
        o.scopes = {"openid", "profile", "email", "offline_access"};
        o.label_ko = o.label_en = "Authentik";
        break;
    case Preset::keycloak:
        o.label_ko = o.label_en = "Keycloak";
        break;
    case Preset::google:
        as_google(o);
        break;
    case Preset::kakao:
        as_kakao(o);
        break;
    case Preset::naver:
        as_naver(o);
        break;
    }
    return o;
}

} // namespace caredian::identity::oidc
