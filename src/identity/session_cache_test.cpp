#include "identity/session_cache.h"

#include <gtest/gtest.h>
#include <map>

namespace caredian::identity {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t idle = 100 * second;

class SessionCacheTest : public ::testing::Test {
protected:
    // As long as a real one, different in the signature.
    static std::string token(int n, char fill = 't') {
        std::string out(205, fill);
        auto digits = std::to_string(n);
        return out.replace(out.size() - digits.size(), digits.size(), digits);
    }
    static SessionCache::Entry entry(std::string session, std::int64_t expires = 1000 * second,
                                     std::int64_t confirm = 1000 * second) {
        auto* p = new Principal;
        PrincipalPtr who(p);
        p->session = std::move(session);
        return {std::move(who), expires, 0, confirm, 0};
    }
    std::string found(std::string_view t, std::int64_t now = 1) {
        auto* e = cache_.find(t, now, idle);
        return e ? e->principal->session : "";
    }
    SystemRandom random_;
    SessionCache cache_{4, random_};
};

TEST_F(SessionCacheTest, ForgetsOneTokenAndKnowsWhatIsToBeConfirmed) {
    cache_.put(token(1), entry("a", 1000 * second, 10 * second));
    cache_.put(token(2), entry("a"));
    EXPECT_EQ(found(token(1), 10 * second), "") << "to be confirmed";
    EXPECT_TRUE(cache_.holds(token(1)));
    EXPECT_FALSE(cache_.holds(token(3)));
    EXPECT_FALSE(cache_.holds(std::string(5000, 't')));
    cache_.forget(token(1));
    cache_.forget(token(3));
    EXPECT_FALSE(cache_.holds(token(1)));
    EXPECT_EQ(found(token(2)), "a");
    EXPECT_EQ(cache_.size(), 1u);
}

TEST_F(SessionCacheTest, FindsTheWholeTokenOnly) {
    cache_.put(token(1), entry("a"));
    EXPECT_EQ(found(token(1)), "a");
    EXPECT_EQ(found(token(2)), "");
    EXPECT_EQ(found(token(1, 'u')), "") << "the same signature over something else";
    EXPECT_EQ(found(token(1).substr(1)), "");
    EXPECT_EQ(found("x" + token(1)), "");
    EXPECT_EQ(found(""), "");
    EXPECT_EQ(found(std::string(5000, 't')), "");
    std::string changed = token(1);
    for (std::size_t i = 0; i < changed.size(); ++i) {
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_EQ(found(changed), "") << i;
        changed[i] = static_cast<char>(changed[i] ^ 1);
    }
}

TEST_F(SessionCacheTest, LimitsAreLookedAtOnEachRequest) {
    cache_.put(token(1), entry("expires", 50 * second));
    EXPECT_EQ(found(token(1), 50 * second - 1), "expires");
    EXPECT_EQ(found(token(1), 50 * second), "");
    cache_.put(token(2), entry("confirmed", 1000 * second, 30 * second));
    EXPECT_EQ(found(token(2), 30 * second - 1), "confirmed");
    EXPECT_EQ(found(token(2), 30 * second), "") << "ask the store";
    cache_.put(token(2), entry("confirmed", 1000 * second, 60 * second));
    EXPECT_EQ(found(token(2), 30 * second), "confirmed");
    cache_.put(token(3), entry("idle"));
    EXPECT_EQ(found(token(3), 99 * second), "idle");
    EXPECT_EQ(found(token(3), 198 * second), "idle") << "was used in between";
    EXPECT_EQ(found(token(3), 298 * second), "");
}

TEST_F(SessionCacheTest, TheLeastRecentlyUsedGoes) {
    for (int i = 0; i < 4; ++i) cache_.put(token(i), entry(std::to_string(i)));
    EXPECT_EQ(found(token(0), 60 * second), "0");
    EXPECT_EQ(found(token(1), 60 * second - 1), "1") << "within the minute it stays where it is";
    cache_.put(token(4), entry("4"));
    EXPECT_EQ(cache_.size(), 4u);
    EXPECT_EQ(found(token(1)), "");
    EXPECT_EQ(found(token(0)), "0");
    EXPECT_EQ(found(token(4)), "4");
}

TEST_F(SessionCacheTest, EndForgetsEveryTokenOfTheSession) {
    cache_.put(token(1), entry("a"));
    cache_.put(token(2), entry("b"));
    cache_.put(token(3), entry("a"));
    cache_.end("a");
    cache_.end("nobody");
    EXPECT_EQ(cache_.size(), 1u);
    EXPECT_EQ(found(token(1)), "");
    EXPECT_EQ(found(token(2)), "b");
    EXPECT_EQ(found(token(3)), "");
}

TEST_F(SessionCacheTest, APrincipalOutlivesItsEntry) {
    cache_.put(token(1), entry("a"));
    PrincipalPtr held = cache_.find(token(1), 1, idle)->principal;
    cache_.end("a");
    EXPECT_EQ(held->session, "a");
}

TEST_F(SessionCacheTest, AgreesWithAPlainMapOverManySteps) {
    SessionCache cache(1000, random_);
    std::map<std::string, std::string> model;
    SeededRandom dice(7);
    for (int step = 0; step < 20'000; ++step) {
        int n = static_cast<int>(dice.next_u64() % 900);
        switch (dice.next_u64() % 4) {
        case 0:
            cache.put(token(n), entry(std::to_string(n)));
            model[token(n)] = std::to_string(n);
            break;
        case 1:
            cache.end(std::to_string(n));
            model.erase(token(n));
            break;
        default:
            auto* e = cache.find(token(n), 1, idle);
            auto m = model.find(token(n));
            ASSERT_EQ(e != nullptr, m != model.end()) << step;
            if (e) {
                ASSERT_EQ(e->principal->session, m->second);
            }
        }
        ASSERT_EQ(cache.size(), model.size());
    }
}

TEST_F(SessionCacheTest, AnEntryIsSmall) {
    // Node, principal, their allocations' heads, and a session id that does not fit its string.
    EXPECT_LE(SessionCache::node_bytes() + 16 + sizeof(Principal) + 16 + 32, 600u);
}

} // namespace
} // namespace caredian::identity
