#include "devices/enrol/broker_conf.h"

#include <gtest/gtest.h>

namespace caredian::devices::enrol {
namespace {

TEST(BrokerConf, LeastByDefault) {
    BrokerOptions o;
    o.directory = "/etc/mosquitto/caredian";
    o.state = "/var/lib/mosquitto";
    const auto conf = "\n" + mosquitto_conf(o);
    auto has = [&](const std::string& line) { return conf.find("\n" + line + "\n") != conf.npos; };
    for (const char* line :
         {"listener 8883", "tls_version tlsv1.3", "require_certificate true",
          "use_identity_as_username true", "use_username_as_clientid true", "allow_anonymous false",
          "crlfile /etc/mosquitto/caredian/ca.crl", "upgrade_outgoing_qos true", "persistence true",
          "autosave_interval 60", "max_queued_messages 180000", "max_queued_bytes 92160000",
          "plugin_opt_config_file /var/lib/mosquitto/dynamic-security.json"})
        EXPECT_TRUE(has(line)) << line;
    EXPECT_EQ(conf.find("listener", conf.find("\nlistener 8883") + 5), conf.npos) << "one listener";
    EXPECT_EQ(conf.find("tlsv1.2"), conf.npos);
}

TEST(BrokerConf, QueueIsRateTimesOutage) {
    BrokerOptions o;
    o.rate = 1000;
    o.outage = std::chrono::hours(1);
    o.message_bytes = 300;
    EXPECT_EQ(queue_limits(o).messages, 3'600'000u);
    EXPECT_EQ(queue_limits(o).bytes, 1'080'000'000u);
    o.rate = 0;
    EXPECT_EQ(queue_limits(o).messages, 1000u) << "never less than Mosquitto's own";
    o.outage = std::chrono::seconds(-5);
    EXPECT_EQ(queue_limits(o).messages, 1000u);
}

TEST(BrokerConf, MoreListenersOnlyWhenAsked) {
    BrokerOptions o;
    o.bind = "192.0.2.1";
    o.password_port = 8884;
    o.lan_port = 1883;
    o.autosave = std::chrono::hours(1);
    const auto conf = mosquitto_conf(o);
    EXPECT_NE(conf.find("listener 8883 192.0.2.1"), conf.npos);
    EXPECT_NE(conf.find("listener 8884 192.0.2.1"), conf.npos);
    EXPECT_NE(conf.find("listener 1883 192.0.2.1"), conf.npos);
    EXPECT_NE(conf.find("autosave_interval 60\n"), conf.npos) << "at most a minute is lost";
    EXPECT_EQ(conf.find("allow_anonymous true"), conf.npos);
}

} // namespace
} // namespace caredian::devices::enrol
