#include "gateways/home_state.h"
#include "store/both_databases.h"

namespace caredian::gateways {
namespace {

class HomeStateTest : public store::OnBothDatabases {
protected:
    void SetUp() override {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        ASSERT_TRUE(store::migrate(*database_, "gateways", migrations()));
        auto empty = lease().run({}).value();
        ASSERT_TRUE(lease().run({empty, LeaseRow{"a/1", 1, 1}}));
    }
    LeaseStore& lease() {
        if (!lease_) lease_.emplace(*database_, "home");
        return *lease_;
    }
    std::string left() {
        HomeState state(*database_, lease(), "home");
        std::string all;
        EXPECT_TRUE(state.load([&](char kind, std::string name, std::string data) {
            all += kind + name + "=" + data + ";";
        }));
        return all;
    }
    std::optional<LeaseStore> lease_;
};
CAREDIAN_ON_BOTH_DATABASES(HomeStateTest);

TEST_P(HomeStateTest, LeavesTheNewestOfEachPiece) {
    HomeState state(*database_, lease(), "home");
    state.put('n', "lamp", "one");
    state.put('n', "lamp", "two");
    state.put('l', std::string("\0\xff", 2), std::string("\0x", 2));
    state.put('m', "", "joined");
    EXPECT_EQ(state.waiting(), 3u);
    ASSERT_TRUE(state.flush(1));
    EXPECT_EQ(state.waiting(), 0u);
    EXPECT_EQ(left(), "l" + std::string("\0\xff", 2) + "=" + std::string("\0x", 2) +
                          ";m=joined;nlamp=two;");
    state.put('n', "lamp", "");
    ASSERT_TRUE(state.flush(1));
    EXPECT_EQ(left().find("lamp"), std::string::npos);
}

TEST_P(HomeStateTest, ManyPieces) {
    HomeState state(*database_, lease(), "home");
    for (int i = 0; i < 1234; ++i) state.put('s', std::to_string(i), "x");
    ASSERT_TRUE(state.flush(1));
    HomeState other(*database_, lease(), "home");
    std::size_t count = 0;
    ASSERT_TRUE(other.load([&](char, const std::string&, const std::string&) { ++count; }));
    EXPECT_EQ(count, 1234u);
}

TEST_P(HomeStateTest, WhoseTermIsOverLeavesNothingMore) {
    HomeState state(*database_, lease(), "home");
    ASSERT_TRUE(lease().run({LeaseRow{"a/1", 1, 1}, LeaseRow{"b/1", 2, 2}}));
    state.put('n', "lamp", "late");
    auto refused = state.flush(1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), make_error_code(Errc::superseded));
    EXPECT_EQ(state.waiting(), 0u);
    EXPECT_EQ(left(), "");
}

TEST_P(HomeStateTest, IsBoundedInMemory) {
    HomeState state(*database_, lease(), "home");
    const std::string big(HomeState::longest, 'x');
    state.put('s', "larger", big + "x");
    EXPECT_EQ(state.waiting(), 0u);
    for (std::size_t i = 0; i <= HomeState::most_waiting / HomeState::longest; ++i)
        state.put('s', std::to_string(i), big);
    EXPECT_LE(state.waiting(), HomeState::most_waiting / HomeState::longest);
}

} // namespace
} // namespace caredian::gateways
