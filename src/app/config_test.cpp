#include "app/config.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace caredian::app {
namespace {

using namespace std::chrono_literals;

Loaded load(std::string_view yaml, const Environment& environment = {}) {
    return load_config_text("c.yaml", yaml, environment);
}

std::string all_text(const std::vector<Problem>& problems) {
    std::string out;
    for (const auto& p : problems) out += p.text() + "\n";
    return out;
}

// ---- what is right ---------------------------------------------------------------------------

TEST(Config, NothingAtAllIsGood) {
    auto loaded = load("");
    EXPECT_TRUE(loaded.ok());
    EXPECT_TRUE(loaded.warnings.empty());
    EXPECT_TRUE(loaded.settings == Settings{});
    EXPECT_EQ(loaded.settings.listen, std::vector<std::string>{"0.0.0.0:8080"});
    EXPECT_EQ(loaded.settings.database_path(), "./data/caredian.db");
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
    EXPECT_EQ(s.database_path(), "/var/lib/x.db");
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

// ---- mistakes: each with its place and its words ---------------------------------------------

struct Mistake {
    const char* name;
    std::string yaml;
    Environment environment;
    std::string says; // the whole line
};

void PrintTo(const Mistake& mistake, std::ostream* out) {
    *out << mistake.name;
}

class ConfigMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(ConfigMistakes, IsNamedWithItsPlace) {
    auto loaded = load(GetParam().yaml, GetParam().environment);
    ASSERT_FALSE(loaded.ok());
    EXPECT_EQ(all_text(loaded.problems), GetParam().says + "\n");
}

std::string name_of(const testing::TestParamInfo<Mistake>& info) {
    return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Keys, ConfigMistakes,
    testing::Values(
        Mistake{"unknown", "banana: 1\n", {}, "c.yaml:1: there is no setting \"banana\""},
        Mistake{"slip",
                "\nlisten: [0.0.0.0:1]\nworkrs: 1\n",
                {},
                "c.yaml:3: there is no setting \"workrs\" (do you mean workers?)"},
        Mistake{"slip_below",
                "mqtt:\n  usrname: x\n",
                {},
                "c.yaml:2: there is no setting \"usrname\" in mqtt (do you mean mqtt.username?)"},
        Mistake{"merge_key",
                "log:\n  <<: {level: info}\n",
                {},
                "c.yaml:2: there is no setting \"<<\" in log"},
        Mistake{"twice",
                "workers: 1\nworkers: 2\n",
                {},
                "c.yaml:2: \"workers\" is given twice (first on line 1)"},
        Mistake{"no_map", "- a\n", {}, "c.yaml:1: settings must be a map (name: value)"},
        Mistake{"text", "hello\n", {}, "c.yaml:1: settings must be a map (name: value)"},
        Mistake{"group_as_value",
                "mqtt: mqtt://x\n",
                {},
                "c.yaml:1: mqtt: is a group of settings (indent them below it)"},
        Mistake{"value_as_group",
                "workers:\n  a: 1\n",
                {},
                "c.yaml:1: workers: must be a single value"},
        Mistake{"no_value",
                "workers:\n",
                {},
                "c.yaml:1: workers: has no value (leave the line out for the default)"},
        Mistake{"empty_value",
                "data_dir: ''\n",
                {},
                "c.yaml:1: data_dir: has no value (leave the line out for the default)"},
        Mistake{"redis",
                "redis:\n  url: redis://x\n",
                {},
                "c.yaml:1: redis: Redis is not supported yet; sessions are kept in the database"},
        Mistake{
            "grace",
            "sessions: {grace: 5m}\n",
            {},
            "c.yaml:1: sessions.grace: it has a meaning only with Redis, which is not supported "
            "yet"},
        Mistake{
            "syntax", "a: [1\n", {}, "c.yaml:2: this is not YAML: end of sequence flow not found"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Values, ConfigMistakes,
    testing::Values(
        Mistake{
            "number", "workers: many\n", {}, "c.yaml:1: workers: \"many\" is not a whole number"},
        Mistake{"negative", "workers: -1\n", {}, "c.yaml:1: workers: \"-1\" is not a whole number"},
        Mistake{
            "fraction", "workers: 1.5\n", {}, "c.yaml:1: workers: \"1.5\" is not a whole number"},
        Mistake{"too_many", "workers: 1000\n", {}, "c.yaml:1: workers: must be 0 to 256, not 1000"},
        Mistake{"huge",
                "workers: 99999999999999999999\n",
                {},
                "c.yaml:1: workers: \"99999999999999999999\" is not a whole number"},
        Mistake{
            "duration",
            "sessions: {idle: 5 minutes}\n",
            {},
            "c.yaml:1: sessions.idle: \"5 minutes\" is not a duration (write 500ms, 90s, 15m, 12h "
            "or 7d)"},
        Mistake{"short_duration",
                "sessions: {idle: 1s}\n",
                {},
                "c.yaml:1: sessions.idle: must be 1m to 365d"},
        Mistake{"fine_duration",
                "sessions: {idle: 90500ms}\n",
                {},
                "c.yaml:1: sessions.idle: must be a multiple of 1s"},
        Mistake{
            "size",
            "journal: {max_bytes: lots}\n",
            {},
            "c.yaml:1: journal.max_bytes: \"lots\" is not a size (write 512MiB, 64kB or a number "
            "of bytes)"},
        Mistake{
            "size_overflow",
            "journal: {max_bytes: 99999999999GiB}\n",
            {},
            "c.yaml:1: journal.max_bytes: \"99999999999GiB\" is not a size (write 512MiB, 64kB or "
            "a number of bytes)"},
        Mistake{"small_size",
                "journal: {max_bytes: 1kB}\n",
                {},
                "c.yaml:1: journal.max_bytes: must be 1MiB to 1024GiB"},
        Mistake{
            "word",
            "log: {level: loud}\n",
            {},
            "c.yaml:1: log.level: \"loud\" is not one of trace, debug, info, warning, error, off"},
        Mistake{"boolean",
                "log: {access: maybe}\n",
                {},
                "c.yaml:1: log.access: \"maybe\" is not one of true, false"},
        Mistake{
            "control",
            "log: {level: \"a\\tb\\e[31m\"}\n",
            {},
            "c.yaml:1: log.level: \"a\\tb\\u001b[31m\" is not one of trace, debug, info, warning, "
            "error, off"},
        Mistake{
            "no_port",
            "listen: [0.0.0.0]\n",
            {},
            "c.yaml:1: listen: \"0.0.0.0\" is not an address with a port (write 0.0.0.0:8080 or "
            "[::]:8080)"},
        Mistake{"port",
                "listen:\n  - 0.0.0.0:80\n  - 0.0.0.0:70000\n",
                {},
                "c.yaml:3: listen: \"0.0.0.0:70000\" is not an address with a port (write "
                "0.0.0.0:8080 or [::]:8080)"},
        Mistake{"listen_name",
                "listen: localhost:80\n",
                {},
                "c.yaml:1: listen: \"localhost:80\" does not begin with an IP address (write "
                "0.0.0.0:8080 for every IPv4 address, [::]:8080 for IPv6)"},
        Mistake{"listen_twice",
                "listen: [0.0.0.0:80, 0.0.0.0:80]\n",
                {},
                "c.yaml:1: listen: \"0.0.0.0:80\" is given twice"},
        Mistake{"listen_none", "listen: []\n", {}, "c.yaml:1: listen: must not be empty"},
        Mistake{"network",
                "trusted_proxies: [10.0.0.1/8]\n",
                {},
                "c.yaml:1: trusted_proxies: \"10.0.0.1/8\" is not an address or network (write "
                "10.0.0.5 or 10.0.0.0/8, with no bit set after the prefix)"},
        Mistake{"everybody",
                "trusted_proxies: [0.0.0.0/0]\n",
                {},
                "c.yaml:1: trusted_proxies: would be the whole Internet"},
        Mistake{"host",
                "known_hosts: [\"a.example:80\"]\n",
                {},
                "c.yaml:1: known_hosts: \"a.example:80\" is not a host name (without a port)"},
        Mistake{"public_url",
                "public_url: home.example.org\n",
                {},
                "c.yaml:1: public_url: is not a URL (write https://host:port)"},
        Mistake{"public_path",
                "public_url: https://home.example.org/x\n",
                {},
                "c.yaml:1: public_url: must end after the host and port (write https://host:port)"},
        Mistake{"scheme",
                "mqtt: {url: tcp://b:1883}\n",
                {},
                "c.yaml:1: mqtt.url: must begin with mqtt:// or mqtts://"},
        Mistake{"url_user",
                "mqtt: {url: \"mqtt://ann:hunter22@b\"}\n",
                {},
                "c.yaml:1: mqtt.url: must not hold a user name or password"},
        Mistake{"url_port",
                "mqtt: {url: \"mqtt://b:99999\"}\n",
                {},
                "c.yaml:1: mqtt.url: names no host and port (write mqtt://host:port)"},
        Mistake{"filter",
                "mqtt: {topics: [a#]}\n",
                {},
                "c.yaml:1: mqtt.topics: \"a#\": + and # must stand alone between slashes"},
        Mistake{"filter_middle",
                "ingest: {ignore: [\"#/a\"]}\n",
                {},
                "c.yaml:1: ingest.ignore: \"#/a\": # may only be the last level"},
        Mistake{"topic",
                "ingest: {zigbee2mqtt_base: z/+}\n",
                {},
                "c.yaml:1: ingest.zigbee2mqtt_base: \"z/+\" must not hold + or #"},
        Mistake{
            "mysql",
            "database: {url: \"mysql://u:hunter22@h/d\"}\n",
            {},
            "c.yaml:1: database.url: MariaDB and MySQL are not supported yet (write sqlite:PATH)"},
        Mistake{"sqlite",
                "database: {url: \"sqlite:\"}\n",
                {},
                "c.yaml:1: database.url: must be sqlite:PATH"},
        Mistake{"map",
                "history: {retention_by_measurement: [a]}\n",
                {},
                "c.yaml:1: history.retention_by_measurement: must be a map (measurement: value)"},
        Mistake{
            "map_value",
            "history:\n  retention_by_measurement:\n    a: 1d\n    b: soon\n",
            {},
            "c.yaml:4: history.retention_by_measurement: \"b\" \"soon\" is not a duration (write "
            "500ms, 90s, 15m, 12h or 7d)"},
        Mistake{"short_secret",
                "secret: hunter22\n",
                {},
                "c.yaml:1: secret: is too short: 8 bytes, at least 32 are needed"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Together, ConfigMistakes,
    testing::Values(
        Mistake{"half_tls",
                "tls: {certificate: /c}\n",
                {},
                "c.yaml:1: tls.certificate: needs tls.key too"},
        Mistake{"half_mtls",
                "mqtt:\n  url: mqtts://b\n  key: /k\n",
                {},
                "c.yaml:3: mqtt.key: needs mqtt.certificate too"},
        Mistake{"no_token",
                "home_assistant: {url: http://h}\n",
                {},
                "c.yaml:1: home_assistant.url: needs home_assistant.token too"},
        Mistake{"no_user",
                "mqtt: {url: mqtt://b, password: hunter22}\n",
                {},
                "c.yaml:1: mqtt.password: needs mqtt.username too"},
        Mistake{"plain_ca",
                "mqtt: {url: mqtt://b, ca: /ca}\n",
                {},
                "c.yaml:1: mqtt.ca: has a meaning only with an mqtts:// URL"},
        Mistake{"plain_public_url",
                "tls: {certificate: /c, key: /k}\npublic_url: http://h\n",
                {},
                "c.yaml:2: public_url: must begin with https://, since tls.certificate is set"},
        Mistake{"idle_over_absolute",
                "sessions:\n  absolute: 1h\n  idle: 2h\n",
                {},
                "c.yaml:3: sessions.idle: sessions.idle is longer than sessions.absolute"},
        Mistake{"same_secrets",
                "secret: hunter22hunter22hunter22hunter22\n",
                {{"CAREDIAN_MASTER_KEY", "hunter22hunter22hunter22hunter22"}},
                "CAREDIAN_MASTER_KEY: master_key: is the same as secret; each needs a value of its "
                "own"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Environment, ConfigMistakes,
    testing::Values(
        Mistake{"value",
                "",
                {{"CAREDIAN_WORKERS", "x"}},
                "CAREDIAN_WORKERS: workers: \"x\" is not a whole number"},
        Mistake{
            "list",
            "",
            {{"CAREDIAN_MQTT_TOPICS", "a,,b"}},
            "CAREDIAN_MQTT_TOPICS: mqtt.topics: has no value (leave the line out for the default)"},
        Mistake{"json",
                "",
                {{"CAREDIAN_MQTT_TOPICS", "[\"a\""}},
                "CAREDIAN_MQTT_TOPICS: mqtt.topics: is not JSON"},
        Mistake{"json_shape",
                "",
                {{"CAREDIAN_MQTT_TOPICS", "{\"a\": 1}"}},
                "CAREDIAN_MQTT_TOPICS: mqtt.topics: must be a single value"},
        Mistake{
            "influx",
            "",
            {{"CAREDIAN_INFLUXDB_URL", "http://u:hunter22@i"}},
            "CAREDIAN_INFLUXDB_URL: InfluxDB is not supported yet; readings are kept in data_dir"},
        Mistake{"original",
                "",
                {{"JWT_SECRET", "hunter22"}},
                "JWT_SECRET: secret: is too short: 8 bytes, at least 32 are needed"},
        Mistake{"both",
                "",
                {{"CAREDIAN_SECRET", std::string(32, 'a')}, {"CAREDIAN_SECRET_FILE", "/x"}},
                "CAREDIAN_SECRET_FILE: secret: CAREDIAN_SECRET is set too; give one of the two"},
        Mistake{"no_file",
                "",
                {{"CAREDIAN_SECRET_FILE", "/nonexistent/secret"}},
                "CAREDIAN_SECRET_FILE: secret: the file cannot be read: No such file or directory"},
        Mistake{"folder",
                "",
                {{"CAREDIAN_SECRET_FILE", "/tmp"}},
                "CAREDIAN_SECRET_FILE: secret: the file is a folder"}),
    name_of);

TEST(Config, NamesAllProblemsAtOnce) {
    auto loaded = load("workers: x\nbanana: 1\nlog: {level: loud}\n", {{"CAREDIAN_LISTEN", "x"}});
    EXPECT_EQ(loaded.problems.size(), 4u) << all_text(loaded.problems);
}

TEST(Config, AValueThatWasRefusedIsNotMissing) {
    auto loaded = load("home_assistant: {url: nonsense, token: t}\n");
    EXPECT_EQ(loaded.problems.size(), 1u) << all_text(loaded.problems);
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

// ---- files -----------------------------------------------------------------------------------

class ConfigFiles : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "caredian-config-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    std::string write(const std::string& name, std::string_view text, mode_t mode = 0600) {
        auto path = folder_ + "/" + name;
        std::ofstream(path, std::ios::binary) << text;
        ::chmod(path.c_str(), mode);
        return path;
    }
    std::string folder_;
};

TEST_F(ConfigFiles, ReadsItsFile) {
    auto file = write("c.yaml", "workers: 3\n");
    auto loaded = load_config(file, {});
    EXPECT_TRUE(loaded.ok());
    EXPECT_EQ(loaded.file, file);
    EXPECT_EQ(loaded.settings.workers, 3u);
}

TEST_F(ConfigFiles, NamesAFileThatIsNotThere) {
    auto loaded = load_config(folder_ + "/none.yaml", {});
    ASSERT_EQ(loaded.problems.size(), 1u);
    EXPECT_EQ(loaded.problems[0].message, "the file cannot be read: No such file or directory");
    EXPECT_FALSE(load_config(folder_, {}).ok());
}

TEST_F(ConfigFiles, SecretsFromFiles) {
    auto password = write("pw", "two words\r\n");
    auto token = write("token", "abc");
    auto yaml = "mqtt: {url: mqtt://b, username: u, password_file: " + password + "}\n" +
                "home_assistant: {url: http://h}\n";
    auto loaded = load(yaml, {{"CAREDIAN_HOME_ASSISTANT_TOKEN_FILE", token}});
    ASSERT_TRUE(loaded.ok()) << all_text(loaded.problems);
    EXPECT_EQ(loaded.settings.mqtt.password.reveal(), "two words");
    EXPECT_EQ(loaded.settings.home_assistant.token.reveal(), "abc");
    EXPECT_EQ(loaded.files, (std::vector<std::string>{password, token}));
}

TEST_F(ConfigFiles, SecretFilesThatAreNotGood) {
    auto empty = write("empty", "\n");
    auto lines = write("lines", "hunter22\nhunter23\n");
    auto both = load("mqtt: {url: mqtt://b, username: u, password: x, password_file: /x}\n");
    EXPECT_EQ(all_text(both.problems),
              "c.yaml:1: mqtt.password_file: mqtt.password is set too; give one of the two\n");
    EXPECT_EQ(all_text(load("secret_file: " + empty + "\n").problems),
              "c.yaml:1: secret_file: the file is empty\n");
    EXPECT_EQ(
        all_text(load("", {{"CAREDIAN_SECRET_FILE", lines}}).problems),
        "CAREDIAN_SECRET_FILE: secret: the file's text is too short: 17 bytes, at least 32 are "
        "needed\n");
    EXPECT_EQ(all_text(load("listen_file: /x\n").problems),
              "c.yaml:1: there is no setting \"listen_file\"\n");
}

TEST_F(ConfigFiles, WarnsWhenEverybodyMayReadASecret) {
    auto text = "secret: " + std::string(32, 'x') + "\n";
    EXPECT_EQ(load_config(write("open.yaml", text, 0644), {}).warnings.size(), 1u);
    EXPECT_TRUE(load_config(write("closed.yaml", text, 0640), {}).warnings.empty());
    EXPECT_TRUE(load_config(write("none.yaml", "workers: 1\n", 0644), {}).warnings.empty());
}

// Wherever a secret stands, wrongly or not, no message holds it.
TEST_F(ConfigFiles, NoMessageHoldsASecret) {
    const std::string secret = "hunter22";
    auto file = write("s", secret + "\n");
    for (std::string yaml :
         {"secret: hunter22", "secret: [hunter22]", "secret: {a: hunter22}", "secrte: hunter22",
          "mqtt: hunter22", "mqtt: {password: hunter22}", "mqtt: {pasword: hunter22}",
          "mqtt: {url: 'mqtt://u:hunter22@h'}", "mqtt: {url: 'hunter22'}",
          "home_assistant: {token: \"hunter22\\n\"}", "home_assistant: {url: 'http://x/?hunter22'}",
          "master_key: 'hunter22", "secret: &a hunter22\nmaster_key: *a",
          "influxdb: {token: hunter22}", "database: {url: 'mysql://u:hunter22@h/d'}",
          "database: {url: 'hunter22'}"}) {
        auto loaded = load(yaml);
        EXPECT_FALSE(loaded.ok() && loaded.warnings.empty()) << yaml;
        EXPECT_EQ((all_text(loaded.problems) + all_text(loaded.warnings)).find(secret),
                  std::string::npos)
            << yaml << "\n"
            << all_text(loaded.problems);
    }
    for (const char* name : {"CAREDIAN_SECRET", "CAREDIAN_MASTER_KEY", "CAREDIAN_MQTT_PASSWORD",
                             "CAREDIAN_HOME_ASSISTANT_TOKEN", "JWT_SECRET", "CAREDIAN_REDIS_URL",
                             "CAREDIAN_SECRETT", "CAREDIAN_MQTT_URL", "INFLUX_PASSWORD"}) {
        auto loaded = load("", {{name, secret}});
        EXPECT_FALSE(loaded.ok() && loaded.warnings.empty()) << name;
        EXPECT_EQ((all_text(loaded.problems) + all_text(loaded.warnings)).find(secret),
                  std::string::npos)
            << name;
    }
    EXPECT_EQ(all_text(load("secret_file: " + file).problems).find(secret), std::string::npos);
}

} // namespace
} // namespace caredian::app
