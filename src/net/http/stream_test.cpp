// Bodies that are made while they are sent.
#include "net/http/test_server.h"

#include <future>

namespace caredian::net::http {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

// Gives `pieces`, then either ends or waits for ever. Says when it is gone.
class Pieces final : public BodySource {
public:
    Pieces(std::vector<std::string> pieces, bool endless, std::shared_ptr<std::promise<void>> gone)
        : pieces_(std::move(pieces)), endless_(endless), gone_(std::move(gone)) {}
    ~Pieces() override {
        if (gone_) gone_->set_value();
    }
    awaitable<result<std::string_view>> next() override {
        if (at_ < pieces_.size()) co_return std::string_view(pieces_[at_++]);
        if (!endless_) co_return std::string_view{};
        asio::steady_timer never(co_await asio::this_coro::executor, 1h);
        co_await never.async_wait(asio::use_awaitable);
        co_return std::string_view{};
    }

private:
    std::vector<std::string> pieces_;
    bool endless_;
    std::size_t at_ = 0;
    std::shared_ptr<std::promise<void>> gone_;
};

class Flood final : public BodySource {
public:
    explicit Flood(std::atomic<std::size_t>& made) : made_(made) {}
    awaitable<result<std::string_view>> next() override {
        made_ += piece_.size();
        co_return std::string_view(piece_);
    }

private:
    std::string piece_ = std::string(64 * 1024, 'x');
    std::atomic<std::size_t>& made_;
};

// Has `first` without waiting, and `rest` later.
class AtHand final : public BodySource {
public:
    AtHand(std::string first, std::string rest)
        : first_(std::move(first)), rest_(std::move(rest)) {}
    std::string_view at_hand() override { return first_; }
    awaitable<result<std::string_view>> next() override {
        piece_ = std::exchange(rest_, {});
        co_return std::string_view(piece_);
    }

private:
    std::string first_, rest_, piece_;
};

struct Streams : ServerTest {
    std::shared_ptr<std::promise<void>> gone = std::make_shared<std::promise<void>>();
    std::atomic<std::size_t> made{0};
    void SetUp() override {
        auto with = [this](std::string path, auto make) {
            router.add(slow(path, [make](Context&) -> awaitable<Response> { co_return make(); }));
        };
        with("/words", [] {
            Response r;
            r.body =
                std::make_unique<Pieces>(std::vector<std::string>{"one", "two"}, false, nullptr);
            return r;
        });
        with("/known", [] {
            Response r;
            r.body =
                std::make_unique<Pieces>(std::vector<std::string>{"one", "two"}, false, nullptr);
            r.content_length = 6;
            return r;
        });
        with("/short", [] {
            Response r;
            r.body = std::make_unique<Pieces>(std::vector<std::string>{"one"}, false, nullptr);
            r.content_length = 6;
            return r;
        });
        with("/events", [this] {
            Response r;
            r.set("Content-Type", "text/event-stream");
            r.body = std::make_unique<Pieces>(std::vector<std::string>{"data: 1\n\n"}, true, gone);
            r.live_key = "session-1";
            return r;
        });
        with("/whole", [] {
            Response r;
            r.body = std::make_unique<AtHand>("whole", "never asked for");
            r.content_length = 5;
            return r;
        });
        with("/part", [] {
            Response r;
            r.body = std::make_unique<AtHand>("first", "then");
            r.content_length = 9;
            return r;
        });
        with("/large", [] {
            Response r;
            r.body = std::make_unique<AtHand>(std::string(60'000, 'x'), "");
            r.content_length = 60'000;
            return r;
        });
        with("/flood", [this] {
            Response r;
            r.body = std::make_unique<Flood>(made);
            return r;
        });
    }
    bool source_goes() { return gone->get_future().wait_for(5s) == std::future_status::ready; }
};

TEST_F(Streams, AreChunkedAndKeepTheConnection) {
    start();
    auto c = client();
    c.send("GET /words HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_NE(c.until("\r\n\r\n").find("Transfer-Encoding: chunked\r\n"), std::string::npos);
    EXPECT_EQ(c.until("0\r\n\r\n"), "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
    c.send("GET /known HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(body_of(c.response()), "onetwo");
    auto head = c.send("HEAD /words HTTP/1.1\r\nHost: h\r\n\r\n").response(true);
    EXPECT_EQ(status_of(head), 200u);
}

TEST_F(Streams, ThatAreAtHandGoAtOnceAndInOrder) {
    start();
    auto c = client();
    c.send("GET /whole HTTP/1.1\r\nHost: h\r\n\r\nHEAD /whole HTTP/1.1\r\nHost: h\r\n\r\n"
           "GET /part HTTP/1.1\r\nHost: h\r\n\r\nGET /whole HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(body_of(c.response()), "whole");
    EXPECT_NE(c.response(true).find("Content-Length: 5\r\n"), std::string::npos);
    EXPECT_EQ(body_of(c.response()), "firstthen");
    EXPECT_EQ(body_of(c.response()), "whole");
    c.send("GET /whole HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(body_of(c.response()), "whole");
    EXPECT_TRUE(c.closed_by_server());
}

// More than a socket takes: what is left goes out when there is room, before the next answer.
TEST_F(Streams, ThatAreAtHandWaitForASlowReader) {
    start();
    auto c = client();
    constexpr int count = 200;
    std::string requests;
    for (int i = 0; i < count; ++i) requests += "GET /large HTTP/1.1\r\nHost: h\r\n\r\n";
    c.send(requests + "GET /whole HTTP/1.1\r\nHost: h\r\n\r\n");
    for (int i = 0; i < count; ++i) ASSERT_EQ(body_of(c.response()).size(), 60'000u) << i;
    EXPECT_EQ(body_of(c.response()), "whole");
}

TEST_F(Streams, EndWithTheConnectionForOldClients) {
    start();
    auto all = client().send("GET /words HTTP/1.0\r\nHost: h\r\n\r\n").until_close();
    EXPECT_TRUE(all.ends_with("\r\n\r\nonetwo")) << all;
    EXPECT_EQ(all.find("chunked"), std::string::npos);
}

TEST_F(Streams, ThatBreakOffCutTheConnection) {
    start();
    auto c = client();
    EXPECT_TRUE(c.send("GET /short HTTP/1.1\r\nHost: h\r\n\r\n").until_close().ends_with("one"));
    EXPECT_TRUE(c.closed_by_server());
}

TEST_F(Streams, ReachTheClientAtOnceAndEndWhenItLeaves) {
    start();
    auto c = client();
    c.send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_NE(c.until("data: 1\n\n").find("data: 1"), std::string::npos);
    c.close();
    EXPECT_TRUE(source_goes());
}

TEST_F(Streams, EndWhenTheirSessionEnds) {
    start();
    auto c = client();
    c.send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n").until("data: 1\n\n");
    server->close_live("session-2");
    server->close_live("session-1");
    EXPECT_TRUE(source_goes());
    EXPECT_TRUE(c.closed_by_server());
}

TEST_F(Streams, OfEventsDoNotHoldUpAStop) {
    start();
    auto c = client();
    c.send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n").until("data: 1\n\n");
    auto begin = std::chrono::steady_clock::now();
    server->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
    EXPECT_TRUE(source_goes());
}

TEST_F(Streams, WaitForASlowReader) {
    options.write_timeout = 300ms;
    start();
    auto c = client();
    c.send("GET /flood HTTP/1.1\r\nHost: h\r\n\r\n").until("\r\n\r\n");
    // The client reads no more: the server stops making, then gives up.
    std::size_t before = 0;
    do {
        before = made;
        pollfd none{-1, 0, 0};
        ::poll(&none, 1, 150);
    } while (made != before);
    EXPECT_LT(made, 64u * 1024 * 1024);
    auto text = [&] { return metrics.expose(); };
    for (int i = 0; i < 100 && text().find("caredian_http_connections 0") == std::string::npos;
         ++i) {
        pollfd none{-1, 0, 0};
        ::poll(&none, 1, 50);
    }
    EXPECT_NE(text().find("caredian_http_connections 0"), std::string::npos) << text();
}

} // namespace
} // namespace caredian::net::http
