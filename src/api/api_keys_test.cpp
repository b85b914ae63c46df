#include "api/people_fixture.h"
#include "base/json.h"
#include "base/log.h"

#include <gtest/gtest.h>
#include <mutex>

namespace caredian::api {
namespace {

using identity::Role;
using std::chrono::minutes;
using std::chrono::seconds;

class ApiKeyGateTest : public PeopleTest {
protected:
    void SetUp() override {
        // Every request comes through a proxy that says for whom, so that clients can differ.
        options_.trusted_proxies = net::NetworkSet({*net::parse_network("127.0.0.1")});
        start();
        add_ann_and_ben();
    }
    static std::string from(std::string_view client) {
        return "X-Forwarded-For: " + std::string(client) + "\r\n";
    }
    static std::string x_key(std::string_view key) {
        return "X-API-Key: " + std::string(key) + "\r\n";
    }
    static std::string bearer(std::string_view key) {
        return "Authorization: Bearer " + std::string(key) + "\r\n";
    }
    std::string make(std::string_view owner, std::string_view scopes = "read control",
                     Role role = Role::member, std::vector<std::string> addresses = {}) {
        identity::NewApiKey key;
        key.name = "test";
        key.role = role;
        key.scopes = *identity::parse_scopes(scopes);
        key.addresses = std::move(addresses);
        auto account = people_->identity.accounts.find(owner).value();
        auto made = people_->identity.api_keys.add(key, *account, {"test", ""}).value();
        id_ = made.key.id;
        return made.text.reveal();
    }
    std::uint64_t kept_last_use() {
        sql_.wait_idle();
        auto all = people_->identity.api_keys.list({}).value();
        return static_cast<std::uint64_t>(to_ns(all.at(0).last_used));
    }
    std::string id_; // of the last one made
};

TEST_F(ApiKeyGateTest, EitherHeaderOpens) {
    auto key = make("ben");
    auto other = make("ben");
    for (int twice = 0; twice < 2; ++twice) { // from the store, then from the cache
        EXPECT_EQ(get("/api/v1/x", x_key(key)).status, 204u);
        EXPECT_EQ(get("/api/v1/x", bearer(key)).status, 204u);
        EXPECT_EQ(get("/api/v1/x", "authorization: bEARER  " + key + "\r\n").status, 204u);
        EXPECT_EQ(get("/api/v1/x", x_key(key) + bearer(key)).status, 204u) << "the same twice";
        for (const auto& two : {x_key(key) + bearer(other), bearer(other) + x_key(key),
                                x_key(key) + x_key(other), bearer(key) + bearer(other)})
            EXPECT_EQ(get("/api/v1/x", two).status, 401u) << two;
    }
    EXPECT_EQ(get("/ha/api/x", x_key(key)).status, 403u) << "of a member";
    EXPECT_EQ(get("/open", x_key("cdk_nonsense")).status, 204u) << "open is open";
}

TEST_F(ApiKeyGateTest, WhatIsNoGoodKeyOpensNothing) {
    auto key = make("ben");
    auto cookie = session_of("ben");
    for (const auto& bad :
         {key.substr(0, 63), key + "A", std::string("cdk_"), "cdk_" + std::string(5000, 'a'),
          key.substr(0, 21) + std::string(43, 'A')}) {
        auto answer = get("/api/v1/x", x_key(bad));
        EXPECT_EQ(answer.status, 401u) << bad;
        EXPECT_EQ(answer.header("WWW-Authenticate"),
                  "Bearer realm=\"CareDian\", error=\"invalid_token\"");
        EXPECT_EQ(get("/api/v1/x", x_key(bad) + cookie).status, 401u)
            << "a cookie does not make up for it";
        EXPECT_EQ(get("/readyz", x_key(bad)).status, 401u) << "nor does an open route";
        EXPECT_EQ(get("/", x_key(bad) + "Accept: text/html\r\n").status, 401u) << "no redirect";
    }
    // What other programs mean by these headers is theirs.
    for (const auto& other : {x_key("kid.secret"), bearer("eyJhbGciOi"), x_key(""),
                              std::string("Authorization: Basic YTpi\r\n")}) {
        EXPECT_EQ(get("/api/v1/x", other).status, 401u) << other;
        EXPECT_EQ(get("/api/v1/x", other + cookie).status, 204u) << other;
        EXPECT_EQ(get("/api/v1/x", other + x_key(key)).status, 204u) << other;
    }
}

TEST_F(ApiKeyGateTest, NeedsNoOrigin) {
    auto key = make("ann", "read control", Role::admin);
    for (const auto& origin : {std::string(), std::string("Origin: http://evil.example\r\n")}) {
        EXPECT_EQ(ask("POST", "/ha/api/x", x_key(key) + origin).status, 204u) << origin;
        EXPECT_EQ(ask("POST", "/ha/api/x", session_of("ann") + origin).status, 403u) << origin;
    }
}

TEST_F(ApiKeyGateTest, ScopesNarrow) {
    struct {
        const char* scopes;
        unsigned read, switches, administers, verify;
    } cases[] = {
        {"read", 204, 403, 403, 403},
        {"control", 403, 204, 403, 403},
        {"read control", 204, 204, 403, 403},
        {"admin", 403, 403, 204, 403},
        {"verify", 403, 403, 403, 200},
        {"events:fall:ingest introspect", 403, 403, 403, 403},
        {"read control admin verify", 204, 204, 204, 200},
    };
    for (auto& c : cases) {
        auto key = x_key(make("ann", c.scopes, Role::admin));
        EXPECT_EQ(get("/ha/api/x", key).status, c.read) << c.scopes;
        EXPECT_EQ(ask("POST", "/ha/api/x", key).status, c.switches) << c.scopes;
        EXPECT_EQ(get("/ha/api/x", key + "Connection: Upgrade\r\nUpgrade: websocket\r\n").status,
                  c.switches)
            << c.scopes;
        auto deleted = ask("DELETE", "/api/v1/users/nobody", key).status;
        EXPECT_EQ(deleted == 404 ? 204 : deleted, c.administers) << c.scopes;
        EXPECT_EQ(ask("DELETE", "/auth/verify/x", key).status, c.verify) << c.scopes;
    }
    auto member = x_key(make("ann", "read control admin", Role::member));
    EXPECT_EQ(get("/api/v1/users", member).status, 403u) << "the key's role narrows too";
}

TEST_F(ApiKeyGateTest, NetworksNarrow) {
    auto key = x_key(make("ben", "read", Role::member, {"192.0.2.0/24", "2001:db8::/32"}));
    for (int twice = 0; twice < 2; ++twice) {
        EXPECT_EQ(get("/api/v1/x", key + from("192.0.2.9")).status, 204u);
        EXPECT_EQ(get("/api/v1/x", key + from("2001:db8::9")).status, 204u);
        EXPECT_EQ(get("/api/v1/x", key + from("192.0.3.9")).status, 403u);
        EXPECT_EQ(get("/api/v1/x", key).status, 403u);
    }
}

TEST_F(ApiKeyGateTest, RevokedIsRefusedAtOnce) {
    auto key = make("ben");
    EXPECT_EQ(get("/api/v1/x", x_key(key)).status, 204u);
    auto ann = session_of("ann");
    EXPECT_EQ(ask("DELETE", "/api/v1/api-keys/" + id_, session_of("ben") + own_origin()).status,
              204u);
    EXPECT_EQ(get("/api/v1/x", x_key(key)).status, 401u);
    auto second = make("ben");
    EXPECT_EQ(get("/api/v1/x", x_key(second)).status, 204u);
    EXPECT_EQ(ask("DELETE", "/api/v1/api-keys/" + id_, ann + own_origin()).status, 204u)
        << "administrators anyone's";
    EXPECT_EQ(get("/api/v1/x", x_key(second)).status, 401u);
    make("ann");
    EXPECT_EQ(ask("DELETE", "/api/v1/api-keys/" + id_, session_of("ben") + own_origin()).status,
              404u)
        << "somebody else's looks as none";
}

TEST_F(ApiKeyGateTest, EndsOfItself) {
    auto key = make("ben");
    EXPECT_EQ(get("/api/v1/x", x_key(key)).status, 204u);
    clock_.advance(std::chrono::hours(24 * 90));
    EXPECT_EQ(get("/api/v1/x", x_key(key)).status, 401u);
}

TEST_F(ApiKeyGateTest, IsNotIdle) {
    auto key = make("ben");
    EXPECT_EQ(get("/api/v1/x", x_key(key)).status, 204u);
    clock_.advance(std::chrono::hours(24 * 20)); // a session would have ended
    EXPECT_EQ(get("/api/v1/x", x_key(key)).status, 204u);
}

TEST_F(ApiKeyGateTest, LastUseIsKeptOnceAMinute) {
    auto key = make("ben");
    auto now = [&] { return static_cast<std::uint64_t>(to_ns(clock_.wall())); };
    EXPECT_EQ(get("/api/v1/x", x_key(key)).status, 204u);
    auto first = now();
    EXPECT_EQ(kept_last_use(), first);
    clock_.advance(seconds(20));
    EXPECT_EQ(get("/api/v1/x", x_key(key)).status, 204u);
    EXPECT_EQ(kept_last_use(), first);
    clock_.advance(seconds(40));
    EXPECT_EQ(get("/api/v1/x", x_key(key)).status, 204u);
    EXPECT_EQ(kept_last_use(), now());
}

TEST_F(ApiKeyGateTest, ALastUseThatCannotBeKeptIsLoggedOnceAndWhenItCanAgain) {
    std::string said;
    std::mutex mutex;
    log::set_capture([&](std::string_view line) {
        std::lock_guard lock(mutex);
        said.append(line).append("\n");
    });
    auto key = x_key(make("ben"));
    auto use = [&] {
        clock_.advance(minutes(1));
        EXPECT_EQ(get("/api/v1/x", key).status, 204u);
        sql_.wait_idle();
    };
    auto count = [&](std::string_view what) {
        std::lock_guard lock(mutex);
        int n = 0;
        for (auto at = said.find(what); at != std::string::npos; at = said.find(what, at + 1)) ++n;
        return n;
    };
    use();
    ASSERT_TRUE(database_->execute("CREATE TRIGGER full BEFORE UPDATE ON api_keys "
                                   "BEGIN SELECT RAISE(ABORT, 'no room'); END"));
    for (int i = 0; i < 3; ++i) use();
    EXPECT_EQ(count("last use of API keys cannot be kept"), 1) << said;
    EXPECT_EQ(count("is kept again"), 0) << said;
    ASSERT_TRUE(database_->execute("DROP TRIGGER full"));
    for (int i = 0; i < 3; ++i) use();
    EXPECT_EQ(count("last use of API keys cannot be kept"), 1) << said;
    EXPECT_EQ(count("is kept again"), 1) << said;
    log::set_capture({});
}

TEST_F(ApiKeyGateTest, GuessesSlowTheirClientDownAlone) {
    auto good = make("ben");
    auto bad = x_key("cdk_0123456789abcdef_" + std::string(43, 'A'));
    EXPECT_EQ(get("/api/v1/x", x_key(good) + from("192.0.2.1")).status, 204u);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(get("/api/v1/x", bad + from("192.0.2.1")).status, 401u) << i;
    auto held = get("/api/v1/x", bad + from("192.0.2.1"));
    EXPECT_EQ(held.status, 429u);
    EXPECT_EQ(held.header("Retry-After"), "1");
    EXPECT_EQ(get("/api/v1/x", bad + from("192.0.2.2")).status, 401u) << "another client";
    EXPECT_EQ(get("/api/v1/x", x_key(good) + from("192.0.2.1")).status, 204u)
        << "a good key behind the same address";
    auto unknown = make("ben");
    EXPECT_EQ(get("/api/v1/x", x_key(unknown) + from("192.0.2.1")).status, 429u)
        << "one not seen before has to wait";
    EXPECT_EQ(log_in("ann", password, from("192.0.2.1")).status, 200u) << "people may sign in";
    clock_.advance(seconds(1));
    EXPECT_EQ(get("/api/v1/x", x_key(unknown) + from("192.0.2.1")).status, 204u);
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(get("/api/v1/x", bad).status, 401u) << "the proxy itself is never held up";
}

TEST_F(ApiKeyGateTest, MadeOnceShownOnce) {
    auto ben = session_of("ben") + own_origin() + std::string(json_type);
    auto made = ask("POST", "/api/v1/api-keys", ben,
                    R"({"name":"clock","scopes":["read","verify"],)"
                    R"("addresses":["10.0.0.0/8"],"days":7})");
    ASSERT_EQ(made.status, 201u) << made.body;
    EXPECT_EQ(made.header("Cache-Control"), "no-store");
    auto answer = parse_json(made.body).value();
    std::string key = answer.at("key").as_string().c_str();
    std::string id = answer.at("id").as_string().c_str();
    EXPECT_EQ(made.header("Location"), "/api/v1/api-keys/" + id);
    EXPECT_EQ(get("/api/v1/x", x_key(key) + from("10.1.1.1")).status, 204u);
    sql_.wait_idle(); // no request waits for its last use to be kept
    auto list = get("/api/v1/api-keys", session_of("ben"));
    EXPECT_EQ(list.body,
              R"({"keys":[{"id":")" + id +
                  R"(","user":"ben","name":"clock","role":"member","scopes":["read","verify"],)"
                  R"("addresses":["10.0.0.0/8"],"created":"2027-01-15T08:00:00.000000000Z",)"
                  R"("expires":"2027-01-22T08:00:00.000000000Z",)"
                  R"("last_used":"2027-01-15T08:00:00.000000000Z"}]})");
    EXPECT_EQ(get("/api/v1/api-keys", session_of("ann")).body, R"({"keys":[]})");
    EXPECT_NE(get("/api/v1/api-keys?user=", session_of("ann")).body.find(id), std::string::npos);
    EXPECT_NE(get("/api/v1/api-keys?user=ben", session_of("ann")).body.find(id), std::string::npos);
    EXPECT_EQ(get("/api/v1/api-keys?user=ann", session_of("ben")).status, 403u);
    EXPECT_EQ(get("/api/v1/api-keys?user=", session_of("ben")).status, 403u);
    EXPECT_EQ(get("/api/v1/api-keys?user=zoe", session_of("ann")).status, 404u);
}

TEST_F(ApiKeyGateTest, BodiesThatMakeNoKey) {
    auto ben = session_of("ben") + own_origin() + std::string(json_type);
    struct {
        const char* body;
        unsigned status;
    } cases[] = {
        {"", 400},
        {"[]", 400},
        {"{", 400},
        {"{}", 400},
        {R"({"name":5})", 400},
        {R"({"name":""})", 400},
        {R"({"name":"a","role":"admin"})", 403},
        {R"({"name":"a","role":"owner"})", 400},
        {R"({"name":"a","role":null})", 400},
        {R"({"name":"a","scopes":"read"})", 400},
        {R"({"name":"a","scopes":[]})", 400},
        {R"({"name":"a","scopes":[""]})", 400},
        {R"({"name":"a","scopes":["read",5]})", 400},
        {R"({"name":"a","scopes":["everything"]})", 400},
        {R"({"name":"a","addresses":"10.0.0.0/8"})", 400},
        {R"({"name":"a","addresses":["10.0.0.1/8"]})", 400},
        {R"({"name":"a","addresses":["10.0.0.0/8,::/0"]})", 400},
        {R"({"name":"a","adresses":["10.0.0.0/8"]})", 400},
        {R"({"name":"a","days":"7"})", 400},
        {R"({"name":"a","days":7.5})", 400},
        {R"({"name":"a","days":0})", 400},
        {R"({"name":"a","days":36500})", 400},
        {R"({"name":"a","days":1e400})", 400},
    };
    for (auto& c : cases)
        EXPECT_EQ(ask("POST", "/api/v1/api-keys", ben, c.body).status, c.status) << c.body;
    EXPECT_EQ(get("/api/v1/api-keys", session_of("ben")).body, R"({"keys":[]})");
    EXPECT_EQ(ask("POST", "/api/v1/api-keys", session_of("ben"), R"({"name":"a"})").status, 403u)
        << "by a cookie without an Origin";
}

TEST_F(ApiKeyGateTest, AKeyMakesNoKeysAndEndsNoSessions) {
    auto all = x_key(make("ann", "read control admin verify introspect", Role::admin));
    EXPECT_EQ(
        ask("POST", "/api/v1/api-keys", all + std::string(json_type), R"({"name":"a"})").status,
        403u);
    EXPECT_EQ(ask("DELETE", "/auth/sessions/x", all).status, 403u);
    EXPECT_EQ(ask("POST", "/auth/logout", all).status, 403u);
    auto me = get("/auth/me", all);
    EXPECT_EQ(me.body,
              R"({"username":"ann","full_name":"","role":"admin","language":"ko","roles":[],)"
              R"("key":{"id":")" +
                  id_ +
                  R"(","name":"test","scope":"read control admin verify introspect",)"
                  R"("expires":"2027-04-15T08:00:00.000000000Z"}})");
}

TEST_F(ApiKeyGateTest, AnAdministratorsKeyReadsTheFigures) {
    auto key = x_key(make("ann", "read", Role::admin)) + from("192.0.2.1");
    EXPECT_EQ(get("/metrics", from("192.0.2.1")).status, 403u);
    for (int twice = 0; twice < 2; ++twice) EXPECT_EQ(get("/metrics", key).status, 200u);
    auto member = x_key(make("ann", "read")) + from("192.0.2.1");
    EXPECT_EQ(get("/metrics", member).status, 403u);
}

TEST_F(ApiKeyGateTest, TheDatabaseAwayIsNotAWrongKey) {
    auto key = make("ben");
    ASSERT_TRUE(database_->execute("ALTER TABLE api_keys RENAME TO gone"));
    EXPECT_EQ(get("/api/v1/x", x_key(key)).status, 503u);
    ASSERT_TRUE(database_->execute("ALTER TABLE gone RENAME TO api_keys"));
    EXPECT_EQ(get("/api/v1/x", x_key(key)).status, 204u);
}

} // namespace
} // namespace caredian::api
