#include "gateways/member.h"
#include "store/test_database.h"

#include <gtest/gtest.h>

namespace caredian::gateways {
namespace {

using namespace std::chrono_literals;

class MemberTest : public ::testing::Test {
protected:
    struct One {
        One(MemberTest& t, const std::string& name)
            : health(t.clock_), member(options(name), *t.database_, t.clock_, t.random_, health) {
            hooks.gained = [this](std::int64_t fence) {
                said += "gained " + std::to_string(fence) + "; ";
            };
            hooks.lost = [this] { said += "lost; "; };
            hooks.aside = [this] { said += "aside; "; };
        }
        static MemberOptions options(const std::string& name) {
            MemberOptions o;
            o.name = name;
            o.address = "http://" + name;
            return o;
        }
        HealthRegister health;
        Member member;
        Member::Hooks hooks;
        std::string said;
    };
    void pass(std::initializer_list<One*> all, nanoseconds time) {
        for (; time > 0ns; time -= 500ms) {
            clock_.advance(500ms);
            for (auto* one : all) {
                one->member.tick(one->hooks);
                one->member.settle();
            }
        }
    }

    store::TestDatabase database_;
    ManualClock clock_;
    SystemRandom random_;
};

TEST_F(MemberTest, OneWorksForTheHomeAndTheOtherTakesOver) {
    One a(*this, "a"), b(*this, "b");
    EXPECT_EQ(a.member.join(std::nullopt).value(), 0);
    EXPECT_EQ(b.member.join(std::nullopt).value(), 1);
    pass({&a, &b}, 30s);
    EXPECT_EQ(a.said, "gained 1; ");
    EXPECT_EQ(b.said, "");
    auto s = b.member.standing();
    EXPECT_FALSE(s.holds);
    EXPECT_EQ(s.holder, "a");
    EXPECT_EQ(s.holder_address, "http://a");
    pass({&b}, 15s);
    EXPECT_EQ(b.said, "gained 2; ");
    EXPECT_TRUE(b.member.holds());
    pass({&a, &b}, 500ms);
    EXPECT_EQ(a.said, "gained 1; lost; ");
    EXPECT_FALSE(b.member.standing().holds) << "not before it has what was left";
    b.member.ready(2);
    std::string json;
    append_json(json, b.member.standing());
    EXPECT_NE(json.find(R"("holds_home":true,"name":"b","holder":"b","fence":2)"),
              std::string::npos)
        << json;
}

TEST_F(MemberTest, StoppingLetsTheNextBeginAtOnce) {
    One a(*this, "a"), b(*this, "b");
    ASSERT_TRUE(a.member.join(std::nullopt));
    ASSERT_TRUE(b.member.join(std::nullopt));
    pass({&a, &b}, 10s);
    a.member.start(Member::Hooks{});
    a.member.stop();
    pass({&b}, 3s);
    EXPECT_EQ(b.said, "gained 2; ");
}

TEST_F(MemberTest, OfTwoWithOneNameTheEarlierStandsAside) {
    One first(*this, "a"), second(*this, "a");
    ASSERT_TRUE(first.member.join(std::nullopt));
    pass({&first}, 5s);
    EXPECT_EQ(first.said, "gained 1; ");
    ASSERT_TRUE(second.member.join(std::nullopt));
    pass({&second, &first}, 5s);
    EXPECT_EQ(first.said, "gained 1; lost; aside; ");
    EXPECT_EQ(second.said, "gained 2; ");
    bool told = false;
    for (const auto& one : first.health.snapshot())
        told = told || one.reason.find("another program runs under the name a") == 0;
    EXPECT_TRUE(told);
}

TEST_F(MemberTest, AHolderThatHearsNothingLetsGoWhenAnotherHears) {
    One a(*this, "a"), b(*this, "b");
    ASSERT_TRUE(a.member.join(std::nullopt));
    ASSERT_TRUE(b.member.join(std::nullopt));
    pass({&a, &b}, 5s);
    a.hooks.hears = [] { return false; };
    pass({&a, &b}, 3min);
    EXPECT_EQ(a.said, "gained 1; ") << "nobody hears anything: the broker is away";
    std::uint64_t received = 0;
    b.hooks.received = [&] { return received += 10; };
    pass({&a, &b}, 20s);
    EXPECT_EQ(a.said, "gained 1; lost; ");
    EXPECT_EQ(b.said, "gained 2; ");
    pass({&a, &b}, 3min);
    EXPECT_EQ(b.said, "gained 2; ");
}

TEST_F(MemberTest, OneThatStartedWithoutTheDatabaseEntersWhenItIsBack) {
    One before(*this, "a"), again(*this, "a");
    ASSERT_TRUE(before.member.join(std::nullopt));
    pass({&before}, 5s);
    // It was killed, and join() failed at the next start: the row is still that of the earlier one.
    pass({&again}, 5s);
    EXPECT_EQ(again.said, "gained 2; ");
    EXPECT_FALSE(again.member.standing().aside);
    pass({&again, &before}, 5s);
    EXPECT_EQ(before.said, "gained 1; lost; aside; ");
    EXPECT_EQ(again.said, "gained 2; ");
}

TEST_F(MemberTest, OneThatEntersLateDoesNotGoOnUnderANumberThatIsAnothers) {
    One a(*this, "a"), b(*this, "b");
    ASSERT_EQ(a.member.join(std::nullopt).value(), 0);
    EXPECT_FALSE(b.member.join(0));
    pass({&a, &b}, 5s);
    EXPECT_EQ(b.said, "aside; ");
    EXPECT_FALSE(b.member.holds());
}

TEST_F(MemberTest, NothingIsWrittenBeforeWhatWasLeftIsTakenOver) {
    auto left = [](One& one) {
        std::string all;
        EXPECT_TRUE(one.member.state().load(
            [&](char, std::string name, std::string data) { all += name + "=" + data + ";"; }));
        return all;
    };
    One a(*this, "a"), b(*this, "b");
    ASSERT_TRUE(a.member.join(std::nullopt));
    ASSERT_TRUE(b.member.join(std::nullopt));
    b.member.state().put('n', "0x1", "old"); // of a term long ago
    pass({&a, &b}, 5s);
    ASSERT_TRUE(a.member.holds());
    EXPECT_FALSE(a.member.works());
    a.member.ready(1);
    EXPECT_TRUE(a.member.works());
    a.member.state().put('n', "0x1", "new");
    pass({&a, &b}, 5s);
    EXPECT_EQ(left(a), "0x1=new;");
    pass({&b}, 20s);
    ASSERT_TRUE(b.member.holds());
    EXPECT_FALSE(b.member.works()) << "it has not read what is there";
    EXPECT_TRUE(b.member.goes_on(2));
    EXPECT_FALSE(b.member.goes_on(1));
    b.member.ready(1);
    pass({&b}, 5s);
    EXPECT_FALSE(b.member.works()) << "that was another term";
    EXPECT_EQ(left(b), "0x1=new;");
    b.member.ready(2);
    pass({&b}, 5s);
    EXPECT_TRUE(b.member.works());
    EXPECT_EQ(left(b), "0x1=old;") << "as it was not dropped";
}

} // namespace
} // namespace caredian::gateways
