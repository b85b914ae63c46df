#include "net/http/test_server.h"

#include <future>

namespace caredian::net::http {
namespace {

constexpr std::string_view get_hello = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n";

struct Server_ : ServerTest {
    void SetUp() override {
        quick("/hello", [](Context&) { return Response::text(200, "hi", "text/plain"); });
        auto echo = slow("/echo",
                         [](Context& c) -> awaitable<Response> {
                             auto body = co_await read_all(*c.request.body, 1 << 20);
                             if (!body) co_return Response::problem(400, body.error().message());
                             co_return Response::text(200, *body, "text/plain");
                         },
                         {Method::post});
        echo.body_limit = 200'000;
        router.add(echo);
        echo.path = "/stream";
        echo.stream_body = true;
        router.add(echo);
    }
};

TEST_F(Server_, AnswersKeepsAliveAndPipelines) {
    start();
    auto c = client();
    for (int i = 0; i < 3; ++i) {
        auto r = c.send(get_hello).response();
        EXPECT_EQ(status_of(r), 200u) << r;
        EXPECT_EQ(body_of(r), "hi");
        EXPECT_NE(r.find("\r\nDate: "), std::string::npos);
        EXPECT_NE(r.find("\r\nX-Request-Id: "), std::string::npos);
    }
    std::string three;
    for (int i = 0; i < 3; ++i) three += get_hello;
    c.send(three);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(body_of(c.response()), "hi");
}

TEST_F(Server_, MixesQuickAndSlowRequestsInOrder) {
    start();
    auto c = client();
    std::string many;
    for (int i = 0; i < 50; ++i) {
        many += get_hello;
        many += "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nab" +
                std::string(1, static_cast<char>('A' + i % 26));
        many += "POST /stream HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                "2\r\nxy\r\n1;e=1\r\nz\r\n0\r\nX: y\r\n\r\n";
    }
    c.send(many);
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(body_of(c.response()), "hi");
        EXPECT_EQ(body_of(c.response()), "ab" + std::string(1, static_cast<char>('A' + i % 26)));
        EXPECT_EQ(body_of(c.response()), "xyz");
    }
}

TEST_F(Server_, LargeAnswersDoNotHoldUpWhatWasAskedBehindThem) {
    quick("/large",
          [](Context&) { return Response::text(200, std::string(300'000, 'x'), "text/plain"); });
    start();
    auto c = client();
    std::string many;
    for (int i = 0; i < 20; ++i) many += "GET /large HTTP/1.1\r\nHost: h\r\n\r\n";
    c.send(many + std::string(get_hello));
    for (int i = 0; i < 20; ++i) EXPECT_EQ(body_of(c.response()).size(), 300'000u);
    EXPECT_EQ(body_of(c.response()), "hi");
}

TEST_F(Server_, ReadsARequestByteByByte) {
    start();
    auto c = client();
    for (char byte : get_hello) c.send(std::string_view(&byte, 1));
    EXPECT_EQ(body_of(c.response()), "hi");
}

TEST_F(Server_, SaysWhatIsWrongAsAProblemDocument) {
    host_allowed = [](std::string_view h) { return h != "evil"; };
    start();
    auto r = ask("GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(status_of(r), 404u);
    EXPECT_NE(r.find("application/problem+json"), std::string::npos);
    EXPECT_NE(r.find("\"status\":404"), std::string::npos);
    r = ask("PUT /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(status_of(r), 405u);
    EXPECT_NE(r.find("Allow: GET, HEAD\r\n"), std::string::npos) << r;
    EXPECT_EQ(status_of(ask("GET /hello HTTP/1.1\r\nHost: evil\r\n\r\n")), 421u);
}

TEST_F(Server_, HeadHasTheLengthAndNoBody) {
    start();
    auto c = client();
    auto r = c.send("HEAD /hello HTTP/1.1\r\nHost: h\r\n\r\n").response(true);
    EXPECT_NE(r.find("Content-Length: 2\r\n"), std::string::npos);
    EXPECT_EQ(body_of(c.send(get_hello).response()), "hi");
}

TEST_F(Server_, OldClientsGetOneAnswer) {
    start();
    auto c = client();
    auto r = c.send("GET /hello HTTP/1.0\r\nHost: h\r\n\r\n").until_close();
    EXPECT_NE(r.find("Connection: close\r\n"), std::string::npos);
    EXPECT_TRUE(c.closed_by_server());
    auto d = client();
    d.send("GET /hello HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\n").until_close();
    EXPECT_TRUE(d.closed_by_server());
}

TEST_F(Server_, AnExceptionIsOneAnswer500) {
    std::atomic<int> calls{0};
    quick("/throws", [&](Context&) -> Response {
        ++calls;
        throw std::runtime_error("secret");
    });
    router.add(slow("/throws/slowly", [](Context&) -> awaitable<Response> {
        throw std::runtime_error("secret");
        co_return Response{};
    }));
    start();
    for (auto path : {"/throws", "/throws/slowly"}) {
        auto r = ask("GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_EQ(status_of(r), 500u);
        EXPECT_EQ(r.find("secret"), std::string::npos);
    }
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(status_of(ask(get_hello)), 200u);
}

TEST_F(Server_, TwoWorkersShareThePort) {
    options.workers = 2;
    start();
    for (int i = 0; i < 20; ++i) EXPECT_EQ(status_of(ask(get_hello)), 200u);
    Server second(options, router, *gate, host_allowed, metrics, clock, random);
    options.listen = {"127.0.0.1:" + std::to_string(port())};
    Server third(options, router, *gate, host_allowed, metrics, clock, random);
    EXPECT_THROW(third.start(), boost::system::system_error);
}

TEST_F(Server_, StopLetsRequestsFinish) {
    std::promise<void> begun;
    router.add(slow("/slow", [&](Context&) -> awaitable<Response> {
        auto executor = co_await boost::asio::this_coro::executor;
        boost::asio::steady_timer timer(executor, std::chrono::milliseconds(150));
        begun.set_value();
        co_await timer.async_wait(boost::asio::use_awaitable);
        co_return Response::text(200, "done", "text/plain");
    }));
    start();
    auto c = client(), idle = client();
    c.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
    begun.get_future().wait();
    server->stop();
    auto r = c.response();
    EXPECT_EQ(body_of(r), "done");
    EXPECT_NE(r.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(idle.closed_by_server());
}

} // namespace
} // namespace caredian::net::http
