#include "base/log.h"
#include "identity/first_run.h"
#include "identity/test_identity.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace caredian::identity {
namespace {

class FirstRunTest : public ::testing::Test {
protected:
    FirstRunTest() { make(); }
    void make() { people_ = std::make_unique<TestIdentity>(database_, clock_); }
    FirstRun& first_run() { return people_->identity.first_run; }
    static NewAccount account(std::string name) {
        NewAccount a;
        a.username = std::move(name);
        a.password = Secret("correct horse");
        return a;
    }
    std::string file() const { return database_.folder().file("first-run-code"); }
    std::string file_text() const {
        std::ifstream in(file());
        return std::string(std::istreambuf_iterator<char>(in), {});
    }
    store::TestDatabase database_;
    ManualClock clock_;
    std::unique_ptr<TestIdentity> people_;
};

TEST_F(FirstRunTest, ACodeIsKeptForTheOwner) {
    EXPECT_TRUE(first_run().needed());
    auto code = first_run().code();
    EXPECT_EQ(code.size(), 14u) << code;
    EXPECT_EQ(file_text(), code + "\n");
    struct ::stat info{};
    ASSERT_EQ(::stat(file().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    make();
    EXPECT_EQ(first_run().code(), code) << "a restart keeps what was printed";
    std::ofstream(file()) << "damaged";
    make();
    EXPECT_NE(first_run().code(), code);
    EXPECT_EQ(first_run().code().size(), 14u);
}

TEST_F(FirstRunTest, TheCodeMakesOneAdministrator) {
    auto code = first_run().code();
    EXPECT_EQ(first_run().finish("", account("eve"), {}).error(), Errc::wrong_code);
    EXPECT_EQ(first_run().finish(code.substr(1), account("eve"), {}).error(), Errc::wrong_code);
    EXPECT_EQ(first_run().finish(code + "0", account("eve"), {}).error(), Errc::wrong_code);
    EXPECT_EQ(first_run().finish(code, account("bad name"), {}).error(), Errc::bad_name);
    EXPECT_TRUE(first_run().needed());
    auto made = first_run().finish(code, account("ann"), {"", "192.0.2.1"}).value();
    EXPECT_EQ(made.role, Role::admin);
    EXPECT_FALSE(first_run().needed());
    EXPECT_EQ(first_run().code(), "");
    EXPECT_EQ(file_text(), "");
    auto rows = people_->identity.accounts.audit().list(5).value();
    EXPECT_EQ(rows.at(0).event, "first_run");
    EXPECT_EQ(rows.at(0).subject, "ann");
    EXPECT_EQ(first_run().finish(code, account("eve"), {}).error(), Errc::not_needed);
    EXPECT_EQ(first_run().finish("", account("eve"), {}).error(), Errc::not_needed);
    make();
    EXPECT_FALSE(first_run().needed());
}

TEST_F(FirstRunTest, PeopleTypeAsTheyLike) {
    std::string code = first_run().code();
    std::string typed;
    for (char c : code) {
        if (c == '-')
            typed += "  ";
        else if (c == '0')
            typed += 'o';
        else if (c == '1')
            typed += 'l';
        else
            typed += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    EXPECT_TRUE(first_run().finish(typed, account("ann"), {}));
}

TEST_F(FirstRunTest, AttemptsAreLimited) {
    auto code = first_run().code();
    for (int i = 0; i < 49; ++i)
        EXPECT_EQ(first_run().finish("0000-0000-0000", account("eve"), {}).error(),
                  Errc::wrong_code);
    EXPECT_EQ(first_run().code(), code);
    EXPECT_FALSE(first_run().finish("0000-0000-0000", account("eve"), {}));
    EXPECT_NE(first_run().code(), code) << "a new one after fifty";
    EXPECT_EQ(file_text(), first_run().code() + "\n");
    EXPECT_FALSE(first_run().finish(code, account("eve"), {}));
    EXPECT_TRUE(first_run().finish(first_run().code(), account("ann"), {}));
}

TEST_F(FirstRunTest, AnAccountFromTheCommandLineEndsItToo) {
    people_->add("ben", Role::member);
    EXPECT_TRUE(first_run().needed());
    people_->add("ann", Role::admin);
    EXPECT_FALSE(first_run().needed());
    EXPECT_EQ(file_text(), "");
}

TEST_F(FirstRunTest, AnAccountOfAnotherProcessEndsIt) {
    SystemRandom random;
    Accounts other(*database_, clock_, random, cheap_passwords());
    NewAccount admin = account("ann");
    admin.role = Role::admin;
    ASSERT_TRUE(other.add(admin, {}));
    EXPECT_TRUE(first_run().needed()) << "not seen yet";
    ASSERT_TRUE(first_run().refresh());
    EXPECT_FALSE(first_run().needed());
    EXPECT_EQ(file_text(), "");
}

TEST_F(FirstRunTest, TheCodeIsNotLogged) {
    std::string said;
    log::set_capture([&](std::string_view line) { said += line; });
    make();
    auto code = first_run().code();
    (void)first_run().finish("0000-0000-0000", account("eve"), {});
    EXPECT_TRUE(first_run().finish(code, account("ann"), {}));
    log::set_capture({});
    EXPECT_EQ(said.find(code), std::string::npos);
    EXPECT_EQ(said.find("correct horse"), std::string::npos);
}

} // namespace
} // namespace caredian::identity
