#include "devices/enrol/x509.h"

#include "base/encoding.h"
#include "devices/enrol/openssl.h"
#include "net/address.h"

#include <array>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace caredian::devices::enrol {

using namespace openssl;

namespace {

result<std::string> pem_of(X509* certificate) {
    Own<BIO> out(BIO_new(BIO_s_mem()));
    if (!out || PEM_write_bio_X509(out.get(), certificate) != 1) return failed("writing");
    return written(out.get());
}

result<Secret> pem_of(EVP_PKEY* key) {
    Own<BIO> out(BIO_new(BIO_s_secmem()));
    if (!out ||
        PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return failed("writing a key");
    return Secret(written(out.get()));
}

bool set_name(X509_NAME* name, std::string_view common_name) {
    return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(common_name.data()),
                                      static_cast<int>(common_name.size()), -1, 0) == 1;
}

bool add(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    Own<X509_EXTENSION> extension(X509V3_EXT_nconf_nid(nullptr, &context, kind, value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// "DNS:home.example.org,IP:192.0.2.1"; nothing else can stand in a host.
result<std::string> alternative_names(const std::vector<std::string>& hosts) {
    std::string out;
    for (const auto& host : hosts) {
        const bool address = net::parse_address(host).has_value();
        if (!address && !is_host_name(host)) return Errc::bad_host;
        out.append(out.empty() ? "" : ",").append(address ? "IP:" : "DNS:").append(host);
    }
    return out;
}

// Version, serial number, times: what every certificate has.
Own<X509> begin(std::string_view serial, const Validity& validity) {
    Own<X509> made(X509_new());
    auto number = serial_number(serial);
    bool good = made && number && X509_set_version(made.get(), X509_VERSION_3) == 1 &&
                X509_set_serialNumber(made.get(), number.get()) == 1 &&
                set_time(X509_getm_notBefore(made.get()), validity.from) &&
                set_time(X509_getm_notAfter(made.get()), validity.until);
    return good ? std::move(made) : nullptr;
}

} // namespace

bool is_host_name(std::string_view host) {
    if (host.empty() || host.size() > 253 || host.front() == '.' || host.back() == '.')
        return false;
    std::size_t label = 0;
    for (char c : host) {
        const bool letter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        if (c != '.' && !letter) return false;
        label = c == '.' ? 0 : label + 1;
        if (label > 63) return false;
    }
    return host.find("..") == host.npos;
}

std::string make_serial(Random& random) {
    std::array<std::byte, 16> bytes{};
    random.fill(bytes);
    bytes[0] &= std::byte{0x7F};
    bytes[15] |= std::byte{0x01}; // never 0
    return hex_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

result<Secret> make_key() {
    Own<EVP_PKEY> key(EVP_EC_gen("P-256"));
    if (!key) return failed("making a key");
    return pem_of(key.get());
}

result<Signer> make_root(std::string_view name, std::string_view serial, const Validity& validity) {
    Own<EVP_PKEY> key(EVP_EC_gen("P-256"));
    auto made = begin(serial, validity);
    bool good = key && made && set_name(X509_get_subject_name(made.get()), name) &&
                X509_set_issuer_name(made.get(), X509_get_subject_name(made.get())) == 1 &&
                X509_set_pubkey(made.get(), key.get()) == 1 &&
                add(made.get(), made.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                add(made.get(), made.get(), NID_key_usage, "critical,keyCertSign,cRLSign") &&
                add(made.get(), made.get(), NID_subject_key_identifier, "hash") &&
                X509_sign(made.get(), key.get(), EVP_sha256()) > 0;
    if (!good) return failed("making the authority");
    auto certificate = pem_of(made.get());
    if (!certificate) return certificate.error();
    auto secret = pem_of(key.get());
    if (!secret) return secret.error();
    return Signer{std::move(*certificate), std::move(*secret)};
}

result<PublicKey> public_key(const Secret& key) {
    auto read = read_key(key.reveal());
    unsigned char* bytes = nullptr;
    int size = read ? i2d_PUBKEY(read.get(), &bytes) : -1;
    if (size <= 0) return failed("reading a key");
    PublicKey out{{reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size)}};
    OPENSSL_free(bytes);
    return out;
}

result<std::string> issue(const Signer& signer, const Leaf& leaf, const PublicKey& key) {
    auto names = alternative_names(leaf.hosts);
    if (!names) return names.error();
    auto ca = openssl::read_certificate(signer.certificate);
    auto ca_key = read_key(signer.key.reveal());
    const auto* der = reinterpret_cast<const unsigned char*>(key.der.data());
    Own<EVP_PKEY> subject(d2i_PUBKEY(nullptr, &der, static_cast<long>(key.der.size())));
    auto made = begin(leaf.serial, leaf.validity);
    const bool client = leaf.usage == Usage::client;
    bool good =
        ca && ca_key && subject && made &&
        set_name(X509_get_subject_name(made.get()), leaf.common_name) &&
        X509_set_issuer_name(made.get(), X509_get_subject_name(ca.get())) == 1 &&
        X509_set_pubkey(made.get(), subject.get()) == 1 &&
        add(made.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE") &&
        add(made.get(), ca.get(), NID_key_usage, "critical,digitalSignature") &&
        add(made.get(), ca.get(), NID_ext_key_usage, client ? "clientAuth" : "serverAuth") &&
        add(made.get(), ca.get(), NID_subject_key_identifier, "hash") &&
        add(made.get(), ca.get(), NID_authority_key_identifier, "keyid:always") &&
        (names->empty() || add(made.get(), ca.get(), NID_subject_alt_name, *names)) &&
        X509_sign(made.get(), ca_key.get(), EVP_sha256()) > 0;
    if (!good) return failed("issuing a certificate");
    return pem_of(made.get());
}

} // namespace caredian::devices::enrol
