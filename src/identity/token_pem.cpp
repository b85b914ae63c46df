#include "identity/token_pem.h"

#include <array>
#include <memory>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdexcept>
#include <vector>

namespace caredian::identity {

namespace {

struct Free {
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
    void operator()(BIO* p) const { BIO_free(p); }
    void operator()(BIGNUM* p) const { BN_clear_free(p); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Bytes = std::vector<unsigned char>;

int no_password(char*, int, int, void*) {
    return -1;
}

Key parse(std::string_view pem) {
    std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!bio) return nullptr;
    return Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
}

// Big-endian, as long as it is, or `length` with zeros in front.
Bytes number(const EVP_PKEY* key, const char* name, std::size_t length = 0) {
    BIGNUM* raw = nullptr;
    if (!EVP_PKEY_get_bn_param(key, name, &raw)) return {};
    std::unique_ptr<BIGNUM, Free> n(raw);
    auto size = length ? length : static_cast<std::size_t>(BN_num_bytes(raw));
    Bytes out(size);
    if (BN_bn2binpad(raw, out.data(), static_cast<int>(size)) < 0) return {};
    return out;
}

std::string public_der(EVP_PKEY* key) {
    unsigned char* bytes = nullptr;
    int size = i2d_PUBKEY(key, &bytes);
    if (size <= 0) throw std::invalid_argument("the key cannot be read");
    std::string out(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return out;
}

cjose_jwk_t* rsa(const EVP_PKEY* key) {
    if (EVP_PKEY_get_bits(key) < 2048 || EVP_PKEY_get_bits(key) > 8192)
        throw std::invalid_argument("an RSA key has 2048 to 8192 bits");
    struct Part {
        const char* name;
        Bytes bytes;
    };
    std::array<Part, 8> parts{{{OSSL_PKEY_PARAM_RSA_N, {}},
                               {OSSL_PKEY_PARAM_RSA_E, {}},
                               {OSSL_PKEY_PARAM_RSA_D, {}},
                               {OSSL_PKEY_PARAM_RSA_FACTOR1, {}},
                               {OSSL_PKEY_PARAM_RSA_FACTOR2, {}},
                               {OSSL_PKEY_PARAM_RSA_EXPONENT1, {}},
                               {OSSL_PKEY_PARAM_RSA_EXPONENT2, {}},
                               {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, {}}}};
    for (auto& part : parts) part.bytes = number(key, part.name);
    cjose_jwk_rsa_keyspec spec{};
    auto put = [&](std::size_t i, std::uint8_t*& bytes, std::size_t& size) {
        if (parts[i].bytes.empty()) return;
        bytes = parts[i].bytes.data();
        size = parts[i].bytes.size();
    };
    put(0, spec.n, spec.nlen);
    put(1, spec.e, spec.elen);
    put(2, spec.d, spec.dlen);
    put(3, spec.p, spec.plen);
    put(4, spec.q, spec.qlen);
    put(5, spec.dp, spec.dplen);
    put(6, spec.dq, spec.dqlen);
    put(7, spec.qi, spec.qilen);
    cjose_err error{};
    auto* out = cjose_jwk_create_RSA_spec(&spec, &error);
    for (auto& part : parts) OPENSSL_cleanse(part.bytes.data(), part.bytes.size());
    return out;
}

cjose_jwk_t* p256(const EVP_PKEY* key) {
    constexpr std::size_t size = 32;
    char curve[32] = {};
    std::size_t length = 0;
    if (!EVP_PKEY_get_group_name(key, curve, sizeof curve, &length) ||
        std::string_view(curve, length) != "prime256v1")
        throw std::invalid_argument("an EC key is one on P-256");
    Bytes x = number(key, OSSL_PKEY_PARAM_EC_PUB_X, size);
    Bytes y = number(key, OSSL_PKEY_PARAM_EC_PUB_Y, size);
    Bytes d = number(key, OSSL_PKEY_PARAM_PRIV_KEY, size);
    cjose_jwk_ec_keyspec spec{};
    spec.crv = CJOSE_JWK_EC_P_256;
    spec.x = x.data();
    spec.xlen = x.size();
    spec.y = y.data();
    spec.ylen = y.size();
    spec.d = d.data();
    spec.dlen = d.size();
    cjose_err error{};
    auto* out = cjose_jwk_create_EC_spec(&spec, &error);
    OPENSSL_cleanse(d.data(), d.size());
    return out;
}

} // namespace

PemKey read_pem_key(std::string_view pem) {
    PemKey out;
    Key key = parse(pem);
    if (!key) throw std::invalid_argument("it is no private key in PEM without a password");
    switch (EVP_PKEY_get_base_id(key.get())) {
    case EVP_PKEY_RSA:
        out.algorithm = "RS256";
        out.key = rsa(key.get());
        break;
    case EVP_PKEY_EC:
        out.algorithm = "ES256";
        out.key = p256(key.get());
        break;
    default:
        throw std::invalid_argument("it is neither an RSA nor an EC key");
    }
    if (!out.key) throw std::invalid_argument("cjose cannot take it");
    out.public_part = public_der(key.get());
    return out;
}

} // namespace caredian::identity
