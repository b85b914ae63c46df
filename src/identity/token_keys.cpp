#include "identity/token_keys.h"

#include "base/encoding.h"
#include "base/json.h"
#include "identity/token_pem.h"
#include "store/sealed.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <sodium.h>
#include <stdexcept>
#include <utility>

namespace caredian::identity {

namespace {

constexpr std::size_t max_bytes = 4096;
constexpr std::int64_t latest_date = 253402300799; // 9999-12-31T23:59:59Z
constexpr std::int64_t skew = 60;                  // between gateways
constexpr std::string_view type = "at+jwt";        // RFC 9068 §2.1

struct Key {
    cjose_jwk_t* jwk = nullptr;
    std::string header; // as we write it, base64url, with its dot
    cjose_header_t* made = nullptr;
    std::string published; // its member of the JWKS; empty: a secret

    Key() = default;
    Key(Key&& other) noexcept
        : jwk(std::exchange(other.jwk, nullptr)), header(std::move(other.header)),
          made(std::exchange(other.made, nullptr)), published(std::move(other.published)) {}
    Key& operator=(Key&&) = delete;
    ~Key() {
        cjose_header_release(made);
        cjose_jwk_release(jwk);
    }
};

struct Jws {
    cjose_jws_t* handle = nullptr;
    ~Jws() { cjose_jws_release(handle); }
};

std::string sign_with(const Key& key, std::string_view body) {
    cjose_err error{};
    Jws jws{cjose_jws_sign(key.jwk, key.made, reinterpret_cast<const std::uint8_t*>(body.data()),
                           body.size(), &error)};
    const char* text = nullptr;
    if (!jws.handle || !cjose_jws_export(jws.handle, &text, &error))
        throw std::runtime_error("cjose cannot sign");
    return text;
}

void write_header(Key& key, const char* algorithm, const std::string& id) {
    cjose_err error{};
    key.made = cjose_header_new(&error);
    bool ok = key.made && cjose_header_set(key.made, CJOSE_HDR_ALG, algorithm, &error) &&
              cjose_header_set(key.made, CJOSE_HDR_KID, id.c_str(), &error) &&
              cjose_header_set(key.made, "typ", type.data(), &error);
    if (!ok) throw std::runtime_error("cjose cannot make a header");
    // As it will stand in every token.
    std::string token = sign_with(key, "{}");
    key.header = token.substr(0, token.find('.') + 1);
}

Key secret_key(const Secret& secret) {
    if (secret.size() < 32) throw std::invalid_argument("the secret has fewer than 32 bytes");
    Key key;
    cjose_err error{};
    key.jwk = cjose_jwk_create_oct_spec(
        reinterpret_cast<const std::uint8_t*>(secret.reveal().data()), secret.size(), &error);
    if (!key.jwk) throw std::runtime_error("cjose cannot take the secret");
    auto id =
        hex_encode(store::hkdf_sha256(secret.reveal(), {}, "caredian access token key id", 8));
    write_header(key, CJOSE_HDR_ALG_HS256, id);
    return key;
}

Key pem_key(const Secret& pem) {
    PemKey read = read_pem_key(pem.reveal());
    Key key;
    key.jwk = read.key;
    auto id =
        hex_encode(store::hkdf_sha256(read.public_part, {}, "caredian access token key id", 8));
    write_header(key, read.algorithm, id);
    cjose_err error{};
    std::unique_ptr<char, void (*)(void*)> text(cjose_jwk_to_json(key.jwk, false, &error),
                                                std::free);
    auto members = text ? parse_json(text.get()) : result<json::value>(JsonErrc::malformed);
    if (!members || !members->is_object()) throw std::runtime_error("cjose cannot show the key");
    auto& object = members->get_object();
    object["kid"] = id;
    object["alg"] = read.algorithm;
    object["use"] = "sig";
    append_json(key.published, *members);
    return key;
}

std::optional<std::int64_t> date_in(const json::object& claims, std::string_view name) {
    auto* value = claims.if_contains(name);
    auto* date = value ? value->if_int64() : nullptr;
    if (!date || *date < 0 || *date > latest_date) return std::nullopt;
    return *date;
}

std::optional<std::string> text_in(const json::object& claims, std::string_view name) {
    auto* value = claims.if_contains(name);
    if (!value || !value->is_string() || value->get_string().empty()) return std::nullopt;
    return std::string(value->get_string().data(), value->get_string().size());
}

} // namespace

std::string token_digest(std::string_view token) {
    std::array<unsigned char, 32> hash{};
    crypto_generichash(hash.data(), hash.size(),
                       reinterpret_cast<const unsigned char*>(token.data()), token.size(), nullptr,
                       0);
    return "at:" + base64url_encode({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

struct TokenKeys::Impl {
    std::vector<Key> keys; // the first one signs
    std::string jwks;
    std::string issuer;
    std::string audience;

    const Key* key_of(std::string_view token) const {
        auto found = std::find_if(keys.begin(), keys.end(),
                                  [&](const Key& key) { return token.starts_with(key.header); });
        return found == keys.end() ? nullptr : &*found;
    }
    result<AccessClaims> claims_of(std::string_view part, WallTime now) const;
};

result<AccessClaims> TokenKeys::Impl::claims_of(std::string_view part, WallTime now) const {
    auto text = base64url_decode(part);
    if (!text) return Errc::bad_token;
    auto value = parse_json(*text, {2});
    if (!value || !value->is_object()) return Errc::bad_token;
    const auto& claims = value->get_object();
    if (text_in(claims, "iss") != issuer || text_in(claims, "aud") != audience)
        return Errc::bad_token;
    auto grant = text_in(claims, "jti");
    auto account = text_in(claims, "sub");
    auto client = text_in(claims, "client_id");
    auto* words = claims.if_contains("scope");
    auto scopes = words && words->is_string()
                      ? parse_scopes({words->get_string().data(), words->get_string().size()})
                      : std::nullopt;
    auto issued = date_in(claims, "iat");
    auto begins = date_in(claims, "nbf");
    auto expires = date_in(claims, "exp");
    if (!grant || !account || !client || !scopes || !issued || !begins || !expires)
        return Errc::bad_token;
    auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    if (*begins > seconds + skew || *issued > seconds + skew) return Errc::bad_token;
    if (*expires <= seconds) return Errc::expired;
    return AccessClaims{
        std::move(*grant), std::move(*account), std::move(*client), *scopes, *issued, *expires};
}

TokenKeys::TokenKeys(const TokenKeyOptions& options) : impl_(std::make_unique<Impl>()) {
    impl_->issuer = options.issuer;
    impl_->audience = options.audience;
    if (!options.key.empty()) impl_->keys.push_back(pem_key(options.key));
    impl_->keys.push_back(secret_key(options.secret));
    for (const auto& old : options.old_keys) impl_->keys.push_back(pem_key(old));
    if (!options.old_secret.empty()) impl_->keys.push_back(secret_key(options.old_secret));
    impl_->jwks = "{\"keys\":[";
    bool first = true;
    for (const auto& key : impl_->keys) {
        if (key.published.empty()) continue;
        impl_->jwks.append(first ? "" : ",").append(key.published);
        first = false;
    }
    impl_->jwks += "]}";
}

TokenKeys::~TokenKeys() = default;
TokenKeys::TokenKeys(TokenKeys&&) noexcept = default;

std::string TokenKeys::sign(const AccessClaims& claims) const {
    std::string body;
    JsonWriter w(body);
    w.begin_object().member("iss", impl_->issuer).member("sub", claims.account);
    w.member("aud", impl_->audience).member("client_id", claims.client);
    w.member("scope", to_string(claims.scopes)).member("jti", claims.grant);
    w.member("iat", claims.issued).member("nbf", claims.issued);
    w.member("exp", claims.expires).end_object();
    return sign_with(impl_->keys.front(), body);
}

bool TokenKeys::is_ours(std::string_view token) const {
    return impl_->key_of(token) != nullptr;
}

result<AccessClaims> TokenKeys::verify(std::string_view token, WallTime now) const {
    if (token.size() > max_bytes) return Errc::bad_token;
    const Key* key = impl_->key_of(token);
    if (!key) return Errc::bad_token;
    auto rest = token.substr(key->header.size());
    auto dot = rest.find('.');
    // Strict base64url throughout, so that a token has one spelling.
    if (dot == std::string_view::npos || !base64url_decode(rest.substr(0, dot)) ||
        !base64url_decode(rest.substr(dot + 1)))
        return Errc::bad_token;
    cjose_err error{};
    Jws jws{cjose_jws_import(token.data(), token.size(), &error)};
    if (!jws.handle || !cjose_jws_verify(jws.handle, key->jwk, &error)) return Errc::bad_token;
    return impl_->claims_of(rest.substr(0, dot), now);
}

const std::string& TokenKeys::jwks() const {
    return impl_->jwks;
}

const std::string& TokenKeys::issuer() const {
    return impl_->issuer;
}

const std::string& TokenKeys::audience() const {
    return impl_->audience;
}

} // namespace caredian::identity
