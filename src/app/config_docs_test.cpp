#include "app/config.h"
#include "app/config_docs.h"
#include "app/config_table.h"

#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace caredian::app {
namespace {

std::string committed(const std::string& name) {
    std::ifstream in(std::string(CAREDIAN_SOURCE_DIR "/") + name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

TEST(ConfigDocs, CommittedSampleIsTheGeneratedOne) {
    EXPECT_TRUE(committed("caredian.sample.yaml") == config_sample())
        << "out of date; make it anew: caredian config sample > caredian.sample.yaml";
}

TEST(ConfigDocs, CommittedReferencesAreTheGeneratedOnes) {
    EXPECT_TRUE(committed("docs/configuration.md") == config_reference(Language::en))
        << "out of date; make it anew: caredian config reference > docs/configuration.md";
    EXPECT_TRUE(committed("docs/configuration.ko.md") == config_reference(Language::ko))
        << "out of date; make it anew: caredian config reference --language ko > "
           "docs/configuration.ko.md";
}

TEST(ConfigDocs, TheSampleAsItIsChangesNothing) {
    for (auto language : {Language::en, Language::ko}) {
        auto loaded = load_config_text("sample", config_sample(language), {});
        for (const auto& p : loaded.problems) ADD_FAILURE() << p.text();
        EXPECT_TRUE(loaded.settings == Settings{});
    }
}

TEST(ConfigDocs, TheSampleWithEveryLineInForceLoads) {
    auto text = std::regex_replace(config_sample(), std::regex("#([a-z_0-9]+: )"), "$1");
    text = std::regex_replace(text, std::regex("[a-z_0-9]+_file: .*\n"), "\n");
    // home_assistant.url and mqtt.username stand without their secrets, which need files; so do the
    // URLs that may hold a password.
    auto loaded = load_config_text("sample", text,
                                   {{"HA_TOKEN", "x"},
                                    {"CAREDIAN_DATABASE_URL", "mysql://u@h/d"},
                                    {"CAREDIAN_REDIS_URL", "rediss://h"}});
    // And several gateways cannot have all that one has.
    for (const auto& p : loaded.problems)
        EXPECT_TRUE(p.message.find("mqtt") != std::string::npos ||
                    p.message.find("gateways.group") != std::string::npos)
            << p.text();
    EXPECT_EQ(loaded.settings.history.retention_by_measurement.size(), 1u);
    EXPECT_EQ(loaded.settings.journal.sync_interval, std::chrono::milliseconds(500));
}

TEST(ConfigDocs, EveryRowIsDocumentedInBothLanguages) {
    for (const auto* row : all_rows()) {
        EXPECT_FALSE(row->doc.en.empty() || row->doc.ko.empty()) << row->path;
        EXPECT_FALSE(row->kind.en.empty() || row->kind.ko.empty()) << row->path;
        EXPECT_NE(row->doc.en, row->doc.ko) << row->path;
    }
}

// Members of an aggregate: how many things it can be made from. (Boost.PFR would do, but g++ 12
// falls over it.)
struct Anything {
    template <class T>
    operator T() const;
};
template <class T, class... Parts>
constexpr std::size_t count_members() {
    if constexpr (requires { T{Parts{}..., Anything{}}; })
        return count_members<T, Parts..., Anything>();
    else
        return sizeof...(Parts);
}

TEST(ConfigDocs, EveryMemberOfSettingsHasARow) {
    const std::map<std::string, std::size_t> structs{
        {"tls", count_members<TlsSettings>()},
        {"http", count_members<HttpSettings>()},
        {"metrics", count_members<MetricsSettings>()},
        {"log", count_members<LogSettings>()},
        {"influxdb", count_members<InfluxServer>()},
        {"database", count_members<DatabaseSettings>()},
        {"redis", count_members<RedisSettings>()},
        {"sessions", count_members<SessionSettings>()},
        {"login", count_members<LoginSettings>()},
        {"authentik", count_members<AuthentikSettings>()},
        {"tokens", count_members<TokenSettings>()},
        {"forward_auth", count_members<ForwardAuthSettings>()},
        {"mqtt", count_members<MqttSettings>()},
        {"home_assistant", count_members<HomeAssistantSettings>()},
        {"journal", count_members<JournalSettings>()},
        {"ingest", count_members<IngestSettings>()},
        {"history", count_members<HistorySettings>()},
        {"events", count_members<EventSettings>()},
        {"broker", count_members<BrokerSettings>()},
        {"gateways", count_members<GatewaysSettings>()},
    };
    std::size_t top_level = structs.size();
    for (const auto& section : sections()) {
        if (section.name.empty()) {
            top_level += section.rows.size();
            continue;
        }
        ASSERT_TRUE(structs.contains(section.name)) << section.name;
        EXPECT_EQ(section.rows.size(), structs.at(section.name)) << section.name;
    }
    EXPECT_EQ(top_level, count_members<Settings>());
    EXPECT_EQ(sections().size(), structs.size() + 3); // of no struct: the first, access and limits
}

TEST(ConfigTable, EnvironmentNamesAreDistinct) {
    std::set<std::string> names;
    for (const auto* row : all_rows()) EXPECT_TRUE(names.insert(row->environment()).second);
    EXPECT_TRUE(names.contains("CAREDIAN_HISTORY_RETENTION_BY_MEASUREMENT"));
}

TEST(ConfigTable, OriginalNamesPointToRows) {
    for (const auto& name : original_names()) {
        EXPECT_TRUE(name.path.empty() || find_row(name.path)) << name.name;
    }
}

TEST(ConfigTable, NearMatchFindsSlipsOnly) {
    std::vector<std::string> names{"mqtt", "listen", "journal"};
    EXPECT_EQ(near_match("listn", names), "listen");
    EXPECT_EQ(near_match("mqt", names), "mqtt");
    EXPECT_EQ(near_match("banana", names), "");
    EXPECT_EQ(near_match(std::string(100'000, 'x'), names), "");
}

} // namespace
} // namespace caredian::app
