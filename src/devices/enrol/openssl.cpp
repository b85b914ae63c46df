#include "devices/enrol/openssl.h"

#include "base/log.h"

#include <algorithm>
#include <array>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace caredian::devices::enrol::openssl {

error_code failed(std::string_view doing) {
    std::array<char, 200> text{};
    ERR_error_string_n(ERR_peek_last_error(), text.data(), text.size());
    ERR_clear_error();
    log::error("enrolment", "OpenSSL refused",
               {{"doing", doing}, {"reason", std::string_view(text.data())}});
    return Errc::crypto;
}

Own<EVP_PKEY> read_key(const std::string& pem) {
    auto in = reader(pem);
    return Own<EVP_PKEY>(PEM_read_bio_PrivateKey(in.get(), nullptr, no_password, nullptr));
}

Own<X509> read_certificate(std::string_view pem) {
    auto in = reader(pem);
    return Own<X509>(PEM_read_bio_X509(in.get(), nullptr, no_password, nullptr));
}

Own<ASN1_INTEGER> serial_number(std::string_view hex) {
    BIGNUM* raw = nullptr;
    const std::string text(hex);
    if (text.empty() || BN_hex2bn(&raw, text.c_str()) != static_cast<int>(text.size())) {
        BN_free(raw);
        return nullptr;
    }
    Own<BIGNUM> number(raw);
    return Own<ASN1_INTEGER>(BN_to_ASN1_INTEGER(number.get(), nullptr));
}

std::string hex_of(const ASN1_INTEGER* serial) {
    Own<BIGNUM> number(ASN1_INTEGER_to_BN(serial, nullptr));
    if (!number) return {};
    char* raw = BN_bn2hex(number.get());
    if (!raw) return {};
    std::string out(raw);
    OPENSSL_free(raw);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    });
    if (out.size() < 32) out.insert(0, 32 - out.size(), '0');
    return out;
}

bool set_time(ASN1_TIME* out, WallTime time) {
    auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch());
    return ASN1_TIME_set(out, static_cast<time_t>(seconds.count())) != nullptr;
}

} // namespace caredian::devices::enrol::openssl
