#include "app/control.h"
#include "app/control_lock.h"
#include "app/control_path.h"
#include "base/log.h"

#include <boost/asio/executor_work_guard.hpp>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace caredian::app {
namespace {

using namespace std::chrono_literals;

ControlHandlers handlers() {
    ControlHandlers all;
    all["echo"] = [](const json::object& arguments) {
        ControlAnswer answer;
        answer.result.clear();
        append_json(answer.result, arguments);
        return answer;
    };
    all["refuse"] = [](const json::object&) { return ControlAnswer::failure("not today"); };
    all["throw"] = [](const json::object&) -> ControlAnswer { throw std::runtime_error("oops"); };
    return all;
}

// ---- the protocol, without I/O ---------------------------------------------------------------

TEST(Control, AnswersALine) {
    struct Case {
        const char* line;
        const char* answer;
    };
    for (auto [line, answer] : std::initializer_list<Case>{
             {R"({"command":"echo","arguments":{"a":1}})", R"({"ok":true,"result":{"a":1}})"},
             {R"({"command":"echo"})", R"({"ok":true,"result":{}})"},
             {R"({"command":"refuse"})", R"({"ok":false,"error":"not today"})"},
             {R"({"command":"throw"})", R"({"ok":false,"error":"internal error; see the log"})"},
             {R"({"command":"who"})",
              R"({"ok":false,"error":"this gateway does not know that command"})"},
             {R"({"command":7})", R"({"ok":false,"error":"the request names no command"})"},
             {R"({})", R"({"ok":false,"error":"the request names no command"})"},
             {R"([])", R"({"ok":false,"error":"the request is not JSON"})"},
             {"", R"({"ok":false,"error":"the request is not JSON"})"},
             {"\xff\xfe", R"({"ok":false,"error":"the request is not JSON"})"},
             {R"({"command":"echo","arguments":[1]})",
              R"({"ok":false,"error":"arguments must be an object"})"},
             {R"({"command":"echo","arguments":{"a":[[[[[[[[[[1]]]]]]]]]]}})",
              R"({"ok":false,"error":"the request is not JSON"})"}})
        EXPECT_EQ(answer_control_line(handlers(), line), std::string(answer) + "\n") << line;
}

TEST(Control, LogsNothingOfARequestButItsCommand) {
    std::string lines;
    log::configure(log::Level::info, log::Format::text);
    log::set_capture([&](std::string_view line) { lines += line; });
    answer_control_line(handlers(), R"({"command":"echo","arguments":{"password":"hunter22"}})");
    answer_control_line(handlers(), R"({"command":"hunter22","arguments":{}})");
    log::set_capture({});
    EXPECT_NE(lines.find("echo"), std::string::npos);
    EXPECT_EQ(lines.find("hunter22"), std::string::npos);
}

// ---- over the socket -------------------------------------------------------------------------

class ControlSocket : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "caredian-control-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        path_ = folder_ + "/control.sock";
    }
    void TearDown() override {
        stop();
        std::filesystem::remove_all(folder_);
    }
    result<void> start() {
        auto made = ControlServer::listen(context_, path_, handlers(), pool_);
        if (!made) return made.error();
        server_ = std::move(*made);
        thread_ = std::thread([this] { context_.run(); });
        return {};
    }
    void stop() {
        if (!server_) return;
        work_.reset();
        context_.stop();
        thread_.join();
        server_.reset();
    }
    // A client that says `text` and tells what it gets back until the end.
    std::string raw(const std::string& text) {
        auto address = ControlPath::of(path_);
        int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        std::string out;
        if (::connect(fd, address->address(), address->size()) == 0 &&
            ::send(fd, text.data(), text.size(), MSG_NOSIGNAL) >= 0) {
            char buffer[512];
            for (ssize_t n; (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0;)
                out.append(buffer, static_cast<std::size_t>(n));
        }
        ::close(fd);
        return out;
    }

    std::string folder_, path_;
    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        context_.get_executor()};
    Pool pool_{"test", 2, 16};
    std::unique_ptr<ControlServer> server_;
    std::thread thread_;
};

TEST_F(ControlSocket, CarriesCommands) {
    ASSERT_TRUE(start());
    auto answer = call_control(path_, "echo", {{"text", "안녕 \"x\"\n"}});
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->result, R"({"text":"안녕 \"x\"\n"})");
    auto refused = call_control(path_, "refuse", {});
    ASSERT_TRUE(refused);
    EXPECT_FALSE(refused->ok);
    EXPECT_EQ(refused->error, "not today");
}

TEST_F(ControlSocket, IsForItsOwnerAlone) {
    ASSERT_TRUE(start());
    struct stat info{};
    ASSERT_EQ(::stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
}

// Even where the file's mode was opened up, the other side's user is asked for.
TEST_F(ControlSocket, HangsUpOnOtherUsers) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
    ASSERT_TRUE(start());
    ::chmod(folder_.c_str(), 0755);
    ::chmod(path_.c_str(), 0666);
    auto address = ControlPath::of(path_);
    pid_t child = ::fork();
    if (child == 0) {
        char c = 0;
        int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        if (::setuid(65534) != 0 || ::connect(fd, address->address(), address->size()) != 0)
            ::_exit(2);
        constexpr std::string_view line = "{\"command\":\"echo\"}\n";
        if (::send(fd, line.data(), line.size(), MSG_NOSIGNAL) < 0) ::_exit(0);
        ::_exit(::recv(fd, &c, 1, 0) <= 0 ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(ControlSocket, AnswersWhatIsNoRequest) {
    ASSERT_TRUE(start());
    EXPECT_EQ(raw("hello\n"), "{\"ok\":false,\"error\":\"the request is not JSON\"}\n");
    EXPECT_EQ(raw(std::string(200'000, 'x')), ""); // more than a request may hold
    EXPECT_TRUE(call_control(path_, "echo", {}));  // and it goes on
}

TEST_F(ControlSocket, ReplacesTheSocketOfADeadGateway) {
    {
        auto address = ControlPath::of(path_);
        int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        ASSERT_EQ(::bind(fd, address->address(), address->size()), 0);
        ::close(fd); // the file stays
    }
    EXPECT_EQ(call_control(path_, "echo", {}).error(), ControlErrc::not_running);
    ASSERT_TRUE(start());
    EXPECT_TRUE(call_control(path_, "echo", {}));
}

TEST_F(ControlSocket, LeavesALivingOneAlone) {
    ASSERT_TRUE(start());
    auto second = ControlServer::listen(context_, path_, handlers(), pool_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error(), ControlErrc::in_use);
    EXPECT_TRUE(call_control(path_, "echo", {}));
}

TEST_F(ControlSocket, DoesNotReplaceAFileThatIsNoSocket) {
    std::ofstream(path_) << "mine";
    EXPECT_FALSE(start());
    EXPECT_TRUE(std::filesystem::is_regular_file(path_));
}

TEST_F(ControlSocket, GoesWithItsGateway) {
    ASSERT_TRUE(start());
    stop();
    EXPECT_FALSE(std::filesystem::exists(path_));
    EXPECT_EQ(call_control(path_, "echo", {}).error(), ControlErrc::not_running);
}

TEST_F(ControlSocket, TakesPathsLongerThanAnAddress) {
    auto deep = folder_ + "/" + std::string(120, 'd');
    std::filesystem::create_directory(deep);
    path_ = deep + "/control.sock";
    ASSERT_TRUE(start());
    EXPECT_TRUE(call_control(path_, "echo", {}));
    stop();
    EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(ControlSocket, AClientDoesNotWaitForEver) {
    auto address = ControlPath::of(path_);
    int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(::bind(fd, address->address(), address->size()), 0);
    ASSERT_EQ(::listen(fd, 4), 0); // and never answers
    EXPECT_EQ(call_control(path_, "echo", {}, 50ms).error(), ControlErrc::timeout);
    ::close(fd);
}

// ---- the lock --------------------------------------------------------------------------------

TEST_F(ControlSocket, OneAtATimeInADataFolder) {
    auto data = folder_ + "/new/data";
    auto first = DataLock::take(data);
    ASSERT_TRUE(first) << first.error().message();
    struct stat info{};
    ASSERT_EQ(::stat(data.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0700u);
    EXPECT_EQ(DataLock::take(data).error(), ControlErrc::in_use);
    {
        auto moved = std::move(*first);
        EXPECT_FALSE(DataLock::take(data));
    }
    EXPECT_TRUE(DataLock::take(data));
}

TEST_F(ControlSocket, AFolderThatCannotBeMadeIsAnError) {
    std::ofstream(folder_ + "/file") << "x";
    EXPECT_FALSE(DataLock::take(folder_ + "/file"));
    EXPECT_FALSE(DataLock::take(folder_ + "/file/data"));
    EXPECT_FALSE(DataLock::take("/proc/nothing/data"));
}

} // namespace
} // namespace caredian::app
