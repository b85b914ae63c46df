#include "api/home_elsewhere.h"
#include "api/route.h"
#include "identity/principal.h"

#include <any>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>
#include <thread>

namespace caredian::api {
namespace {

namespace http = net::http;

struct HomeElsewhereTest : ::testing::Test {
    HomeElsewhereTest() {
        for (const char* path :
             {"/api/v1/devices", "/api/v1/devices/{id}", "/api/v1/devicesx", "/api/v1/readings",
              "/api/v1/stream", "/influx/query", "/influx/write/point"}) {
            auto route = make_route(path, http::Method::get, "signed-in", "");
            route.quick = [](http::Context&) { return http::Response::empty(204); };
            rows.add(std::move(route));
        }
        add_where_home_is(router, rows, [this] { return elsewhere; });
    }
    unsigned status(std::string_view path) {
        auto match = router.match(http::Method::get, path);
        http::Request request;
        request.method = method;
        request.method_text = http::to_string(method);
        request.target = request.path = path;
        request.host = "localhost";
        request.headers = headers;
        http::Context context{request, match.parameters};
        if (principal.has_value()) context.principal = &principal;
        if (match.route->quick) return match.route->quick(context).status;
        unsigned answer = 0;
        boost::asio::co_spawn(
            io, match.route->handler(context),
            [&](std::exception_ptr, http::Response response) { answer = response.status; });
        io.restart();
        while (answer == 0) io.run_one();
        return answer;
    }
    boost::asio::io_context io; // a worker's: the connections to the holder outlive a request
    http::Router rows, router;
    std::optional<HomePlace> elsewhere;
    std::vector<http::HeaderView> headers;
    std::any principal;
    http::Method method = http::Method::get; // as the caller says; the rows are GET's
};

TEST_F(HomeElsewhereTest, WhereTheHomeIsAllAnswers) {
    for (auto path : {"/api/v1/devices", "/api/v1/devices/x", "/api/v1/stream"})
        EXPECT_EQ(status(path), 204u) << path;
}

TEST_F(HomeElsewhereTest, ElsewhereOnlyWhatTheHomeHasIsRefused) {
    elsewhere = HomePlace{{}, "the gateway b works for the home"};
    for (auto path :
         {"/api/v1/devices", "/api/v1/devices/x", "/api/v1/stream", "/influx/write/point"})
        EXPECT_EQ(status(path), 503u) << path;
    for (auto path : {"/api/v1/readings", "/api/v1/devicesx", "/influx/query"})
        EXPECT_EQ(status(path), 204u) << path;
}

TEST_F(HomeElsewhereTest, NothingIsPassedOnTwiceOrToNobody) {
    elsewhere = HomePlace{"http://127.0.0.1:1", "b"};
    EXPECT_EQ(status("/api/v1/devices"), 503u) << "nobody listens there";
    headers.push_back({"x-caredian-passed-on", "1"});
    EXPECT_EQ(status("/api/v1/devices"), 503u);
}

// A holder that takes the request and is gone.
TEST_F(HomeElsewhereTest, WhatWasSentAndNotAnsweredMayHaveBeenDone) {
    namespace ip = boost::asio::ip;
    boost::asio::io_context holders;
    ip::tcp::acceptor acceptor(holders, {ip::address_v4::loopback(), 0});
    std::thread holder([&] {
        for (int i = 0; i < 2; ++i) {
            std::array<char, 4096> bytes;
            boost::system::error_code ignored;
            auto peer = acceptor.accept(ignored);
            peer.read_some(boost::asio::buffer(bytes), ignored);
        }
    });
    elsewhere =
        HomePlace{"http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()), "b"};
    method = http::Method::post;
    EXPECT_EQ(status("/api/v1/devices/x"), 504u);
    method = http::Method::patch;
    EXPECT_EQ(status("/api/v1/devices/x"), 504u);
    holder.join();
    acceptor.close();
    EXPECT_EQ(status("/api/v1/devices/x"), 503u) << "nothing was sent";
}

struct RoomsElsewhereTest : HomeElsewhereTest {
    RoomsElsewhereTest() {
        http::Router all;
        for (const char* path : {"/api/v1/readings", "/api/v1/export", "/api/v1/series",
                                 "/api/v1/events", "/ha/api/*", "/api/v1/system"}) {
            auto route = make_route(path, http::Method::get, "signed-in", "");
            route.quick = [](http::Context&) { return http::Response::empty(204); };
            all.add(std::move(route));
        }
        router = http::Router();
        add_where_rooms_are(
            router, all, [this] { return elsewhere; }, Seeing{&policies, &places, &clock});
        elsewhere = HomePlace{{}, "the gateway b works for the home"};
    }
    void is(identity::Role role) {
        auto* who = new identity::Principal;
        who->username = "ben";
        who->role = role;
        principal = identity::PrincipalPtr(who);
    }
    void publish(access::PolicyPtr policy) {
        policies.publish(std::move(policy));
        policies.start(1, [](std::size_t, const std::function<void()>& work) { work(); });
    }
    access::Policies policies;
    devices::PlaceBook places{std::make_shared<devices::Places>()};
    ManualClock clock;
};

constexpr std::array of_readings{"/api/v1/readings", "/api/v1/export", "/api/v1/series",
                                 "/api/v1/events"};

TEST_F(RoomsElsewhereTest, WhoSeesSomeRoomsIsJudgedWhereTheHomeIs) {
    publish(std::make_shared<access::Policy>()); // members see nothing yet
    is(identity::Role::member);
    for (auto path : of_readings) EXPECT_EQ(status(path), 503u) << path;
    EXPECT_EQ(status("/ha/api/states"), 503u);
    EXPECT_EQ(status("/api/v1/system"), 204u);
    elsewhere.reset();
    for (auto path : of_readings) EXPECT_EQ(status(path), 204u) << path;
    EXPECT_EQ(status("/ha/api/states"), 204u);
}

TEST_F(RoomsElsewhereTest, WhoSeesEverythingIsAnsweredAnywhere) {
    publish(std::make_shared<access::Policy>());
    is(identity::Role::admin);
    for (auto path : of_readings) EXPECT_EQ(status(path), 204u) << path;
    EXPECT_EQ(status("/ha/api/states"), 204u);
    publish(access::Policy::make({}, {})); // no roles of their own: members see all
    is(identity::Role::member);
    for (auto path : of_readings) EXPECT_EQ(status(path), 204u) << path;
    EXPECT_EQ(status("/ha/api/states"), 503u) << "only as far as grants say";
}

} // namespace
} // namespace caredian::api
