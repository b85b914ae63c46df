// For tests and the fuzzer: an issuer's key, published as a JWK, that signs whatever it is given.
#pragma once

#include "base/encoding.h"
#include "identity/oidc/jose.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdexcept>

namespace caredian::identity::oidc {

class TestSigner {
public:
    // "RSA" (2048 bits unless said) or a curve: "P-256", "P-384", "P-521".
    explicit TestSigner(const std::string& kind, std::string id = "k1", unsigned bits = 2048)
        : kind_(kind), id_(std::move(id)) {
        EVP_PKEY* made = kind == "RSA" ? EVP_RSA_gen(bits) : EVP_EC_gen(kind.c_str());
        if (!made) throw std::runtime_error("no key");
        key_ = {made, EVP_PKEY_free};
    }

    std::string jwk(const std::string& more = "") const {
        std::string out = R"({"kid":")" + id_ + R"(","use":"sig",)";
        if (kind_ == "RSA")
            out += R"("kty":"RSA","n":")" + number(OSSL_PKEY_PARAM_RSA_N, 0) + R"(","e":")" +
                   number(OSSL_PKEY_PARAM_RSA_E, 0) + "\"";
        else
            out += R"("kty":"EC","crv":")" + kind_ + R"(","x":")" +
                   number(OSSL_PKEY_PARAM_EC_PUB_X, width()) + R"(","y":")" +
                   number(OSSL_PKEY_PARAM_EC_PUB_Y, width()) + "\"";
        return out + more + "}";
    }
    std::string jwks() const { return R"({"keys":[)" + jwk() + "]}"; }

    // The header is written as it is; `algorithm` says how the signature is really made.
    std::string sign(std::string_view header, std::string_view claims, Algorithm algorithm) const {
        std::string text = base64url_encode(header) + "." + base64url_encode(claims);
        return text + "." + base64url_encode(signature(text, algorithm));
    }
    std::string sign(std::string_view claims, Algorithm algorithm) const {
        return sign(R"({"alg":")" + std::string(to_string(algorithm)) + R"(","kid":")" + id_ +
                        R"("})",
                    claims, algorithm);
    }

private:
    std::size_t width() const { return kind_ == "P-256" ? 32 : kind_ == "P-384" ? 48 : 66; }
    std::string number(const char* name, std::size_t size) const {
        BIGNUM* n = nullptr;
        if (EVP_PKEY_get_bn_param(key_.get(), name, &n) != 1) throw std::runtime_error("no number");
        std::string out(size != 0 ? size : static_cast<std::size_t>(BN_num_bytes(n)), '\0');
        BN_bn2binpad(n, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size()));
        BN_free(n);
        return base64url_encode(out);
    }
    static const EVP_MD* hash_of(Algorithm a) {
        auto name = to_string(a).substr(2);
        return name == "256" ? EVP_sha256() : name == "384" ? EVP_sha384() : EVP_sha512();
    }
    std::string signature(const std::string& text, Algorithm algorithm) const {
        EVP_MD_CTX* context = EVP_MD_CTX_new();
        EVP_PKEY_CTX* settings = nullptr;
        EVP_DigestSignInit(context, &settings, hash_of(algorithm), nullptr, key_.get());
        if (to_string(algorithm).starts_with("PS")) {
            EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING);
            EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST);
        }
        std::size_t size = 0;
        auto bytes = reinterpret_cast<const unsigned char*>(text.data());
        EVP_DigestSign(context, nullptr, &size, bytes, text.size());
        std::string out(size, '\0');
        EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size, bytes,
                       text.size());
        EVP_MD_CTX_free(context);
        out.resize(size);
        return kind_ == "RSA" ? out : side_by_side(out);
    }
    // OpenSSL gives DER, JWS wants r and s of fixed width.
    std::string side_by_side(const std::string& der) const {
        auto at = reinterpret_cast<const unsigned char*>(der.data());
        ECDSA_SIG* both = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
        std::string out(2 * width(), '\0');
        auto to = reinterpret_cast<unsigned char*>(out.data());
        BN_bn2binpad(ECDSA_SIG_get0_r(both), to, static_cast<int>(width()));
        BN_bn2binpad(ECDSA_SIG_get0_s(both), to + width(), static_cast<int>(width()));
        ECDSA_SIG_free(both);
        return out;
    }

    std::string kind_;
    std::string id_;
    std::shared_ptr<EVP_PKEY> key_;
};

} // namespace caredian::identity::oidc
