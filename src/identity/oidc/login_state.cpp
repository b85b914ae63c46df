#include "identity/oidc/login_state.h"

#include "base/encoding.h"
#include "identity/oidc/id_token.h"
#include "identity/sealed_state.h"

namespace caredian::identity::oidc {

namespace {

constexpr std::string_view purpose = "oidc.login";

} // namespace

LoginState LoginState::fresh(Random& random, WallTime now) {
    LoginState s;
    s.state = random.token(24);
    s.nonce = random.token(24);
    s.verifier = random.token(48); // 64 characters of the 43 to 128 that RFC 7636 allows
    s.expires = now + login_lifetime;
    return s;
}

std::string seal_login(const LoginState& s, const store::Sealer& sealer, Random& random) {
    std::string text;
    JsonWriter w(text);
    w.begin_object().member("p", s.provider).member("s", s.state).member("n", s.nonce);
    w.member("v", s.verifier).member("u", s.redirect_uri).member("r", s.return_to);
    w.member("l", s.language).member("e", to_ns(s.expires)).end_object();
    return seal_state(sealer, purpose, {}, std::move(text), random);
}

result<LoginState> open_login(std::string_view cookie, const store::Sealer& sealer, WallTime now) {
    auto held = open_state(sealer, purpose, {}, cookie, now);
    if (!held) return Errc::no_login;
    auto text = [&](std::string_view key) { return std::string(text_of(*held, key)); };
    LoginState s{text("p"), text("s"), text("n"), text("v"),
                 text("u"), text("r"), text("l"), end_of(*held)};
    if (s.state.empty() || s.verifier.empty()) return Errc::no_login;
    return s;
}

std::string authorization_url(const Metadata& metadata, const ProviderOptions& options,
                              const LoginState& login) {
    std::string url = metadata.authorization_endpoint;
    add_parameter(url, "response_type", "code");
    add_parameter(url, "client_id", options.client_id);
    add_parameter(url, "redirect_uri", login.redirect_uri);
    std::string scope;
    for (const auto& one : options.scopes) scope += (scope.empty() ? "" : " ") + one;
    if (!scope.empty()) add_parameter(url, "scope", scope);
    add_parameter(url, "state", login.state);
    if (options.openid) add_parameter(url, "nonce", login.nonce);
    add_parameter(url, "code_challenge", sha256_base64url(login.verifier));
    add_parameter(url, "code_challenge_method", "S256");
    return url;
}

} // namespace caredian::identity::oidc
