#include "net/http/client.h"
#include "net/http/test_server.h"
#include "net/test_certificate.h"

#include <boost/asio/co_spawn.hpp>
#include <deque>
#include <optional>
#include <thread>

namespace caredian::net::http {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

// Answers connections in order with fixed bytes, whatever is asked. One thread.
class Script {
public:
    struct Turn {
        std::string answer;
        bool close = true;
        std::size_t requests = 1; // heads read before answering
    };
    explicit Script(std::deque<Turn> turns)
        : acceptor_(io_, {asio::ip::address_v4::loopback(), 0}), turns_(std::move(turns)),
          thread_([this] { run(); }) {}
    ~Script() {
        // A connection of our own wakes the accept.
        stopping_ = true;
        asio::io_context io;
        asio::ip::tcp::socket wake(io);
        boost::system::error_code ignored;
        wake.connect({asio::ip::address_v4::loopback(), port()}, ignored);
        thread_.join();
    }
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    std::atomic<int> connections{0};

private:
    void run() {
        while (!turns_.empty()) {
            auto s = acceptor_.accept();
            if (stopping_) return;
            ++connections;
            auto turn = turns_.front();
            turns_.pop_front();
            boost::system::error_code error;
            std::string got;
            char piece[4096];
            while (static_cast<std::size_t>(std::count(got.begin(), got.end(), '\n')) <
                       2 * turn.requests &&
                   !error)
                got.append(piece, s.read_some(asio::buffer(piece), error));
            asio::write(s, asio::buffer(turn.answer), error);
            if (!turn.close) open_.push_back(std::move(s));
        }
    }
    asio::io_context io_;
    asio::ip::tcp::acceptor acceptor_;
    std::deque<Turn> turns_;
    std::vector<asio::ip::tcp::socket> open_; // of the thread, until it ended
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

struct Answer {
    error_code error;
    unsigned status = 0;
    std::string body, headers;
    error_code body_error;
};

struct Outbound : testing::Test {
    asio::io_context io;
    ClientOptions options;
    std::optional<Client> client;
    Outbound() {
        options.connect_timeout = 2s;
        options.first_byte_timeout = 2s;
    }
    void to(std::uint16_t port) {
        client.emplace(io.get_executor(), Origin{false, "127.0.0.1", port}, options);
    }
    awaitable<void> fetch(OutboundRequest request, Answer& out) {
        auto response = co_await client->send(request);
        out.error = response ? error_code{} : response.error();
        if (!response) co_return;
        out.status = (*response)->status();
        for (const auto& h : (*response)->headers()) {
            out.headers += h.name;
            out.headers += ';';
        }
        out.body = (*response)->at_hand();
        for (;;) {
            auto piece = co_await (*response)->read_some();
            if (!piece) out.body_error = piece.error();
            if (!piece || piece->empty()) co_return;
            out.body += *piece;
        }
    }
    Answer ask(std::string_view method = "GET", std::string_view target = "/",
               BodyReader* body = nullptr) {
        OutboundRequest request;
        request.method = method;
        request.target = target;
        request.body = body;
        Answer out;
        bool done = false;
        asio::co_spawn(io, fetch(request, out), [&](std::exception_ptr e) {
            EXPECT_FALSE(e);
            done = true;
        });
        io.restart();
        while (!done && io.run_one()) {
        }
        return out;
    }
};

class TextBody final : public BodyReader {
public:
    TextBody(std::vector<std::string> pieces, bool known)
        : pieces_(std::move(pieces)), known_(known) {}
    awaitable<result<std::string_view>> read_some() override {
        if (at_ == pieces_.size()) co_return std::string_view{};
        co_return std::string_view(pieces_[at_++]);
    }
    std::optional<std::uint64_t> content_length() const override {
        std::uint64_t n = 0;
        for (const auto& p : pieces_) n += p.size();
        return known_ ? std::optional(n) : std::nullopt;
    }

private:
    std::vector<std::string> pieces_;
    bool known_;
    std::size_t at_ = 0;
};

struct Framing_ {
    const char* what;
    std::string answer;
    std::string body;
};

TEST_F(Outbound, ReadsEveryFraming) {
    for (const auto& c : {
             Framing_{"length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"},
             {"chunks",
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n"
              "0\r\nT: x\r\n\r\n",
              "hello"},
             {"until close", "HTTP/1.1 200 OK\r\n\r\nhello", "hello"},
             {"1.0", "HTTP/1.0 200 OK\r\n\r\nhello", "hello"},
             {"interim",
              "HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
              "5\r\n\r\nhello",
              "hello"},
             {"no content", "HTTP/1.1 204 No\r\n\r\n", ""},
             {"empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""},
         }) {
        Script script({{c.answer}});
        to(script.port());
        auto a = ask();
        EXPECT_FALSE(a.error) << c.what << a.error.message();
        EXPECT_FALSE(a.body_error) << c.what;
        EXPECT_EQ(a.body, c.body) << c.what;
    }
}

TEST_F(Outbound, HopByHopHeadersStayBehind) {
    Script script({{"HTTP/1.1 200 OK\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: 5\r\n"
                    "X-Theirs: 2\r\nContent-Length: 0\r\n\r\n"}});
    to(script.port());
    EXPECT_EQ(ask().headers, "X-Theirs;");
}

TEST_F(Outbound, NamesWhatWentWrong) {
    struct Case {
        const char* what;
        std::string answer;
        Errc error;
    };
    for (const auto& c : {
             Case{"nothing", "", Errc::closed},
             {"half a head", "HTTP/1.1 200 OK\r\nA: b\r\n", Errc::closed},
             {"no HTTP", "SSH-2.0-x\r\n\r\n", Errc::bad_message},
             {"bare LF", "HTTP/1.1 200 OK\nA: b\n\n", Errc::bad_message},
             {"both framings",
              "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: "
              "chunked\r\n\r\n",
              Errc::bad_message},
             {"a switch nobody asked for", "HTTP/1.1 101 Switching\r\n\r\n", Errc::bad_message},
             {"a head without end", "HTTP/1.1 200 OK\r\nA: " + std::string(100'000, 'x'),
              Errc::header_too_large},
         }) {
        Script script({{c.answer}});
        to(script.port());
        EXPECT_EQ(ask().error, c.error) << c.what;
    }
    Script cut({{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"},
                {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe"},
                {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz"}});
    to(cut.port());
    EXPECT_EQ(ask().body_error, Errc::closed);
    EXPECT_EQ(ask().body_error, Errc::closed);
    EXPECT_EQ(ask().body_error, Errc::bad_message);
}

TEST_F(Outbound, GivesUpInTime) {
    options.first_byte_timeout = 100ms;
    Script script({{"", false}});
    to(script.port());
    EXPECT_EQ(ask().error, Errc::timeout);
    to(1); // nobody listens there
    EXPECT_EQ(ask().error, Errc::connect_failed);
    client.emplace(io.get_executor(), Origin{false, "no-such-host.invalid", 80}, options);
    EXPECT_EQ(ask().error, Errc::connect_failed);
}

TEST_F(Outbound, RefusesToSendWhatCouldSplitARequest) {
    to(1);
    EXPECT_EQ(ask("GET", "/a b").error, Errc::bad_message);
    EXPECT_EQ(ask("GET", "/a\r\nX: y").error, Errc::bad_message);
    EXPECT_EQ(ask("G T", "/").error, Errc::bad_message);
    EXPECT_EQ(ask("GET", "http://x/").error, Errc::bad_message);
}

TEST_F(Outbound, TriesOnceMoreWhenAKeptConnectionIsDead) {
    const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    Script script({{ok}, {ok}}); // closes although it promised to stay
    to(script.port());
    EXPECT_EQ(ask().body, "ok");
    EXPECT_EQ(ask().body, "ok");
    EXPECT_EQ(script.connections, 2);
}

struct OutboundServer : ServerTest {
    void SetUp() override {
        auto echo = slow("/echo",
                         [](Context& c) -> awaitable<Response> {
                             auto body = co_await read_all(*c.request.body, 1 << 20);
                             co_return Response::text(200,
                                                      std::string(c.request.method_text) + " " +
                                                          (body ? *body : "?"),
                                                      "text/plain");
                         },
                         {});
        echo.stream_body = true;
        echo.body_limit = 1 << 20;
        router.add(echo);
    }
};

TEST_F(OutboundServer, KeepsConnectionsAndSendsBodies) {
    start();
    struct Local : Outbound {
        void TestBody() override {}
    } out;
    out.to(port());
    EXPECT_EQ(out.ask("GET", "/echo").body, "GET ");
    TextBody known({"ab", "cd"}, true), unknown({std::string(200'000, 'x'), "y"}, false);
    EXPECT_EQ(out.ask("POST", "/echo", &known).body, "POST abcd");
    EXPECT_EQ(out.ask("PUT", "/echo", &unknown).body.size(), 4 + 200'001u);
    EXPECT_EQ(out.ask("HEAD", "/echo").body, "");
    EXPECT_EQ(out.ask("DELETE", "/echo").body, "DELETE ");
    EXPECT_NE(metrics.expose().find("caredian_http_connections_total 1\n"), std::string::npos);
}

TEST_F(OutboundServer, SpeaksTls) {
    TestCertificate certificate("home.example");
    options.tls_certificate = certificate.certificate_file();
    options.tls_key = certificate.key_file();
    start();
    struct Local : Outbound {
        void TestBody() override {}
    } out;
    out.options.ca_file = certificate.certificate_file();
    for (auto [host, ok] : {std::pair{"localhost", true}, {"127.0.0.1", true}}) {
        out.client.emplace(out.io.get_executor(), Origin{true, host, port()}, out.options);
        EXPECT_EQ(!out.ask("GET", "/echo").error, ok) << host;
    }
    out.options.ca_file = "";
    out.client.emplace(out.io.get_executor(), Origin{true, "localhost", port()}, out.options);
    EXPECT_EQ(out.ask("GET", "/echo").error, Errc::connect_failed); // an unknown authority
}

TEST(Origins, AreReadStrictly) {
    auto o = parse_origin("https://ha.local").value();
    EXPECT_TRUE(o.tls && o.host == "ha.local" && o.port == 443);
    o = parse_origin("http://[::1]:8123/").value();
    EXPECT_TRUE(!o.tls && o.host == "::1" && o.port == 8123);
    for (auto bad : {"", "ha.local", "ftp://x", "http://", "http://u@h", "http://h/x", "http://h?x",
                     "http://h:0", "http://h:99999", "http://h:x", "http://[zz]", "http://a b",
                     "//h", "http:/h"})
        EXPECT_FALSE(parse_origin(bad)) << bad;
}

} // namespace
} // namespace caredian::net::http
