#include "identity/oidc/jose.h"

#include "base/encoding.h"

#include <array>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <utility>

namespace caredian::identity::oidc {

namespace {

struct Row {
    Algorithm algorithm;
    std::string_view name;
    const EVP_MD* (*hash)();
    int curve_bits; // of ES*
};
constexpr std::array rows{
    Row{Algorithm::rs256, "RS256", EVP_sha256, 0},
    Row{Algorithm::rs384, "RS384", EVP_sha384, 0},
    Row{Algorithm::rs512, "RS512", EVP_sha512, 0},
    Row{Algorithm::ps256, "PS256", EVP_sha256, 0},
    Row{Algorithm::ps384, "PS384", EVP_sha384, 0},
    Row{Algorithm::ps512, "PS512", EVP_sha512, 0},
    Row{Algorithm::es256, "ES256", EVP_sha256, 256},
    Row{Algorithm::es384, "ES384", EVP_sha384, 384},
    Row{Algorithm::es512, "ES512", EVP_sha512, 521},
    Row{Algorithm::hs256, "HS256", EVP_sha256, 0},
};

const Row& row_of(Algorithm a) {
    return rows[static_cast<std::size_t>(a)];
}

bool is_pss(Algorithm a) {
    return a == Algorithm::ps256 || a == Algorithm::ps384 || a == Algorithm::ps512;
}

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* p) const {
        Free(p);
    }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>>;

const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string_view text_in(const json::object& object, std::string_view key) {
    auto* value = object.if_contains(key);
    if (!value || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

std::optional<std::string> bytes_in(const json::object& object, std::string_view key) {
    auto text = text_in(object, key);
    if (text.empty() || text.size() > 2048) return std::nullopt;
    auto bytes = base64url_decode(text);
    return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
}

Number number_of(std::string_view bytes) {
    return Number(BN_bin2bn(raw(bytes), static_cast<int>(bytes.size()), nullptr));
}

std::shared_ptr<EVP_PKEY> key_of(const char* type, OSSL_PARAM_BLD* builder) {
    Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
    KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) <= 0 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) <= 0)
        return nullptr;
    return {key, EVP_PKEY_free};
}

std::shared_ptr<EVP_PKEY> read_rsa(const json::object& jwk) {
    auto n = bytes_in(jwk, "n");
    auto e = bytes_in(jwk, "e");
    if (!n || !e || e->size() > 4) return nullptr;
    auto modulus = number_of(*n);
    auto exponent = number_of(*e);
    if (!modulus || !exponent) return nullptr;
    const int bits = BN_num_bits(modulus.get());
    if (bits < 2048 || bits > 8192 || !BN_is_odd(exponent.get()) || BN_is_one(exponent.get()))
        return nullptr;
    Builder builder(OSSL_PARAM_BLD_new());
    if (!builder || !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) ||
        !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()))
        return nullptr;
    return key_of("RSA", builder.get());
}

std::shared_ptr<EVP_PKEY> read_ec(const json::object& jwk, int& bits) {
    constexpr std::array curves{std::pair{std::string_view("P-256"), 256},
                                std::pair{std::string_view("P-384"), 384},
                                std::pair{std::string_view("P-521"), 521}};
    auto name = text_in(jwk, "crv");
    for (const auto& [curve, size] : curves)
        if (curve == name) bits = size;
    auto x = bytes_in(jwk, "x");
    auto y = bytes_in(jwk, "y");
    const auto width = static_cast<std::size_t>(bits + 7) / 8;
    if (bits == 0 || !x || !y || x->size() != width || y->size() != width) return nullptr;
    // The builder keeps pointers: what they point to must live until the key is made.
    const std::string point = "\x04" + *x + *y;
    const std::string group(name);
    Builder builder(OSSL_PARAM_BLD_new());
    if (!builder ||
        !OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group.c_str(),
                                         0) ||
        !OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                          point.size()))
        return nullptr;
    auto key = key_of("EC", builder.get());
    KeyContext check(key ? EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr) : nullptr);
    if (!check || EVP_PKEY_public_check(check.get()) != 1) return nullptr; // not on the curve
    return key;
}

// JWS carries r and s side by side, OpenSSL wants DER.
std::optional<std::string> der_of(std::string_view signature, int bits) {
    const auto width = static_cast<std::size_t>(bits + 7) / 8;
    if (signature.size() != 2 * width) return std::nullopt;
    auto r = number_of(signature.substr(0, width));
    auto s = number_of(signature.substr(width));
    EcSignature both(ECDSA_SIG_new());
    if (!r || !s || !both || !ECDSA_SIG_set0(both.get(), r.get(), s.get())) return std::nullopt;
    (void)r.release();
    (void)s.release();
    unsigned char* out = nullptr;
    int size = i2d_ECDSA_SIG(both.get(), &out);
    if (size <= 0) return std::nullopt;
    std::string der(reinterpret_cast<char*>(out), static_cast<std::size_t>(size));
    OPENSSL_free(out);
    return der;
}

bool verify_with(EVP_PKEY* key, const Jws& token) {
    const Row& row = row_of(token.algorithm);
    std::string signature = token.signature;
    if (row.curve_bits != 0) {
        auto der = der_of(signature, row.curve_bits);
        if (!der) return false;
        signature = std::move(*der);
    }
    DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* settings = nullptr; // the context's own
    if (!context || EVP_DigestVerifyInit(context.get(), &settings, row.hash(), nullptr, key) <= 0)
        return false;
    if (is_pss(token.algorithm) &&
        (EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) <= 0 ||
         EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) <= 0))
        return false;
    return EVP_DigestVerify(context.get(), raw(signature), signature.size(),
                            raw(token.signed_bytes), token.signed_bytes.size()) == 1;
}

std::string digest(const EVP_MD* hash, std::string_view text) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(out.data()), &size, hash,
               nullptr);
    out.resize(size);
    return out;
}

bool read_header(const json::object& header, Jws& out) {
    for (const char* never : {"crit", "b64", "jwk", "jku", "x5u", "x5c", "enc", "zip"})
        if (header.contains(never)) return false;
    for (const char* text : {"kid", "typ"})
        if (auto* value = header.if_contains(text); value && !value->is_string()) return false;
    out.key_id = text_in(header, "kid");
    out.type = text_in(header, "typ");
    return out.key_id.size() <= 512 && out.type.size() <= 64;
}

} // namespace

std::string_view to_string(Algorithm a) {
    return row_of(a).name;
}

std::optional<Algorithm> parse_algorithm(std::string_view name) {
    for (const auto& row : rows)
        if (row.name == name) return row.algorithm;
    return std::nullopt;
}

result<Jws> parse_jws(std::string_view token) {
    if (token.size() > max_foreign_token) return Errc::malformed;
    auto rest = token;
    auto head = next_token(rest, '.');
    auto body = next_token(rest, '.');
    if (head.empty() || body.empty() || rest.find('.') != rest.npos) return Errc::malformed;
    auto header_text = base64url_decode(head);
    auto claims_text = base64url_decode(body);
    auto signature = base64url_decode(rest);
    if (!header_text || !claims_text || !signature) return Errc::malformed;
    auto header = parse_json(*header_text, {4});
    auto claims = parse_json(*claims_text, {8});
    if (!header || !header->is_object() || !claims || !claims->is_object()) return Errc::malformed;
    Jws out;
    if (!read_header(header->get_object(), out)) return Errc::malformed;
    auto algorithm = parse_algorithm(text_in(header->get_object(), "alg"));
    if (!algorithm) return Errc::algorithm;
    if (signature->empty()) return Errc::malformed;
    out.algorithm = *algorithm;
    out.signed_bytes = token.substr(0, head.size() + 1 + body.size());
    out.signature = std::move(*signature);
    out.claims = std::move(claims->get_object());
    return out;
}

bool KeySet::Key::fits(Algorithm a) const {
    if (a == Algorithm::hs256 || (only && *only != a)) return false;
    return row_of(a).curve_bits == curve_bits;
}

std::optional<KeySet::Key> KeySet::read(const json::object& jwk) {
    if (auto use = text_in(jwk, "use"); jwk.contains("use") && use != "sig") return std::nullopt;
    Key key;
    key.id = text_in(jwk, "kid");
    if (key.id.size() > 512) return std::nullopt;
    if (jwk.contains("alg")) {
        key.only = parse_algorithm(text_in(jwk, "alg"));
        if (!key.only) return std::nullopt;
    }
    auto type = text_in(jwk, "kty");
    if (type == "RSA") key.key = read_rsa(jwk);
    if (type == "EC") key.key = read_ec(jwk, key.curve_bits);
    if (!key.key) return std::nullopt;
    return key;
}

result<KeySet> KeySet::parse(std::string_view document) {
    constexpr std::size_t most = 50;
    if (document.size() > max_jwks) return Errc::malformed;
    auto value = parse_json(document, {8});
    if (!value || !value->is_object()) return Errc::malformed;
    auto* list = value->get_object().if_contains("keys");
    if (!list || !list->is_array()) return Errc::malformed;
    KeySet out;
    for (const auto& item : list->get_array()) {
        if (!item.is_object() || out.keys_.size() == most) continue;
        if (auto key = read(item.get_object())) out.keys_.push_back(std::move(*key));
    }
    return out;
}

result<void> KeySet::verify(const Jws& token) const {
    std::vector<const Key*> meant;
    for (const auto& key : keys_)
        if (key.fits(token.algorithm) && (token.key_id.empty() || key.id == token.key_id))
            meant.push_back(&key);
    if (meant.empty() || (token.key_id.empty() && meant.size() > 1)) return Errc::unknown_key;
    for (const auto* key : meant)
        if (verify_with(key->key.get(), token)) return {};
    return Errc::signature;
}

result<void> verify_hmac(const Jws& token, const Secret& secret) {
    std::string mac(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    const auto& key = secret.reveal();
    if (key.empty() ||
        !HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(token.signed_bytes),
              token.signed_bytes.size(), reinterpret_cast<unsigned char*>(mac.data()), &size))
        return Errc::signature;
    mac.resize(size);
    if (!equal_constant_time(mac, token.signature)) return Errc::signature;
    return {};
}

std::string half_hash(Algorithm algorithm, std::string_view text) {
    auto whole = digest(row_of(algorithm).hash(), text);
    return base64url_encode(std::string_view(whole).substr(0, whole.size() / 2));
}

std::string sha256_base64url(std::string_view text) {
    return base64url_encode(digest(EVP_sha256(), text));
}

} // namespace caredian::identity::oidc
