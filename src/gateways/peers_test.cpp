#include "gateways/peers.h"
#include "gateways/queue_watch.h"
#include "store/both_databases.h"

#include <cstdlib>

namespace caredian::gateways {
namespace {

using namespace std::chrono_literals;

class PeersTest : public store::OnBothDatabases {
protected:
    void SetUp() override {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        ASSERT_TRUE(store::migrate(*database_, "gateways", migrations()));
    }
    Peers gateway(const std::string& name, const std::string& instance = "1") {
        return {*database_, name, instance, "1.0", "http://" + name};
    }
};
CAREDIAN_ON_BOTH_DATABASES(PeersTest);

TEST_P(PeersTest, EachHasANumberOfItsOwnAndKeepsIt) {
    auto a = gateway("a"), b = gateway("b");
    EXPECT_EQ(a.join(std::nullopt).value(), 0);
    EXPECT_EQ(b.join(std::nullopt).value(), 1);
    EXPECT_EQ(gateway("b", "2").join(std::nullopt).value(), 1) << "its folder was lost";
    EXPECT_EQ(gateway("a", "2").join(0).value(), 0);
}

TEST_P(PeersTest, ARowThatWasRemovedComesBackWithItsNumber) {
    auto a = gateway("a"), b = gateway("b");
    ASSERT_TRUE(a.join(std::nullopt));
    ASSERT_TRUE(b.join(std::nullopt));
    ASSERT_TRUE(database_->execute("DELETE FROM gateways WHERE name='b'"));
    auto peers = b.beat(5);
    ASSERT_TRUE(peers);
    ASSERT_EQ(peers->size(), 2u);
    EXPECT_EQ((*peers)[1].slot, 1);
}

TEST_P(PeersTest, ANumberThatIsAnothersIsRefused) {
    auto a = gateway("a"), b = gateway("b");
    ASSERT_TRUE(a.join(std::nullopt));
    auto refused = b.join(0); // its folder is a copy of a's
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), make_error_code(Errc::taken));
}

TEST_P(PeersTest, TenAndNoMore) {
    for (int i = 0; i < most_gateways; ++i)
        ASSERT_EQ(gateway("g" + std::to_string(i)).join(std::nullopt).value(), i);
    auto refused = gateway("more").join(std::nullopt);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), make_error_code(Errc::no_slot));
}

TEST_P(PeersTest, TheySeeEachOther) {
    auto a = gateway("a"), b = gateway("b");
    ASSERT_TRUE(a.join(std::nullopt));
    ASSERT_TRUE(b.join(std::nullopt));
    ASSERT_TRUE(b.beat(2500));
    auto seen = a.beat(1);
    ASSERT_TRUE(seen);
    ASSERT_EQ(seen->size(), 2u);
    EXPECT_EQ((*seen)[1].name, "b");
    EXPECT_EQ((*seen)[1].rate, 2500);
    EXPECT_EQ((*seen)[1].address, "http://b");
    EXPECT_LT(std::abs((*seen)[1].away_ms), 30'000) << "by one clock, the database's";
}

TEST_P(PeersTest, TheEarlierOfTwoWithOneNameHearsOfIt) {
    auto first = gateway("a", "1"), second = gateway("a", "2");
    ASSERT_TRUE(first.join(std::nullopt));
    ASSERT_TRUE(first.beat(0));
    ASSERT_TRUE(second.join(std::nullopt));
    auto told = first.beat(0);
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error(), make_error_code(Errc::taken));
    EXPECT_TRUE(second.beat(0));
}

Peer peer(const std::string& name, std::chrono::milliseconds ago, std::int64_t rate) {
    Peer p;
    p.name = name;
    p.away_ms = ago.count();
    p.rate = rate;
    return p;
}

TEST(QueueWatch, TellsHowFullTheQueueIsAndWhen) {
    QueueOptions options{"a", 10s, 10'000};
    std::vector<Peer> all{peer("a", 1h, 0), peer("b", 9s, 2000), peer("c", 100s, 2000)};
    auto gone = away(all, options, 10'000); // ten a second, as we see it
    ASSERT_EQ(gone.size(), 1u) << "not itself, and not one that was just seen";
    EXPECT_EQ(gone[0].name, "c");
    EXPECT_EQ(gone[0].since, 100s);
    EXPECT_EQ(gone[0].waiting, 1000u);
    EXPECT_EQ(gone[0].full_in, 900s);
    EXPECT_EQ(describe(gone[0], 10'000),
              "c is away for 100 s: about 1000 messages wait for it at the broker, whose queue of "
              "10000 is full in 15 min");
}

TEST(QueueWatch, FullEmptyAndUnknown) {
    QueueOptions options{"a", 10s, 1000};
    std::vector<Peer> all{peer("b", 1h, 2000)};
    auto gone = away(all, options, 0); // nothing comes here: as the other one told
    ASSERT_EQ(gone.size(), 1u);
    EXPECT_EQ(gone[0].waiting, 1000u);
    EXPECT_EQ(gone[0].full_in, 0s);
    EXPECT_NE(describe(gone[0], 1000).find("is lost from now on"), std::string::npos);
    all[0].rate = 0;
    gone = away(all, options, 0);
    EXPECT_EQ(gone[0].waiting, 0u);
    EXPECT_FALSE(gone[0].full_in);
}

} // namespace
} // namespace caredian::gateways
