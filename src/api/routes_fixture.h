// For tests: the routes of devices and readings, without a server.
#pragma once

#include "api/devices.h"
#include "api/import.h"
#include "api/readings.h"
#include "api/series.h"
#include "api/stream.h"
#include "base/json.h"
#include "history/local_history.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <limits>
#include <optional>
#include <set>

namespace caredian::api {

namespace asio = boost::asio;
using net::http::Context;
using net::http::Response;

inline constexpr std::int64_t kStart = 1'767'999'300'000'000'000;

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
        devices::StreamOptions live;
        live.heartbeat = std::chrono::milliseconds(200);
        hub.emplace(live, clock, random);
        places.emplace(*registry);
        const Seeing seeing{&policies, &*places, &clock, somebody};
        add_readings_routes(router, ReadingsSources{{{"local", history.get()}}, "local"}, pool,
                            clock, seeing, {.concurrent = 2, .chunk_bytes = 2'000});
        add_series_routes(router, *history, pool, seeing);
        add_import_routes(router, *history, pool, clock);
        add_devices_routes(router, *registry, pool, seeing);
        add_stream_routes(router, *hub, seeing);
        publish({});
    }
    ~RoutesTest() override {
        pool.wait_idle(); // it may still hold what a query held
        history.reset();
        registry.reset();
        latest.reset();
        std::filesystem::remove_all(folder);
    }
    // What everybody may from now on.
    void publish(const access::PolicyText& text) {
        policies.publish(access::Policy::make(text, {}));
        policies.start(1, [](std::size_t, const std::function<void()>& work) { work(); });
    }
    static identity::PrincipalPtr person(std::string name,
                                         identity::Role role = identity::Role::member) {
        auto* who = new identity::Principal;
        who->username = std::move(name);
        who->role = role;
        return who;
    }
    void take(std::string device, std::vector<readings::Field> fields, std::int64_t time) {
        readings::Reading r;
        r.series = {"zigbee", {{"area", "hall, left"}, {"device", std::move(device)}}};
        r.fields = std::move(fields);
        r.time = r.received = from_ns(kStart + time);
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
        Context c{request, match.parameters, &caller};
        if (match.route->quick) return match.route->quick(c);
        return wait(match.route->handler(c));
    }
    // A body that comes in pieces.
    struct Pieces final : net::http::BodyReader {
        std::string_view left;
        std::size_t size = 1'000;
        net::http::awaitable<result<std::string_view>> read_some() override {
            auto piece = left.substr(0, size);
            left.remove_prefix(piece.size());
            co_return piece;
        }
        std::optional<std::uint64_t> content_length() const override { return left.size(); }
    };
    Response post(std::string_view path, std::string_view query, std::string_view sent) {
        Pieces pieces;
        pieces.left = sent;
        net::http::Request request;
        request.method = net::http::Method::post;
        request.path = path;
        request.query = query;
        request.body = &pieces;
        auto match = router.match(request.method, path);
        Context c{request, match.parameters, &caller};
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
    access::Policies policies;
    std::optional<devices::PlaceBook> places;
    std::function<FoundWho(const std::string&)> somebody = [](const std::string& name) {
        return FoundWho{person(name), {}, {}};
    };
    std::any caller = person("ann", identity::Role::admin); // who asks
    readings::Row row = 0;
};

} // namespace caredian::api
