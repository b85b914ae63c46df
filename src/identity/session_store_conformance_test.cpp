#include "identity/accounts.h"
#include "identity/redis_session_store.h"
#include "identity/session_store_conformance.h"
#include "net/redis/test_redis.h"
#include "store/test_database.h"
#include "store/test_mariadb.h"

#include <thread>

namespace caredian::identity {
namespace {

using std::chrono::seconds;

class SqlFixture final : public SessionStoreFixture {
public:
    SqlFixture() { EXPECT_TRUE(prepare(*database_)); }
    std::unique_ptr<SessionStore> open() override {
        return std::make_unique<SqlSessionStore>(*database_);
    }

private:
    store::TestDatabase database_;
};

class MariadbFixture final : public SessionStoreFixture {
public:
    MariadbFixture() { EXPECT_TRUE(prepare(*database_)); }
    std::unique_ptr<SessionStore> open() override {
        return std::make_unique<SqlSessionStore>(*database_);
    }

private:
    store::TestMariadb server_;
    std::unique_ptr<store::Database> database_ = store::open_database(server_.url()).value();
};

class RedisFixture final : public SessionStoreFixture {
public:
    RedisFixture() { EXPECT_TRUE(prepare(*database_)); }
    std::unique_ptr<SessionStore> open() override {
        auto made = std::make_unique<RedisSessionStore>(server_.options(), ends_, clock_, random_);
        for (int i = 0; i < 500 && !made->find("none"); ++i) // until it is connected
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return made;
    }

private:
    store::TestDatabase database_;
    net::redis::TestRedis server_;
    SessionEnds ends_{*database_};
    SystemClock clock_;
    SystemRandom random_;
};

template <class Fixture>
std::unique_ptr<SessionStoreFixture> make() {
    return std::make_unique<Fixture>();
}
const SessionStoreBackend sqlite{"sqlite", &make<SqlFixture>, [] { return true; }};
const SessionStoreBackend mariadb{"mariadb", &make<MariadbFixture>, &store::TestMariadb::available};
const SessionStoreBackend redis{"redis", &make<RedisFixture>, &net::redis::TestRedis::available};

INSTANTIATE_TEST_SUITE_P(Backends, SessionStoreConformance,
                         ::testing::Values(sqlite, mariadb, redis),
                         [](const auto& test) { return std::string(test.param.name); });

const WallTime start{seconds(1'800'000'000)};

Session session(std::string id, std::string account, int after = 0) {
    Session s;
    s.id = std::move(id);
    s.account = std::move(account);
    s.created = s.last_used = start + seconds(after) + nanoseconds(123);
    s.expires = s.created + std::chrono::hours(1);
    s.client = "192.0.2.1";
    s.agent = "브라우저 \"1.0\"";
    return s;
}

TEST_P(SessionStoreConformance, KeepsEverything) {
    auto s = session("id", "ann");
    ASSERT_TRUE(store_->create(s));
    auto found = fixture_->open()->find("id").value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, s.id);
    EXPECT_EQ(found->account, s.account);
    EXPECT_EQ(found->created, s.created);
    EXPECT_EQ(found->last_used, s.last_used);
    EXPECT_EQ(found->expires, s.expires);
    EXPECT_EQ(found->client, s.client);
    EXPECT_EQ(found->agent, s.agent);
    EXPECT_FALSE(store_->find("ID").value());
    EXPECT_FALSE(store_->find("").value());
    EXPECT_FALSE(store_->find("i%").value());
    EXPECT_FALSE(store_->find("'; DROP TABLE sessions; --").value());
}

TEST_P(SessionStoreConformance, AnIdIsUsedOnce) {
    ASSERT_TRUE(store_->create(session("id", "ann")));
    EXPECT_FALSE(store_->create(session("id", "ben")));
    EXPECT_EQ(store_->find("id").value()->account, "ann");
}

TEST_P(SessionStoreConformance, EndsOnceAndForGood) {
    ASSERT_TRUE(store_->create(session("id", "ann")));
    EXPECT_TRUE(store_->end("id").value());
    EXPECT_FALSE(store_->end("id").value());
    EXPECT_FALSE(store_->find("id").value());
    EXPECT_TRUE(store_->touch("id", start + seconds(5))) << "no error";
    EXPECT_FALSE(store_->find("id").value()) << "a touch must not bring it back";
}

TEST_P(SessionStoreConformance, EndsAllOfAnAccount) {
    ASSERT_TRUE(store_->create(session("a", "ann")));
    ASSERT_TRUE(store_->create(session("b", "ann")));
    ASSERT_TRUE(store_->create(session("c", "ben")));
    ASSERT_TRUE(store_->end_all("ann"));
    EXPECT_TRUE(store_->list("ann").value().empty());
    EXPECT_FALSE(store_->find("a").value());
    EXPECT_TRUE(store_->find("c").value());
}

// More than go into one command.
TEST(RedisSessionStore, EndsManyOfAnAccount) {
    if (!net::redis::TestRedis::available()) GTEST_SKIP() << "Redis is not installed";
    RedisFixture fixture;
    auto store = fixture.open();
    constexpr int count = 1'100;
    for (int i = 0; i < count; ++i)
        ASSERT_TRUE(store->create(session("s" + std::to_string(i), "ann", i % 7)));
    ASSERT_TRUE(store->create(session("other", "ben")));
    ASSERT_EQ(store->list("ann").value().size(), std::size_t{count});
    ASSERT_TRUE(store->end_all("ann"));
    EXPECT_TRUE(store->list("ann").value().empty());
    EXPECT_FALSE(store->find("s0").value());
    EXPECT_FALSE(store->end("s1099").value());
    EXPECT_TRUE(store->find("other").value());
}

TEST_P(SessionStoreConformance, AnAccountsNewNameIsTaken) {
    ASSERT_TRUE(store_->create(session("a", "ann")));
    ASSERT_TRUE(
        store_->update_owner("ann", {"ann", "홍길동", "ann@home.example", "ko", Role::admin}));
    auto found = store_->find("a").value();
    ASSERT_TRUE(found);
    if (found->owner) {
        EXPECT_EQ(found->owner->full_name, "홍길동");
        EXPECT_EQ(found->owner->email, "ann@home.example");
    }
    EXPECT_EQ(found->expires, session("a", "ann").expires);
}

TEST_P(SessionStoreConformance, LastUseNeverMovesBack) {
    ASSERT_TRUE(store_->create(session("id", "ann")));
    ASSERT_TRUE(store_->touch("id", start + seconds(60)));
    EXPECT_EQ(store_->find("id").value()->last_used, start + seconds(60));
    ASSERT_TRUE(store_->touch("id", start + seconds(30)));
    EXPECT_EQ(store_->find("id").value()->last_used, start + seconds(60));
}

TEST_P(SessionStoreConformance, ListsOneAccountOldestFirst) {
    ASSERT_TRUE(store_->create(session("b", "ann", 2)));
    ASSERT_TRUE(store_->create(session("a", "ann", 1)));
    ASSERT_TRUE(store_->create(session("c", "ben", 0)));
    auto all = store_->list("ann").value();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].id, "a");
    EXPECT_EQ(all[1].id, "b");
    EXPECT_TRUE(store_->list("nobody").value().empty());
}

TEST_P(SessionStoreConformance, SweepsWhatRanOutOrIsIdle) {
    auto gone = session("expired", "ann");
    gone.expires = start - seconds(1);
    auto idle = session("idle", "ann");
    idle.last_used = start - seconds(100);
    ASSERT_TRUE(store_->create(gone));
    ASSERT_TRUE(store_->create(idle));
    ASSERT_TRUE(store_->create(session("live", "ann")));
    ASSERT_TRUE(store_->sweep(start, start - seconds(60)));
    auto left = store_->list("ann").value();
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].id, "live");
}

} // namespace
} // namespace caredian::identity
