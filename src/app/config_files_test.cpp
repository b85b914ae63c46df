// Files: the settings' own, and those that hold secrets.
#include "app/config_fixture.h"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace caredian::app {
namespace {

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
          "influxdb: {token: hunter22}", "database: {url: 'mysql://u:hunter22@h'}",
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
