#include "store/sqlite.h"

#include <cstdio>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace caredian::store {
namespace {

class SqliteTest : public ::testing::Test {
protected:
    SqliteTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "sqliteXXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~SqliteTest() override { std::filesystem::remove_all(folder_); }
    std::string file() const { return (folder_ / "a.db").string(); }
    std::filesystem::path folder_;
};

TEST_F(SqliteTest, KeepsAndFinds) {
    auto db = Sqlite::open(file());
    ASSERT_TRUE(db);
    ASSERT_TRUE(db->execute("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c BLOB, d REAL)"));
    auto insert = db->prepare("INSERT INTO t VALUES(?,?,?,?)");
    ASSERT_TRUE(insert);
    insert->bind(1, std::int64_t{1});
    insert->bind(2, std::string_view());
    insert->bind_blob(3, std::string_view("\0x", 2));
    insert->bind(4, 2.5);
    ASSERT_TRUE(insert->run());
    auto select = db->prepare("SELECT a,b,c,d FROM t");
    ASSERT_TRUE(*select->step());
    EXPECT_EQ(select->integer(0), 1);
    EXPECT_EQ(select->text(1), "");
    EXPECT_FALSE(select->is_null(1));
    EXPECT_EQ(select->blob(2), std::string_view("\0x", 2));
    EXPECT_EQ(select->real(3), 2.5);
    EXPECT_FALSE(*select->step());
}

TEST_F(SqliteTest, TheFileIsItsOwnersAlone) {
    ASSERT_TRUE(Sqlite::open(file()));
    struct stat info{};
    ASSERT_EQ(::stat(file().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(SqliteTest, AFailedTransactionLeavesNothing) {
    auto db = *Sqlite::open(file());
    ASSERT_TRUE(db.execute("CREATE TABLE t(a INTEGER PRIMARY KEY)"));
    auto r = db.transaction([&]() -> result<void> {
        if (auto first = db.execute("INSERT INTO t VALUES(1)"); !first) return first;
        return db.execute("INSERT INTO t VALUES(1)");
    });
    EXPECT_EQ(r.error(), Errc::constraint);
    auto count = *db.prepare("SELECT count(*) FROM t");
    ASSERT_TRUE(*count.step());
    EXPECT_EQ(count.integer(0), 0);
}

TEST_F(SqliteTest, SaysWhatIsWrong) {
    EXPECT_EQ(Sqlite::open("/nowhere/at/all.db").error(), Errc::open);
    {
        auto out = std::fopen(file().c_str(), "w");
        std::fputs("not a database, not at all", out);
        std::fclose(out);
    }
    EXPECT_EQ(Sqlite::open(file()).error(), Errc::corrupt);
}

TEST_F(SqliteTest, AFullFileIsSaidAndRecovers) {
    auto db = *Sqlite::open(file());
    ASSERT_TRUE(db.execute("CREATE TABLE t(a BLOB); PRAGMA max_page_count=8"));
    auto r = db.execute("INSERT INTO t VALUES(zeroblob(1000000))");
    EXPECT_EQ(r.error(), Errc::full);
    ASSERT_TRUE(db.execute("PRAGMA max_page_count=10000"));
    EXPECT_TRUE(db.execute("INSERT INTO t VALUES(zeroblob(1000000))"));
}

} // namespace
} // namespace caredian::store
