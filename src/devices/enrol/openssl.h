// OpenSSL's objects as values that end by themselves. Only for the files of this folder.
#pragma once

#include "base/clock.h"
#include "devices/enrol/errc.h"

#include <memory>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string>
#include <string_view>

namespace caredian::devices::enrol::openssl {

struct Free {
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
    void operator()(BIO* p) const { BIO_free(p); }
    void operator()(X509* p) const { X509_free(p); }
    void operator()(X509_CRL* p) const { X509_CRL_free(p); }
    void operator()(X509_REQ* p) const { X509_REQ_free(p); }
    void operator()(X509_NAME* p) const { X509_NAME_free(p); }
    void operator()(X509_REVOKED* p) const { X509_REVOKED_free(p); }
    void operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
    void operator()(ASN1_STRING* p) const { ASN1_STRING_free(p); } // integers and times, too
    void operator()(BIGNUM* p) const { BN_free(p); }
    void operator()(GENERAL_NAMES* p) const { GENERAL_NAMES_free(p); }
};
template <class T>
using Own = std::unique_ptr<T, Free>;

inline Own<BIO> reader(std::string_view text) {
    return Own<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}
// What was written to a memory BIO.
inline std::string written(BIO* bio) {
    char* data = nullptr;
    auto size = BIO_ctrl(bio, BIO_CTRL_INFO, 0, static_cast<void*>(&data)); // BIO_get_mem_data
    return size > 0 && data ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}
// Never asks on the terminal.
inline int no_password(char*, int, int, void*) {
    return -1;
}

// Errc::crypto, with OpenSSL's reason in the log; its queue is emptied.
error_code failed(std::string_view doing);

Own<EVP_PKEY> read_key(const std::string& pem);
Own<X509> read_certificate(std::string_view pem);
Own<ASN1_INTEGER> serial_number(std::string_view hex);
std::string hex_of(const ASN1_INTEGER* serial);
bool set_time(ASN1_TIME* out, WallTime time);

} // namespace caredian::devices::enrol::openssl
