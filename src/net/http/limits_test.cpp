// What comes from outside to slow down, confuse or fool the server.
#include "net/http/test_server.h"
#include "net/http/worker.h"

#include <algorithm>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

namespace caredian::net::http {
namespace {

using namespace std::chrono_literals;

struct Limits : ServerTest {
    std::atomic<int> secret_calls{0};
    void SetUp() override {
        options.header_timeout = 150ms;
        options.body_timeout = 150ms;
        options.idle_timeout = 400ms;
        quick("/ok", [](Context&) { return Response::text(200, "ok", "text/plain"); });
        quick("/secret", [this](Context&) {
            ++secret_calls;
            return Response::text(200, "secret", "text/plain");
        });
        quick("/seen", [](Context& c) {
            std::string seen = c.request.client.to_string() + (c.request.secure ? " https" : "");
            for (const auto& field : c.request.headers)
                seen += "|" + std::string(field.name) + "=" + std::string(field.value);
            return Response::text(200, seen, "text/plain");
        });
        auto post =
            slow("/post",
                 [](Context& c) -> awaitable<Response> {
                     co_return Response::text(200, std::string(c.request.body_text), "text/plain");
                 },
                 {Method::post});
        post.body_limit = 1000;
        router.add(post);
        post.path = "/stream";
        post.stream_body = true;
        post.handler = [](Context& c) -> awaitable<Response> {
            auto body = co_await read_all(*c.request.body, 100'000);
            auto text = body ? *body : body.error().message();
            co_return Response::text(200, text, "text/plain");
        };
        router.add(post);
    }
    // The rest of a connection after `bytes`; the server must end it.
    std::string refused(const std::string& bytes) {
        auto c = client();
        auto all = c.send(bytes).until_close();
        EXPECT_TRUE(c.closed_by_server());
        return all;
    }
};

TEST_F(Limits, NothingBehindAMalformedRequestIsServed) {
    start();
    const std::string hidden = "GET /secret HTTP/1.1\r\nHost: h\r\n\r\n";
    for (const auto& head : {
             "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
             "Transfer-Encoding: xchunked\r\n\r\n",
             "Transfer-Encoding: chunked, identity\r\n\r\n",
             "Transfer-Encoding: gzip\r\n\r\n",
             "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
             "Content-Length: 0\r\nContent-Length: 70\r\n\r\n",
             "Content-Length: 0, 70\r\n\r\n",
             "Content-Length: +0\r\n\r\n",
             "X: y\n\r\n",
             "X: y\r\n\n",
             "X: y\r\n folded\r\n\r\n",
             "Host: other\r\n\r\n",
         }) {
        auto all = refused("POST /post HTTP/1.1\r\nHost: h\r\n" + std::string(head) + hidden);
        auto status = status_of(all);
        EXPECT_TRUE(status == 400 || status == 501) << head << all;
        EXPECT_EQ(all.find("HTTP/1.1", 8), std::string::npos) << "a second answer: " << head;
    }
    EXPECT_EQ(secret_calls, 0);
}

TEST_F(Limits, MalformedChunksEndTheConnection) {
    start();
    const std::string hidden = "GET /secret HTTP/1.1\r\nHost: h\r\n\r\n";
    for (const auto& chunks :
         {"5\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\n\r\n", "0\r\n\n", "0\n\n",
          "5\r\nhelloo\r\n0\r\n\r\n", "xyz\r\n", "5;\x01\r\nhello\r\n", "FFFFFFFFFFFFFFFFF\r\n"}) {
        for (auto path : {"/post", "/stream"}) {
            auto all = refused("POST " + std::string(path) +
                               " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
                               chunks + hidden);
            EXPECT_EQ(all.find("secret"), std::string::npos) << chunks;
        }
    }
    EXPECT_EQ(secret_calls, 0);
}

TEST_F(Limits, TrailersNeverBecomeHeaders) {
    start();
    auto c = client();
    c.send("POST /stream HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: "
           "X-Remote-User\r\n\r\n1\r\na\r\n0\r\nX-Remote-User: root\r\nCookie: a=b\r\n\r\n"
           "GET /seen HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(body_of(c.response()), "a");
    EXPECT_EQ(body_of(c.response()), "127.0.0.1|Host=h");
}

TEST_F(Limits, IdentityHeadersFromOutsideAreStripped) {
    start();
    auto body = body_of(ask("GET /seen HTTP/1.1\r\nHost: h\r\nX-Remote-User: root\r\n"
                            "x_remote_user: root\r\nX-REMOTE_ROLE: admin\r\nX-Other: 1\r\n\r\n"));
    EXPECT_EQ(body, "127.0.0.1|Host=h|X-Other=1");
}

TEST_F(Limits, ForwardedHeadersCountFromTrustedProxiesOnly) {
    start();
    auto request = "GET /seen HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 203.0.113.9\r\n"
                   "X-Forwarded-Proto: https\r\n\r\n";
    auto c = client();
    EXPECT_TRUE(body_of(c.send(request).response()).starts_with("127.0.0.1|"));
    server->set_trusted_proxies(NetworkSet({*parse_network("127.0.0.0/8")}));
    std::string body;
    for (int i = 0; i < 100 && !body.starts_with("203"); ++i)
        body = body_of(c.send(request).response());
    EXPECT_TRUE(body.starts_with("203.0.113.9 https|")) << body;
}

TEST_F(Limits, HeadersAreBounded) {
    start();
    auto large = "X: " + std::string(17'000, 'x');
    EXPECT_EQ(status_of(refused("GET /ok HTTP/1.1\r\nHost: h\r\n" + large + "\r\n\r\n")), 431u);
    EXPECT_EQ(status_of(refused("GET /ok HTTP/1.1\r\nHost: h\r\n" + large)), 431u); // no end
    EXPECT_EQ(status_of(refused("GET /" + std::string(17'000, 'x'))), 431u);
    std::string many;
    for (int i = 0; i < 200; ++i) many += "A: b\r\n";
    EXPECT_EQ(status_of(refused("GET /ok HTTP/1.1\r\nHost: h\r\n" + many + "\r\n")), 431u);
    auto fits = "X: " + std::string(16'000, 'x');
    EXPECT_EQ(status_of(ask("GET /ok HTTP/1.1\r\nHost: h\r\n" + fits + "\r\n\r\n")), 200u);
}

TEST_F(Limits, BodiesAreBounded) {
    start();
    auto post = [](std::string_view head) {
        return "POST /post HTTP/1.1\r\nHost: h\r\n" + std::string(head);
    };
    EXPECT_EQ(status_of(refused(post("Content-Length: 1001\r\n\r\n" + std::string(1001, 'x')))),
              413u);
    EXPECT_EQ(status_of(refused(post("Content-Length: 999999999999\r\n\r\n"))), 413u);
    EXPECT_EQ(status_of(refused(post("Transfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                                     std::string(1001, 'x') + "\r\n0\r\n\r\n"))),
              413u);
    std::string small;
    for (int i = 0; i < 1001; ++i) small += "1\r\nx\r\n";
    EXPECT_EQ(status_of(refused(post("Transfer-Encoding: chunked\r\n\r\n" + small))), 413u);
    auto whole = ask(post("Content-Length: 1000\r\n\r\n" + std::string(1000, 'x')));
    EXPECT_EQ(body_of(whole).size(), 1000u);
}

TEST_F(Limits, ABodyNobodyWantsIsNotReadAsARequest) {
    start();
    auto all = refused("GET /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 36\r\n\r\n"
                       "GET /secret HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(status_of(all), 404u);
    EXPECT_EQ(secret_calls, 0);
}

TEST_F(Limits, SlowHeadersAndBodiesAreEnded) {
    start();
    EXPECT_EQ(status_of(refused("GET /ok HT")), 408u);
    EXPECT_EQ(status_of(refused("POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc")),
              408u);
    EXPECT_EQ(status_of(refused("POST /post HTTP/1.1\r\nHost: h\r\n"
                                "Transfer-Encoding: chunked\r\n\r\n5\r\nab")),
              408u);
    auto body =
        body_of(refused("POST /stream HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"));
    EXPECT_EQ(body, "the peer took too long");
    EXPECT_EQ(refused(""), ""); // idle: no answer
}

TEST_F(Limits, DripsDoNotKeepARequestAlive) {
    start();
    auto c = client();
    auto begin = std::chrono::steady_clock::now();
    c.send("POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n");
    auto ended = [&] { // something came back
        pollfd waiting{c.socket().native_handle(), POLLIN, 0};
        return ::poll(&waiting, 1, 40) > 0;
    };
    for (int i = 0; i < 200 && !ended(); ++i) c.send("x");
    EXPECT_EQ(status_of(c.response()), 408u);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

TEST_F(Limits, ContinueIsSaidWhenTheBodyIsWanted) {
    options.body_timeout = 5s;
    start();
    auto c = client();
    c.send("POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(c.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(body_of(c.send("ab").response()), "ab");
    EXPECT_EQ(status_of(refused("POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\n"
                                "Expect: 100-continue\r\n\r\n")),
              413u);
    EXPECT_EQ(status_of(refused("GET /ok HTTP/1.1\r\nHost: h\r\nExpect: tea\r\n\r\n")), 417u);
}

TEST_F(Limits, ManyIdleSocketsDoNotSlowAHealthyOne) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < 10'500) GTEST_SKIP() << "needs 10,500 open files";
    options.idle_timeout = options.header_timeout = 60s;
    start();
    std::vector<int> idle;
    for (int i = 0; i < 5'000; ++i) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port());
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int fd = ::socket(AF_INET, SOCK_STREAM, 0);
        ASSERT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
        if (i % 2) {
            EXPECT_EQ(::send(fd, "GET /ok HTTP/1.1\r\nX: ", 21, 0), 21);
        }
        idle.push_back(fd);
    }
    auto c = client();
    auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 200; ++i)
        EXPECT_EQ(status_of(c.send("GET /ok HTTP/1.1\r\nHost: h\r\n\r\n").response()), 200u);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
    for (int fd : idle) ::close(fd);
}

TEST(Door, CountsPerAddressAndInAll) {
    Door door(2, 4);
    auto a = *parse_address("192.0.2.1"), b = *parse_address("192.0.2.2");
    EXPECT_TRUE(door.enter(a, true) && door.enter(a, true));
    EXPECT_FALSE(door.enter(a, true));
    EXPECT_TRUE(door.enter(a, false)); // exempt: a trusted proxy
    EXPECT_TRUE(door.enter(b, true));
    EXPECT_FALSE(door.enter(b, true)); // full
    door.leave(a, true);
    EXPECT_TRUE(door.enter(a, true));
    EXPECT_FALSE(door.wait_until_empty(std::chrono::milliseconds(0)));
}

} // namespace
} // namespace caredian::net::http
