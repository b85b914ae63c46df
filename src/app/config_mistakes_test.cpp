// Mistakes: each is named with its place and in whole words.
#include "app/config_fixture.h"

namespace caredian::app {
namespace {

class ConfigMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(ConfigMistakes, IsNamedWithItsPlace) {
    auto loaded = load(GetParam().yaml, GetParam().environment);
    ASSERT_FALSE(loaded.ok());
    EXPECT_EQ(all_text(loaded.problems), GetParam().says + "\n");
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
                "redis:\n  url: redis://u:hunter22@x/y\n",
                {},
                "c.yaml:2: redis.url: must end with the number of a database (write "
                "redis://user:password@host:port/db or redis+sentinel://host1,host2/master/db)"},
        Mistake{
            "redis_user",
            "redis:\n  url: redis://hunter22@x\n",
            {},
            "c.yaml:2: redis.url: names a user without a password (set redis.password, or write "
            "redis://user:password@host)"},
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
        Mistake{"mysql",
                "database: {url: \"mysql://u:hunter22@h\"}\n",
                {},
                "c.yaml:1: database.url: names no database (write "
                "mysql://user:password@host:port/database)"},
        Mistake{"sqlite",
                "database: {url: \"sqlite:\"}\n",
                {},
                "c.yaml:1: database.url: must be sqlite:PATH or "
                "mysql://user:password@host:port/database"},
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
        Mistake{"influx",
                "",
                {{"CAREDIAN_INFLUXDB_URL", "http://u:hunter22@i"}},
                "CAREDIAN_INFLUXDB_URL: influxdb.url: must not hold a user name or password"},
        Mistake{"influx_path",
                "",
                {{"CAREDIAN_INFLUXDB_URL", "http://i/store/../etc"}},
                "CAREDIAN_INFLUXDB_URL: influxdb.url: has a path that is none (write "
                "http://host:port/path)"},
        Mistake{"influx_query",
                "",
                {{"CAREDIAN_INFLUXDB_URL", "http://i/store?db=x"}},
                "CAREDIAN_INFLUXDB_URL: influxdb.url: must end after the path (write "
                "http://host:port/path)"},
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

} // namespace
} // namespace caredian::app
