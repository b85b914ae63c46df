#include "api/people_fixture.h"

#include <future>
#include <gtest/gtest.h>
#include <thread>

namespace caredian::api {
namespace {

using identity::Role;
using std::chrono::minutes;
using std::chrono::seconds;

class GateTest : public PeopleTest {
protected:
    // Waits for what was posted to workers and pools, by asking until it is so.
    template <class Condition>
    static bool soon(Condition condition) {
        for (int i = 0; i < 400; ++i) {
            if (condition()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return false;
    }
};

TEST_F(GateTest, BeforeTheFirstAdministratorNothingElseAnswers) {
    start();
    for (auto path : {"/", "/api/v1/x", "/ha/api/x", "/open", "/auth/login", "/auth/me",
                      "/auth/verify", "/auth/verify/x", "/api/v1/users"}) {
        auto answer = get(path);
        EXPECT_EQ(answer.status, 503u) << path;
        EXPECT_NE(answer.body.find("/first-run"), std::string::npos) << path;
        EXPECT_EQ(answer.header("Content-Type"), "application/problem+json") << path;
    }
    for (auto path : {"/healthz", "/readyz", "/metrics", "/first-run", "/static/pages.css"})
        EXPECT_EQ(get(path).status, 200u) << path;
    auto page = get("/", "Accept: text/html\r\nAccept-Language: ko\r\n");
    EXPECT_EQ(page.status, 503u);
    EXPECT_NE(page.body.find("href=\"/first-run\""), std::string::npos);
    EXPECT_NE(page.body.find("아직 설정되지 않았습니다"), std::string::npos);
    people_->add("ann", Role::admin);
    EXPECT_EQ(get("/open").status, 204u);
}

TEST_F(GateTest, AnAdministratorMadeByAnotherProcessIsSeen) {
    start();
    EXPECT_EQ(get("/open").status, 503u);
    SystemRandom random;
    identity::Accounts other(*database_, clock_, random, identity::cheap_passwords());
    identity::NewAccount ann;
    ann.username = "ann";
    ann.password = Secret(std::string(password));
    ann.role = Role::admin;
    ASSERT_TRUE(other.add(ann, {}));
    clock_.advance(seconds(2));
    EXPECT_EQ(get("/open").status, 204u);
}

TEST_F(GateTest, WhoMayWhere) {
    start();
    add_ann_and_ben();
    auto ann = session_of("ann");
    auto ben = session_of("ben");
    struct {
        const char* path;
        unsigned nobody, member, admin;
    } cases[] = {
        {"/open", 204, 204, 204},
        {"/api/v1/x", 401, 204, 204},
        {"/ha/api/x", 401, 403, 204},
        {"/odd", 401, 403, 204},
        {"/auth/me", 401, 200, 200},
        {"/auth/verify", 401, 200, 200},
        {"/auth/verify/a/b", 401, 200, 200},
        {"/api/v1/users", 401, 403, 200},
        {"/api/v1/audit", 401, 403, 200},
        {"/auth/sessions", 401, 200, 200},
    };
    for (auto& c : cases) {
        for (int twice = 0; twice < 2; ++twice) { // from the store, then from the cache
            EXPECT_EQ(get(c.path).status, c.nobody) << c.path;
            EXPECT_EQ(get(c.path, ben).status, c.member) << c.path;
            EXPECT_EQ(get(c.path, ann).status, c.admin) << c.path;
        }
    }
    auto refused = get("/api/v1/x");
    EXPECT_EQ(refused.header("Content-Type"), "application/problem+json");
    EXPECT_NE(refused.header("WWW-Authenticate"), "");
}

TEST_F(GateTest, BrowsersAreSentToSignIn) {
    start();
    add_ann_and_ben();
    auto page = get("/?tab=2", "Accept: text/html,*/*;q=0.8\r\n");
    EXPECT_EQ(page.status, 303u);
    EXPECT_EQ(page.header("Location"), "/auth/login?return_to=%2F%3Ftab%3D2");
    for (auto path : {"/api/v1/x", "/ha/api/x", "/auth/me", "/auth/verify"})
        EXPECT_EQ(get(path, "Accept: text/html\r\n").status, 401u) << path;
    EXPECT_EQ(ask("POST", "/", "Accept: text/html\r\n" + own_origin()).status, 401u);
}

TEST_F(GateTest, TheOriginRule) {
    start();
    add_ann_and_ben();
    auto ann = session_of("ann");
    struct {
        std::string headers;
        bool passes;
    } cases[] = {
        {own_origin(), true},
        {"Sec-Fetch-Site: same-origin\r\n", true},
        {"", false},
        {"Origin: null\r\n", false},
        {"Origin: http://evil.example\r\n", false},
        {"Origin: https://" + host() + "\r\n", false},
        {"Sec-Fetch-Site: cross-site\r\n", false},
        {"Sec-Fetch-Site: none\r\n", false},
        {own_origin() + own_origin(), false},
    };
    for (auto method : {"POST", "PUT", "PATCH", "DELETE", "PROPFIND"})
        for (auto& c : cases)
            EXPECT_EQ(ask(method, "/ha/api/x", ann + c.headers).status, c.passes ? 204u : 403u)
                << method << " " << c.headers;
    EXPECT_EQ(get("/ha/api/x", ann + "Origin: http://evil.example\r\n").status, 204u)
        << "reading is the same-origin policy's business";
    EXPECT_EQ(get("/ha/api/x", ann + "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                                     "Origin: http://evil.example\r\n")
                  .status,
              403u);
    // Forward authentication passes on any method and changes nothing.
    EXPECT_EQ(ask("POST", "/auth/verify", ann).status, 200u);
    // Without a cookie nothing is carried, but a foreign page may not sign a browser in.
    EXPECT_EQ(log_in("ann").status, 200u);
    EXPECT_EQ(log_in("ann", password, "Origin: http://evil.example\r\n").status, 403u);
}

TEST_F(GateTest, CookiesThatOnlyLookRight) {
    start();
    add_ann_and_ben();
    auto good = session_of("ann");
    auto token = good.substr(good.find('=') + 1);
    token.resize(token.size() - 2);
    const std::string bad[] = {
        "",
        "x",
        token + "x",
        token.substr(1),
        "\"" + token + "\"",
        token.substr(0, token.rfind('.') + 1),
        "eyJhbGciOiJub25lIn0" + token.substr(token.find('.')),
        std::string(4096, 'A'),
        std::string(4096, '.'),
        token + "; caredian_session=" + token,
        token + "; caredian_session=x",
        "x; caredian_session=" + token,
    };
    EXPECT_EQ(get("/auth/me", good).status, 200u);
    for (const auto& b : bad) {
        auto answer = get("/auth/me", "Cookie: caredian_session=" + b + "\r\n");
        EXPECT_EQ(answer.status, 401u) << b;
        EXPECT_EQ(get("/auth/login", "Cookie: caredian_session=" + b + "\r\n").status, 200u)
            << "the way out stays open: " << b;
    }
    EXPECT_EQ(get("/auth/me", good + good).status, 401u);
    EXPECT_EQ(get("/auth/me", "Cookie: a=b; caredian_session=" + token + "; c=d\r\n").status, 200u);
}

TEST_F(GateTest, ASessionEndsAtItsLimitsOnEveryRequest) {
    start({minutes(30), std::chrono::hours(2), 50});
    add_ann_and_ben();
    auto cookie = session_of("ann");
    for (int i = 0; i < 11; ++i) {
        clock_.advance(minutes(10));
        ASSERT_EQ(get("/auth/me", cookie).status, 200u) << i;
    }
    clock_.advance(minutes(10));
    EXPECT_EQ(get("/auth/me", cookie).status, 401u) << "absolute";
    cookie = session_of("ann");
    EXPECT_EQ(get("/auth/me", cookie).status, 200u);
    clock_.advance(minutes(30));
    EXPECT_EQ(get("/auth/me", cookie).status, 401u) << "idle";
    EXPECT_EQ(get("/auth/me", cookie).status, 401u);
}

TEST_F(GateTest, LastUseIsKeptAtMostOnceAMinute) {
    start();
    add_ann_and_ben();
    auto cookie = session_of("ben");
    auto id = people_->identity.accounts.find("ben").value()->id;
    auto last_used = [&] {
        return people_->identity.session_store.list(id).value().at(0).last_used;
    };
    auto begun = last_used();
    for (int i = 0; i < 59; ++i) {
        clock_.advance(seconds(1));
        EXPECT_EQ(get("/auth/verify", cookie).status, 200u);
    }
    EXPECT_EQ(last_used(), begun);
    clock_.advance(seconds(1));
    EXPECT_EQ(get("/auth/verify", cookie).status, 200u);
    EXPECT_TRUE(soon([&] { return last_used() == begun + minutes(1); }));
}

TEST_F(GateTest, AnEndIsKnownToEveryWorker) {
    workers_ = 4;
    start();
    add_ann_and_ben();
    auto cookie = session_of("ben");
    for (int i = 0; i < 40; ++i) EXPECT_EQ(get("/auth/verify", cookie).status, 200u);
    ASSERT_TRUE(people_->identity.accounts.remove("ben", {}));
    EXPECT_TRUE(soon([&] { return get("/auth/verify", cookie).status == 401; }));
    for (int i = 0; i < 40; ++i) EXPECT_EQ(get("/auth/verify", cookie).status, 401u);
}

TEST_F(GateTest, AnEndByAnotherProcessIsKnownWithinTheConfirmTime) {
    start();
    add_ann_and_ben();
    auto cookie = session_of("ben");
    EXPECT_EQ(get("/auth/verify", cookie).status, 200u);
    ASSERT_TRUE(database_->execute("DELETE FROM sessions"));
    clock_.advance(seconds(30));
    EXPECT_EQ(get("/auth/verify", cookie).status, 401u);
}

// More at once than the pool takes: they are one question to the store.
TEST_F(GateTest, ManyRequestsOfOneSessionAskTheStoreOnce) {
    start();
    add_ann_and_ben();
    int asked = 0;
    for (auto [cookie, status] : {std::pair{session_of("ann"), 200u},
                                  std::pair{session_of("ben") + "X: ended\r\n", 401u}}) {
        if (status == 401) {
            ASSERT_TRUE(database_->execute("DELETE FROM sessions"));
        }
        std::promise<void> open;
        auto opened = open.get_future().share();
        for (int i = 0; i < 2; ++i) ASSERT_TRUE(sql_.submit([opened] { opened.wait(); }));
        ASSERT_TRUE(soon([&] { return sql_.queued() == 0; })); // both threads are taken
        std::vector<std::unique_ptr<net::http::PlainClient>> clients;
        for (int i = 0; i < 100; ++i) {
            clients.push_back(std::make_unique<net::http::PlainClient>(server_->ports().at(0)));
            clients.back()->send("GET /auth/me HTTP/1.1\r\nHost: h\r\n" + cookie + "\r\n");
        }
        asked += 100;
        const auto line = "session_checks_total{found=\"store\"} " + std::to_string(asked) + "\n";
        EXPECT_TRUE(soon([&] { return metrics_.expose().find(line) != std::string::npos; }));
        EXPECT_LE(sql_.queued(), 1u);
        open.set_value();
        for (auto& client : clients) EXPECT_EQ(net::http::status_of(client->response()), status);
    }
}

TEST_F(GateTest, SessionsSurviveARestart) {
    start();
    add_ann_and_ben();
    auto cookie = session_of("ann");
    stop();
    database_.reopen();
    start();
    EXPECT_EQ(get("/auth/me", cookie).status, 200u);
}

TEST_F(GateTest, ABrokenDatabaseIsNotASignOut) {
    start();
    add_ann_and_ben();
    auto cookie = session_of("ann");
    ASSERT_TRUE(database_->execute("ALTER TABLE sessions RENAME TO away"));
    auto answer = get("/auth/me", cookie);
    EXPECT_EQ(answer.status, 503u);
    EXPECT_EQ(answer.body.find("no such table"), std::string::npos);
    ASSERT_TRUE(database_->execute("ALTER TABLE away RENAME TO sessions"));
    EXPECT_EQ(get("/auth/me", cookie).status, 200u);
}

TEST_F(GateTest, DetailsAreForLoopbackAllowedNetworksAndAdministrators) {
    options_.trusted_proxies = net::NetworkSet({*net::parse_network("127.0.0.1/32")});
    gate_options_.metrics_allow = net::NetworkSet({*net::parse_network("198.51.100.0/24")});
    start();
    add_ann_and_ben();
    health_.declare("mqtt", "live values");
    auto ann = session_of("ann");
    auto ben = session_of("ben");
    const std::string outside = "X-Forwarded-For: 192.0.2.9\r\n";
    EXPECT_EQ(get("/metrics").status, 200u);
    EXPECT_EQ(get("/metrics", outside).status, 403u);
    EXPECT_EQ(get("/metrics", outside + ben).status, 403u);
    EXPECT_EQ(get("/metrics", outside + ann).status, 200u);
    EXPECT_EQ(get("/metrics", "X-Forwarded-For: 198.51.100.7\r\n").status, 200u);
    EXPECT_NE(get("/readyz").body.find("\"reason\""), std::string::npos);
    EXPECT_EQ(get("/readyz", outside).body.find("\"reason\""), std::string::npos);
    EXPECT_NE(get("/readyz", outside + ann).body.find("\"reason\""), std::string::npos);
}

TEST_F(GateTest, LoopbackThatCarriesStrangersGetsNoDetails) {
    start();
    add_ann_and_ben();
    EXPECT_EQ(get("/metrics").status, 200u);
    EXPECT_EQ(get("/metrics", "X-Forwarded-For: 192.0.2.9\r\n").status, 403u)
        << "a proxy on this machine that is not in trusted_proxies";
}

} // namespace
} // namespace caredian::api
