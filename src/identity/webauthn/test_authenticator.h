// For tests: an authenticator of software, and the browser in front of it. What it says can be
// bent.
#pragma once

#include "base/encoding.h"
#include "identity/digest.h"
#include "identity/webauthn/verify.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace caredian::identity::webauthn {

namespace test_cbor {

inline std::string head(unsigned major, std::uint64_t value) {
    std::string out(1, static_cast<char>(major << 5));
    auto append = [&](unsigned info, int bytes) {
        out[0] = static_cast<char>((major << 5) | info);
        for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>((value >> (8 * i)) & 0xff);
    };
    if (value < 24)
        out[0] = static_cast<char>((major << 5) | value);
    else if (value < 256)
        append(24, 1);
    else
        append(25, 2);
    return out;
}
inline std::string integer(std::int64_t n) {
    return n >= 0 ? head(0, static_cast<std::uint64_t>(n))
                  : head(1, static_cast<std::uint64_t>(-1 - n));
}
inline std::string bytes(std::string_view b) {
    return head(2, b.size()).append(b);
}
inline std::string text(std::string_view t) {
    return head(3, t.size()).append(t);
}
inline std::string map(const std::vector<std::pair<std::string, std::string>>& entries) {
    std::string out = head(5, entries.size());
    for (const auto& [key, value] : entries) out.append(key).append(value);
    return out;
}

} // namespace test_cbor

class TestAuthenticator {
public:
    explicit TestAuthenticator(Algorithm algorithm = Algorithm::es256)
        : algorithm_(algorithm), key_(make(algorithm)) {}
    ~TestAuthenticator() { EVP_PKEY_free(key_); }
    TestAuthenticator(const TestAuthenticator&) = delete;
    TestAuthenticator& operator=(const TestAuthenticator&) = delete;

    // What it does; bend it before the ceremony.
    std::string id = "a credential of the tests";
    std::string rp_id = "home.example.org";
    std::string origin = "https://home.example.org";
    std::string user; // user handle
    std::uint32_t counter = 0;
    bool present = true;
    bool verified = true;
    bool self_attested = false;
    std::string type;    // instead of the ceremony's
    std::string more;    // members behind clientDataJSON's
    std::string trailer; // bytes behind the authenticator data

    std::string client_data(std::string_view ceremony, std::string_view challenge) const {
        return "{\"type\":\"" + (type.empty() ? std::string(ceremony) : type) +
               "\",\"challenge\":\"" + base64url_encode(challenge) + "\",\"origin\":\"" + origin +
               "\"" + more + "}";
    }
    std::string authenticator_data(bool with_credential) const {
        std::string out = sha256(rp_id);
        unsigned flags =
            (present ? 1u : 0u) | (verified ? 4u : 0u) | (with_credential ? 0x40u : 0u);
        out += static_cast<char>(flags);
        for (int shift = 24; shift >= 0; shift -= 8)
            out += static_cast<char>((counter >> shift) & 0xff);
        if (with_credential) {
            out.append(16, '\0');
            out += static_cast<char>(id.size() >> 8);
            out += static_cast<char>(id.size() & 0xff);
            out += id + cose_key();
        }
        return out + trailer;
    }
    Registration create(std::string_view challenge) const {
        Registration out;
        out.client_data = client_data("webauthn.create", challenge);
        const auto data = authenticator_data(true);
        std::string statement = test_cbor::map({});
        if (self_attested) {
            const auto signature = sign(data + sha256(out.client_data));
            statement = test_cbor::map({{test_cbor::text("alg"),
                                         test_cbor::integer(static_cast<std::int64_t>(algorithm_))},
                                        {test_cbor::text("sig"), test_cbor::bytes(signature)}});
        }
        out.attestation_object = test_cbor::map(
            {{test_cbor::text("fmt"), test_cbor::text(self_attested ? "packed" : "none")},
             {test_cbor::text("attStmt"), statement},
             {test_cbor::text("authData"), test_cbor::bytes(data)}});
        return out;
    }
    Assertion get(std::string_view challenge) const {
        Assertion out;
        out.client_data = client_data("webauthn.get", challenge);
        out.authenticator_data = authenticator_data(false);
        out.signature = sign(out.authenticator_data + sha256(out.client_data));
        return out;
    }
    PublicKey public_key() const { return read_public_key(cose_key()).value(); }

    std::string cose_key() const {
        using namespace test_cbor;
        const auto alg = integer(static_cast<std::int64_t>(algorithm_));
        if (algorithm_ == Algorithm::es256)
            return map({{integer(1), integer(2)},
                        {integer(3), alg},
                        {integer(-1), integer(1)},
                        {integer(-2), bytes(number(OSSL_PKEY_PARAM_EC_PUB_X, 32))},
                        {integer(-3), bytes(number(OSSL_PKEY_PARAM_EC_PUB_Y, 32))}});
        if (algorithm_ == Algorithm::rs256)
            return map({{integer(1), integer(3)},
                        {integer(3), alg},
                        {integer(-1), bytes(number(OSSL_PKEY_PARAM_RSA_N, 256))},
                        {integer(-2), bytes(number(OSSL_PKEY_PARAM_RSA_E, 3))}});
        std::string raw(32, '\0');
        std::size_t size = raw.size();
        EVP_PKEY_get_raw_public_key(key_, reinterpret_cast<unsigned char*>(raw.data()), &size);
        return map({{integer(1), integer(1)},
                    {integer(3), alg},
                    {integer(-1), integer(6)},
                    {integer(-2), bytes(raw)}});
    }

private:
    static EVP_PKEY* make(Algorithm algorithm) {
        EVP_PKEY* made = nullptr;
        if (algorithm == Algorithm::es256)
            made = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
        else if (algorithm == Algorithm::rs256)
            made = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048});
        else
            made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
        if (!made) throw std::runtime_error("no key");
        return made;
    }
    std::string number(const char* name, int size) const {
        BIGNUM* n = nullptr;
        if (!EVP_PKEY_get_bn_param(key_, name, &n)) throw std::runtime_error(name);
        std::string out(static_cast<std::size_t>(size), '\0');
        BN_bn2binpad(n, reinterpret_cast<unsigned char*>(out.data()), size);
        BN_free(n);
        return out;
    }
    std::string sign(std::string_view data) const {
        EVP_MD_CTX* c = EVP_MD_CTX_new();
        const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
        const EVP_MD* digest = algorithm_ == Algorithm::eddsa ? nullptr : EVP_sha256();
        std::size_t size = 1024;
        std::string out(size, '\0');
        auto* to = reinterpret_cast<unsigned char*>(out.data());
        const bool good = EVP_DigestSignInit(c, nullptr, digest, nullptr, key_) == 1 &&
                          EVP_DigestSign(c, to, &size, bytes, data.size()) == 1;
        EVP_MD_CTX_free(c);
        if (!good) throw std::runtime_error("no signature");
        out.resize(size);
        return out;
    }

    Algorithm algorithm_;
    EVP_PKEY* key_;
};

} // namespace caredian::identity::webauthn
