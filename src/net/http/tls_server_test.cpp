#include "net/http/test_server.h"
#include "net/test_certificate.h"
#include "net/tls.h"

#include <boost/asio/ssl/stream.hpp>
#include <fstream>
#include <openssl/ssl.h>

namespace caredian::net::http {
namespace {

namespace asio = boost::asio;
using TlsStream = asio::ssl::stream<asio::ip::tcp::socket>;

struct TlsServer : ServerTest {
    TestCertificate certificate{"home.example"};
    asio::io_context io;
    void SetUp() override {
        options.tls_certificate = certificate.certificate_file();
        options.tls_key = certificate.key_file();
        quick("/large", [](Context& c) {
            return Response::text(200, std::string(300'000, 'x'),
                                  c.request.secure ? "text/x-secure" : "text/plain");
        });
    }
    std::unique_ptr<TlsStream> connect() {
        auto context = make_client_tls({.ca_file = certificate.certificate_file()});
        contexts.push_back(*context);
        auto s = std::make_unique<TlsStream>(io, **context);
        s->next_layer().connect({asio::ip::address_v4::loopback(), port()});
        EXPECT_TRUE(expect_host(s->native_handle(), "home.example"));
        s->handshake(TlsStream::client);
        return s;
    }
    std::vector<TlsContext> contexts;
};

TEST_F(TlsServer, ServesLargeAnswersAndPipelines) {
    start();
    auto s = connect();
    const std::string request = "GET /large HTTP/1.1\r\nHost: h\r\n\r\n";
    asio::write(*s, asio::buffer(request + request));
    std::string got;
    char piece[16384];
    while (got.size() < 600'000) got.append(piece, s->read_some(asio::buffer(piece)));
    EXPECT_NE(got.find("text/x-secure"), std::string::npos);
    EXPECT_EQ(std::count(got.begin(), got.end(), 'x') >= 600'000, true);
}

TEST_F(TlsServer, APlainRequestIsNotAnswered) {
    start();
    auto c = client();
    c.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(c.until_close().find("HTTP/1.1 200"), std::string::npos);
}

TEST_F(TlsServer, TakesAChangedCertificateAndRefusesABrokenOne) {
    start();
    auto first = connect();
    std::ofstream(certificate.certificate_file()) << "broken";
    server->reload_tls();
    certificate.write("home.example");
    server->reload_tls();
    // A new connection is held against the new certificate; until the reload was done it fails.
    bool changed = false;
    for (int i = 0; i < 100 && !changed; ++i) {
        try {
            connect();
            changed = true;
        } catch (const boost::system::system_error&) {
        }
    }
    EXPECT_TRUE(changed);
    asio::write(*first, asio::buffer(std::string("GET /large HTTP/1.1\r\nHost: h\r\n\r\n")));
    char piece[100];
    EXPECT_GT(first->read_some(asio::buffer(piece)), 0u);
}

// How many of `times` handshakes were short ones.
struct Resuming : TlsServer, ::testing::WithParamInterface<int> {
    SSL_SESSION* session = nullptr;
    TlsContext context;
    void TearDown() override {
        SSL_SESSION_free(session);
        TlsServer::TearDown();
    }
    int resumed(int times) {
        int count = 0;
        for (int i = 0; i < times; ++i) {
            TlsStream s(io, *context);
            auto* ssl = s.native_handle();
            s.next_layer().connect({asio::ip::address_v4::loopback(), port()});
            if (session) SSL_set_session(ssl, session);
            s.handshake(TlsStream::client);
            asio::write(s, asio::buffer(std::string("GET /none HTTP/1.1\r\nHost: h\r\n\r\n")));
            char piece[4096];
            s.read_some(asio::buffer(piece)); // TLS 1.3's tickets come with the answer
            count += SSL_session_reused(ssl);
            SSL_SESSION_free(session);
            session = SSL_get1_session(ssl);
            // OpenSSL forbids the use of a session whose connection was not closed in order.
            SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        }
        return count;
    }
    void SetUp() override {
        TlsServer::SetUp();
        options.workers = 2;
        start();
        context = *make_client_tls({.ca_file = certificate.certificate_file()});
        ASSERT_EQ(SSL_CTX_set_max_proto_version(context->native_handle(), GetParam()), 1);
    }
};

TEST_P(Resuming, OneTicketIsGoodForAnyWorker) {
    EXPECT_EQ(resumed(8), 7);
}

TEST_P(Resuming, TicketsOfAnEarlierCertificateAreNotTaken) {
    EXPECT_EQ(resumed(2), 1);
    certificate.write("home.example");
    context = *make_client_tls({.ca_file = certificate.certificate_file()});
    ASSERT_EQ(SSL_CTX_set_max_proto_version(context->native_handle(), GetParam()), 1);
    server->reload_tls();
    // A full handshake with a worker that still has the old certificate fails.
    for (int i = 0, good = 0; i < 200 && good < 8; ++i) {
        try {
            connect();
            ++good;
        } catch (const boost::system::system_error&) {
            good = 0;
        }
    }
    EXPECT_EQ(resumed(1), 0);
    EXPECT_EQ(resumed(2), 2);
}

INSTANTIATE_TEST_SUITE_P(Versions, Resuming, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                             return version.param == TLS1_3_VERSION ? "Tls13" : "Tls12";
                         });

} // namespace
} // namespace caredian::net::http
