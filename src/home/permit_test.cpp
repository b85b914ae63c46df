// The relay for people who are no administrators: what of Home Assistant they reach, and what of
// its answers they see.
#include "home/caller_gate.h"
#include "home/relay.h"
#include "store/test_database.h"

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

namespace caredian::home {
namespace {

namespace asio = boost::asio;
namespace http = net::http;
using access::GrantText;
using http::awaitable;
using http::Context;
using http::Response;

constexpr const char* states =
    R"([{"entity_id":"light.bed","state":"on"},{"entity_id":"lock.door","state":"locked"},)"
    R"({"entity_id":"light.hall","state":"off"}])";

// Picture after picture, until it is destroyed.
class Pictures final : public http::BodySource {
public:
    awaitable<result<std::string_view>> next() override {
        asio::steady_timer wait(co_await asio::this_coro::executor, std::chrono::milliseconds(2));
        co_await wait.async_wait(asio::use_awaitable);
        co_return std::string_view("picture\n");
    }
};

class PermitTest : public http::ServerTest {
protected:
    void SetUp() override {
        ASSERT_TRUE(guard::Audit::prepare(*database_));
        http::Route all;
        all.path = "/*";
        all.body_limit = 1 << 20;
        all.handler = [this](Context& c) { return answer(c); };
        home_router_.add(all);
        http::ServerOptions o = quiet();
        home_ = std::make_unique<http::Server>(
            o, home_router_, open_gate, [](std::string_view) { return true; }, metrics, clock,
            random);
        home_->start();
    }
    void TearDown() override {
        if (server) server->stop();
        home_->stop();
    }
    void run(std::vector<GrantText> grants, bool known = true) {
        RelayOptions o;
        o.origin = {false, "127.0.0.1", home_->ports()[0]};
        o.token = Secret("our-token");
        relay_ = std::make_unique<Relay>(o, health_, metrics, random);
        relay_->set_access({&policies_, &places_, &denials_, &moved_});
        add_relay_routes(router, *relay_);
        gate = &callers_;
        if (known) policies_.publish(policy(std::move(grants)));
        server = std::make_unique<http::Server>(options, router, *gate, host_allowed, metrics,
                                                clock, random);
        policies_.start(1, [this](std::size_t, std::function<void()> work) {
            asio::post(server->worker(0), std::move(work));
        });
        server->start();
    }
    static access::PolicyPtr policy(std::vector<GrantText> grants) {
        access::PolicyText text;
        text.grants = std::move(grants);
        return access::Policy::make(text, {});
    }
    static GrantText grant(std::vector<std::string> entities, std::string may = "read") {
        GrantText g;
        g.who = {"person:ben"};
        g.entities = std::move(entities);
        g.may = std::move(may);
        return g;
    }
    static GrantText paths(std::vector<std::string> all, std::string may = "read") {
        GrantText g;
        g.who = {"person:ben"};
        g.paths = std::move(all);
        g.may = std::move(may);
        return g;
    }
    std::string send(std::string_view method, std::string_view path, std::string_view body = "",
                     std::string_view headers = "X-Test-Member: ben\r\n") {
        std::string text(method);
        text.append(" ").append(path).append(" HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n");
        text.append(headers);
        if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        auto all = client().send(text.append("\r\n").append(body)).until_close();
        if (all.find("Transfer-Encoding: chunked") == std::string::npos) return all;
        auto at = all.find("\r\n\r\n") + 4;
        std::string rest = all.substr(at);
        all.resize(at);
        while (auto size = std::stoul(rest, nullptr, 16)) {
            auto begin = rest.find("\r\n") + 2;
            all += rest.substr(begin, size);
            rest.erase(0, begin + size + 2);
        }
        return all;
    }
    unsigned status(std::string_view method, std::string_view path, std::string_view body = "") {
        return http::status_of(send(method, path, body));
    }
    awaitable<Response> answer(Context& c) {
        {
            std::lock_guard lock(mutex_);
            seen_ = std::string(c.request.method_text) + " " + std::string(c.request.target) + " " +
                    std::string(c.request.header("content-type").value_or("")) + " " +
                    std::string(c.request.header("accept-encoding").value_or("")) + " " +
                    std::string(c.request.body_text);
        }
        if (c.request.path == "/api/states" || c.request.path.starts_with("/api/services/")) {
            auto r =
                Response::json(c.request.path == "/api/services/light/odd" ? 400 : 200, states);
            r.set("ETag", "\"all\"");
            co_return r;
        }
        if (c.request.path.starts_with("/api/camera_proxy_stream/")) {
            Response r;
            r.set("Content-Type", "multipart/x-mixed-replace");
            r.body = std::make_unique<Pictures>();
            co_return r;
        }
        co_return Response::json(200, "{}");
    }
    std::string seen() {
        std::lock_guard lock(mutex_);
        return seen_;
    }

    store::TestDatabase database_;
    ManualClock moved_;
    guard::Audit audit_{*database_, moved_};
    guard::Denials denials_{audit_, moved_, [](const std::function<void()>& job) {
                                job();
                                return true;
                            }};
    HealthRegister health_{clock};
    devices::PlaceBook places_{std::make_shared<devices::Places>()};
    access::Policies policies_;
    CallerGate callers_;
    http::Router home_router_;
    std::unique_ptr<http::Server> home_;
    std::unique_ptr<Relay> relay_;
    std::mutex mutex_;
    std::string seen_;
};

TEST_F(PermitTest, StatesAreFiltered) {
    run({grant({"light.*"})});
    auto text = send("GET", "/ha/api/states", "",
                     "X-Test-Member: ben\r\nAccept-Encoding: gzip\r\nIf-None-Match: \"all\"\r\n");
    EXPECT_EQ(http::status_of(text), 200u) << text;
    EXPECT_EQ(http::body_of(text), R"([{"entity_id":"light.bed","state":"on"},)"
                                   R"({"entity_id":"light.hall","state":"off"}])");
    EXPECT_EQ(text.find("ETag"), std::string::npos) << "it is another answer";
    EXPECT_EQ(seen(), "GET /api/states   ") << "and asked for plain";
    EXPECT_EQ(http::body_of(send("GET", "/ha/api/states", "", "")), states) << "an administrator";
    EXPECT_EQ(http::status_of(send("GET", "/ha/api/states", "", "X-Test-Member: cho\r\n")), 403u);
}

TEST_F(PermitTest, WhatIsReachedAndWhatIsNot) {
    run({grant({"light.bed"}, "control"), grant({"sensor.t", "camera.door"}),
         paths({"/ha/api/config"}), paths({"/ha/api/template"}, "control")});
    struct {
        const char *method, *path, *body;
        unsigned status;
    } cases[] = {
        {"GET", "/ha/api/states/light.bed", "", 200},
        {"GET", "/ha/api/states/light.hall", "", 403},
        {"POST", "/ha/api/states/light.bed", "{}", 403}, // administers
        {"GET", "/ha/api/camera_proxy/camera.door", "", 200},
        {"GET", "/ha/api/camera_proxy/camera.bath", "", 403},
        {"GET", "/ha/api/history/period?filter_entity_id=sensor.t", "", 200},
        {"GET", "/ha/api/history/period?filter_entity_id=sensor.t,light.hall", "", 403},
        {"GET", "/ha/api/history/period", "", 403},
        {"GET", "/ha/api/config", "", 200},
        {"GET", "/ha/api/config/core", "", 200},
        {"POST", "/ha/api/config/core/check_config", "", 403}, // read alone
        {"POST", "/ha/api/template", "{}", 200},
        {"GET", "/ha/api/events", "", 403},
        {"GET", "/ha/api/", "", 403},
        {"POST", "/ha/api/services/light/turn_on", R"({"entity_id":"light.bed"})", 200},
        {"POST", "/ha/api/services/light/odd", R"({"entity_id":"light.bed"})", 400},
        {"POST", "/ha/api/services/light/turn_on", R"({"entity_id":["light.bed","light.hall"]})",
         403},
        {"POST", "/ha/api/services/light/turn_on", R"({"entity_id":"all"})", 403},
        {"POST", "/ha/api/services/light/turn_on", "", 403},
        {"POST", "/ha/api/services/light/turn_on", "{", 400},
        {"POST", "/ha/api/services/light/turn_on?return_response", R"({"entity_id":"light.bed"})",
         403},
        {"POST", "/ha/api/services/homeassistant/turn_off", R"({"entity_id":"light.bed"})", 200},
        {"POST", "/ha/api/services/homeassistant/restart", R"({"entity_id":"light.bed"})", 403},
        {"POST", "/ha/api/services/rest_command/gate", R"({"entity_id":"light.bed"})", 403},
        {"POST", "/ha/api/services/camera/turn_on", R"({"entity_id":"camera.door"})", 403},
    };
    for (const auto& c : cases)
        EXPECT_EQ(status(c.method, c.path, c.body), c.status)
            << c.method << " " << c.path << " " << c.body;
    // Each refusal is in the audit, once.
    auto rows = audit_.list({100, {}, "ben", "access_denied", "/ha/api/states/light.hall", {}, {}});
    ASSERT_EQ(rows.value().size(), 1u);
    EXPECT_EQ(rows.value()[0].detail, "your roles do not allow this");
}

TEST_F(PermitTest, AServiceCallGoesOnAsItWasUnderstood) {
    run({grant({"light.bed"}, "control")});
    auto text = send("POST", "/ha/api/services/light/turn_on",
                     R"({"entity_id":"light.hall","entity_id":"light.bed"})",
                     "X-Test-Member: ben\r\nContent-Type: application/json; charset=utf-7\r\n");
    EXPECT_EQ(http::body_of(text), R"([{"entity_id":"light.bed","state":"on"}])")
        << "of what changed only what may be read";
    EXPECT_EQ(seen(),
              R"(POST /api/services/light/turn_on application/json  {"entity_id":"light.bed"})");
    EXPECT_EQ(http::status_of(send("POST", "/ha/api/services/light/turn_on", "{}",
                                   "X-Test-Member: ben\r\nContent-Encoding: gzip\r\n")),
              415u);
    auto large = std::string(300'000, ' ');
    EXPECT_EQ(status("POST", "/ha/api/services/light/turn_on", large), 413u);
    // An administrator's passes as it came.
    (void)send("POST", "/ha/api/services/light/turn_on", "not json", "Content-Type: text/x\r\n");
    EXPECT_EQ(seen(), "POST /api/services/light/turn_on text/x  not json");
}

TEST_F(PermitTest, BeforeRolesAreKnownNobodyIsLetIn) {
    run({}, false);
    auto text = send("GET", "/ha/api/states/light.bed");
    EXPECT_EQ(http::status_of(text), 403u);
    EXPECT_NE(text.find("cannot be read now"), std::string::npos) << text;
    EXPECT_EQ(http::status_of(send("GET", "/ha/api/states/light.bed", "", "")), 200u);
}

TEST_F(PermitTest, AStreamEndsWithItsGrant) {
    auto pictures = grant({"camera.door"});
    run({pictures});
    for (bool taken_away : {true, false}) {
        policies_.publish(policy({pictures}));
        auto stream = client();
        stream.send("GET /ha/api/camera_proxy_stream/camera.door HTTP/1.1\r\nHost: gw\r\n"
                    "X-Test-Member: ben\r\n\r\n");
        EXPECT_TRUE(stream.until("picture").ends_with("picture")) << taken_away;
        if (taken_away) {
            policies_.publish(policy({}));
        } else {
            auto ended = pictures;
            ended.until = "2020-01-01";
            policies_.publish(policy({ended}));
        }
        EXPECT_TRUE(stream.closed_by_server()) << taken_away;
    }
}

} // namespace
} // namespace caredian::home
