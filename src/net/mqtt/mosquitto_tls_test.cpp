// Against a real Mosquitto over TLS 1.3 with certificates on both sides.
#include "net/mqtt/test_broker.h"
#include "net/test_certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace caredian::net::mqtt {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using testing::Mosquitto;
using testing::options_for;
using testing::Party;
using testing::run_until;

class WithTlsMosquitto : public ::testing::Test {
protected:
    void SetUp() override {
        if (Mosquitto::program().empty()) GTEST_SKIP() << "mosquitto is not installed";
        broker.emplace("cafile " + ours.certificate_file() + "\ncertfile " +
                       theirs.certificate_file() + "\nkeyfile " + theirs.key_file() +
                       "\ntls_version tlsv1.3\nrequire_certificate true\n"
                       "use_identity_as_username true\nallow_anonymous false\n");
    }
    ClientOptions options(std::string id) const {
        auto o = options_for(broker->port, std::move(id), Version::v5);
        o.tls = true;
        o.ca_file = theirs.certificate_file();
        o.certificate_file = ours.certificate_file();
        o.key_file = ours.key_file();
        return o;
    }
    // How the first attempt ends.
    std::string first_end(const ClientOptions& o) {
        Party party(io, o);
        party.client->start();
        run_until(io, [&] { return !party.ends.empty() || party.connected(); });
        return party.ends.empty() ? "connected" : party.ends[0];
    }
    TestCertificate theirs{"broker"}, ours{"gw01"};
    std::optional<Mosquitto> broker;
    boost::asio::io_context io;
};

TEST_F(WithTlsMosquitto, MessagesInBothDirections) {
    auto o = options("reader");
    o.subscriptions = {{"a", 1}};
    Party reader(io, o), writer(io, options("writer"));
    reader.client->start();
    writer.client->start();
    ASSERT_TRUE(run_until(io, [&] { return reader.ready(1) && writer.connected(); }));
    std::string large(300'000, 'x'); // many records
    int done = 0;
    for (int i = 0; i < 2000; ++i)
        writer.client->publish("a", i == 1000 ? large : "{\"n\":1}", 1, false,
                               [&](std::uint8_t) { ++done; });
    ASSERT_TRUE(run_until(io, [&] { return reader.messages.size() == 2000 && done == 2000; }));
    EXPECT_EQ(reader.messages[1000].payload, large);
    // A record holds one message, a batch must not.
    EXPECT_LT(reader.batches, 1000);
    reader.client->stop();
    writer.client->stop();
    run_until(io, [&] { return false; }, 100ms);
    EXPECT_TRUE(reader.ends.empty());
}

TEST_F(WithTlsMosquitto, WithoutOurCertificateWeAreRefused) {
    auto o = options("reader");
    o.certificate_file = o.key_file = "";
    EXPECT_THAT(first_end(o),
                AnyOf(HasSubstr("certificate"), HasSubstr("closed"), HasSubstr("broke")));
}

TEST_F(WithTlsMosquitto, AnUnknownBrokerIsRefused) {
    TestCertificate other("broker");
    auto o = options("reader");
    o.ca_file = other.certificate_file();
    EXPECT_THAT(first_end(o), HasSubstr("TLS: "));
    o.ca_file = "/nowhere.pem";
    EXPECT_THAT(first_end(o), HasSubstr("TLS: "));
}

TEST_F(WithTlsMosquitto, PlainTextToATlsPortEnds) {
    auto o = options("reader");
    o.tls = false;
    EXPECT_NE(first_end(o), "connected");
}

} // namespace
} // namespace caredian::net::mqtt
