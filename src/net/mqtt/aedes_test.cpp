// Against aedes (tests/brokers), a broker of another family than Mosquitto: 3.1.1 only, so the
// fallback is tried in earnest.
#include "net/mqtt/test_broker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace caredian::net::mqtt {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::options_for;
using testing::Party;
using testing::run_until;

// tests/brokers of the repository that this program was built in; empty when it is not there.
namespace fs = std::filesystem;

fs::path brokers_folder() {
    if (const char* given = std::getenv("CAREDIAN_TEST_BROKERS")) return given;
    for (fs::path at = fs::read_symlink("/proc/self/exe"); at != at.root_path();
         at = at.parent_path())
        if (fs::exists(at / "tests/brokers/aedes.js")) return at / "tests/brokers";
    return {};
}

class WithAedes : public ::testing::Test {
protected:
    void SetUp() override {
        auto node = testing::find_program("node");
        auto folder = brokers_folder();
        if (node.empty() || folder.empty() || !fs::exists(folder / "node_modules/aedes"))
            GTEST_SKIP() << "aedes is not installed: npm ci in tests/brokers";
        child.emplace(std::vector<std::string>{node, folder / "aedes.js", std::to_string(port)},
                      logs / "log");
        testing::wait_until_reachable(*child, port);
    }
    ClientOptions options(std::string id) const {
        auto o = options_for(port, std::move(id), Version::v5);
        o.version_fallback = true;
        return o;
    }
    testing::TemporaryFolder logs;
    std::uint16_t port = testing::free_port();
    std::optional<testing::Child> child;
    boost::asio::io_context io;
};

TEST_F(WithAedes, EveryQosOverTheVersionThatItSpeaks) {
    auto o = options("reader");
    o.subscriptions = {{"q0", 0}, {"q1", 1}, {"q2", 2}};
    Party reader(io, o), writer(io, options("writer"));
    reader.client->start();
    writer.client->start();
    ASSERT_TRUE(run_until(io, [&] { return reader.ready(3) && writer.connected(); }));
    EXPECT_EQ(reader.connections.back().version, Version::v311);
    EXPECT_THAT(reader.ends.at(0), HasSubstr("trying 3.1.1"));
    int done = 0;
    for (std::uint8_t qos = 0; qos < 3; ++qos)
        for (int i = 0; i < 100; ++i)
            writer.client->publish("q" + std::to_string(qos), "{\"n\":1}", qos, false,
                                   [&](std::uint8_t code) { done += code == 0; });
    EXPECT_TRUE(run_until(io, [&] {
        return reader.messages.size() == 300 && done == 300 && reader.releases == 100;
    }));
}

TEST_F(WithAedes, SessionOutlivesAConnection) {
    auto o = options("reader");
    o.subscriptions = {{"a/#", 1}};
    {
        Party reader(io, o);
        reader.client->start();
        ASSERT_TRUE(run_until(io, [&] { return reader.ready(1); }));
        reader.client->stop();
        run_until(io, [&] { return false; }, 100ms);
    }
    Party writer(io, options("writer"));
    writer.client->start();
    int done = 0;
    for (int i = 0; i < 20; ++i)
        writer.client->publish("a/b", std::to_string(i), 1, false, [&](std::uint8_t) { ++done; });
    ASSERT_TRUE(run_until(io, [&] { return done == 20; }));
    o.remembered = o.subscriptions;
    Party again(io, o);
    again.client->start();
    ASSERT_TRUE(run_until(io, [&] { return again.messages.size() == 20; }));
    EXPECT_TRUE(again.connections.back().session_present);
}

TEST_F(WithAedes, RefusalsAreSaid) {
    auto o = options("reader");
    o.subscriptions = {{"denied/a", 1}, {"open/a", 1}};
    Party reader(io, o);
    reader.client->start();
    ASSERT_TRUE(run_until(io, [&] { return reader.ready(2); }));
    EXPECT_GE(reader.granted["denied/a"], 0x80);
    EXPECT_EQ(reader.granted["open/a"], 1);
    o.username = "refused";
    o.password = Secret("x");
    Party refused(io, o);
    refused.client->start();
    ASSERT_TRUE(run_until(io, [&] {
        return !refused.ends.empty() && refused.ends.back().find("3.1.1") == std::string::npos;
    }));
    EXPECT_THAT(refused.ends.back(), HasSubstr("0x86 bad user name or password"));
}

} // namespace
} // namespace caredian::net::mqtt
