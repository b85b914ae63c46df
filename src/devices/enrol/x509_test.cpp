#include "base/random.h"
#include "devices/enrol/openssl.h"
#include "devices/enrol/x509.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <set>

namespace caredian::devices::enrol {
namespace {

using namespace openssl;
using std::chrono::hours;

const WallTime now(std::chrono::seconds(1'767'999'300));

class X509Test : public ::testing::Test {
protected:
    SystemRandom random_;
    Signer root_ = make_root("Home", make_serial(random_), around(hours(24 * 3650))).value();

    static Validity around(std::chrono::seconds length) { return {now - hours(24), now + length}; }
    Leaf leaf(std::string name) {
        return {std::move(name), make_serial(random_), around(hours(24 * 397)), Usage::client, {}};
    }
    std::string make(const Leaf& l) {
        return issue(root_, l, public_key(make_key().value()).value()).value();
    }

    // OpenSSL's own judgement: X509_V_OK or what it says.
    struct Check {
        int purpose = X509_PURPOSE_SSL_CLIENT;
        std::string list;
        WallTime at = now;
    };
    int judge(const std::string& pem, const std::string& root, const Check& check) {
        auto leaf_cert = openssl::read_certificate(pem), ca = openssl::read_certificate(root);
        std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(),
                                                                      X509_STORE_free);
        X509_STORE_add_cert(store.get(), ca.get());
        std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(
            X509_STORE_CTX_new(), X509_STORE_CTX_free);
        if (!check.list.empty()) {
            auto in = reader(check.list);
            Own<X509_CRL> list(PEM_read_bio_X509_CRL(in.get(), nullptr, nullptr, nullptr));
            X509_STORE_add_crl(store.get(), list.get());
            X509_STORE_set_flags(store.get(), X509_V_FLAG_CRL_CHECK);
        }
        X509_STORE_CTX_init(context.get(), store.get(), leaf_cert.get(), nullptr);
        auto* parameters = X509_STORE_CTX_get0_param(context.get());
        X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
        X509_VERIFY_PARAM_set_time(parameters,
                                   static_cast<time_t>(to_ns(check.at) / 1'000'000'000));
        X509_VERIFY_PARAM_set_purpose(parameters, check.purpose);
        X509_verify_cert(context.get());
        return X509_STORE_CTX_get_error(context.get());
    }
};

TEST_F(X509Test, AClientIsAClientAndNothingElse) {
    auto pem = make(leaf("kitchen"));
    EXPECT_EQ(judge(pem, root_.certificate, {}), X509_V_OK);
    EXPECT_EQ(judge(pem, root_.certificate, {X509_PURPOSE_SSL_SERVER, {}, now}),
              X509_V_ERR_INVALID_PURPOSE);
    EXPECT_NE(judge(root_.certificate, root_.certificate, {X509_PURPOSE_SSL_SERVER, {}, now}),
              X509_V_ERR_CERT_REVOKED);
    auto certificate = openssl::read_certificate(pem);
    EXPECT_EQ(X509_check_ca(certificate.get()), 0);
    EXPECT_EQ(X509_get_extended_key_usage(certificate.get()), XKU_SSL_CLIENT + 0u);
    EXPECT_EQ(X509_get_key_usage(certificate.get()), KU_DIGITAL_SIGNATURE + 0u);
    int critical = 0;
    std::unique_ptr<BASIC_CONSTRAINTS, decltype(&BASIC_CONSTRAINTS_free)> basic(
        static_cast<BASIC_CONSTRAINTS*>(
            X509_get_ext_d2i(certificate.get(), NID_basic_constraints, &critical, nullptr)),
        BASIC_CONSTRAINTS_free);
    EXPECT_EQ(critical, 1);
    auto read = enrol::read_certificate(pem).value();
    EXPECT_EQ(read.common_name, "kitchen");
    EXPECT_EQ(read.serial.size(), 32u);
    EXPECT_EQ(read.validity.from, now - hours(24));
    EXPECT_TRUE(is_signed_by(pem, root_.certificate));
}

TEST_F(X509Test, Times) {
    auto pem = make(leaf("kitchen"));
    EXPECT_EQ(judge(pem, root_.certificate, {X509_PURPOSE_SSL_CLIENT, {}, now - hours(23)}),
              X509_V_OK)
        << "a device whose clock is a day behind";
    EXPECT_EQ(judge(pem, root_.certificate, {X509_PURPOSE_SSL_CLIENT, {}, now - hours(25)}),
              X509_V_ERR_CERT_NOT_YET_VALID);
    EXPECT_EQ(judge(pem, root_.certificate, {X509_PURPOSE_SSL_CLIENT, {}, now + hours(24 * 398)}),
              X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST_F(X509Test, AnotherAuthorityIsAnother) {
    auto other = make_root("Home", make_serial(random_), around(hours(24 * 3650))).value();
    auto pem = make(leaf("kitchen"));
    EXPECT_NE(judge(pem, other.certificate, {}), X509_V_OK);
    EXPECT_FALSE(is_signed_by(pem, other.certificate));
    EXPECT_FALSE(is_signed_by("", root_.certificate));
    // A certificate of a device signs no other: it is no authority.
    auto key = make_key().value();
    auto end = issue(root_, leaf("kitchen"), public_key(key).value()).value();
    auto below = issue({end, key}, leaf("hall"), public_key(make_key().value()).value()).value();
    EXPECT_NE(judge(below, end, {}), X509_V_OK);
}

TEST_F(X509Test, AServerHasItsNames) {
    auto l = leaf("broker");
    l.usage = Usage::server;
    l.hosts = {"home.example.org", "192.0.2.7", "2001:db8::1", "broker"};
    auto pem = make(l);
    EXPECT_EQ(judge(pem, root_.certificate, {X509_PURPOSE_SSL_SERVER, {}, now}), X509_V_OK);
    EXPECT_EQ(judge(pem, root_.certificate, {}), X509_V_ERR_INVALID_PURPOSE);
    auto certificate = openssl::read_certificate(pem);
    EXPECT_EQ(X509_check_host(certificate.get(), "home.example.org", 0, 0, nullptr), 1);
    EXPECT_EQ(X509_check_host(certificate.get(), "example.org", 0, 0, nullptr), 0);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "2001:db8::1", 0), 1);
    EXPECT_EQ(enrol::read_certificate(pem)->hosts, l.hosts);
    for (std::string bad : {"", "*.example.org", "a b", "a,IP:192.0.2.1", "DNS:x", "a..b", ".a",
                            "a.", "é.example", "x\n", "mailto:x@y", "300.1.1.1:80"}) {
        l.hosts = {bad};
        EXPECT_EQ(issue(root_, l, public_key(make_key().value()).value()).error(), Errc::bad_host)
            << bad;
    }
}

TEST_F(X509Test, SerialNumbers) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        auto serial = make_serial(random_);
        EXPECT_EQ(serial.size(), 32u);
        EXPECT_LT(serial[0], '8') << "it would be negative";
        EXPECT_TRUE(seen.insert(serial).second);
    }
    auto l = leaf("kitchen");
    l.serial = std::string(31, '0') + "1";
    EXPECT_EQ(enrol::read_certificate(make(l))->serial, l.serial);
}

TEST_F(X509Test, ARevocationList) {
    auto gone = leaf("kitchen"), stays = leaf("hall");
    auto gone_pem = make(gone), stays_pem = make(stays);
    Validity times{now - hours(24), now + hours(24 * 30)};
    auto pem = make_revocation_list(root_, 7, times, {{gone.serial, now}}).value();
    EXPECT_EQ(judge(gone_pem, root_.certificate, {X509_PURPOSE_SSL_CLIENT, pem, now}),
              X509_V_ERR_CERT_REVOKED);
    EXPECT_EQ(judge(stays_pem, root_.certificate, {X509_PURPOSE_SSL_CLIENT, pem, now}), X509_V_OK);
    EXPECT_EQ(
        judge(stays_pem, root_.certificate, {X509_PURPOSE_SSL_CLIENT, pem, now + hours(24 * 31)}),
        X509_V_ERR_CRL_HAS_EXPIRED);
    auto in = reader(pem);
    Own<X509_CRL> list(PEM_read_bio_X509_CRL(in.get(), nullptr, nullptr, nullptr));
    EXPECT_EQ(X509_CRL_get_version(list.get()), X509_CRL_VERSION_2);
    Own<ASN1_INTEGER> number(static_cast<ASN1_INTEGER*>(
        X509_CRL_get_ext_d2i(list.get(), NID_crl_number, nullptr, nullptr)));
    EXPECT_EQ(ASN1_INTEGER_get(number.get()), 7);
    EXPECT_EQ(list_end(pem, root_.certificate), times.until);
    EXPECT_EQ(list_end("x", root_.certificate), std::nullopt);
    auto empty = make_revocation_list(root_, 8, times, {}).value();
    EXPECT_EQ(judge(gone_pem, root_.certificate, {X509_PURPOSE_SSL_CLIENT, empty, now}), X509_V_OK);
}

// --- requests -----------------------------------------------------------------------------------

struct RequestOptions {
    std::string name = "kitchen";
    bool other_signer = false, asks_for_ca = false, second_name = false;
    EVP_PKEY* key = nullptr;
};

std::string request(const RequestOptions& o) {
    Own<EVP_PKEY> own(EVP_EC_gen("P-256")), other(EVP_EC_gen("P-256"));
    auto* key = o.key ? o.key : own.get();
    Own<X509_REQ> made(X509_REQ_new());
    X509_REQ_set_version(made.get(), X509_REQ_VERSION_1);
    auto* name = X509_REQ_get_subject_name(made.get());
    auto put = [&](const std::string& text) {
        X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()), -1, 0);
    };
    if (!o.name.empty()) put(o.name);
    if (o.second_name) put("hall");
    X509_REQ_set_pubkey(made.get(), key);
    if (o.asks_for_ca) {
        auto* list = sk_X509_EXTENSION_new_null();
        sk_X509_EXTENSION_push(
            list, X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "critical,CA:TRUE"));
        X509_REQ_add_extensions(made.get(), list);
        sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
    }
    const bool plain = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
    X509_REQ_sign(made.get(), o.other_signer ? other.get() : key, plain ? nullptr : EVP_sha256());
    Own<BIO> out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509_REQ(out.get(), made.get());
    return written(out.get());
}

TEST_F(X509Test, KeysOfRequests) {
    struct Case {
        const char* name;
        Own<EVP_PKEY> key;
        Errc want;
    };
    std::vector<Case> cases;
    cases.push_back({"P-256", Own<EVP_PKEY>(EVP_EC_gen("P-256")), Errc::ok});
    cases.push_back({"P-384", Own<EVP_PKEY>(EVP_EC_gen("P-384")), Errc::ok});
    cases.push_back({"P-521", Own<EVP_PKEY>(EVP_EC_gen("P-521")), Errc::weak_key});
    cases.push_back({"secp256k1", Own<EVP_PKEY>(EVP_EC_gen("secp256k1")), Errc::weak_key});
    cases.push_back(
        {"Ed25519", Own<EVP_PKEY>(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")), Errc::ok});
    cases.push_back({"RSA 1024", Own<EVP_PKEY>(EVP_RSA_gen(1024)), Errc::weak_key});
    cases.push_back({"RSA 2048", Own<EVP_PKEY>(EVP_RSA_gen(2048)), Errc::ok});
    for (const auto& c : cases) {
        RequestOptions o;
        o.key = c.key.get();
        auto read = read_request(request(o), "kitchen");
        EXPECT_EQ(read ? make_error_code(Errc::ok) : read.error(), make_error_code(c.want))
            << c.name;
        if (!read) continue;
        EXPECT_EQ(judge(issue(root_, leaf("kitchen"), *read).value(), root_.certificate, {}),
                  X509_V_OK);
    }
}

TEST_F(X509Test, BadRequests) {
    const auto good = request({});
    EXPECT_TRUE(read_request(good, "kitchen"));
    EXPECT_TRUE(read_request("a note\n" + good + "\n", "kitchen"));
    EXPECT_TRUE(read_request(request({.name = ""}), "kitchen"));
    auto changed = good;
    changed[good.size() / 2] = changed[good.size() / 2] == 'A' ? 'B' : 'A';
    struct Case {
        const char* name;
        std::string pem;
        Errc want;
    };
    for (const auto& c : std::vector<Case>{
             {"nothing", "", Errc::bad_request},
             {"noise", std::string(300, '\x01'), Errc::bad_request},
             {"a certificate", root_.certificate, Errc::bad_request},
             {"a key", make_key().value().reveal(), Errc::bad_request},
             {"cut", good.substr(0, good.size() / 2), Errc::bad_request},
             {"two", good + good, Errc::bad_request},
             {"a NUL", good + std::string(1, '\0'), Errc::bad_request},
             {"too large", good + std::string(largest_request, '\n'), Errc::bad_request},
             {"changed", changed, Errc::bad_request},
             {"signed by another key", request({.other_signer = true}), Errc::bad_request},
             {"encrypted header",
              "-----BEGIN CERTIFICATE REQUEST-----\nProc-Type: 4,ENCRYPTED\n"
              "DEK-Info: AES-256-CBC,00\n\nAAAA\n"
              "-----END CERTIFICATE REQUEST-----\n",
              Errc::bad_request},
             {"another's name", request({.name = "hall"}), Errc::other_name},
             {"two names", request({.second_name = true}), Errc::other_name},
             {"capitals", request({.name = "Kitchen"}), Errc::other_name}})
        EXPECT_EQ(read_request(c.pem, "kitchen").error(), c.want) << c.name;
}

TEST_F(X509Test, WhatARequestAsksForIsNotGiven) {
    auto key = read_request(request({.asks_for_ca = true}), "kitchen");
    ASSERT_TRUE(key);
    auto certificate = openssl::read_certificate(issue(root_, leaf("kitchen"), *key).value());
    EXPECT_EQ(X509_check_ca(certificate.get()), 0);
}

} // namespace
} // namespace caredian::devices::enrol
