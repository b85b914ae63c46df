#include "net/test_certificate.h"
#include "net/tls.h"

#include <boost/asio/ssl/context.hpp>
#include <fstream>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace caredian::net {
namespace {

struct Tls : testing::Test {
    TestCertificate home{"home.example"}, other{"other.example"};
};

TEST_F(Tls, AServerNeedsAPairThatBelongsTogether) {
    EXPECT_TRUE(make_server_tls({home.certificate_file(), home.key_file()}));
    struct Case {
        std::string certificate, key;
        TlsErrc error;
    };
    for (const auto& c : {
             Case{"/nowhere.pem", home.key_file(), TlsErrc::certificate_unreadable},
             Case{home.key_file(), home.key_file(), TlsErrc::certificate_unreadable},
             Case{home.certificate_file(), "/nowhere.pem", TlsErrc::key_unreadable},
             Case{home.certificate_file(), home.certificate_file(), TlsErrc::key_unreadable},
             Case{home.certificate_file(), other.key_file(), TlsErrc::key_mismatch},
         }) {
        auto made = make_server_tls({c.certificate, c.key});
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error(), c.error) << made.error().message();
    }
}

TEST_F(Tls, AClientNeedsReadableFiles) {
    EXPECT_TRUE(make_client_tls({}));
    EXPECT_TRUE(make_client_tls({.ca_file = home.certificate_file()}));
    EXPECT_EQ(make_client_tls({.ca_file = "/nowhere.pem"}).error(), TlsErrc::ca_unreadable);
    EXPECT_EQ(make_client_tls({.ca_file = home.key_file()}).error(), TlsErrc::ca_unreadable);
    EXPECT_EQ(make_client_tls({.certificate_file = home.certificate_file()}).error(),
              TlsErrc::key_unreadable);
}

// Two ends in memory.
struct Pair {
    using Ssl = std::unique_ptr<SSL, decltype(&SSL_free)>;
    Pair(SSL_CTX* server_context, SSL_CTX* client_context)
        : server(SSL_new(server_context), SSL_free), client(SSL_new(client_context), SSL_free) {
        BIO *a = nullptr, *b = nullptr;
        BIO_new_bio_pair(&a, 0, &b, 0);
        SSL_set_bio(server.get(), a, a);
        SSL_set_bio(client.get(), b, b);
        SSL_set_accept_state(server.get());
        SSL_set_connect_state(client.get());
    }
    bool shake() {
        int left = 0, right = 0;
        for (int i = 0; i < 10; ++i) {
            right = SSL_do_handshake(client.get());
            left = SSL_do_handshake(server.get());
        }
        return left == 1 && right == 1;
    }
    Ssl server, client;
};

// True when both sides are content.
bool shake(SSL_CTX* server, SSL_CTX* client, const std::string& host) {
    Pair pair(server, client);
    return expect_host(pair.client.get(), host) && pair.shake();
}

TEST_F(Tls, TheClientChecksChainAndName) {
    auto server = *make_server_tls({home.certificate_file(), home.key_file()});
    auto good = *make_client_tls({.ca_file = home.certificate_file(), .alpn = {"http/1.1"}});
    auto stranger = *make_client_tls({.ca_file = other.certificate_file()});
    auto* s = server->native_handle();
    EXPECT_TRUE(shake(s, good->native_handle(), "home.example"));
    EXPECT_TRUE(shake(s, good->native_handle(), "127.0.0.1"));
    EXPECT_FALSE(shake(s, good->native_handle(), "evil.example"));
    EXPECT_FALSE(shake(s, good->native_handle(), "192.0.2.1"));
    EXPECT_FALSE(shake(s, good->native_handle(), ""));
    EXPECT_FALSE(shake(s, stranger->native_handle(), "home.example"));
}

TEST_F(Tls, TheServerRefusesOldVersionsAndOtherProtocols) {
    auto server = *make_server_tls({home.certificate_file(), home.key_file()});
    auto old = *make_client_tls({.ca_file = home.certificate_file()});
    SSL_CTX_set_security_level(old->native_handle(), 0);
    SSL_CTX_set_cipher_list(old->native_handle(), "ALL:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(old->native_handle(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(old->native_handle(), TLS1_1_VERSION);
    EXPECT_FALSE(shake(server->native_handle(), old->native_handle(), "home.example"));
    auto h2 = *make_client_tls({.ca_file = home.certificate_file(), .alpn = {"h2"}});
    EXPECT_FALSE(shake(server->native_handle(), h2->native_handle(), "home.example"));
}

TEST_F(Tls, ADateThatDoesNotFitSpeaksOfTheClock) {
    struct {
        long begins, ends;
        const char* why;
    } cases[] = {
        {-3600, 3600, ""},
        {3600, 7200, "certificate is not yet valid by this machine's clock: is the clock right?"},
        {-7200, -3600, "certificate has expired by this machine's clock"},
    };
    for (auto& c : cases) {
        home.write("home.example", c.begins, c.ends);
        auto server = *make_server_tls({home.certificate_file(), home.key_file()});
        auto client = *make_client_tls({.ca_file = home.certificate_file()});
        Pair pair(server->native_handle(), client->native_handle());
        ASSERT_TRUE(expect_host(pair.client.get(), "home.example"));
        EXPECT_EQ(pair.shake(), *c.why == '\0') << c.why;
        EXPECT_EQ(certificate_trouble(pair.client.get()), c.why);
    }
    auto stranger = *make_client_tls({.ca_file = other.certificate_file()});
    auto server = *make_server_tls({home.certificate_file(), home.key_file()});
    Pair pair(server->native_handle(), stranger->native_handle());
    EXPECT_FALSE(pair.shake());
    EXPECT_EQ(certificate_trouble(pair.client.get()), "self-signed certificate");
}

TEST_F(Tls, WhatTheOtherSideSaysOfOurCertificate) {
    struct {
        long begins, ends;
        bool ours, known;
        const char* why;
    } cases[] = {
        {-7200, -3600, true, true,
         "our certificate is refused: expired, or not yet valid, by the other side's clock"},
        {3600, 7200, true, true, "our certificate is refused"},
        {-3600, 3600, true, false, "our certificate is refused: its authority is not known there"},
        {-3600, 3600, false, true, "a certificate of ours is demanded"},
    };
    for (auto& c : cases) {
        other.write("kitchen", c.begins, c.ends);
        auto server = *make_server_tls({home.certificate_file(), home.key_file()});
        auto* s = server->native_handle();
        const auto& known = c.known ? other : home;
        ASSERT_EQ(SSL_CTX_load_verify_file(s, known.certificate_file().c_str()), 1);
        SSL_CTX_set_verify(s, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        TlsClientOptions options{.ca_file = home.certificate_file()};
        if (c.ours) {
            options.certificate_file = other.certificate_file();
            options.key_file = other.key_file();
        }
        auto client = *make_client_tls(options);
        Pair pair(s, client->native_handle());
        EXPECT_FALSE(pair.shake());
        ERR_clear_error();
        char byte = 0;
        EXPECT_LE(SSL_read(pair.client.get(), &byte, 1), 0);
        EXPECT_EQ(refusal_of_ours(ERR_peek_last_error()), c.why);
        EXPECT_EQ(certificate_trouble(pair.client.get()), "");
        ERR_clear_error();
    }
    EXPECT_EQ(refusal_of_ours(0), "");
}

} // namespace
} // namespace caredian::net
