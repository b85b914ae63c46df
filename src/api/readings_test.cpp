#include "api/devices.h"
#include "api/readings.h"
#include "api/readings_format.h"
#include "api/stream.h"
#include "base/json.h"
#include "history/local_history.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <limits>
#include <optional>

namespace caredian::api {
namespace {

namespace asio = boost::asio;
using net::http::Context;
using net::http::Response;

constexpr std::int64_t kStart = 1'767'999'300'000'000'000;

// Serves one route's handler on an io_context, without a server.
class RoutesTest : public testing::Test {
protected:
    RoutesTest() {
        std::string name = (std::filesystem::temp_directory_path() / "routes-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        history::LocalHistoryOptions kept;
        kept.path = folder + "/history.db";
        history = history::LocalHistory::open(kept, clock).value();
        devices::LatestOptions shown;
        shown.path = folder + "/devices.db";
        latest = devices::Latest::open(shown, clock).value();
        devices::RegistryOptions known;
        known.path = folder + "/registry.db";
        registry = devices::Registry::open(known, clock, *latest, health).value();
        hub.emplace(devices::StreamOptions{}, clock, random);
        add_readings_routes(router, *history, pool, clock, {.concurrent = 2, .chunk_bytes = 2'000});
        add_devices_routes(router, *registry, pool);
        add_stream_routes(router, *hub);
    }
    ~RoutesTest() override {
        history.reset();
        registry.reset();
        latest.reset();
        std::filesystem::remove_all(folder);
    }
    void take(std::string device, std::vector<readings::Field> fields, std::int64_t time) {
        readings::Reading r;
        r.series = {"zigbee", {{"area", "hall, left"}, {"device", std::move(device)}}};
        r.fields = std::move(fields);
        r.time = from_ns(kStart + time);
        r.row = r.first_row = ++row;
        history->take({&r, 1}, row);
        latest->take({&r, 1}, row);
        registry->take({&r, 1}, row);
        hub->take({&r, 1}, row);
    }

    template <class T>
    T wait(net::http::awaitable<T> work) {
        std::optional<T> got;
        std::exception_ptr failed;
        auto run = [&]() -> asio::awaitable<void> {
            try {
                got = co_await std::move(work);
            } catch (...) {
                failed = std::current_exception();
            }
        };
        auto guard = asio::make_work_guard(context);
        asio::co_spawn(context, run, asio::detached);
        context.restart();
        while (!got && !failed) context.run_one();
        if (failed) std::rethrow_exception(failed);
        return std::move(*got);
    }
    Response get(std::string_view path, std::string_view query = {},
                 std::string_view last_event_id = {}) {
        net::http::Request request;
        request.method = net::http::Method::get;
        request.path = path;
        request.query = query;
        std::vector<net::http::HeaderView> headers;
        if (!last_event_id.empty()) headers.push_back({"Last-Event-ID", last_event_id});
        request.headers = headers;
        auto match = router.match(request.method, path);
        Context c{request, match.parameters, nullptr};
        if (match.route->quick) return match.route->quick(c);
        return wait(match.route->handler(c));
    }
    // The body, whether it is a text or a stream.
    std::string body(Response& response, std::size_t* pieces = nullptr) {
        if (auto* text = std::get_if<std::string>(&response.body)) return *text;
        auto& source = *std::get<std::unique_ptr<net::http::BodySource>>(response.body);
        std::string all;
        for (;;) {
            auto piece = wait(source.next());
            EXPECT_TRUE(piece);
            if (!piece || piece->empty()) return all;
            all += *piece;
            if (pieces) ++*pieces;
        }
    }

    std::string folder;
    ManualClock clock;
    SeededRandom random{1};
    asio::io_context context{1};
    Pool pool{"test", 2, 8};
    std::unique_ptr<history::LocalHistory> history;
    HealthRegister health{clock};
    std::unique_ptr<devices::Latest> latest;
    std::unique_ptr<devices::Registry> registry;
    std::optional<devices::StreamHub> hub;
    net::http::Router router;
    readings::Row row = 0;
};

TEST_F(RoutesTest, JsonHasTheShapeOfTheApi) {
    take("k", {{"t", 21.37}, {"n", std::int64_t{-3}}, {"s", std::string("\"x\"")}}, 1);
    auto response = get("/api/v1/readings", "device=k&from=2026-01-01");
    EXPECT_EQ(response.status, 200U);
    std::string head =
        "{\"time\":\"2026-01-09T22:55:00.000000001Z\",\"time_ns\":1767999300000000001,"
        "\"measurement\":\"zigbee\",\"device\":\"k\",\"field\":";
    std::string tail = ",\"tags\":{\"area\":\"hall, left\"}}";
    EXPECT_EQ(body(response), "{\"readings\":[" + head + "\"t\",\"value\":21.37" + tail + "," +
                                  head + "\"n\",\"value\":-3" + tail + "," + head +
                                  "\"s\",\"value\":\"\\\"x\\\"\"" + tail + "]}");
}

TEST_F(RoutesTest, CsvIsQuotedWhereItMustBe) {
    take("a,b", {{"t", 1.0}, {"s", std::string("=1+1\r\n\"q\"")}, {"b", true}}, 1);
    take("a,b", {{"t", std::numeric_limits<double>::quiet_NaN()}}, 2);
    auto response = get("/api/v1/readings", "measurement=zigbee&format=csv");
    std::string time = "2026-01-09T22:55:00.00000000";
    EXPECT_EQ(body(response), "time,measurement,device,field,value,area\r\n" + time +
                                  "1Z,zigbee,\"a,b\",t,1,\"hall, left\"\r\n" + time +
                                  "1Z,zigbee,\"a,b\",s,\"=1+1\r\n\"\"q\"\"\",\"hall, left\"\r\n" +
                                  time + "1Z,zigbee,\"a,b\",b,true,\"hall, left\"\r\n" + time +
                                  "2Z,zigbee,\"a,b\",t,,\"hall, left\"\r\n");
}

TEST_F(RoutesTest, NothingFoundIsAnEmptyList) {
    auto response = get("/api/v1/readings", "device=nobody");
    EXPECT_EQ(body(response), "{\"readings\":[]}");
    auto csv = get("/api/v1/readings", "device=nobody&format=csv");
    EXPECT_EQ(body(csv), "time,measurement,device,field,value\r\n");
}

TEST_F(RoutesTest, ALongAnswerIsStreamedWhole) {
    for (int i = 0; i < 3'000; ++i) take("d", {{"v", 0.5 * i}}, i);
    auto response = get("/api/v1/readings", "device=d");
    std::size_t pieces = 0;
    auto parsed = parse_json(body(response, &pieces));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->at("readings").as_array().size(), 3'000U);
    EXPECT_GT(pieces, 10U);
}

TEST_F(RoutesTest, BadParametersAre400AndTooManyQueries503) {
    for (int i = 0; i < 3'000; ++i) take("d", {{"v", 0.5 * i}}, i);
    EXPECT_EQ(get("/api/v1/readings", "device=d&fn=median").status, 400U);
    EXPECT_EQ(get("/api/v1/readings", "").status, 400U);
    {
        auto one = get("/api/v1/readings", "device=d");
        auto two = get("/api/v1/readings", "device=d");
        EXPECT_EQ(two.status, 200U);
        EXPECT_EQ(get("/api/v1/readings", "device=d").status, 503U);
    } // both leave, as soon as the pool has let go of them
    pool.wait_idle();
    EXPECT_EQ(get("/api/v1/readings", "device=d").status, 200U);
}

TEST_F(RoutesTest, DevicesAreListedAndFound) {
    for (int i = 0; i < 150; ++i) take("room/d" + std::to_string(i), {{"temperature", 20.5}}, i);
    registry->tick(); // joins what is new
    auto all = get("/api/v1/devices");
    auto parsed = parse_json(body(all));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->at("devices").as_array().size(), 150U);
    auto one = get("/api/v1/devices/room%2Fd7");
    EXPECT_EQ(one.status, 200U);
    EXPECT_NE(body(one).find("\"id\":\"room/d7\""), std::string::npos);
    EXPECT_EQ(get("/api/v1/devices/room%2Fd150").status, 404U);
}

TEST_F(RoutesTest, TheStreamGivesWhatComes) {
    auto response = get("/api/v1/stream", "device=b");
    EXPECT_EQ(response.status, 200U);
    auto& source = *std::get<std::unique_ptr<net::http::BodySource>>(response.body);
    EXPECT_NE(wait(source.next())->find("retry:"), std::string_view::npos);
    take("a", {{"v", 1.0}}, 1);
    take("b", {{"v", 2.0}}, 2);
    auto got = wait(source.next());
    ASSERT_TRUE(got);
    EXPECT_NE(got->find("event: reading"), std::string_view::npos);
    EXPECT_EQ(got->find("\"a\""), std::string_view::npos);
    auto again = get("/api/v1/stream", {}, "other-1");
    auto& second = *std::get<std::unique_ptr<net::http::BodySource>>(again.body);
    EXPECT_NE(wait(second.next())->find("event: reset"), std::string_view::npos);
}

TEST(Csv, QuotesOnlyWhenNeeded) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"plain", "plain"},   {"", ""},         {"a,b", "\"a,b\""}, {"a\"b", "\"a\"\"b\""},
        {"a\nb", "\"a\nb\""}, {" a", "\" a\""}, {"온도", "온도"},
    };
    for (const auto& [text, expected] : cases) {
        std::string out;
        append_csv(out, text);
        EXPECT_EQ(out, expected);
    }
}

} // namespace
} // namespace caredian::api
