// For tests: a self-signed certificate for `name`, localhost and 127.0.0.1, in files of its own.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdexcept>
#include <string>

namespace caredian::net {

class TestCertificate {
public:
    explicit TestCertificate(const std::string& name) {
        std::string pattern = (std::filesystem::temp_directory_path() / "caredian-XXXXXX").string();
        if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
        folder_ = pattern;
        write(name);
    }
    ~TestCertificate() { std::filesystem::remove_all(folder_); }
    TestCertificate(const TestCertificate&) = delete;
    TestCertificate& operator=(const TestCertificate&) = delete;
    std::string certificate_file() const { return folder_ / "certificate.pem"; }
    std::string key_file() const { return folder_ / "key.pem"; }

    // Writes a new pair over the old one.
    void write(const std::string& name, long begins_s = -3600, long ends_s = 24 * 3600) {
        std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
        std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), X509_free);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial_);
        X509_set_version(made.get(), 2);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), begins_s);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), ends_s);
        X509_set_pubkey(made.get(), key.get());
        auto* subject = X509_get_subject_name(made.get());
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
        X509_set_issuer_name(made.get(), subject);
        std::string names = "DNS:" + name + ",DNS:localhost,IP:127.0.0.1";
        auto* extension =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
        X509_add_ext(made.get(), extension, -1);
        X509_EXTENSION_free(extension);
        X509_sign(made.get(), key.get(), EVP_sha256());
        std::unique_ptr<FILE, decltype(&fclose)> out(fopen(key_file().c_str(), "w"), fclose);
        PEM_write_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        out.reset(fopen(certificate_file().c_str(), "w"));
        PEM_write_X509(out.get(), made.get());
    }

private:
    std::filesystem::path folder_;
    long serial_ = 0;
};

} // namespace caredian::net
