#include "base/log.h"
#include "store/key_file.h"
#include "store/sqlite.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace caredian::store {
namespace {

class KeyFileTest : public ::testing::Test {
protected:
    KeyFileTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "keysXXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        file_ = (folder_ / "secret").string();
    }
    ~KeyFileTest() override { std::filesystem::remove_all(folder_); }
    void write(std::string_view text) { std::ofstream(file_) << text; }
    unsigned mode() {
        struct ::stat info{};
        ::stat(file_.c_str(), &info);
        return info.st_mode & 0777;
    }
    std::filesystem::path folder_;
    std::string file_;
    SystemRandom random_;
};

TEST_F(KeyFileTest, IsMadeOnceAndKept) {
    auto made = load_or_make_key(file_, random_).value();
    EXPECT_EQ(made.size(), 43u);
    EXPECT_EQ(mode(), 0600u);
    EXPECT_TRUE(load_or_make_key(file_, random_).value() == made);
    std::size_t files = 0;
    for (auto& entry : std::filesystem::directory_iterator(folder_)) {
        (void)entry;
        ++files;
    }
    EXPECT_EQ(files, 1u) << "nothing is left beside it";
}

TEST_F(KeyFileTest, TakesAnOperatorsOwn) {
    write("  a-secret-of-the-operator-long-enough!\n");
    ::chmod(file_.c_str(), 0644);
    std::string warned;
    log::set_capture([&](std::string_view line) { warned += line; });
    auto key = load_or_make_key(file_, random_);
    log::set_capture({});
    EXPECT_EQ(key.value().reveal(), "a-secret-of-the-operator-long-enough!");
    EXPECT_NE(warned.find("chmod 600"), std::string::npos);
    EXPECT_EQ(warned.find("a-secret"), std::string::npos);
}

TEST_F(KeyFileTest, RefusesAShortOne) {
    for (std::string_view text : {"", "\n", "short", "thirty-one characters are to few"}) {
        write(text.substr(0, 31));
        EXPECT_EQ(load_or_make_key(file_, random_).error(), Errc::corrupt) << text;
    }
}

TEST_F(KeyFileTest, SaysWhatIsWrong) {
    EXPECT_EQ(load_or_make_key((folder_ / "no" / "secret").string(), random_).error(), Errc::open);
    EXPECT_EQ(write_private_file((folder_ / "no" / "x").string(), "x").error(), Errc::open);
}

TEST_F(KeyFileTest, ProcessesThatStartTogetherAgree) {
    std::string keys[2];
    auto run = [&](std::string& out) {
        SystemRandom random;
        out = load_or_make_key(file_, random).value().reveal();
    };
    std::thread a(run, std::ref(keys[0]));
    std::thread b(run, std::ref(keys[1]));
    a.join();
    b.join();
    EXPECT_EQ(keys[0], keys[1]);
}

TEST_F(KeyFileTest, PrivateFilesAreReplacedWhole) {
    ASSERT_TRUE(write_private_file(file_, "one"));
    ASSERT_TRUE(write_private_file(file_, "two"));
    std::ifstream in(file_);
    std::string text(std::istreambuf_iterator<char>(in), {});
    EXPECT_EQ(text, "two");
    EXPECT_EQ(mode(), 0600u);
}

} // namespace
} // namespace caredian::store
