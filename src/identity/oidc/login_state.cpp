#include "identity/oidc/login_state.h"

#include "base/encoding.h"
#include "identity/oidc/id_token.h"

namespace caredian::identity::oidc {

namespace {

constexpr std::string_view purpose = "oidc.login";
constexpr std::size_t max_cookie = 4000;

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
    return base64url_encode(sealer.seal(purpose, {}, Secret(std::move(text)), random));
}

result<LoginState> open_login(std::string_view cookie, const store::Sealer& sealer, WallTime now) {
    if (cookie.size() > max_cookie) return Errc::no_login;
    auto sealed = base64url_decode(cookie);
    if (!sealed) return Errc::no_login;
    auto text = sealer.open(purpose, {}, *sealed);
    if (!text) return Errc::no_login;
    auto value = parse_json(text->reveal(), {2}); // written by us
    if (!value || !value->is_object()) return Errc::no_login;
    const auto& o = value->get_object();
    auto text_of = [&](std::string_view key) {
        auto* v = o.if_contains(key);
        return v && v->is_string() ? std::string(std::string_view(v->get_string())) : std::string();
    };
    LoginState s{text_of("p"), text_of("s"), text_of("n"), text_of("v"),
                 text_of("u"), text_of("r"), text_of("l"), {}};
    auto* expires = o.if_contains("e");
    if (!expires || !expires->is_int64()) return Errc::no_login;
    s.expires = from_ns(expires->get_int64());
    if (s.state.empty() || s.verifier.empty() || now >= s.expires) return Errc::no_login;
    return s;
}

void add_parameter(std::string& url, std::string_view name, std::string_view value) {
    url += url.find('?') == std::string::npos ? '?' : '&';
    url.append(name).append("=").append(percent_encode(value));
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
