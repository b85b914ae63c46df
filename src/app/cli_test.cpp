#include "app/cli.h"
#include "app/control.h"
#include "app/control_lock.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace caredian::app {
namespace {

class Cli : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "caredian-cli-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        environment_ = {{"CAREDIAN_CONFIG", ""}, {"CAREDIAN_DATA_DIR", folder_ + "/data"}};
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    int run(std::vector<const char*> arguments, const std::string& input = {}) {
        arguments.insert(arguments.begin(), "caredian");
        std::istringstream in(input);
        std::ostringstream out, err;
        CommandLine with{[this](const Loaded& loaded) {
                             served_ = loaded.settings;
                             return 7;
                         },
                         environment_,
                         in,
                         out,
                         err,
                         [this](const std::string&) { return typed_; }};
        int code = run_command_line(static_cast<int>(arguments.size()), arguments.data(), with);
        out_ = out.str();
        err_ = err.str();
        return code;
    }
    std::string write(const std::string& name, const std::string& text) {
        std::ofstream(folder_ + "/" + name) << text;
        return folder_ + "/" + name;
    }

    std::string folder_, out_, err_;
    Environment environment_;
    std::optional<Settings> served_;
    std::optional<std::string> typed_;
};

TEST_F(Cli, ServesByDefault) {
    EXPECT_EQ(run({}), 7);
    EXPECT_TRUE(served_);
    served_.reset();
    auto file = write("c.yaml", "workers: 3\n");
    EXPECT_EQ(run({"serve", "--config", file.c_str()}), 7);
    EXPECT_EQ(served_->workers, 3u);
    EXPECT_EQ(run({"--config", file.c_str()}), 7);
    EXPECT_EQ(served_->workers, 3u);
}

TEST_F(Cli, BadSettingsEndWithTwo) {
    auto file = write("c.yaml", "workers: x\nbanana: 1\n");
    EXPECT_EQ(run({"serve", "--config", file.c_str()}), 2);
    EXPECT_FALSE(served_);
    EXPECT_EQ(err_, file + ":1: workers: \"x\" is not a whole number\n" + file +
                        ":2: there is no setting \"banana\"\n2 problems in the settings.\n");
    EXPECT_EQ(run({"check-config", "--config", file.c_str()}), 2);
    EXPECT_EQ(run({"user", "list", "--config", file.c_str()}), 2);
    EXPECT_EQ(run({"check-config", "--config", "/nonexistent.yaml"}), 2);
}

TEST_F(Cli, ChecksAndWarns) {
    auto file = write("c.yaml", "public_url: http://h.example.org\n");
    EXPECT_EQ(run({"check-config", "--config", file.c_str()}), 0);
    EXPECT_EQ(out_, file + ": good.\n");
    EXPECT_EQ(err_.rfind("warning: " + file + ":1: public_url: ", 0), 0u) << err_;
}

TEST_F(Cli, WrongUsageEndsWithTwo) {
    for (std::vector<const char*> bad : {std::vector{"fly"},
                                         {"serve", "--wings"},
                                         {"user"},
                                         {"user", "add"},
                                         {"config"},
                                         {"user", "add", "ann", "--role", "king"},
                                         {"user", "role", "ann"},
                                         {"config", "sample", "--language", "fr"},
                                         {"serve", "check-config"}}) {
        EXPECT_EQ(run(bad), 2) << bad[0];
        EXPECT_FALSE(err_.empty());
        EXPECT_FALSE(served_);
    }
}

TEST_F(Cli, PrintsWhatIsAsked) {
    EXPECT_EQ(run({"version"}), 0);
    EXPECT_EQ(out_, "caredian " + std::string(version()) + "\n");
    EXPECT_EQ(run({"--version"}), 0);
    EXPECT_EQ(out_, "caredian " + std::string(version()) + "\n");
    EXPECT_EQ(run({"--help"}), 0);
    EXPECT_NE(out_.find("check-config"), std::string::npos);
    EXPECT_EQ(run({"config", "sample"}), 0);
    EXPECT_EQ(out_.rfind("# CareDian", 0), 0u);
    EXPECT_EQ(run({"config", "reference", "--language", "ko"}), 0);
    EXPECT_EQ(out_.rfind("# 설정", 0), 0u);
}

TEST_F(Cli, AccountsWithoutAGateway) {
    EXPECT_EQ(run({"user", "add", "Ann", "--role", "admin", "--password-stdin"}, "correct horse\n"),
              0)
        << err_;
    EXPECT_EQ(
        run({"user", "add", "bob", "--password-stdin", "--language", "en"}, "battery staple\r\n"),
        0)
        << err_;
    EXPECT_EQ(run({"user", "list"}), 0);
    EXPECT_EQ(out_, "ann                      admin   \nbob                      member  \n");
    EXPECT_EQ(run({"user", "list", "--json"}), 0);
    EXPECT_EQ(out_.rfind(R"([{"name":"ann","role":"admin","disabled":false,"created":")", 0), 0u)
        << out_;
    EXPECT_EQ(run({"user", "role", "bob", "--role", "admin"}), 0) << err_;
    EXPECT_EQ(run({"user", "password", "bob", "--password-stdin"}, "staple battery\n"), 0) << err_;
    EXPECT_EQ(run({"user", "remove", "ann"}), 0) << err_;
    EXPECT_EQ(run({"user", "list"}), 0);
    EXPECT_EQ(out_, "bob                      admin   \n");
}

TEST_F(Cli, WhatAccountsRefuse) {
    ASSERT_EQ(run({"user", "add", "ann", "--role", "admin", "--password-stdin"}, "correct horse\n"),
              0);
    struct Case {
        std::vector<const char*> arguments;
        std::string input;
        int code;
    };
    for (const auto& [arguments, input, code] : std::vector<Case>{
             {{"user", "add", "ann", "--password-stdin"}, "correct horse\n", 1}, // is there
             {{"user", "add", "b", "--password-stdin"}, "short\n", 1},
             {{"user", "add", "no blanks", "--password-stdin"}, "correct horse\n", 1},
             {{"user", "add", "b", "--password-stdin"}, "", 2},
             {{"user", "add", "b"}, "correct horse\n", 2}, // no terminal
             {{"user", "remove", "nobody"}, "", 1},
             {{"user", "remove", "ann"}, "", 1}, // the last administrator
             {{"user", "role", "ann", "--role", "member"}, "", 1}}) {
        EXPECT_EQ(run(arguments, input), code) << arguments[1] << " " << arguments[2];
        EXPECT_FALSE(err_.empty());
        EXPECT_EQ(err_.find("correct horse"), std::string::npos);
    }
}

TEST_F(Cli, KeysWithoutAGateway) {
    ASSERT_EQ(run({"user", "add", "ann", "--role", "admin", "--password-stdin"}, "correct horse\n"),
              0);
    EXPECT_EQ(run({"key", "add", "wall clock", "--user", "ann", "--scopes", "read,verify",
                   "--addresses", "10.0.0.0/8,::1", "--days", "7", "--role", "admin"}),
              0)
        << err_;
    ASSERT_EQ(out_.size(), 65u) << out_;
    EXPECT_EQ(out_.rfind("cdk_", 0), 0u);
    auto id = out_.substr(4, 16);
    auto secret = out_.substr(21, 43);
    EXPECT_EQ(err_.find(secret), std::string::npos);
    EXPECT_EQ(run({"key", "list"}), 0);
    EXPECT_EQ(out_.rfind(id + "  ann              admin   read,verify ", 0), 0u) << out_;
    EXPECT_NE(out_.find("used never"), std::string::npos);
    EXPECT_NE(out_.find("wall clock\n"), std::string::npos);
    EXPECT_EQ(run({"key", "list", "--json", "--user", "ann"}), 0);
    EXPECT_NE(out_.find(R"("addresses":["10.0.0.0/8","::1"])"), std::string::npos) << out_;
    EXPECT_EQ(out_.find(secret), std::string::npos);
    EXPECT_EQ(run({"key", "revoke", id.c_str()}), 0) << err_;
    EXPECT_EQ(run({"key", "list"}), 0);
    EXPECT_EQ(out_, "");
    for (const auto& bad : std::vector<std::vector<const char*>>{
             {"key", "revoke", id.c_str()},
             {"key", "list", "--user", "nobody"},
             {"key", "add", "a", "--user", "nobody"},
             {"key", "add", "a", "--user", "ann", "--scopes", "all"},
             {"key", "add", "a", "--user", "ann", "--addresses", "10.0.0.1/8"},
             {"key", "add", "a", "--user", "ann", "--days", "7x"},
             {"key", "add", "a", "--user", "ann", "--days", "4000"}}) {
        EXPECT_EQ(run(bad), 1) << bad[1];
        EXPECT_FALSE(err_.empty());
        EXPECT_EQ(out_, "");
    }
    EXPECT_EQ(run({"key", "add", "a"}), 2) << "whose?";
}

TEST_F(Cli, RootLeavesNothingOfItsOwnInAnotherUsersFolder) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to give a folder away";
    std::filesystem::create_directory(folder_ + "/data");
    ASSERT_EQ(::chown((folder_ + "/data").c_str(), 65534, 65534), 0);
    ASSERT_EQ(::chmod(folder_.c_str(), 0755), 0);
    ASSERT_EQ(run({"user", "add", "ann", "--password-stdin"}, "correct horse\n"), 0) << err_;
    EXPECT_EQ(::geteuid(), 0u);
    for (const auto& entry : std::filesystem::directory_iterator(folder_ + "/data")) {
        struct stat info{};
        ASSERT_EQ(::stat(entry.path().c_str(), &info), 0);
        EXPECT_EQ(info.st_uid, 65534u) << entry.path();
        EXPECT_EQ(info.st_mode & 077, 0u) << entry.path();
    }
}

TEST_F(Cli, AsksForAPasswordTwice) {
    typed_ = "correct horse";
    EXPECT_EQ(run({"user", "add", "ann", "--role", "admin"}), 0) << err_;
}

TEST_F(Cli, SpeaksToARunningGateway) {
    auto lock = DataLock::take(folder_ + "/data"); // as the gateway holds it
    boost::asio::io_context context;
    Pool pool("test", 1, 4);
    std::string heard;
    ControlHandlers handlers;
    handlers["user.remove"] = [&](const json::object& arguments) {
        heard = arguments.at("name").as_string().c_str();
        return ControlAnswer{};
    };
    auto server = ControlServer::listen(context, folder_ + "/data/control.sock", handlers, pool);
    ASSERT_TRUE(server);
    std::thread thread([&] { context.run(); });
    EXPECT_EQ(run({"user", "remove", "ann"}), 0) << err_;
    EXPECT_EQ(heard, "ann");
    EXPECT_EQ(run({"user", "list"}), 1); // that gateway is of another version
    EXPECT_EQ(err_, "caredian: this gateway does not know that command\n");
    context.stop();
    thread.join();
}

TEST_F(Cli, AnUnusableDataFolderIsNamed) {
    environment_["CAREDIAN_DATA_DIR"] = write("file", "x");
    EXPECT_EQ(run({"user", "list"}), 1);
    EXPECT_NE(err_.find(folder_ + "/file: Not a directory"), std::string::npos) << err_;
}

TEST_F(Cli, NoGatewayIsNotHealthy) {
    environment_["CAREDIAN_LISTEN"] = "127.0.0.1:1";
    EXPECT_EQ(run({"healthcheck"}), 1);
    EXPECT_EQ(err_, "caredian: no healthy gateway at 127.0.0.1:1\n");
}

} // namespace
} // namespace caredian::app
