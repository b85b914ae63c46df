#include "identity/oidc/provider.h"

#include "base/encoding.h"
#include "base/log.h"
#include "identity/oidc/login_state.h"

#include <stdexcept>

namespace caredian::identity::oidc {

namespace http = net::http;

namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr seconds after_failure{5};
constexpr seconds between_key_fetches{10};
constexpr hours keep_metadata{1};

bool same(const http::Origin& a, const http::Origin& b) {
    return a.tls == b.tls && a.host == b.host && a.port == b.port;
}

std::string form_encode(std::initializer_list<std::pair<std::string_view, std::string_view>> all) {
    std::string out;
    for (const auto& [name, value] : all) {
        if (value.empty()) continue;
        if (!out.empty()) out += '&';
        out.append(name).append("=").append(percent_encode(value));
    }
    return out;
}

Metadata fixed_metadata(const ProviderOptions& o) {
    Metadata m;
    m.issuer = o.issuer;
    m.authorization_endpoint = o.authorization_url;
    m.token_endpoint = o.token_url;
    m.userinfo_endpoint = o.profile_url;
    return m;
}

// The error code of RFC 6749 §5.2, fit for a log.
std::string error_in(std::string_view body) {
    auto value = parse_json(body, {16});
    if (!value || !value->is_object()) return {};
    return sanitize_utf8(text_claim(value->get_object(), "error"), 64);
}

result<Grant> grant_of(const json::object& object) {
    auto text = [&](std::string_view name) {
        auto* v = object.if_contains(name);
        return v && v->is_string() ? std::string(std::string_view(v->get_string())) : std::string();
    };
    Grant out{Secret(text("access_token")), Secret(text("id_token")), Secret(text("refresh_token")),
              0};
    if (out.access_token.empty() || !iequals_ascii(text("token_type"), "bearer"))
        return Errc::provider_error;
    if (auto* lives = object.if_contains("expires_in")) {
        if (lives->is_int64()) out.expires_in = lives->get_int64();
        // Naver writes it as a text.
        if (lives->is_string())
            out.expires_in = std::strtoll(text("expires_in").c_str(), nullptr, 10);
    }
    constexpr std::int64_t longest = 10 * 365 * 24 * 3600LL;
    if (out.expires_in < 0 || out.expires_in > longest) out.expires_in = 0;
    return out;
}

} // namespace

Provider::Provider(ProviderOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {
    auto tls = net::make_client_tls({.ca_file = options_.ca_file, .alpn = {"http/1.1"}});
    if (!tls)
        throw std::runtime_error("the provider " + options_.id +
                                 " cannot be reached by TLS: " + tls.error().message());
    tls_ = *tls;
    if (auto url = http::parse_url(options_.issuer)) named_ = url->origin;
    if (!options_.openid) metadata_ = std::make_shared<const Metadata>(fixed_metadata(options_));
}

Verifier Provider::verifier() const {
    return {options_.issuer, options_.client_id, options_.algorithms, options_.client_secret};
}

bool Provider::has_userinfo(const Metadata& metadata) const {
    return !metadata.userinfo_endpoint.empty();
}

http::FetchOptions Provider::reach(const http::Url& url) const {
    http::FetchOptions o;
    // Without discovery every address is the operator's or a preset's.
    bool named = !options_.openid || same(url.origin, named_);
    o.reach = named ? http::Reach::named : http::Reach::public_only;
    o.tls = tls_;
    return o;
}

awaitable<result<std::string>> Provider::ask(http::FetchRequest request) {
    auto options = reach(request.url);
    const auto host = request.url.origin.host;
    auto answer = co_await http::fetch(std::move(request), options);
    if (!answer) {
        log::warning(
            "oidc", "a provider does not answer",
            {{"provider", options_.id}, {"host", host}, {"reason", answer.error().message()}});
        co_return Errc::unreachable;
    }
    if (answer->status == 200) co_return std::move(answer->body);
    auto code = error_in(answer->body);
    log::warning(
        "oidc", "a provider answers with an error",
        {{"provider", options_.id}, {"host", host}, {"status", answer->status}, {"error", code}});
    if (code == "invalid_grant") co_return Errc::denied;
    co_return answer->status >= 500 ? Errc::unreachable : Errc::provider_error;
}

awaitable<result<json::object>> Provider::ask_object(http::FetchRequest request) {
    auto text = co_await ask(std::move(request));
    if (!text) co_return text.error();
    auto value = parse_json(*text, {16});
    if (!value || !value->is_object()) co_return Errc::provider_error;
    co_return std::move(value->get_object());
}

awaitable<result<Provider::MetadataPtr>> Provider::metadata() {
    MetadataPtr kept;
    {
        std::lock_guard lock(mutex_);
        kept = metadata_;
        const auto now = clock_.mono();
        if (kept && (!options_.openid || now < metadata_until_)) co_return kept;
        if (now < try_again_) {
            if (kept) co_return kept;
            co_return Errc::unreachable;
        }
    }
    http::FetchRequest request;
    request.url = http::parse_url(discovery_url(options_.issuer)).value(); // checked at load
    auto text = co_await ask(std::move(request));
    result<Metadata> read = Errc::unreachable;
    if (text)
        read = parse_metadata(*text, options_.issuer);
    else
        read = text.error();
    if (!read && read.error() == Errc::metadata)
        log::warning("oidc", "a discovery document is unusable: is the issuer written as there?",
                     {{"provider", options_.id}, {"issuer", options_.issuer}});
    std::lock_guard lock(mutex_);
    const auto now = clock_.mono();
    if (!read) {
        try_again_ = now + after_failure;
        if (metadata_) co_return metadata_;
        co_return read.error();
    }
    metadata_ = std::make_shared<const Metadata>(std::move(*read));
    metadata_until_ = now + keep_metadata;
    co_return metadata_;
}

awaitable<result<Grant>> Provider::ask_token(std::string form) {
    auto known = co_await metadata();
    if (!known) co_return known.error();
    auto url = http::parse_url((*known)->token_endpoint);
    if (!url) co_return Errc::metadata;
    http::FetchRequest request;
    request.method = "POST";
    request.url = std::move(*url);
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    const auto& secret = options_.client_secret.reveal();
    if (secret.empty() || options_.secret_in_body || (*known)->secret_in_body) {
        form += "&" + form_encode({{"client_id", options_.client_id}, {"client_secret", secret}});
    } else {
        // RFC 6749 §2.3.1: encoded before they are joined.
        auto pair = percent_encode(options_.client_id) + ":" + percent_encode(secret);
        request.headers.emplace_back("Authorization", "Basic " + base64_encode(pair));
    }
    request.body = std::move(form);
    auto answer = co_await ask_object(std::move(request));
    if (!answer) co_return answer.error();
    co_return grant_of(*answer);
}

awaitable<result<Grant>> Provider::exchange(std::string code, std::string verifier,
                                            std::string redirect_uri, std::string state) {
    auto form = form_encode({{"grant_type", "authorization_code"},
                             {"code", code},
                             {"redirect_uri", redirect_uri},
                             {"code_verifier", verifier},
                             // Naver wants it here too.
                             {"state", options_.openid ? std::string_view() : state}});
    auto grant = co_await ask_token(std::move(form));
    if (grant && options_.openid && grant->id_token.empty()) co_return Errc::provider_error;
    co_return grant;
}

awaitable<result<Grant>> Provider::refresh(Secret refresh_token) {
    auto form =
        form_encode({{"grant_type", "refresh_token"}, {"refresh_token", refresh_token.reveal()}});
    auto grant = co_await ask_token(std::move(form));
    co_return grant;
}

bool Provider::may_fetch_keys() {
    std::lock_guard lock(mutex_);
    const auto now = clock_.mono();
    if (now >= keys_fetched_ + between_key_fetches) key_fetches_ = 0;
    // Several at the very start, when all who sign in find no keys; then once in a while.
    const unsigned most = keys_ ? 1 : 5;
    if (key_fetches_ >= most) return false;
    if (key_fetches_++ == 0) keys_fetched_ = now;
    return true;
}

awaitable<result<Provider::KeysPtr>> Provider::fetch_keys() {
    auto known = co_await metadata();
    if (!known) co_return known.error();
    auto url = http::parse_url((*known)->jwks_uri);
    if (!url) co_return Errc::metadata;
    http::FetchRequest request;
    request.url = std::move(*url);
    auto text = co_await ask(std::move(request));
    if (!text) co_return text.error();
    auto keys = KeySet::parse(*text);
    if (!keys) co_return Errc::provider_error;
    std::lock_guard lock(mutex_);
    keys_ = std::make_shared<const KeySet>(std::move(*keys));
    co_return keys_;
}

awaitable<result<void>> Provider::verify(const Jws& token) {
    const Verifier by = verifier();
    KeysPtr keys;
    {
        std::lock_guard lock(mutex_);
        keys = keys_;
        // A key that was withdrawn must not be good for ever.
        if (keys && clock_.mono() > keys_fetched_ + keep_metadata) keys = nullptr;
    }
    auto checked = check_signature(token, by, keys.get());
    if (checked || checked.error() != Errc::unknown_key || !may_fetch_keys()) co_return checked;
    auto fresh = co_await fetch_keys();
    if (!fresh) co_return fresh.error();
    co_return check_signature(token, by, fresh->get());
}

awaitable<result<json::object>> Provider::userinfo(Secret access_token, std::string subject) {
    auto known = co_await metadata();
    if (!known) co_return known.error();
    auto url = http::parse_url((*known)->userinfo_endpoint);
    if (!url) co_return Errc::metadata;
    http::FetchRequest request;
    request.url = std::move(*url);
    request.headers.emplace_back("Authorization", "Bearer " + access_token.reveal());
    auto claims = co_await ask_object(std::move(request));
    if (!claims) co_return claims.error();
    // Token substitution (OpenID Connect Core §5.3.2).
    if (!subject.empty() && text_claim(*claims, "sub") != subject) co_return Errc::subject;
    co_return std::move(*claims);
}

} // namespace caredian::identity::oidc
