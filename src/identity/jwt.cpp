#include "identity/jwt.h"

#include "base/encoding.h"
#include "base/json.h"
#include "store/sealed.h"

#include <cjose/cjose.h>
#include <cmath>
#include <optional>
#include <sodium.h>
#include <stdexcept>

namespace caredian::identity {

namespace {

constexpr const char* algorithm = "HS256";
constexpr double latest_date = 253402300799.0; // 9999-12-31T23:59:59Z

struct Parts {
    std::string_view header;
    std::string_view claims;
    std::string_view signature;
};

bool is_base64url(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

std::optional<Parts> split(std::string_view token) {
    if (token.size() > max_token_bytes) return std::nullopt;
    std::size_t dots[2] = {0, 0};
    std::size_t count = 0;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (is_base64url(token[i])) continue;
        if (token[i] != '.' || count == 2) return std::nullopt;
        dots[count++] = i;
    }
    if (count != 2) return std::nullopt;
    Parts parts{token.substr(0, dots[0]), token.substr(dots[0] + 1, dots[1] - dots[0] - 1),
                token.substr(dots[1] + 1)};
    if (parts.header.empty() || parts.claims.empty() || parts.signature.size() != 43)
        return std::nullopt; // 32 bytes of HMAC
    return parts;
}

std::optional<json::object> object_of(std::string_view part) {
    auto text = base64url_decode(part);
    if (!text) return std::nullopt;
    auto value = parse_json(*text, {4}); // refuses 1e400
    if (!value || !value->is_object()) return std::nullopt;
    return std::move(value->get_object());
}

bool is_text(const json::object& object, std::string_view key, std::string_view expected) {
    auto* value = object.if_contains(key);
    return value && value->is_string() && std::string_view(value->get_string()) == expected;
}

// A NumericDate (RFC 7519 §2) as whole seconds. A text is none, whatever it looks like.
std::optional<std::int64_t> date_of(const json::value& value) {
    double seconds = 0;
    if (auto* i = value.if_int64()) {
        seconds = static_cast<double>(*i);
    } else if (auto* u = value.if_uint64()) {
        seconds = static_cast<double>(*u);
    } else if (auto* d = value.if_double()) {
        seconds = *d;
    } else {
        return std::nullopt;
    }
    if (!std::isfinite(seconds) || seconds < 0 || seconds > latest_date) return std::nullopt;
    return static_cast<std::int64_t>(seconds);
}

std::optional<std::int64_t> date_in(const json::object& object, std::string_view key) {
    auto* value = object.if_contains(key);
    return value ? date_of(*value) : std::nullopt;
}

std::optional<std::string> id_in(const json::object& object, std::string_view key) {
    auto* value = object.if_contains(key);
    if (!value || !value->is_string()) return std::nullopt;
    std::string_view text = value->get_string();
    if (text.empty() || text.size() > 64) return std::nullopt;
    return std::string(text);
}

result<Claims> claims_of(const json::object& object, WallTime now) {
    auto session = id_in(object, "sid");
    auto account = id_in(object, "sub");
    auto issued = date_in(object, "iat");
    auto expires = date_in(object, "exp");
    if (!session || !account || !issued || !expires) return Errc::bad_token;
    auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    if (auto* not_before = object.if_contains("nbf")) {
        auto from = date_of(*not_before);
        if (!from || *from > seconds) return Errc::bad_token;
    }
    if (*expires <= seconds) return Errc::expired;
    return Claims{std::move(*session), std::move(*account), *issued, *expires};
}

} // namespace

struct TokenKey::Impl {
    cjose_jwk_t* key = nullptr;       // signs
    crypto_auth_hmacsha256_state mac; // has taken the secret; each check goes on with a copy
    std::string id;
    std::string header; // of the tokens that we sign, as it stands in them

    ~Impl() {
        cjose_jwk_release(key);
        sodium_memzero(&mac, sizeof mac);
    }
    bool signed_by_us(const Parts& parts) const;
    bool accepts(std::string_view encoded) const {
        if (encoded == header) return true;
        auto object = object_of(encoded);
        return object && accepts(*object);
    }
    bool accepts(const json::object& h) const {
        auto* type = h.if_contains("typ");
        return is_text(h, "alg", algorithm) && is_text(h, "kid", id) && !h.contains("crit") &&
               (!type || is_text(h, "typ", "JWT"));
    }
};

TokenKey::TokenKey(const Secret& secret) : impl_(std::make_unique<Impl>()) {
    if (secret.size() < 32) throw std::invalid_argument("the secret has fewer than 32 bytes");
    cjose_err error{};
    auto bytes = reinterpret_cast<const std::uint8_t*>(secret.reveal().data());
    impl_->key = cjose_jwk_create_oct_spec(bytes, secret.size(), &error);
    if (!impl_->key) throw std::runtime_error("cjose cannot take the secret");
    crypto_auth_hmacsha256_init(&impl_->mac, bytes, secret.size());
    impl_->id = hex_encode(store::hkdf_sha256(secret.reveal(), {}, "caredian token key id", 4));
    std::string sample = sign({});
    impl_->header = sample.substr(0, sample.find('.'));
}

// RFC 7515 §5.2: HMAC of what stands before the second dot, as it stands there.
bool TokenKey::Impl::signed_by_us(const Parts& parts) const {
    unsigned char mine[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state = mac;
    crypto_auth_hmacsha256_update(&state,
                                  reinterpret_cast<const unsigned char*>(parts.header.data()),
                                  parts.header.size() + 1 + parts.claims.size());
    crypto_auth_hmacsha256_final(&state, mine);
    // As texts: so the one right spelling passes and no other.
    auto text = base64url_encode({reinterpret_cast<const char*>(mine), sizeof mine});
    return text.size() == parts.signature.size() &&
           sodium_memcmp(text.data(), parts.signature.data(), text.size()) == 0;
}

TokenKey::~TokenKey() = default;
TokenKey::TokenKey(TokenKey&&) noexcept = default;

const std::string& TokenKey::id() const {
    return impl_->id;
}

namespace {

struct Jws {
    cjose_jws_t* handle = nullptr;
    ~Jws() {
        if (handle) cjose_jws_release(handle);
    }
};

struct Header {
    cjose_header_t* handle = nullptr;
    ~Header() {
        if (handle) cjose_header_release(handle);
    }
};

} // namespace

std::string TokenKey::sign(const Claims& claims) const {
    std::string body;
    JsonWriter w(body);
    w.begin_object().member("sid", claims.session).member("sub", claims.account);
    w.member("iat", claims.issued).member("exp", claims.expires).end_object();
    cjose_err error{};
    Header header{cjose_header_new(&error)};
    bool ok = header.handle && cjose_header_set(header.handle, CJOSE_HDR_ALG, algorithm, &error) &&
              cjose_header_set(header.handle, CJOSE_HDR_KID, impl_->id.c_str(), &error);
    if (!ok) throw std::runtime_error("cjose cannot make a header");
    auto bytes = reinterpret_cast<const std::uint8_t*>(body.data());
    Jws jws{cjose_jws_sign(impl_->key, header.handle, bytes, body.size(), &error)};
    const char* text = nullptr;
    if (!jws.handle || !cjose_jws_export(jws.handle, &text, &error))
        throw std::runtime_error("cjose cannot sign");
    return text;
}

result<Claims> TokenKey::verify(std::string_view token, WallTime now) const {
    auto parts = split(token);
    if (!parts) return Errc::bad_token;
    if (!impl_->accepts(parts->header) || !impl_->signed_by_us(*parts)) return Errc::bad_token;
    auto claims = object_of(parts->claims);
    if (!claims) return Errc::bad_token;
    return claims_of(*claims, now);
}

} // namespace caredian::identity
