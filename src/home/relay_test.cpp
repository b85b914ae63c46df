#include "home/caller_gate.h"
#include "home/relay.h"
#include "net/http/test_server.h"

#include <condition_variable>
#include <future>
#include <thread>

namespace caredian::home {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace http = net::http;
using http::awaitable;
using http::Context;
using http::Response;

// Stands in for Home Assistant: our own server with a table of its own.
struct FakeHome {
    SystemClock clock;
    SystemRandom random;
    Metrics metrics;
    http::Router router;
    http::OpenGate gate;
    std::unique_ptr<http::Server> server;
    std::mutex mutex;
    std::string seen; // the last request as it came
    std::promise<void> stream_gone;

    FakeHome() {
        http::Route all;
        all.path = "/*";
        all.stream_body = true;
        all.body_limit = 1 << 26;
        all.cancel_when_client_leaves = true;
        all.handler = [this](Context& c) { return answer(c); };
        router.add(all);
    }
    void start(std::uint16_t port = 0) {
        http::ServerOptions o;
        o.listen = {"127.0.0.1:" + std::to_string(port)};
        o.workers = 1;
        o.access_log = false;
        server = std::make_unique<http::Server>(
            o, router, gate, [](std::string_view) { return true; }, metrics, clock, random);
        server->start();
    }
    awaitable<Response> answer(Context& c);
    std::string last() {
        std::lock_guard lock(mutex);
        return seen;
    }
};

// Ticks for ever, or until it is destroyed.
class Ticks final : public http::BodySource {
public:
    explicit Ticks(std::promise<void>& gone) : gone_(gone) {}
    ~Ticks() override { gone_.set_value(); }
    awaitable<result<std::string_view>> next() override {
        if (count_++ == 0) co_return std::string_view("data: ping\n\n");
        asio::steady_timer never(co_await asio::this_coro::executor, 1h);
        co_await never.async_wait(asio::use_awaitable);
        co_return std::string_view{};
    }

private:
    std::promise<void>& gone_;
    int count_ = 0;
};

awaitable<Response> FakeHome::answer(Context& c) {
    auto body = co_await http::read_all(*c.request.body, 1 << 26);
    std::string text = std::string(c.request.method_text) + " " + std::string(c.request.target);
    for (const auto& h : c.request.headers)
        text += "\n" + std::string(h.name) + ": " + std::string(h.value);
    if (body && !body->empty()) text += "\n\n" + std::to_string(body->size());
    {
        std::lock_guard lock(mutex);
        seen = text;
    }
    if (c.request.path == "/api/stream") {
        Response r;
        r.set("Content-Type", "text/event-stream");
        r.body = std::make_unique<Ticks>(stream_gone);
        co_return r;
    }
    if (c.request.path == "/api/forbidden") co_return Response::text(401, "no", "text/plain");
    if (c.request.path == "/api/slow") {
        asio::steady_timer wait(co_await asio::this_coro::executor, 1h);
        co_await wait.async_wait(asio::use_awaitable);
    }
    auto r = Response::text(c.request.path == "/api/missing" ? 404 : 200, text, "text/plain");
    r.set("Set-Cookie", "ingress_session=1").set("X-Frame-Options", "SAMEORIGIN");
    r.set("Access-Control-Allow-Origin", "*").set("X-Kept", "1");
    if (c.request.path == "/api/large") r.body = std::string(8 << 20, 'x');
    co_return r;
}

struct RelayTest : http::ServerTest {
    CallerGate callers;
    FakeHome home;
    HealthRegister health{clock};
    RelayOptions relay_options;
    std::unique_ptr<Relay> relay;

    void run() {
        home.start();
        relay_options.origin = {false, "127.0.0.1", home.server->ports()[0]};
        relay_options.token = Secret("our-token");
        relay_options.client.first_byte_timeout = 300ms;
        relay = std::make_unique<Relay>(relay_options, health, metrics, random);
        add_relay_routes(router, *relay);
        options.security_headers = {{"X-Content-Type-Options", "nosniff"}};
        gate = &callers;
        start();
    }
    void TearDown() override {
        if (server) server->stop();
        if (home.server) home.server->stop();
    }
    std::string get(std::string path, std::string headers = "") {
        return ask("GET " + path + " HTTP/1.1\r\nHost: gw:1\r\n" + headers + "\r\n");
    }
    HealthState state() {
        for (const auto& h : health.snapshot())
            if (h.name == "home_assistant") return h.state;
        return HealthState::starting;
    }
};

TEST_F(RelayTest, PassesTheRequestUnderOurOwnToken) {
    run();
    auto r = get("/ha/api/states/sensor.a?x=1",
                 "Cookie: caredian_session=s\r\nAuthorization: Bearer callers\r\n"
                 "X-Forwarded-For: 1.2.3.4\r\nX-Remote-User: root\r\nForwarded: for=x\r\n"
                 "Connection: X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\nProxy-Authorization: x\r\n"
                 "Origin: https://evil\r\nX-API-Key: cdk_callers\r\n"
                 "Accept: application/json\r\n");
    EXPECT_EQ(http::status_of(r), 200u);
    auto seen = home.last();
    EXPECT_TRUE(seen.starts_with("GET /api/states/sensor.a?x=1\n")) << seen;
    EXPECT_NE(seen.find("\nAuthorization: Bearer our-token"), std::string::npos);
    EXPECT_NE(seen.find("\nAccept: application/json"), std::string::npos);
    EXPECT_NE(seen.find("\nHost: 127.0.0.1:"), std::string::npos);
    for (auto gone : {"caredian_session", "callers", "1.2.3.4", "root", "for=x", "X-Hop",
                      "trailers", "Proxy-", "evil", "Forwarded"})
        EXPECT_EQ(seen.find(gone), std::string::npos) << gone << " in\n" << seen;
}

TEST_F(RelayTest, PassesTheAnswerWithoutWhatWouldBindOurHost) {
    run();
    auto r = get("/ha/api/missing");
    EXPECT_EQ(http::status_of(r), 404u);
    EXPECT_NE(r.find("X-Kept: 1\r\n"), std::string::npos);
    EXPECT_NE(r.find("X-Content-Type-Options: nosniff\r\n"), std::string::npos);
    for (auto gone : {"Set-Cookie", "X-Frame-Options", "Access-Control"})
        EXPECT_EQ(r.find(gone), std::string::npos) << gone;
}

TEST_F(RelayTest, SaysWhereACallerComesFromWhenAsked) {
    relay_options.forwarded_headers = true;
    run();
    get("/ha/api/x", "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Host: evil\r\n");
    auto seen = home.last();
    EXPECT_NE(seen.find("\nX-Forwarded-For: 127.0.0.1\n"), std::string::npos) << seen;
    EXPECT_NE(seen.find("\nX-Forwarded-Proto: http\n"), std::string::npos);
    EXPECT_NE(seen.find("\nX-Forwarded-Host: gw:1"), std::string::npos);
    EXPECT_EQ(seen.find("9.9.9.9"), std::string::npos);
    EXPECT_EQ(seen.find("evil"), std::string::npos);
}

TEST_F(RelayTest, TakesEveryMethodAndBodiesOfBothFramings) {
    run();
    for (auto method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "REPORT"})
        EXPECT_EQ(
            http::status_of(ask(std::string(method) + " /ha/api/x HTTP/1.1\r\nHost: h\r\n\r\n")),
            200u)
            << method;
    EXPECT_TRUE(home.last().starts_with("REPORT /api/x"));
    auto c = client();
    c.send("HEAD /ha/api/x HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(http::status_of(c.response(true)), 200u);
    c.send("POST /ha/api/x HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" +
           std::string(200'000, 'x'));
    EXPECT_TRUE(c.response().ends_with("\n\n200000"));
    c.send("POST /ha/api/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
           "5\r\nhello\r\n0\r\n\r\n");
    EXPECT_TRUE(c.response().ends_with("\n\n5"));
    EXPECT_EQ(http::status_of(c.send("POST /ha/api/x HTTP/1.1\r\nHost: h\r\nContent-Length: "
                                     "99999999\r\n\r\n")
                                  .response()),
              413u);
}

TEST_F(RelayTest, RefusesPathsThatCouldLeaveTheApi) {
    run();
    for (auto path : {"/ha/api/../auth/token", "/ha/api/%2e%2e/auth", "/ha/api/x%2f..%2f..",
                      "/ha/api//x", "/ha/api/%252e%252e/x", "/ha/api/x\\y"})
        EXPECT_EQ(http::status_of(get(path)), 400u) << path;
    for (auto path : {"/ha/auth/token", "/ha/apix", "/ha/api", "/ha/"})
        EXPECT_EQ(http::status_of(get(path)), 404u) << path;
    EXPECT_EQ(http::status_of(ask("GET http://h/ha/api/../x HTTP/1.1\r\nHost: h\r\n\r\n")), 400u);
    EXPECT_EQ(
        http::status_of(get("/ha/api/websocket", "Connection: Upgrade\r\nUpgrade: websocket\r\n")),
        501u);
    EXPECT_EQ(home.last(), "");
}

TEST_F(RelayTest, StreamsAndEndsTheRequestWhenTheCallerLeaves) {
    run();
    auto c = client();
    c.send("GET /ha/api/stream HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_NE(c.until("data: ping\n\n").find("ping"), std::string::npos);
    c.close();
    EXPECT_EQ(home.stream_gone.get_future().wait_for(5s), std::future_status::ready);
}

TEST_F(RelayTest, RelaysLargeAnswersWhole) {
    run();
    auto c = client();
    for (int i = 0; i < 3; ++i) {
        auto r = c.send("GET /ha/api/large HTTP/1.1\r\nHost: h\r\n\r\n").response();
        EXPECT_EQ(http::body_of(r).size(), 8u << 20);
    }
}

TEST_F(RelayTest, SaysThatHomeAssistantIsAwaySlowOrRefuses) {
    run();
    EXPECT_EQ(http::status_of(get("/ha/api/x")), 200u);
    EXPECT_EQ(state(), HealthState::up);
    auto refused = get("/ha/api/forbidden");
    EXPECT_EQ(http::status_of(refused), 502u);
    EXPECT_EQ(state(), HealthState::degraded);
    EXPECT_EQ(http::status_of(get("/ha/api/slow")), 504u);
    EXPECT_EQ(state(), HealthState::down);
    home.server->stop();
    auto r = get("/ha/api/x");
    EXPECT_EQ(http::status_of(r), 502u);
    EXPECT_NE(r.find("application/problem+json"), std::string::npos);
    EXPECT_EQ(r.find("our-token"), std::string::npos);
}

TEST_F(RelayTest, TakesAnotherTokenWithoutARestart) {
    run();
    get("/ha/api/x");
    relay_options.token = Secret("other");
    relay->configure(relay_options);
    get("/ha/api/x");
    EXPECT_NE(home.last().find("Bearer other"), std::string::npos);
}

TEST_F(RelayTest, ProbesAHomeThatNobodyCalls) {
    relay_options.probe_interval = relay_options.probe_retry = 20ms;
    run();
    relay->start(*server);
    auto becomes = [&](HealthState wanted) {
        for (int i = 0; i < 300 && state() != wanted; ++i) {
            pollfd none{-1, 0, 0};
            ::poll(&none, 1, 10);
        }
        return state() == wanted;
    };
    EXPECT_TRUE(becomes(HealthState::up));
    EXPECT_TRUE(home.last().starts_with("GET /api/\n"));
    home.server->stop();
    EXPECT_TRUE(becomes(HealthState::down));
}

} // namespace
} // namespace caredian::home
