#include "app/config_table.h"
#include "app/reload.h"
#include "app/reload_step.h"
#include "base/log.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace caredian::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ReloadTest : public testing::Test {
protected:
    void SetUp() override {
        log::configure(log::Level::info, log::Format::text);
        log::set_capture([this](std::string_view line) { log_ += std::string(line) + "\n"; });
    }
    void TearDown() override { log::set_capture({}); }

    Reloader make(const std::string& yaml) {
        yaml_ = yaml;
        auto load = [this] { return load_config_text("c.yaml", yaml_, {}); };
        return {load().settings, load};
    }

    std::string yaml_;
    std::string log_;
};

TEST_F(ReloadTest, HandsOverWhatCanBeAndNamesTheRest) {
    auto reloader = make("workers: 1\nlog: {level: info}\n");
    std::vector<log::Level> levels;
    int journal = 0;
    reloader.on_change("log", [&](const Settings& s) { levels.push_back(s.log.level); });
    reloader.on_change("journal", [&](const Settings&) { ++journal; });
    yaml_ = "workers: 2\nlog: {level: debug, format: json, access: false}\n";
    auto done = reloader.reload();
    EXPECT_THAT(done.applied, ElementsAre("log.level", "log.format"));
    EXPECT_THAT(done.restart, ElementsAre("workers", "log.access"));
    EXPECT_THAT(levels, ElementsAre(log::Level::debug)); // once, though two settings changed
    EXPECT_EQ(journal, 0);
    EXPECT_EQ(reloader.running().log.level, log::Level::debug);
    EXPECT_EQ(reloader.running().workers, 1u); // what runs, not what is wanted
    EXPECT_THAT(log_, HasSubstr("new settings need a restart settings=\"workers, log.access\""));
    // Said again until the restart comes; the rest is in force.
    done = reloader.reload();
    EXPECT_THAT(done.applied, IsEmpty());
    EXPECT_THAT(done.restart, ElementsAre("workers", "log.access"));
}

TEST_F(ReloadTest, ABadFileIsRefusedAndTheOldSettingsStay) {
    auto reloader = make("log: {level: info}\n");
    int calls = 0;
    reloader.on_change("log", [&](const Settings&) { ++calls; });
    yaml_ = "log: {level: debug}\nworkers: many\nbanana: 1\n";
    auto done = reloader.reload();
    EXPECT_EQ(done.problems.size(), 2u);
    EXPECT_THAT(done.applied, IsEmpty());
    EXPECT_EQ(calls, 0);
    EXPECT_EQ(reloader.running().log.level, log::Level::info);
    EXPECT_THAT(log_, HasSubstr("where=\"c.yaml:2\""));
    EXPECT_THAT(log_, HasSubstr("where=\"c.yaml:3\""));
    EXPECT_THAT(log_, HasSubstr("the old ones stay problems=2"));
    yaml_ = "log: {level: debug}\n"; // mended
    EXPECT_THAT(reloader.reload().applied, ElementsAre("log.level"));
    EXPECT_EQ(calls, 1);
}

TEST_F(ReloadTest, AReloadableSettingThatNobodyTakesNeedsARestart) {
    auto reloader = make("");
    yaml_ = "log: {level: debug}\n";
    EXPECT_THAT(reloader.reload().restart, ElementsAre("log.level"));
    EXPECT_THAT(reloader.uncovered(), testing::Contains("log.level"));
    for (const auto* row : all_rows())
        if (row->reloadable) reloader.on_change(row->path, [](const Settings&) {});
    EXPECT_THAT(reloader.uncovered(), IsEmpty());
}

TEST_F(ReloadTest, ACallbackThatThrowsIsTriedAgain) {
    auto reloader = make("");
    bool broken = true;
    reloader.on_change("metrics", [&](const Settings&) {
        if (broken) throw std::runtime_error("oops");
    });
    reloader.on_change("log", [](const Settings&) {});
    yaml_ = "metrics: {allow: [10.0.0.1]}\nlog: {level: debug}\n";
    auto done = reloader.reload();
    EXPECT_THAT(done.restart, ElementsAre("metrics.allow"));
    EXPECT_THAT(done.applied, ElementsAre("log.level"));
    EXPECT_THAT(reloader.running().metrics.allow, IsEmpty());
    broken = false;
    EXPECT_THAT(reloader.reload().applied, ElementsAre("metrics.allow"));
}

TEST_F(ReloadTest, NoSecretIsLogged) {
    auto reloader = make("");
    yaml_ = "secret: hunter22hunter22hunter22hunter22\n";
    EXPECT_THAT(reloader.reload().restart, ElementsAre("secret"));
    yaml_ = "secret: hunter22\nmqtt: {url: 'mqtt://u:hunter22@h'}\n";
    EXPECT_EQ(reloader.reload().problems.size(), 2u);
    EXPECT_THAT(log_, Not(HasSubstr("hunter22")));
}

// ---- which events mean it --------------------------------------------------------------------

class ReloadFiles : public ReloadTest {
protected:
    void SetUp() override {
        ReloadTest::SetUp();
        std::string pattern = testing::TempDir() + "caredian-reload-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = std::filesystem::canonical(pattern).string();
    }
    void TearDown() override {
        ReloadTest::TearDown();
        std::filesystem::remove_all(folder_);
    }
    std::string write(const std::string& name) {
        std::ofstream(folder_ + "/" + name) << "log: {level: debug}\n";
        return folder_ + "/" + name;
    }
    std::string folder_;
};

TEST_F(ReloadFiles, OnlyOurFilesCountAndOnlyOnce) {
    ReloadStep step({write("c.yaml"), "relative.yaml", ""});
    EXPECT_THAT(step.folders(), ElementsAre(".", folder_));
    EXPECT_FALSE(step.changed(folder_, "caredian.db"));
    EXPECT_FALSE(step.changed("/elsewhere", "c.yaml"));
    EXPECT_TRUE(step.changed(folder_, "c.yaml"));
    EXPECT_FALSE(step.changed(folder_, "c.yaml")); // gathered with the first
    EXPECT_FALSE(step.signalled());
    step.fired();
    EXPECT_TRUE(step.changed(".", "relative.yaml"));
    step.fired();
    EXPECT_TRUE(step.signalled());
}

TEST_F(ReloadFiles, LinksAreFollowed) {
    std::filesystem::create_directory(folder_ + "/v1");
    write("v1/c.yaml");
    std::filesystem::create_symlink("v1", folder_ + "/..data");
    std::filesystem::create_symlink("..data/c.yaml", folder_ + "/c.yaml");
    ReloadStep step({folder_ + "/c.yaml"});
    EXPECT_THAT(step.folders(), ElementsAre(folder_, folder_ + "/v1"));
    EXPECT_TRUE(step.changed(folder_, "..data"));
    step.fired();
    EXPECT_TRUE(step.changed(folder_ + "/v1", "c.yaml"));
}

// Runs the context until `done`, for five seconds at most.
void run_until(boost::asio::io_context& context, const bool& done) {
    auto end = std::chrono::steady_clock::now() + 5s;
    while (!done && std::chrono::steady_clock::now() < end) context.run_one_for(100ms);
}

TEST_F(ReloadFiles, SeesAWriteAMoveAndASignal) {
    auto file = write("c.yaml");
    boost::asio::io_context context;
    bool called = false;
    ReloadWatch watch(context, {file}, [&] { called = true; }, 1ms);
    write("c.yaml");
    run_until(context, called);
    EXPECT_TRUE(called);
    called = false;
    std::filesystem::rename(write("new"), file); // as editors and package managers do
    run_until(context, called);
    EXPECT_TRUE(called);
    called = false;
    std::raise(SIGHUP);
    run_until(context, called);
    EXPECT_TRUE(called);
}

TEST_F(ReloadFiles, WithoutItsFolderTheSignalStillWorks) {
    boost::asio::io_context context;
    bool called = false;
    ReloadWatch watch(context, {folder_ + "/none/c.yaml"}, [&] { called = true; }, 1ms);
    EXPECT_THAT(log_, HasSubstr("SIGHUP still works"));
    std::raise(SIGHUP);
    run_until(context, called);
    EXPECT_TRUE(called);
}

} // namespace
} // namespace caredian::app
