// What comes from outside: signing requests and certificates.
#include "devices/enrol/openssl.h"
#include "devices/enrol/x509.h"
#include "net/address.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <optional>

namespace caredian::devices::enrol {

using namespace openssl;

namespace {

// "" when there is none; nullopt: more than one, or not text.
std::optional<std::string> common_name(const X509_NAME* name) {
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) return std::string();
    if (X509_NAME_get_index_by_NID(name, NID_commonName, at) >= 0) return std::nullopt;
    unsigned char* text = nullptr;
    int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size < 0) return std::nullopt;
    std::string out(reinterpret_cast<char*>(text), static_cast<std::size_t>(size));
    OPENSSL_free(text);
    return out;
}

bool strong(const EVP_PKEY* key) {
    const int bits = EVP_PKEY_get_bits(key);
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
        return bits >= 2048 && bits <= 4096;
    case EVP_PKEY_ED25519:
        return true;
    case EVP_PKEY_EC: {
        std::array<char, 32> curve{};
        std::size_t length = 0;
        if (!EVP_PKEY_get_group_name(key, curve.data(), curve.size(), &length)) return false;
        const std::string_view name(curve.data(), length);
        return name == "prime256v1" || name == "secp384r1";
    }
    default:
        return false;
    }
}

WallTime time_of(const ASN1_TIME* time) {
    tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return WallTime(std::chrono::seconds(::timegm(&parts)));
}

std::vector<std::string> hosts_of(const X509* certificate) {
    std::vector<std::string> out;
    Own<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const auto* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type != GEN_DNS && name->type != GEN_IPADD) continue;
        const auto* text = name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
        std::string bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                          static_cast<std::size_t>(ASN1_STRING_length(text)));
        if (name->type == GEN_IPADD) {
            net::Address address;
            address.bytes[10] = address.bytes[11] = 0xff;
            if (bytes.size() != 4 && bytes.size() != 16) continue;
            std::copy(bytes.begin(), bytes.end(), address.bytes.end() - std::ssize(bytes));
            bytes = address.to_string();
        }
        out.push_back(std::move(bytes));
    }
    return out;
}

error_code refused(Errc e) {
    ERR_clear_error();
    return e;
}

} // namespace

result<PublicKey> read_request(std::string_view pem, std::string_view id) {
    constexpr std::string_view begin = "-----BEGIN";
    if (pem.size() > largest_request || pem.find('\0') != pem.npos) return Errc::bad_request;
    const auto first = pem.find(begin);
    if (first == pem.npos || pem.find(begin, first + 1) != pem.npos) return Errc::bad_request;
    auto in = reader(pem);
    Own<X509_REQ> request(PEM_read_bio_X509_REQ(in.get(), nullptr, no_password, nullptr));
    if (!request || X509_REQ_get_version(request.get()) != X509_REQ_VERSION_1)
        return refused(Errc::bad_request);
    auto* key = X509_REQ_get0_pubkey(request.get());
    if (!key) return refused(Errc::bad_request);
    if (!strong(key)) return refused(Errc::weak_key);
    if (X509_REQ_verify(request.get(), key) != 1) return refused(Errc::bad_request);
    auto name = common_name(X509_REQ_get_subject_name(request.get()));
    if (!name || (!name->empty() && *name != id)) return refused(Errc::other_name);
    unsigned char* bytes = nullptr;
    int size = i2d_PUBKEY(key, &bytes);
    if (size <= 0) return refused(Errc::bad_request);
    PublicKey out{{reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size)}};
    OPENSSL_free(bytes);
    return out;
}

result<Read> read_certificate(std::string_view pem) {
    auto certificate = openssl::read_certificate(pem);
    if (!certificate) return refused(Errc::crypto);
    Read out;
    out.common_name = common_name(X509_get_subject_name(certificate.get())).value_or("");
    out.serial = hex_of(X509_get0_serialNumber(certificate.get()));
    out.validity = {time_of(X509_get0_notBefore(certificate.get())),
                    time_of(X509_get0_notAfter(certificate.get()))};
    out.hosts = hosts_of(certificate.get());
    return out;
}

bool is_signed_by(std::string_view certificate, std::string_view root) {
    auto leaf = openssl::read_certificate(certificate);
    auto ca = openssl::read_certificate(root);
    const bool good = leaf && ca && X509_verify(leaf.get(), X509_get0_pubkey(ca.get())) == 1;
    ERR_clear_error();
    return good;
}

std::optional<WallTime> list_end(std::string_view list, std::string_view root) {
    auto in = reader(list);
    Own<X509_CRL> read(PEM_read_bio_X509_CRL(in.get(), nullptr, no_password, nullptr));
    auto ca = openssl::read_certificate(root);
    const bool good = read && ca && X509_CRL_verify(read.get(), X509_get0_pubkey(ca.get())) == 1 &&
                      X509_CRL_get0_nextUpdate(read.get());
    ERR_clear_error();
    if (!good) return std::nullopt;
    return time_of(X509_CRL_get0_nextUpdate(read.get()));
}

} // namespace caredian::devices::enrol
