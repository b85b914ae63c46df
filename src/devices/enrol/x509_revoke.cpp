#include "devices/enrol/openssl.h"
#include "devices/enrol/x509.h"

#include <openssl/pem.h>

namespace caredian::devices::enrol {

using namespace openssl;

namespace {

bool add_entry(X509_CRL* list, const Revoked& one) {
    Own<X509_REVOKED> entry(X509_REVOKED_new());
    auto serial = serial_number(one.serial);
    Own<ASN1_TIME> since(ASN1_TIME_new());
    if (!entry || !serial || !since || !set_time(since.get(), one.since) ||
        X509_REVOKED_set_serialNumber(entry.get(), serial.get()) != 1 ||
        X509_REVOKED_set_revocationDate(entry.get(), since.get()) != 1 ||
        X509_CRL_add0_revoked(list, entry.get()) != 1)
        return false;
    (void)entry.release(); // the list's now
    return true;
}

bool add_number(X509_CRL* list, std::uint64_t number) {
    Own<ASN1_INTEGER> value(ASN1_INTEGER_new());
    return value && ASN1_INTEGER_set_uint64(value.get(), number) == 1 &&
           X509_CRL_add1_ext_i2d(list, NID_crl_number, value.get(), 0, 0) == 1;
}

bool add_issuer_key(X509_CRL* list, X509* issuer) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, nullptr, nullptr, list, 0);
    Own<X509_EXTENSION> extension(
        X509V3_EXT_nconf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"));
    return extension && X509_CRL_add_ext(list, extension.get(), -1) == 1;
}

} // namespace

result<std::string> make_revocation_list(const Signer& signer, std::uint64_t number,
                                         const Validity& validity,
                                         const std::vector<Revoked>& revoked) {
    auto ca = openssl::read_certificate(signer.certificate);
    auto key = read_key(signer.key.reveal());
    Own<X509_CRL> list(X509_CRL_new());
    Own<ASN1_TIME> from(ASN1_TIME_new()), until(ASN1_TIME_new());
    bool good = ca && key && list && from && until && set_time(from.get(), validity.from) &&
                set_time(until.get(), validity.until) &&
                X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1 &&
                X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(ca.get())) == 1 &&
                X509_CRL_set1_lastUpdate(list.get(), from.get()) == 1 &&
                X509_CRL_set1_nextUpdate(list.get(), until.get()) == 1;
    for (const auto& one : revoked) good = good && add_entry(list.get(), one);
    good = good && X509_CRL_sort(list.get()) == 1 && add_issuer_key(list.get(), ca.get()) &&
           add_number(list.get(), number) && X509_CRL_sign(list.get(), key.get(), EVP_sha256()) > 0;
    Own<BIO> out(BIO_new(BIO_s_mem()));
    if (!good || !out || PEM_write_bio_X509_CRL(out.get(), list.get()) != 1)
        return failed("making a revocation list");
    return written(out.get());
}

} // namespace caredian::devices::enrol
