#include "net/mqtt/url.h"

#include <gtest/gtest.h>

namespace caredian::net::mqtt {
namespace {

TEST(MqttUrl, GivesTheParts) {
    ClientOptions o;
    EXPECT_EQ(apply_url(o, "mqtt://broker.local"), "");
    EXPECT_EQ(o.host, "broker.local");
    EXPECT_EQ(o.port, 1883);
    EXPECT_FALSE(o.tls);
    EXPECT_EQ(apply_url(o, "mqtts://us%40er:p%2Fw@192.0.2.1"), "");
    EXPECT_EQ(o.host, "192.0.2.1");
    EXPECT_EQ(o.port, 8883);
    EXPECT_TRUE(o.tls);
    EXPECT_EQ(o.username, "us@er");
    EXPECT_EQ(o.password.reveal(), "p/w");
    EXPECT_EQ(apply_url(o, "mqtt://[::1]:1884/"), "");
    EXPECT_EQ(o.host, "::1");
    EXPECT_EQ(o.port, 1884);
    EXPECT_EQ(o.username, "us@er"); // left alone
}

TEST(MqttUrl, SaysWhatIsWrongWithoutThePassword) {
    for (auto bad : {"", "broker", "http://u:secret@broker", "mqtt://", "mqtt://u:secret@broker:0",
                     "mqtt://broker:65536", "mqtt://broker:port", "mqtt://u:secret@broker/topic",
                     "mqtt://broker?x=1", "mqtt://bro ker"}) {
        ClientOptions o;
        std::string said = apply_url(o, bad);
        EXPECT_NE(said, "") << bad;
        EXPECT_EQ(said.find("secret"), std::string::npos) << bad;
        EXPECT_EQ(o.host, "127.0.0.1") << bad;
    }
}

} // namespace
} // namespace caredian::net::mqtt
