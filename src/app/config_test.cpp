// What is right, and what is odd and starts with a warning.
#include "app/config_fixture.h"

#include <algorithm>

namespace caredian::app {
namespace {

using namespace std::chrono_literals;

TEST(Config, NothingAtAllIsGood) {
    auto loaded = load("");
    EXPECT_TRUE(loaded.ok());
    EXPECT_TRUE(loaded.warnings.empty());
    EXPECT_TRUE(loaded.settings == Settings{});
    EXPECT_EQ(loaded.settings.listen, std::vector<std::string>{"0.0.0.0:8080"});
    EXPECT_EQ(loaded.settings.database_url(), "sqlite:./data/caredian.db");
}

TEST(Config, AWholeFile) {
    auto loaded = load(R"(
listen: [127.0.0.1:8081, "[::1]:8081"]
workers: 4
public_url: https://Home.Example.org/
trusted_proxies: [10.0.0.0/8, ::1]
data_dir: /var/lib/caredian
secret: 0123456789abcdef0123456789abcdef
tls: {certificate: /c.pem, key: /k.pem}
http:
  header_limit: 32KiB
  idle_timeout: 2m
database: {url: "sqlite:/var/lib/x.db"}
sessions: {idle: 12h, absolute: 7d}
mqtt:
  url: mqtts://broker.lan:8883
  topics: [zigbee2mqtt/#, "+/state"]
  username: ann
  password: "pass word"
  receive_maximum: 20
home_assistant:
  url: http://ha.lan:8123
  token: eyJ
journal: {max_bytes: 1GiB, when_full: drop_oldest, sync_interval: 1500ms}
ingest: {ignore: [a/b], max_payload: 10kB}
history:
  retention: 30d
  retention_by_measurement: {zigbee: 1d, "co2 air": 0}
metrics: {allow: 192.168.1.9}
log: {level: WARN, format: json, access: off}
)");
    ASSERT_TRUE(loaded.ok()) << all_text(loaded.problems);
    const auto& s = loaded.settings;
    EXPECT_EQ(s.listen[1], "[::1]:8081");
    EXPECT_EQ(s.public_url, "https://home.example.org");
    EXPECT_EQ(s.http.header_limit, 32768u);
    EXPECT_EQ(s.http.idle_timeout, 120s);
    EXPECT_EQ(s.database_url(), "sqlite:/var/lib/x.db");
    EXPECT_EQ(s.sessions.absolute, 7 * 24h);
    EXPECT_EQ(s.mqtt.password.reveal(), "pass word");
    EXPECT_EQ(s.journal.when_full, WhenFull::drop_oldest);
    EXPECT_EQ(s.journal.sync_interval, 1500ms);
    EXPECT_EQ(s.ingest.max_payload, 10'000u);
    EXPECT_EQ(s.history.retention_by_measurement.at("co2 air"), 0s);
    EXPECT_EQ(s.metrics.allow, std::vector<std::string>{"192.168.1.9"});
    EXPECT_EQ(s.log.level, log::Level::warning);
    EXPECT_EQ(s.log.format, log::Format::json);
    EXPECT_FALSE(s.log.access);
}

TEST(Config, AnEmptyGroupIsGood) {
    EXPECT_TRUE(load("mqtt:\n\nlog:\n  # level: debug\n").ok());
}

TEST(Config, EnvironmentWinsOverFileWinsOverDefault) {
    auto yaml = "workers: 2\nlog: {level: error}\n";
    auto loaded = load(yaml, {{"CAREDIAN_WORKERS", "3"}, {"CAREDIAN_LOG_FORMAT", ""}});
    ASSERT_TRUE(loaded.ok()) << all_text(loaded.problems);
    EXPECT_EQ(loaded.settings.workers, 3u);
    EXPECT_EQ(loaded.settings.log.level, log::Level::error);
    EXPECT_EQ(loaded.settings.log.format, log::Format::text); // set but empty: not set
}

TEST(Config, ListsAndMapsInTheEnvironment) {
    Environment environment{
        {"CAREDIAN_LISTEN", "127.0.0.1:1, 127.0.0.1:2"},
        {"CAREDIAN_MQTT_TOPICS", R"(["a,b/#", "c"])"},
        {"CAREDIAN_TRUSTED_PROXIES", "10.0.0.1"},
        {"CAREDIAN_HISTORY_RETENTION_BY_MEASUREMENT", "a=1d, b=2d"},
    };
    auto loaded = load("", environment);
    ASSERT_TRUE(loaded.ok()) << all_text(loaded.problems);
    EXPECT_EQ(loaded.settings.listen.size(), 2u);
    EXPECT_EQ(loaded.settings.mqtt.topics[0], "a,b/#");
    EXPECT_EQ(loaded.settings.trusted_proxies, std::vector<std::string>{"10.0.0.1"});
    EXPECT_EQ(loaded.settings.history.retention_by_measurement.at("b"), 48h);
    environment["CAREDIAN_HISTORY_RETENTION_BY_MEASUREMENT"] = R"({"c": "3d"})";
    EXPECT_EQ(load("", environment).settings.history.retention_by_measurement.at("c"), 72h);
}

TEST(Config, TheOriginalsNames) {
    Environment environment{{"HA_BASE_URL", "http://ha:8123/"},
                            {"ha_token", "abc"},
                            {"JWT_SECRET", std::string(40, 'x')},
                            {"LOG_LEVEL", "INFO"},
                            {"LOG_JSON", "True"},
                            {"REQUEST_TIMEOUT_S", "10"},
                            {"OIDC_ISSUER", "https://idp"}};
    auto loaded = load("log: {level: debug}\n", environment);
    ASSERT_TRUE(loaded.ok()) << all_text(loaded.problems);
    EXPECT_EQ(loaded.settings.home_assistant.url, "http://ha:8123");
    EXPECT_EQ(loaded.settings.home_assistant.token.reveal(), "abc");
    EXPECT_EQ(loaded.settings.home_assistant.first_byte_timeout, 10s);
    EXPECT_EQ(loaded.settings.secret.size(), 40u);
    EXPECT_EQ(loaded.settings.log.level, log::Level::info);
    EXPECT_EQ(loaded.settings.log.format, log::Format::json);
    ASSERT_EQ(loaded.warnings.size(), 1u);
    EXPECT_EQ(loaded.warnings[0].where, "OIDC_ISSUER");
    environment["CAREDIAN_LOG_LEVEL"] = "off"; // ours wins
    EXPECT_EQ(load("", environment).settings.log.level, log::Level::off);
}

TEST(Config, FindsItsFile) {
    EXPECT_EQ(find_config_file("a.yaml", {{"CAREDIAN_CONFIG", "b.yaml"}}), "a.yaml");
    EXPECT_EQ(find_config_file({}, {{"CAREDIAN_CONFIG", "b.yaml"}}), "b.yaml");
    EXPECT_EQ(find_config_file({}, {{"CAREDIAN_CONFIG", ""}}), "");
}

// ---- odd, but it starts ----------------------------------------------------------------------

class ConfigWarnings : public testing::TestWithParam<Mistake> {};

TEST_P(ConfigWarnings, AreSaid) {
    auto loaded = load(GetParam().yaml, GetParam().environment);
    EXPECT_TRUE(loaded.ok()) << all_text(loaded.problems);
    EXPECT_EQ(all_text(loaded.warnings), GetParam().says + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    Table, ConfigWarnings,
    testing::Values(
        Mistake{
            "unknown_variable",
            "",
            {{"CAREDIAN_WORKRS", "1"}},
            "CAREDIAN_WORKRS: there is no setting of this name (do you mean CAREDIAN_WORKERS?)"},
        Mistake{"cookie_name",
                "",
                {{"SESSION_COOKIE", "cd_session"}},
                "SESSION_COOKIE: this name of the original gateway is ignored: the cookie is named "
                "caredian_session"},
        Mistake{"no_broker",
                "mqtt: {username: x}\n",
                {},
                "c.yaml:1: mqtt.username: has no effect: mqtt.url is not set"},
        Mistake{
            "plain_password",
            "mqtt: {url: mqtt://b.example.org, username: u, password: p}\n",
            {},
            "c.yaml:1: mqtt.url: the password goes to another network without TLS; use mqtts://"},
        Mistake{"plain_token",
                "home_assistant: {url: http://93.184.216.34, token: t}\n",
                {},
                "c.yaml:1: home_assistant.url: the token goes to another network without TLS; use "
                "https://"},
        Mistake{
            "proxy",
            "public_url: https://h.example.org\n",
            {},
            "c.yaml:1: public_url: says https, but neither tls.certificate nor trusted_proxies is "
            "set: name the proxy that ends TLS, or every client has its address"},
        Mistake{"plain_public",
                "public_url: http://h.example.org\n",
                {},
                "c.yaml:1: public_url: passwords and cookies go over the Internet without TLS"}),
    name_of);

} // namespace
} // namespace caredian::app
